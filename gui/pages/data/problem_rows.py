"""The rows behind a problem, with the cells that it is about."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from typing import TYPE_CHECKING

from gui.i18n import render, tr
from gui.models.figures import count_text
from gui.models.records_model import Field, RecordsModel
from gui.pages.data.records_table import RecordsTable

if TYPE_CHECKING:
    from engine.data.problems import Problem
    from engine.data.rejects import Reject, Repair
    from engine.data.table import Table

_MOST_CELLS = 6
"""Columns of a row that are shown, those that it is about first."""


def rows_table(table: Table, problem: Problem) -> RecordsTable:
    """The rows that a problem names: line of the file, row of the table, cells."""
    about = problem.columns or ((problem.column,) if problem.column else ())
    others = (name for name in table.names if name not in about)
    shown = (*about, *others)[:_MOST_CELLS]

    def cell(name: str, row: int) -> str:
        text = table.cells(name, row, row + 1)[0]
        return tr("missing") if text is None else one_line(text)

    fields: list[Field[int]] = [
        Field(tr("Row"), lambda row: count_text(row + 1), "mono", "text2", right=True)
    ]
    fields += [Field(name, lambda row, n=name: cell(n, row)) for name in shown]  # type: ignore[misc]
    model = RecordsModel(fields, problem.rows)
    widths = (72, *(140 for _ in shown))
    return RecordsTable(model, render(problem.title), stretched=len(fields) - 1, widths=widths)


def repairs_table(table: Table, repairs: Sequence[Repair], title: str) -> RecordsTable:
    """Rows that were set right: as read, and as set right."""
    delimiter = (table.reading.delimiter or ",")[0]
    fields: list[Field[Repair]] = [
        Field(tr("Line"), lambda r: count_text(r.line), "mono", "text2", right=True),
        Field(tr("As read"), lambda r: one_line(r.text), "mono"),
        Field(tr("As set right"), lambda r: one_line(written(r.became, delimiter)), "mono", "ok"),
        Field(tr("What was done"), lambda r: render(r.reason), "small", "text2"),
    ]
    model = RecordsModel(fields, repairs)
    return RecordsTable(model, title, stretched=1, widths=(64, 0, 300, 190))


def lines_table(rejects: Sequence[Reject], title: str) -> RecordsTable:
    """Lines of the file, only to be looked at."""
    fields: list[Field[Reject]] = [
        Field(tr("Line"), lambda r: count_text(r.line), "mono", "text2", right=True),
        Field(tr("As read"), lambda r: one_line(r.text), "mono"),
    ]
    return RecordsTable(RecordsModel(fields, rejects), title, stretched=1, widths=(64, 0))


def written(cells: Sequence[str], delimiter: str) -> str:
    """Cells as a line of a file."""
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter, lineterminator="").writerow(cells)
    return text.getvalue()


def one_line(text: str) -> str:
    """A text with the signs that break lines made visible."""
    return text.replace("\r", "␍").replace("\n", "␊").replace("\t", "⇥")
