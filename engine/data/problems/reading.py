"""What reading the file came upon: rows kept out, rows set right, cells that do not fit, new names."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from engine.data.cells.cell_types import CellKind
from engine.data.corrections.misfits import Misfits, retype
from engine.data.corrections.reject_groups import grouped
from engine.data.problems.case import Case
from engine.data.problems.fixes import keep_damaged_rows_out, take_fixes_back
from engine.data.problems.problem import MOST_ROWS, Problem
from engine.data.rejects import Reject
from engine.messages import N_, Message, message, message_n
from engine.schema import Column, Kind, Role


def rejected(case: Case) -> Iterator[Problem]:
    """Rows that could not be read, a problem for each kind of reason."""
    for group in grouped(case.table.rejects):
        yield Problem(
            group.code,
            "warning",
            group.title,
            group.detail,
            count=len(group.rejects),
            rejects=group.rejects,
        )


def repaired(case: Case) -> Iterator[Problem]:
    """Rows that the reader set right, and those that a person wrote anew."""
    repairs = case.table.repairs
    mended = tuple(repair for repair in repairs if not repair.by_hand)
    by_hand = tuple(repair for repair in repairs if repair.by_hand)
    if mended:
        yield Problem(
            "repaired",
            "info",
            message_n("{count} row set right", "{count} rows set right", len(mended)),
            message("They are damaged in a way that can be mended in only one way."),
            count=len(mended),
            rows=tuple(repair.row for repair in mended[:MOST_ROWS]),
            repairs=mended,
            fix=keep_damaged_rows_out(),
        )
    if by_hand:
        yield Problem(
            "by_hand",
            "info",
            message_n("{count} row fixed by hand", "{count} rows fixed by hand", len(by_hand)),
            message("These lines are read as you wrote them."),
            count=len(by_hand),
            rows=tuple(repair.row for repair in by_hand[:MOST_ROWS]),
            repairs=by_hand,
            fix=take_fixes_back(left_out=False),
        )


def left_out(case: Case) -> Iterator[Problem]:
    """Lines that a person wants to be left out."""
    count = case.table.left_out
    if count:
        reason = message("Left out by choice")
        lines = tuple(
            Reject(fix.line, fix.found, reason, fix.file)
            for fix in case.table.reading.fixes
            if not fix.text
        )
        yield Problem(
            "left_out",
            "info",
            message_n("{count} line left out by choice", "{count} lines left out by choice", count),
            message("They are neither in the table nor among the lines kept out."),
            count=count,
            rejects=lines,
            fix=take_fixes_back(left_out=True),
        )


def _not_what(case: Case, column: Column) -> str:
    """What the cells that do not fit would have to be."""
    if column.kind is Kind.DATE:
        return N_("Not a date in {column}")
    is_yes_or_no = case.table.cell_type(column.name).kind is CellKind.BOOLEAN
    if column.kind is Kind.CATEGORY and is_yes_or_no:
        return N_("Neither yes nor no in {column}")
    return N_("Not a number in {column}")


def misfits(case: Case) -> Iterator[Problem]:
    """Cells that do not fit their column, a problem for each column."""
    for column in case.schema.columns:
        case.go_on()
        found = _misfits_of(case, column)
        if not found.count:
            continue
        title = Message(_not_what(case, column), {"column": column.name})
        texts = Counter(misfit.text for misfit in found.first)
        yield Problem(
            "misfits",
            "info" if case.role(column.name) is Role.IGNORE else "warning",
            title,
            message_n(
                "{count} cell does not fit and is read as missing.",
                "{count} cells do not fit and are read as missing.",
                found.count,
            )
            if len(texts) == len(found.first) or len(texts) > 1
            else message_n(
                "“{text}” stands in {count} cell; it is read as missing.",
                "“{text}” stands in {count} cells; they are read as missing.",
                found.count,
                text=found.first[0].text,
            ),
            column=column.name,
            count=found.count,
            rows=tuple(misfit.row for misfit in found.first[:MOST_ROWS]),
            misfits=found.first,
        )


def _misfits_of(case: Case, column: Column) -> Misfits:
    key = ("misfits", column.name, column.kind)
    return case.once(key, lambda: retype(case.table, column.name, column.kind))


def renamed(case: Case) -> Iterator[Problem]:
    """Columns that go by another name here than in the file."""
    for old, new in case.table.renamed:
        detail = (
            message("The header names “{old}” more than once.", old=old)
            if old
            else message("The header has no name for this column.")
        )
        title = message("A column is called “{new}” here", new=new)
        yield Problem("renamed", "info", title, detail, new)
