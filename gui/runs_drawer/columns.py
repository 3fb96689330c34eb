"""The columns of the table of runs: what each shows, is sorted by and says to a screen reader."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from enum import IntEnum
from typing import TYPE_CHECKING, TypeAlias

from gui.i18n import render, tr
from gui.models.run_words import (
    NOTHING,
    clock,
    run_title,
    score,
    score_with_spread,
    status_look,
    validation_title,
)

if TYPE_CHECKING:
    from engine.store.summary import RunSummary

SortKey: TypeAlias = tuple[int, float | str]
"""Missing values (first part 1) go last in ascending order."""


class Column(IntEnum):
    """The columns from left to right."""

    OVERLAY = 0
    STAR = 1
    RUN = 2
    NAME = 3
    STATUS = 4
    EPOCH = 5
    LOSS = 6
    BEST = 7
    LEFT = 8
    DURATION = 9
    DEVICE = 10
    NOTE = 11


WIDTHS = {
    Column.OVERLAY: 44,
    Column.STAR: 30,
    Column.RUN: 92,
    Column.NAME: 138,
    Column.STATUS: 120,
    Column.EPOCH: 160,
    Column.LOSS: 112,
    Column.BEST: 140,
    Column.LEFT: 84,
    Column.DURATION: 76,
    Column.DEVICE: 64,
}
"""Widths in px at text size 100%; the note takes what is left."""

RIGHT_ALIGNED = frozenset({Column.BEST, Column.LEFT, Column.DURATION})


@dataclass(frozen=True, slots=True)
class _Definition:
    title: Callable[[], str]
    text: Callable[[RunSummary], str]
    key: Callable[[RunSummary], SortKey]


def _number(value: float | None) -> SortKey:
    known = value is not None and math.isfinite(value)
    return (0, float(value)) if known and value is not None else (1, 0.0)


def _words(text: str) -> SortKey:
    return (0, text.casefold()) if text else (1, "")


def _last_loss(run: RunSummary) -> float | None:
    return run.sparkline[-1] if run.sparkline else None


def _note(run: RunSummary) -> str:
    """What a person wrote, then what the program has to say; tags are drawn before it."""
    told = render(run.note) if run.note is not None else ""
    return " · ".join(text for text in (run.remark, told) if text)


_STATUS_ORDER = (
    "running",
    "starting",
    "stopping",
    "paused",
    "queued",
    "interrupted",
    "failed",
    "stopped",
    "pruned",
    "stopped_early",
    "done",
    "damaged",
)

_DEFINITIONS: dict[Column, _Definition] = {
    Column.OVERLAY: _Definition(lambda: "", lambda run: "", lambda run: _number(0)),
    Column.STAR: _Definition(
        lambda: "", lambda run: "", lambda run: _number(0 if run.favourite else 1)
    ),
    Column.RUN: _Definition(lambda: tr("Run"), run_title, lambda run: _number(run.number)),
    Column.NAME: _Definition(lambda: tr("Name"), lambda run: run.name, lambda r: _words(r.name)),
    Column.STATUS: _Definition(
        lambda: tr("Status"),
        lambda run: status_look(run.status).word,
        lambda run: _number(_STATUS_ORDER.index(run.status.value)),
    ),
    Column.EPOCH: _Definition(
        lambda: tr("Epoch"),
        lambda run: f"{run.epoch} / {run.epochs}" if run.epochs else str(run.epoch),
        lambda run: _number(run.epoch),
    ),
    Column.LOSS: _Definition(
        lambda: validation_title("loss"),
        lambda run: score(_last_loss(run)),
        lambda run: _number(_last_loss(run)),
    ),
    Column.BEST: _Definition(lambda: tr("Best"), score_with_spread, lambda run: _number(run.best)),
    Column.LEFT: _Definition(
        lambda: tr("Time left"),
        lambda run: clock(run.seconds_left),
        lambda run: _number(run.seconds_left),
    ),
    Column.DURATION: _Definition(
        lambda: tr("Duration"),
        lambda run: clock(run.duration) if run.duration else NOTHING,
        lambda run: _number(run.duration),
    ),
    Column.DEVICE: _Definition(
        lambda: tr("Device"),
        lambda run: run.device.upper() if run.device != "auto" else "",
        lambda run: _words(run.device),
    ),
    Column.NOTE: _Definition(lambda: tr("Note"), _note, lambda run: _words(_note(run))),
}


def title(column: Column) -> str:
    """The header of a column."""
    return _DEFINITIONS[column].title()


def best_title(monitor: str) -> str:
    """The header of the best scores when all runs are judged by one metric."""
    return tr("Best {metric}", metric=validation_title(monitor, start=False))


def text(column: Column, run: RunSummary) -> str:
    """What a cell says."""
    return _DEFINITIONS[column].text(run)


def sort_key(column: Column, run: RunSummary) -> SortKey:
    """What a column is sorted by."""
    return _DEFINITIONS[column].key(run)


def sort_key_of(column: Column) -> Callable[[RunSummary], SortKey]:
    """What a column is sorted by, for very many runs."""
    return _DEFINITIONS[column].key


def note_as_typed(run: RunSummary) -> str:
    """A run's note and tags as one line to edit: `#` makes a word a tag."""
    return " ".join((run.remark, *(f"#{tag}" for tag in run.tags))).strip()


def note_and_tags(typed: str) -> tuple[str, tuple[str, ...]]:
    """The inverse of `note_as_typed`."""
    words = typed.split(" ")
    tags = tuple(word[1:] for word in words if len(word) > 1 and word.startswith("#"))
    rest = [word for word in words if not (len(word) > 1 and word.startswith("#"))]
    return " ".join(rest).strip(), tags


def spoken(column: Column, run: RunSummary, *, overlaid: bool) -> str:
    """What a screen reader says of a cell, and its tooltip; empty where the text says it all."""
    match column:
        case Column.OVERLAY:
            return tr("Drawn on the charts") if overlaid else tr("Not drawn on the charts")
        case Column.STAR:
            return tr("Favourite") if run.favourite else tr("No favourite")
        case Column.EPOCH:
            return tr("Epoch {epoch} of {epochs}", epoch=run.epoch, epochs=run.epochs)
        case Column.LOSS if run.sparkline:
            return tr(
                "Validation loss from {first} to {last}",
                first=score(run.sparkline[0]),
                last=score(run.sparkline[-1]),
            )
        case Column.LOSS:
            return tr("No validation loss yet")
        case Column.BEST if run.best is not None:
            return tr(
                "Best {metric}: {value}",
                metric=validation_title(run.monitor, start=False),
                value=score_with_spread(run),
            )
    return ""
