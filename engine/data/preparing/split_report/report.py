"""The report on a split: figures of the parts, rows left out, warnings with their fixes."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from engine.data.memory import Storage, fits_memory
from engine.data.preparing.columnar import Source
from engine.data.preparing.dealing import deal_rows
from engine.data.preparing.derived.source import derived_source, with_derived_columns
from engine.data.preparing.hidden import hidden_source
from engine.data.preparing.outside_rows import OutsideRows, outside_rows
from engine.data.preparing.split_report.classes import (
    class_counts,
    class_figures,
    class_warnings,
    number_figures,
)
from engine.data.preparing.split_report.copies import copy_warnings
from engine.data.preparing.split_report.finding import PartFigures, SplitReport, SplitWarning
from engine.data.preparing.split_report.groups import group_warnings
from engine.data.preparing.split_report.look import Look
from engine.data.preparing.split_report.order import order_warnings
from engine.data.preparing.split_report.outside import (
    outside_class_warnings,
    outside_copy_warnings,
    outside_figures,
)
from engine.data.progress import Cancelled, Progress, never, nothing
from engine.messages import Message, message
from engine.recipe.recipe import Recipe
from engine.schema import Schema

_BYTES = 64
"""Per row: facts, codes, row numbers."""
_STEPS = 5


def split_report(
    source: Source,
    recipe: Recipe,
    schema: Schema,
    *,
    progress: Progress = nothing,
    cancelled: Cancelled = never,
) -> SplitReport:
    """Deal the rows as training will, and look at what comes out.

    Figures are exact. Copies and groups are counted exactly up to `look.EXACT_ROWS` rows and estimated
    from a part of the rows above; the report says which.

    Args:
        source: The table.
        recipe: Lists every column with kind and role.
        schema: The table's columns.
        progress: Told of the looks done.
        cancelled: Asked between spans of rows.

    Raises what `deal_rows` raises, and the errors of `ReadError` for a test file.
    """
    storage = Storage(on_disk=not fits_memory(_BYTES * schema.rows))
    dealt = deal_rows(source, recipe, schema, storage, cancelled=cancelled)
    progress(1, _STEPS)
    layered = derived_source(hidden_source(source, recipe), recipe)
    schema = with_derived_columns(schema, layered)
    look = Look(layered, recipe, schema, dealt, storage, cancelled)
    notes: tuple[Message, ...] = dealt.notes
    classes: tuple[str, ...] = ()
    warnings: list[SplitWarning] = []
    elsewhere = outside_rows(source, recipe, cancelled=cancelled)
    if look.is_number:
        train, validation, test = number_figures(look)
    else:
        classes, counts = class_counts(look)
        train, validation, test = class_figures(counts)
        warnings += class_warnings(look, classes, counts)
        for place in range(1, len(look.targets)):
            other = replace(look, place=place)
            warnings += class_warnings(other, *class_counts(other))
    if len(look.targets) > 1:  # the first may be missing where others are not
        counts_of = dealt.parts.train, dealt.parts.validation, dealt.parts.test
        parts = zip((train, validation, test), counts_of, strict=True)
        train, validation, test = _with_shares(*(replace(p, rows=len(rows)) for p, rows in parts))
    if elsewhere is not None:
        test = outside_figures(look, elsewhere, classes)
        train, validation, test = _with_shares(train, validation, test)
        notes = (*notes, *elsewhere.notes, _told_file(elsewhere))
        warnings += outside_class_warnings(look, elsewhere, classes)
        warnings += outside_copy_warnings(look, elsewhere)
    for step, warn in enumerate((copy_warnings, group_warnings, order_warnings), start=2):
        warnings += warn(look)
        progress(step, _STEPS)
    groups = _groups(look) if dealt.method.by_group else None
    progress(_STEPS, _STEPS)
    return SplitReport(
        dealt.method,
        (recipe.split_column or "") if dealt.method.needs_column else "",
        look.target.name or "",
        classes,
        dealt.rows_in,
        train,
        validation,
        test,
        dealt.left_out,
        notes,
        tuple(sorted(warnings, key=lambda each: each.severity != "warning")),
        groups,
        look.thinning > 1,
    )


def _groups(look: Look) -> tuple[int, int, int]:
    """Groups in each part."""
    found = look.hashed_rows([look.recipe.split_column or ""], skip_missing=True)
    train, validation, test = (
        len(np.unique(found.hashes[found.codes == part])) * found.thinning for part in range(3)
    )
    return train, validation, test


def _with_shares(*parts: PartFigures) -> list[PartFigures]:
    total = max(1, sum(part.rows for part in parts))
    return [replace(part, share=part.rows / total) for part in parts]


def _told_file(rows: OutsideRows) -> Message:
    return message(
        "The test rows come from {file}: {rows} rows.",
        file=rows.table.path.name,
        rows=len(rows.rows),
    )
