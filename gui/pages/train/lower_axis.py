"""The lower axis of the charts: its words, and where it ends for a run that still trains."""

from __future__ import annotations

from collections.abc import Callable
from itertools import cycle

from gui.i18n import tr
from gui.models.run_words import clock
from gui.pages.train.chart_bar import XAxis
from gui.pages.train.members import Members


def axis_words(axis: XAxis, members: Members) -> tuple[Callable[[float], str], str]:
    """How values read, and the word at the end; of a run that holds others an epoch is one of them."""
    if members is not Members.EPOCHS and axis is not XAxis.TIME:
        return _whole, members.word
    match axis:
        case XAxis.EPOCH:
            return (lambda value: f"{value:,g}"), members.word
        case XAxis.STEP:
            return (lambda value: f"{value:,.0f}"), tr("step")
        case XAxis.TIME:
            return clock, tr("time")


def _whole(value: float) -> str:
    """There is nothing between two folds."""
    return f"{value:,.0f}" if value == round(value) else ""


def place_words(axis: XAxis, x: float, members: Members) -> str:
    """A place on the axis, as the head of a readout."""
    if members is not Members.EPOCHS and axis is not XAxis.TIME:
        return members.place(round(x))
    match axis:
        case XAxis.EPOCH:
            return members.place(round(x) if x == round(x) else round(x, 2))
        case XAxis.STEP:
            return tr("Step {step}", step=round(x))
        case XAxis.TIME:
            return clock(x)


def room(end: float, least: float, planned: float | None) -> float:
    """Where the axis ends for a live run that has come to `end`.

    It grows from `least` in steps (2, 5, 10 … times) up to what is planned, so that it neither crawls
    nor stays nearly empty for long.
    """
    if planned is not None and end >= 0.4 * planned:
        return planned
    found = least
    factors = cycle((2.0, 2.5, 2.0))
    while found < 1.1 * end:
        found *= next(factors)
    return found if planned is None else min(found, planned)
