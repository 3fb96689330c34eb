"""Which runs are shown, in which order, and how they fold: plain values, no Qt."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from gui.i18n import render
from gui.models.run_words import status_look
from gui.runs_drawer import columns
from gui.runs_drawer.columns import Column

if TYPE_CHECKING:
    from engine.store.run_filter import RunFilter
    from engine.store.summary import RunSummary


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the table."""

    run: RunSummary
    members: int = 0
    """How many runs fold under it."""
    unfolded: bool = False
    """Whether those are shown below it."""
    inside: bool = False
    """Whether it is a member, shown below its head."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a person wants to see."""

    filter: RunFilter
    column: Column = Column.RUN
    descending: bool = True
    unfolded: frozenset[str] = frozenset()
    """Ids of the heads whose members are shown."""


def visible(runs: Sequence[RunSummary], wanted: Wanted) -> list[Row]:
    """The lines from top to bottom: heads and single runs sorted, members below their head in their order.

    A filter shows a head for each member that passes, with those members below it.
    """
    known = {run.id for run in runs}
    members: dict[str, list[RunSummary]] = {}
    tops: list[RunSummary] = []
    for run in runs:
        if run.group is not None and run.group in known and run.group != run.id:
            members.setdefault(run.group, []).append(run)
        else:
            tops.append(run)
    if wanted.filter.is_empty:
        rows: list[Row] = []
        for run in _sorted(tops, wanted):
            inside = members.get(run.id, [])
            rows.extend(_with_members(run, inside, run.id in wanted.unfolded, wanted, inside))
        return rows
    passes = _Passing(wanted.filter)
    rows = []
    for run in _sorted(tops, wanted):
        inside = members.get(run.id, [])
        found = [member for member in inside if passes(member)]
        if found or passes(run):
            unfolded = bool(found) or run.id in wanted.unfolded
            rows.extend(_with_members(run, inside, unfolded, wanted, found or inside))
    return rows


def changed_runs(
    before: Sequence[RunSummary], now: Sequence[RunSummary]
) -> list[tuple[RunSummary, RunSummary]] | None:
    """Each run that is different, as it was and as it is; None where one comes, goes or moves."""
    if len(before) != len(now):
        return None
    others = [(was, run) for was, run in zip(before, now, strict=True) if was is not run]
    if any((was.id, was.group) != (run.id, run.group) for was, run in others):
        return None
    return [(was, run) for was, run in others if was != run]


def stays(was: RunSummary, run: RunSummary, wanted: Wanted) -> bool:
    """Whether a run that is different is shown where it was, or still not: the usual case in training."""
    if wanted.column is not Column.RUN:
        key = columns.sort_key_of(wanted.column)
        if key(was) != key(run):
            return False
    passes = _Passing(wanted.filter)
    return was.place == run.place and (wanted.filter.is_empty or passes(was) == passes(run))


def said(run: RunSummary, status: str) -> str:
    """What the table says of a run whose status is called so, in small letters."""
    parts = (
        columns.text(Column.RUN, run),
        str(run.number),
        run.name,
        status,
        run.trunk,
        run.dataset,
        run.target,
        render(run.note) if run.note is not None else "",
        run.remark,
        *run.tags,
    )
    return " ".join(parts).casefold()


class _Passing:
    def __init__(self, asked: RunFilter) -> None:
        self._asked = asked
        self._words: dict[str, str] = {}
        """What each status is called, looked up once for very many runs."""

    def __call__(self, run: RunSummary) -> bool:
        return self._asked.passes(run, self._said)

    def _said(self, run: RunSummary) -> str:
        word = self._words.get(run.status)
        if word is None:
            word = self._words[run.status] = status_look(run.status).word
        return said(run, word)


def _with_members(
    run: RunSummary,
    inside: Sequence[RunSummary],
    unfolded: bool,
    wanted: Wanted,
    shown: Iterable[RunSummary],
) -> list[Row]:
    if not inside:
        return [Row(run)]
    rows = [Row(run, len(inside), unfolded)]
    if unfolded:
        ordered = sorted(shown, key=lambda each: (each.place is None, each.place or 0, each.number))
        if wanted.column is not Column.RUN:
            ordered = _sorted(ordered, wanted)
        rows.extend(Row(member, inside=True) for member in ordered)
    return rows


def _sorted(runs: Sequence[RunSummary], wanted: Wanted) -> list[RunSummary]:
    """By the column; what has no value stays at the foot in both directions, equals are newest first."""
    if wanted.column is Column.RUN:  # they come newest first
        return list(runs) if wanted.descending else list(reversed(runs))
    key: Callable[[RunSummary], columns.SortKey] = columns.sort_key_of(wanted.column)
    keyed = [(key(run), run) for run in runs]
    there = [pair for pair in keyed if pair[0][0] == 0]
    there.sort(key=lambda pair: pair[0][1], reverse=wanted.descending)
    return [run for _, run in there] + [run for key_, run in keyed if key_[0] == 1]
