"""The test part where it comes from a file of its own."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from engine.data.preparing.derived.source import derived_source
from engine.data.preparing.hidden import hidden_source
from engine.data.preparing.outside_rows import OutsideRows
from engine.data.preparing.split_report.classes import class_counts, number_figures
from engine.data.preparing.split_report.copies import MANY, percent
from engine.data.preparing.split_report.finding import PartFigures, SplitWarning
from engine.data.preparing.split_report.look import Look
from engine.messages import message, message_n
from engine.recipe.reading import CellFix
from engine.recipe.recipe import Recipe

_NAMED = 5


def outside_figures(look: Look, rows: OutsideRows, classes: tuple[str, ...]) -> PartFigures:
    """The figures of a test file; rows of classes that training does not have are not among them."""
    there = _there(look, rows)
    if look.is_number:
        return number_figures(there)[0]
    own = _counts(there)
    mine = tuple(own.get(name, 0) for name in classes)
    return PartFigures(sum(mine), 0.0, mine)


def outside_class_warnings(
    look: Look, rows: OutsideRows, classes: tuple[str, ...]
) -> Iterator[SplitWarning]:
    """Classes of the test file that training does not have; a trailing dot is a usual reason."""
    if look.is_number:
        return
    strange = {name: n for name, n in _counts(_there(look, rows)).items() if name not in classes}
    if not strange:
        return
    names = list(strange)
    shown = ", ".join(names[:_NAMED]) + (" …" if len(names) > _NAMED else "")
    fixed = _spelled_alike(look, names, classes)
    yield SplitWarning(
        "class_without_training",
        "warning",
        message_n(
            "{count} class of the test file has no training row",
            "{count} classes of the test file have no training row",
            len(names),
        ),
        message_n(
            "{names}: its {rows} rows are left out of the score.",
            "{names}: their {rows} rows are left out of the score.",
            len(names),
            names=shown,
            rows=sum(strange.values()),
        ),
        sum(strange.values()),
        look.target.name,
        None if fixed is None else message("Read them as the classes of training"),
        fixed,
    )


def outside_copy_warnings(look: Look, rows: OutsideRows) -> Iterator[SplitWarning]:
    """Rows of the test file that are the same as a training row in all that is learned from."""
    names = [column.name for column in look.used]
    train = look.hashed_rows(names, as_floats=True)
    there = _there(look, rows).hashed_rows(names, as_floats=True, thinning=train.thinning)
    found = int(np.count_nonzero(train.known(there.hashes)))
    if not found:
        return
    share = found / len(there.hashes)
    count = found * train.thinning
    yield SplitWarning(
        "test_file_copies",
        "warning" if share >= MANY else "info",
        message_n(
            "{count} row of the test file is the same as a training row",
            "{count} rows of the test file are the same as training rows",
            count,
        ),
        message(
            "{share}% of its rows were seen in training, so the score flatters. Take them out of one of the files.",
            share=percent(share),
        ),
        count,
        sampled=train.thinning > 1,
    )


def _there(look: Look, rows: OutsideRows) -> Look:
    """The test file as if all its rows were to be trained on."""
    source = derived_source(hidden_source(rows.table, look.recipe), look.recipe)
    none = rows.rows[:0]
    parts = replace(look.dealt.parts, train=rows.rows, validation=none, test=none)
    dealt = replace(look.dealt, parts=parts, rows_in=rows.table.rows)
    return Look(source, look.recipe, look.schema, dealt, look.storage, look.cancelled)


def _counts(there: Look) -> dict[str, int]:
    names, counts = class_counts(there)
    return dict(zip(names, np.asarray(counts[0]).tolist(), strict=True))


def _spelled_alike(look: Look, names: list[str], classes: tuple[str, ...]) -> Recipe | None:
    """The recipe that reads each name as the class that differs from it in case and dots only."""
    known = {_bare(name): name for name in classes}
    if len(known) < len(classes) or not all(_bare(name) in known for name in names):
        return None
    reading = look.recipe.reading.column(look.target.name or "")
    fixes = tuple(CellFix(found=name, value=known[_bare(name)]) for name in names)
    changed = reading.model_copy(update={"fixes": (*reading.fixes, *fixes)})
    return look.recipe.model_copy(update={"reading": look.recipe.reading.with_column(changed)})


def _bare(name: str) -> str:
    return name.strip(" .;,\t").casefold()
