"""`trainyard inspect`: how a file is read and why, what its columns are, and where its rows went."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Annotated

import typer
from pydantic import BaseModel

from engine.cli.output import AsJson, number, say, say_json, say_table
from engine.cli.reading import (
    Delimiter,
    Encoding,
    ReadingEdits,
    RecipeFile,
    TablePart,
    asked_recipe,
)
from engine.cli.tables import opened_table
from engine.messages import Message
from engine.recipe.reading import Reading
from engine.schema import Reason

if TYPE_CHECKING:
    from engine.data.rejects import Reject, Repair
    from engine.data.table import Table

_LISTED = 10
_LONGEST = 100


class Property(BaseModel):
    """One property of the reading."""

    field: str
    reason: str
    confidence: float


class ColumnFound(BaseModel):
    """One column."""

    name: str
    kind: str
    role: str
    cells: str
    """What its cells are stored as."""
    missing: int
    misfits: int
    missing_texts: dict[str, int]
    reason: str


class LineFound(BaseModel):
    """A line that is no row as it stands."""

    file: str
    line: int
    reason: str
    text: str


class CellFound(BaseModel):
    """A cell that was read as missing because it does not fit its column."""

    line: int | None
    """In the file; of a sheet or a database, its row."""
    in_lines: bool
    """Whether `line` counts lines rather than rows."""
    row: int
    """In the table, counted from 1."""
    column: str
    text: str


class Inspection(BaseModel):
    """What `inspect --json` prints."""

    path: str
    format: str
    size: int
    parts: tuple[str, ...]
    reading: Reading
    detected: tuple[Property, ...]
    remarks: tuple[str, ...]
    """Everything that was found out, in sentences."""
    columns: tuple[ColumnFound, ...]
    rows_in: int
    rows: int
    rows_kept_out: int
    rows_left_out: int
    rows_set_right: int
    kept_out: tuple[LineFound, ...]
    set_right: tuple[LineFound, ...]
    misfit_cells: int
    misfits: tuple[CellFound, ...]
    """The first of them."""


def inspect(
    data: Annotated[
        list[str],
        typer.Argument(
            metavar="FILE|SAMPLE...",
            help="A table, a sample's name, or several files or a folder of the same columns.",
        ),
    ],
    recipe: RecipeFile = None,
    encoding: Encoding = None,
    delimiter: Delimiter = None,
    part: TablePart = None,
    changes: ReadingEdits = None,
    as_json: AsJson = False,
) -> None:
    """Say how a file is read and why so, what its columns are, and what became of every row."""
    asked = asked_recipe(recipe, changes, encoding, delimiter, part)
    found = _inspected(opened_table(data, asked.reading))
    if as_json:
        say_json(found)
    else:
        _say(found)


def _inspected(table: Table) -> Inspection:
    from engine.data.columns.infer import infer_schema

    schema = infer_schema(table)
    columns = []
    for column in schema.columns:
        facts = table.cell_facts(column.name)
        columns.append(
            ColumnFound(
                name=column.name,
                kind=column.kind,
                role=column.role,
                cells=table.cell_type(column.name).kind,
                missing=column.missing,
                misfits=facts.misfits,
                missing_texts=dict(facts.tokens),
                reason=_told(column.reason),
            )
        )
    return Inspection(
        path=str(table.path),
        format=table.format,
        size=table.size,
        parts=table.parts,
        reading=table.reading,
        detected=tuple(
            Property(field=each.field, reason=str(each.reason), confidence=each.confidence)
            for each in table.detected
        ),
        remarks=tuple(map(str, table.detection)),
        columns=tuple(columns),
        rows_in=table.rows_in,
        rows=table.rows,
        rows_kept_out=len(table.rejects),
        rows_left_out=table.left_out,
        rows_set_right=len(table.repairs),
        kept_out=tuple(map(_line, table.rejects)),
        set_right=tuple(map(_line, table.repairs)),
        misfit_cells=sum(column.misfits for column in columns),
        misfits=tuple(
            CellFound(
                line=each.line,
                in_lines=each.in_lines,
                row=each.row + 1,
                column=each.column,
                text=each.text,
            )
            for each in table.misfits
        ),
    )


def _told(reason: Reason | None) -> str:
    return "" if reason is None else str(Message(reason.template, reason.facts))


def _line(found: Reject | Repair) -> LineFound:
    return LineFound(file=found.file, line=found.line, reason=str(found.reason), text=found.text)


def _say(found: Inspection) -> None:
    say(f"{found.path}")
    part = f", {found.reading.part}" if found.reading.part else ""
    say(f"{found.format}{part} · {number(found.rows)} rows × {number(len(found.columns))} columns")
    if found.parts:
        say(f"Tables in it: {', '.join(found.parts)}")
    say()
    if found.detected:
        say_table(
            ("how it is read", "", "sure", "why"),
            [
                (each.field, _shown(found.reading, each.field), _sure(each.confidence), each.reason)
                for each in found.detected
            ],
            right="--r",
        )
        told = {each.reason for each in found.detected}
        for remark in found.remarks:
            if remark not in told:
                say(remark)
    else:
        for remark in found.remarks:
            say(remark)
    say()
    say_table(
        ("column", "kind", "cells", "missing", "unfit", "why"),
        [
            (c.name, c.kind, c.cells, number(c.missing), number(c.misfits), c.reason)
            for c in found.columns
        ],
        right="---rr",
    )
    say()
    _say_account(found)


def _say_account(found: Inspection) -> None:
    say(
        f"{number(found.rows_in)} rows in the file = {number(found.rows)} kept"
        f" + {number(found.rows_kept_out)} kept out"
        + (f" + {number(found.rows_left_out)} left out by choice" if found.rows_left_out else "")
    )
    _say_lines("Kept out", found.kept_out)
    _say_lines("Set right", found.set_right)
    if found.misfit_cells:
        cells = number(found.misfit_cells)
        say(
            f"{cells} cell does not fit its column and counts as missing:"
            if found.misfit_cells == 1
            else f"{cells} cells do not fit their columns and count as missing:"
        )
        for each in islice(found.misfits, _LISTED):
            say(f"  {_place(each)}, {each.column}: {_short(each.text)}")
        _say_more(found.misfit_cells)


def _say_lines(title: str, lines: tuple[LineFound, ...]) -> None:
    if lines:
        say(f"{title}: {number(len(lines))}")
        for each in islice(lines, _LISTED):
            file = f"{each.file}, " if each.file else ""
            say(f"  {file}line {each.line}: {each.reason}: {_short(each.text)}")
        _say_more(len(lines))


def _say_more(count: int) -> None:
    if count > _LISTED:
        say(f"  … and {number(count - _LISTED)} more")


def _place(cell: CellFound) -> str:
    return f"line {cell.line}" if cell.in_lines else f"row {cell.line or cell.row}"


def _shown(reading: Reading, field: str) -> str:
    value = getattr(reading, field)
    return repr(value) if isinstance(value, str) and not value.isalnum() else str(value)


def _sure(confidence: float) -> str:
    return f"{confidence:.0%}"


def _short(text: str) -> str:
    line = text.replace("\n", "⏎")
    return line if len(line) <= _LONGEST else f"{line[:_LONGEST]}…"
