"""What is wrong with a table, each finding with the rows behind it and a fix where there is a plain one."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, TypeAlias

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from engine.data.infer import retype
from engine.data.profile import ColumnProfile, Profile
from engine.data.reject_groups import grouped
from engine.data.rejects import Misfit, Reject
from engine.data.table import Table
from engine.files import write_atomic
from engine.messages import Message, Translate, message, message_n
from engine.recipe.recipe import Recipe
from engine.schema import Column, Kind, Role, Schema

Severity: TypeAlias = Literal["error", "warning", "info"]

_ROWS = 1000
"""So many rows behind a problem are named."""
_DUPLICATES_UP_TO = 300_000
_RARE_ROWS = 5
_RARE_SHARE = 0.05
_GIVEAWAY = 0.995
_FEW_ROWS = 50
_SEVERITIES: tuple[Severity, ...] = ("error", "warning", "info")


@dataclass(frozen=True, slots=True)
class Problem:
    """One finding."""

    code: str
    """A name for the kind of problem, for instance `missing`."""
    severity: Severity
    title: Message
    detail: Message
    column: str | None = None
    count: int = 0
    """Rows, lines or cells that it concerns."""
    rows: tuple[int, ...] = ()
    """The first of the table's rows that it concerns."""
    rejects: tuple[Reject, ...] = ()
    misfits: tuple[Misfit, ...] = ()
    fix: Recipe | None = None
    """The recipe that mends it."""
    fix_label: Message | None = None


@dataclass(frozen=True, slots=True)
class _Case:
    table: Table
    schema: Schema
    profile: Profile
    recipe: Recipe

    def used(self) -> list[Column]:
        """The columns that the recipe learns from."""
        return [c for c in self.schema.columns if self.recipe.column(c.name).role is Role.FEATURE]

    def ignoring(self, name: str) -> Recipe:
        """The recipe without that column."""
        spec = self.recipe.column(name).model_copy(update={"role": Role.IGNORE})
        return self.recipe.with_column(spec)


Finder: TypeAlias = Callable[[_Case], Iterator[Problem]]


def find_problems(
    table: Table, schema: Schema, profile: Profile, recipe: Recipe
) -> tuple[Problem, ...]:
    """All findings, the worst first. `recipe` lists every column."""
    case = _Case(table, schema, profile, recipe)
    found = [problem for finder in _FINDERS for problem in finder(case)]
    return tuple(sorted(found, key=lambda problem: _SEVERITIES.index(problem.severity)))


def export_rejects(table: Table, destination: Path, translate: Translate | None = None) -> int:
    """Write (file,) line, reason and text of every rejected row as CSV; the number of rows written.

    Raises `DiskFull` or `WriteFailed`.
    """
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    several = bool(table.file_column)
    writer.writerow((*(("file",) if several else ()), "line", "reason", "text"))
    for reject in table.rejects:
        place = (reject.file, reject.line) if several else (reject.line,)
        writer.writerow((*place, reject.reason.render(translate), reject.text))
    write_atomic(destination, text.getvalue().encode("utf-8", "replace"))
    return len(table.rejects)


# Reading -----------------------------------------------------------------------------------------


def _rejected(case: _Case) -> Iterator[Problem]:
    for group in grouped(case.table.rejects):
        yield Problem(
            group.code,
            "warning",
            group.title,
            group.detail,
            count=len(group.rejects),
            rejects=group.rejects,
        )


def _misfits(case: _Case) -> Iterator[Problem]:
    for column in case.schema.columns:
        misfits = retype(case.table, column.name, column.kind)
        if not misfits:
            continue
        is_used = case.recipe.column(column.name).role is not Role.IGNORE
        title = (
            message("Not a date in {column}", column=column.name)
            if column.kind is Kind.DATE
            else message("Not a number in {column}", column=column.name)
        )
        yield Problem(
            "misfits",
            "warning" if is_used else "info",
            title,
            message_n(
                "{count} cell does not fit and is read as missing.",
                "{count} cells do not fit and are read as missing.",
                len(misfits),
            ),
            column=column.name,
            count=len(misfits),
            rows=tuple(misfit.row for misfit in misfits[:_ROWS]),
            misfits=misfits[:_ROWS],
        )


def _renamed(case: _Case) -> Iterator[Problem]:
    for old, new in case.table.renamed:
        detail = (
            message("The header names “{old}” more than once.", old=old)
            if old
            else message("The header has no name for this column.")
        )
        yield Problem(
            "renamed", "info", message("A column is called “{new}” here", new=new), detail, new
        )


# Columns -----------------------------------------------------------------------------------------


def _missing(case: _Case) -> Iterator[Problem]:
    for column in case.used():
        count = case.profile.columns[column.name].missing
        if not count or column.is_constant:
            continue
        share = 100 * count / case.table.rows
        mostly = share > 50
        yield Problem(
            "missing",
            "warning" if mostly else "info",
            message("{count} missing in {column}", count=count, column=column.name),
            message(
                "{share}% of rows. Prepare says what stands in for them.", share=_percent(share)
            ),
            column=column.name,
            count=count,
            rows=_null_rows(case.table, column.name),
            fix=case.ignoring(column.name) if mostly else None,
            fix_label=message("Ignore “{column}”.", column=column.name) if mostly else None,
        )


def _percent(share: float) -> str:
    return f"{share:.1f}" if share >= 0.1 else "<0.1"


def _null_rows(table: Table, name: str) -> tuple[int, ...]:
    rows: NDArray[np.int64] = pc.indices_nonzero(table.column(name).is_null()).to_numpy()
    return tuple(rows[:_ROWS].tolist())


def _useless(case: _Case) -> Iterator[Problem]:
    for column in case.used():
        if column.is_constant:
            title = message("{column} has one value only", column=column.name)
            detail = message("A column that never changes tells nothing about the target.")
        elif column.is_identifier:
            title = message("{column} looks like a key", column=column.name)
            detail = message(
                "It is different in every row, so a network can only learn it by heart."
            )
        else:
            continue
        yield Problem(
            "constant" if column.is_constant else "identifier",
            "warning",
            title,
            detail,
            column=column.name,
            count=case.table.rows,
            fix=case.ignoring(column.name),
            fix_label=message("Ignore “{column}”.", column=column.name),
        )


def _giveaway(case: _Case) -> Iterator[Problem]:
    for column in case.used():
        figures = case.profile.columns[column.name]
        strength = max(abs(figures.correlation or 0.0), _purity(figures))
        if strength < _GIVEAWAY or case.table.rows < _FEW_ROWS or case.recipe.target is None:
            continue
        yield Problem(
            "giveaway",
            "warning",
            message("{column} gives the target away", column=column.name),
            message(
                "It alone predicts “{target}” almost perfectly. Keep it only if it is known before the target is.",
                target=case.recipe.target,
            ),
            column=column.name,
            count=case.table.rows,
            fix=case.ignoring(column.name),
            fix_label=message("Ignore “{column}”.", column=column.name),
        )


def _purity(figures: ColumnProfile) -> float:
    """Share of rows that the most frequent class of each level gets right."""
    if not figures.by_class or figures.distinct > len(figures.top) or not figures.top:
        return 0.0
    counts = np.array(figures.by_class)
    total = counts.sum()
    if total < _FEW_ROWS or counts.sum(axis=1).max() > 0.95 * total:
        return 0.0
    return float(counts.max(axis=0).sum() / total)


# Rows and target ---------------------------------------------------------------------------------


def _duplicates(case: _Case) -> Iterator[Problem]:
    table = case.table
    if table.rows > _DUPLICATES_UP_TO:
        return
    names = [f"c{position}" for position in range(len(table.names))]
    data = pa.table([table.column(name) for name in table.names], names=names)
    data = data.append_column("row", pa.array(np.arange(table.rows)))
    firsts = data.group_by(names).aggregate([("row", "min")]).column("row_min").to_numpy()
    rows = np.setdiff1d(np.arange(table.rows), firsts, assume_unique=True)
    if len(rows):
        yield Problem(
            "duplicates",
            "info",
            message_n("{count} row is there twice", "{count} rows are there twice", len(rows)),
            message(
                "Every cell is as in an earlier row. Copies in training and test part flatter the result."
            ),
            count=len(rows),
            rows=tuple(np.sort(rows)[:_ROWS].tolist()),
        )


def _target(case: _Case) -> Iterator[Problem]:
    name = case.recipe.target
    if name is None or name not in case.schema:
        return
    column = case.schema[name]
    figures = case.profile.columns[name]
    present = case.table.rows - figures.missing
    if not present:
        yield Problem(
            "target_missing",
            "error",
            message("{column} has no value in any row", column=name),
            message("Choose another target, or fill the column in."),
            column=name,
            count=case.table.rows,
        )
        return
    if figures.missing:
        yield Problem(
            "target_missing",
            "warning",
            message_n(
                "{count} row has no {column}",
                "{count} rows have no {column}",
                figures.missing,
                column=name,
            ),
            message("Rows without a target are left out of training and scoring."),
            column=name,
            count=figures.missing,
            rows=_null_rows(case.table, name),
        )
    if column.distinct == 1:
        yield Problem(
            "target_one_class",
            "error",
            message("{column} has one value only", column=name),
            message("There is nothing to tell apart. Choose another target."),
            column=name,
            count=present,
        )
    elif column.kind is Kind.CATEGORY:
        yield from _classes(case, column, figures)


def _classes(case: _Case, column: Column, figures: ColumnProfile) -> Iterator[Problem]:
    rare = [(value, count) for value, count in figures.top if count < _RARE_ROWS]
    if rare and not case.profile.sampled:
        yield Problem(
            "rare_classes",
            "warning",
            message_n(
                "{count} class of {column} is rare", "{count} classes of {column} are rare",
                len(rare), column=column.name,
            ),
            message(
                "Fewer than {rows} rows each: {names}.",
                rows=_RARE_ROWS,
                names=", ".join(value for value, _ in rare[:5]),
            ),
            column=column.name,
            count=sum(count for _, count in rare),
        )  # fmt: skip
    total = sum(count for _, count in figures.top)
    value, least = figures.top[-1]
    if least < _RARE_SHARE * total and case.recipe.training.class_weights == "none":
        training = case.recipe.training.model_copy(update={"class_weights": "balanced"})
        yield Problem(
            "imbalance",
            "info",
            message("The classes of {column} are uneven", column=column.name),
            message(
                "“{value}” is {share}% of the rows. Accuracy says little then; look at macro-F1.",
                value=value,
                share=_percent(100 * least / total),
            ),
            column=column.name,
            count=least,
            fix=case.recipe.model_copy(update={"training": training}),
            fix_label=message("Give every class the same weight."),
        )


def _little(case: _Case) -> Iterator[Problem]:
    if not case.used():
        yield Problem(
            "no_features",
            "error",
            message("No column is left to learn from"),
            message("Give at least one number, category or date column the role feature."),
        )
    if case.table.rows < _FEW_ROWS:
        yield Problem(
            "few_rows",
            "warning",
            message_n("Only {count} row", "Only {count} rows", case.table.rows),
            message("So few rows can be learnt by heart. Scores on them mean little."),
            count=case.table.rows,
        )


_FINDERS: tuple[Finder, ...] = (
    _rejected, _misfits, _target, _little, _giveaway, _useless, _missing, _duplicates, _renamed,
)  # fmt: skip
