"""Columns whose values look like keys of persons, families or devices, and stand on both sides."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.data.preparing.columnar import kind_of
from engine.data.preparing.split_report.finding import SplitWarning
from engine.data.preparing.split_report.look import HashedRows, Look
from engine.data.preparing.splits.facts import TRAIN
from engine.messages import message, message_n
from engine.recipe.recipe import Recipe
from engine.recipe.split import SplitMethod
from engine.schema import Column, Kind, Role

_KEYS = frozenset(
    [
        "id",
        "key",
        "no",
        "nr",
        "number",
        "code",
        "person",
        "patient",
        "subject",
        "participant",
        "respondent",
        "customer",
        "client",
        "user",
        "member",
        "account",
        "household",
        "family",
        "house",
        "home",
        "owner",
        "employee",
        "worker",
        "student",
        "pupil",
        "teacher",
        "player",
        "driver",
        "device",
        "machine",
        "sensor",
        "engine",
        "unit",
        "vehicle",
        "car",
        "session",
        "visit",
        "visitor",
        "ticket",
        "order",
        "invoice",
        "booking",
        "policy",
        "contract",
        "loan",
        "group",
        "cluster",
        "site",
        "plot",
        "batch",
        "lot",
        "donor",
        "animal",
        "author",
        "speaker",
        "hospital",
        "school",
        "company",
        "firm",
        "store",
        "shop",
        "merchant",
        "seller",
    ]
)
"""Words in the name of a column that may say who or what a row belongs to."""
_FEWEST_GROUPS = 10
_FEWEST_UNNAMED = 50
_LARGEST_UNNAMED = 20.0
_SHARED = 0.2
"""Share of the rows that must share their value, where the name of the column says nothing."""
_PAIRS = 200_000
_SURE = 4.0
"""Standard errors from which rows of one value are more alike than others."""
_ALIKE = 0.02


@dataclass(frozen=True, slots=True)
class _Groups:
    count: int
    rows: int
    shared: float
    """Share of the rows that share their value with another one."""
    both: int
    """Rows of validation and test whose value a training row has."""
    checked: int
    alike: bool
    """Whether rows of one value are more alike in the target than others."""


def group_warnings(look: Look) -> Iterator[SplitWarning]:
    """Values on both sides, of the column with the role group or of one that looks like a key."""
    if look.dealt.method.by_group:
        return
    named = look.recipe.named_with(Role.GROUP)
    if named is not None and named in look.schema:
        groups = _groups(look, look.hashed_rows([named], skip_missing=True))
        if groups.both:
            yield _told(look, look.schema[named], groups, sure=True)
        return
    found = []
    for column in look.schema.columns:
        said = _says_key(column.name, plural=column.kind is not Kind.NUMBER)
        if not _may_be_key(look, column, said=said):
            continue
        groups = _groups(look, look.hashed_rows([column.name], skip_missing=True))
        if _is_key(groups, said=said) and groups.both:
            found.append((groups.alike, said, groups.both, column, groups))
    if found:
        # One at a time: splitting by the first often ends the others too.
        alike, _, _, column, groups = max(found, key=lambda each: each[:3])
        yield _told(look, column, groups, sure=alike)


def _may_be_key(look: Look, column: Column, *, said: bool) -> bool:
    if look.role(column.name) not in (Role.FEATURE, Role.IGNORE, Role.GROUP):
        return False
    if column.is_constant or column.distinct < _FEWEST_GROUPS:
        return False
    kind = kind_of(look.recipe.column(column.name), look.schema)
    filled = look.schema.rows - column.missing
    if column.distinct >= filled:
        return False
    if kind is Kind.NUMBER:
        return said and column.integer
    if kind not in (Kind.CATEGORY, Kind.TEXT):
        return False
    return said or (
        column.distinct >= _FEWEST_UNNAMED and filled / column.distinct <= _LARGEST_UNNAMED
    )


def _says_key(name: str, *, plural: bool) -> bool:
    """Whether a name says who or what a row belongs to; a number of “households” counts them."""
    words = [word.casefold() for word in re.findall(r"[A-Z]?[a-z]+|[A-Z]+|\d+", name)]
    return any(
        word in _KEYS or (plural and word[-1:] == "s" and word[:-1] in _KEYS) for word in words
    )


def _is_key(groups: _Groups, *, said: bool) -> bool:
    if groups.count < _FEWEST_GROUPS:
        return False
    if said and groups.rows / groups.count >= 1.2:
        return groups.alike or groups.rows / groups.count <= _LARGEST_UNNAMED
    return groups.alike and groups.shared >= _SHARED


def _groups(look: Look, found: HashedRows) -> _Groups:
    values, places, sizes = np.unique(found.hashes, return_inverse=True, return_counts=True)
    both = found.on_both_sides()
    thinning = found.thinning
    shared = float(sizes[sizes > 1].sum()) / max(1, len(found.rows))
    return _Groups(
        len(values) * thinning,
        len(found.rows) * thinning,
        shared,
        int(np.count_nonzero(both)) * thinning,
        found.checked * thinning,
        _are_alike(look, found, places),
    )


def _are_alike(look: Look, found: HashedRows, places: NDArray[np.int64]) -> bool:
    """Whether two training rows of one value agree in the target more often than by chance."""
    mine = np.flatnonzero(found.codes == TRAIN)
    order = mine[np.argsort(places[mine], kind="stable")]
    first = np.flatnonzero(places[order][1:] == places[order][:-1])
    if len(first) < _FEWEST_GROUPS:
        return False
    if len(first) > _PAIRS:
        first = first[:: len(first) // _PAIRS + 1]
    one, other = found.rows[order[first]], found.rows[order[first + 1]]
    labels = _targets(look, np.unique(np.concatenate([one, other])))
    left, right = labels[one], labels[other]
    if look.is_number:
        left, right = left - labels.mean, right - labels.mean
        spread = labels.deviation**2
        agreement = float(np.mean(left * right)) / spread if spread > 0 else 0.0
        return agreement > _ALIKE and agreement * np.sqrt(len(first)) > _SURE
    chance = labels.chance
    agreement = float(np.mean(left == right))
    error = np.sqrt(max(chance * (1 - chance), 1e-9) / len(first))
    return agreement - chance > _ALIKE and (agreement - chance) / error > _SURE


class _Targets:
    """Values of the target by row, and how they are spread."""

    def __init__(self, rows: NDArray[np.int64], values: NDArray[np.float64]) -> None:
        self._rows, self._values = rows, values
        known = values[~np.isnan(values)]
        self.mean = float(known.mean()) if len(known) else 0.0
        self.deviation = float(known.std()) if len(known) else 0.0
        counts = np.unique(known, return_counts=True)[1] / max(1, len(known))
        self.chance = float(np.square(counts).sum())

    def __getitem__(self, rows: NDArray[np.int64]) -> NDArray[np.float64]:
        found: NDArray[np.float64] = self._values[np.searchsorted(self._rows, rows)]
        return found


def _targets(look: Look, rows: NDArray[np.int64]) -> _Targets:
    values = np.full(len(rows), np.nan)
    names: dict[str, int] = {}
    for span in look.spans():
        low, high = np.searchsorted(rows, (span.start, span.stop))
        if low == high:
            continue
        here = rows[low:high] - span.start
        if look.is_number:
            values[low:high] = look.numbers(span)[here]
            continue
        encoded = look.classes(span).dictionary_encode()
        own = [names.setdefault(t, len(names)) for t in encoded.dictionary.to_pylist()]
        places = encoded.indices.fill_null(len(own)).to_numpy(zero_copy_only=False)
        values[low:high] = np.asarray([*own, np.nan], np.float64)[places[here]]
    return _Targets(rows, values)


def _told(look: Look, column: Column, groups: _Groups, *, sure: bool) -> SplitWarning:
    name = column.name
    alike = message(
        "{groups} values of “{column}” stand for {rows} rows, and rows of one value are alike in the target. A model that knows one of them knows the others.",
        groups=groups.count,
        rows=groups.rows,
        column=name,
    )
    unsure = message(
        "{groups} values of “{column}” stand for {rows} rows. If they are persons, families or devices, new ones will come that training has not seen.",
        groups=groups.count,
        rows=groups.rows,
        column=name,
    )
    return SplitWarning(
        "groups",
        "warning" if sure else "info",
        message_n(
            "{count} row of validation and test shares its {column} with training",
            "{count} rows of validation and test share their {column} with training",
            groups.both,
            column=name,
        ),
        alike if groups.alike else unsure,
        groups.both,
        name,
        message("Split by {column}", column=name),
        by_group(look, name),
        look.thinning > 1,
    )


def by_group(look: Look, name: str) -> Recipe:
    """The recipe with the column as group: whole groups in one part, balanced where classes were."""
    recipe = look.recipe
    for column in recipe.columns:
        if column.role is Role.GROUP and column.name != name:
            recipe = recipe.with_column(column.model_copy(update={"role": Role.IGNORE}))
    spec = recipe.column(name)
    kind = spec.kind or look.schema[name].kind
    recipe = recipe.with_column(spec.model_copy(update={"role": Role.GROUP, "kind": kind}))
    balanced = look.dealt.method is SplitMethod.STRATIFIED
    method = SplitMethod.STRATIFIED_GROUP if balanced else SplitMethod.GROUP
    return recipe.with_split(method=method, column=None)
