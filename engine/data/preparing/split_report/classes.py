"""Figures of the parts, and classes that a part lacks."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from engine.data.preparing.derived.formula import value_type_of
from engine.data.preparing.derived.source import column_types
from engine.data.preparing.levels import sorted_levels
from engine.data.preparing.split_report.finding import PartFigures, SplitWarning
from engine.data.preparing.split_report.look import Look
from engine.data.preparing.splits.facts import OUT
from engine.expressions.value_types import ValueType
from engine.messages import Message, message, message_n
from engine.recipe.recipe import Recipe
from engine.recipe.split import SplitMethod

_NAMED = 5
_STRATIFIED = {
    SplitMethod.RANDOM: SplitMethod.STRATIFIED,
    SplitMethod.GROUP: SplitMethod.STRATIFIED_GROUP,
}

ClassCounts = NDArray[np.int64]


def class_counts(look: Look) -> tuple[tuple[str, ...], ClassCounts]:
    """Classes in their order, and (3, classes): rows of each in train, validation and test."""
    counts: dict[str, ClassCounts] = {}
    for span in look.spans():
        encoded = look.classes(span).dictionary_encode()
        names = encoded.dictionary.to_pylist()
        codes = look.codes[span]
        places = encoded.indices.fill_null(len(names)).to_numpy(zero_copy_only=False)
        known = (codes != OUT) & (places < len(names))
        flat = np.bincount(
            codes[known].astype(np.int64) * len(names) + places[known], minlength=3 * len(names)
        ).reshape(3, len(names))
        for place, name in enumerate(names):
            counts[name] = counts.get(name, np.zeros(3, np.int64)) + flat[:, place]
    present = {name for name, found in counts.items() if found.any()}
    order = look.outcome.ordered(sorted_levels(present))
    if not order:
        return (), np.zeros((3, 0), np.int64)
    return order, np.stack([counts[name] for name in order], axis=1)


def class_figures(counts: ClassCounts) -> tuple[PartFigures, PartFigures, PartFigures]:
    """The figures of the three parts."""
    rows = counts.sum(axis=1)
    total = max(1, int(rows.sum()))
    train, validation, test = (
        PartFigures(int(rows[part]), int(rows[part]) / total, tuple(counts[part].tolist()))
        for part in range(3)
    )
    return train, validation, test


def number_figures(look: Look) -> tuple[PartFigures, PartFigures, PartFigures]:
    """Rows, mean and deviation of a number target in the three parts."""
    rows, shift = np.zeros(3), None
    sums, squares = np.zeros(3), np.zeros(3)
    for span in look.spans():
        values, codes = look.numbers(span), look.codes[span]
        known = (codes != OUT) & ~np.isnan(values)
        if shift is None and known.any():
            shift = float(values[known][0])  # so that squares of large numbers lose nothing
        moved = values[known] - (shift or 0.0)
        rows += np.bincount(codes[known], minlength=3)
        sums += np.bincount(codes[known], moved, 3)
        squares += np.bincount(codes[known], moved * moved, 3)
    total = max(1.0, float(rows.sum()))
    found = []
    for part in range(3):
        count = int(rows[part])
        if not count:
            found.append(PartFigures(0, 0.0))
            continue
        mean = float(sums[part]) / count
        spread = math.sqrt(max(0.0, float(squares[part]) / count - mean * mean))
        found.append(PartFigures(count, count / total, (), mean + (shift or 0.0), spread))
    return found[0], found[1], found[2]


def class_warnings(
    look: Look, names: tuple[str, ...], counts: ClassCounts
) -> Iterator[SplitWarning]:
    """Classes without a training row, and classes too rare to be in every part."""
    asked = np.count_nonzero(counts.sum(axis=1))
    unlearned = [place for place in range(len(names)) if counts[0, place] == 0]
    if unlearned:
        rows = int(counts[:, unlearned].sum())
        label, fixed = _taught(look, [names[place] for place in unlearned], rows)
        yield SplitWarning(
            "class_without_training",
            "warning",
            message_n(
                "{count} class has no training row",
                "{count} classes have no training row",
                len(unlearned),
            ),
            message_n(
                "{names}: it cannot be learned, and its {rows} rows are left out of the score.",
                "{names}: they cannot be learned, and their {rows} rows are left out of the score.",
                len(unlearned),
                names=_listed([names[place] for place in unlearned]),
                rows=rows,
            ),
            rows,
            look.target.name,
            label,
            fixed,
        )
    rare = [
        place
        for place in range(len(names))
        if place not in unlearned and counts[:, place].sum() < asked
    ]
    if rare:
        rows = int(counts[:, rare].sum())
        yield SplitWarning(
            "rare_class",
            "warning",
            message_n(
                "{count} class is too rare to be in every part",
                "{count} classes are too rare to be in every part",
                len(rare),
            ),
            message_n(
                "{names}: fewer rows than parts, so that it is not scored everywhere.",
                "{names}: fewer rows than parts, so that they are not scored everywhere.",
                len(rare),
                names=_listed([names[place] for place in rare]),
            ),
            rows,
            look.target.name,
            message("Leave their rows out"),
            without_classes(look, [names[place] for place in rare]),
        )


def _taught(look: Look, names: list[str], rows: int) -> tuple[Message, Recipe | None]:
    method = look.dealt.method
    if method in _STRATIFIED and rows > len(names):
        return message("Balance the classes"), look.recipe.with_split(method=_STRATIFIED[method])
    return message("Leave their rows out"), without_classes(look, names)


def without_classes(look: Look, names: list[str]) -> Recipe | None:
    """The recipe with a condition that leaves out the rows of these classes."""
    target = look.target.name or ""
    renamed = look.outcome.renamed
    values = [value for value, name in renamed.items() if name in names]
    values += [name for name in names if name not in renamed.values()]
    cell_type = column_types(look.source, look.recipe).get(target)
    if cell_type is None or "`" in target:
        return None
    kind = value_type_of(cell_type)
    if kind is ValueType.NUMBER:
        shown = ", ".join(values)
    elif kind is ValueType.TEXT:
        shown = ", ".join(json.dumps(value, ensure_ascii=False) for value in values)
        if any(ord(letter) < 32 or letter in '"\\' for value in values for letter in value):
            return None
    else:
        return None
    condition = f"`{target}` not in ({shown})"
    where = look.recipe.rows.where
    where = condition if where is None else f"({where}) and {condition}"
    rules = look.recipe.rows.model_copy(update={"where": where})
    return look.recipe.model_copy(update={"rows": rules})


def _listed(names: list[str]) -> str:
    return ", ".join(names[:_NAMED]) + (" …" if len(names) > _NAMED else "")
