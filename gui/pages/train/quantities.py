"""What the small charts can show of a run, and how its values read."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from engine.messages import N_
from gui.i18n import tr
from gui.models.run_words import NOTHING, rate

LEARNING_RATE, GRADIENT_NORM, THROUGHPUT = "learning_rate", "gradient_norm", "throughput"
UPDATE_RATIO, WEIGHT_NORM, DEAD_UNITS = "update_ratio", "weight_norm", "dead"
MEMORY = "memory"
SMALL = (
    LEARNING_RATE,
    GRADIENT_NORM,
    UPDATE_RATIO,
    WEIGHT_NORM,
    DEAD_UNITS,
    THROUGHPUT,
    MEMORY,
)
WATCHED = (UPDATE_RATIO, WEIGHT_NORM, DEAD_UNITS, MEMORY)
"""Found by looks into the network, a few in each epoch."""


@dataclass(frozen=True, slots=True)
class Quantity:
    """One thing that a chart can show."""

    name: str
    title: str
    """English, marked for translation."""
    format_value: Callable[[float], str]
    unit: float = 1.0
    """What values are multiplied by on the axis."""
    from_zero: bool = False
    log: bool = False


def _throughput(value: float) -> str:
    """A run of several networks has none of its own."""
    return tr("{rows} k rows/s", rows=f"{value / 1000:,.1f}") if value == value else NOTHING


def _percent(value: float) -> str:
    return tr("{share}%", share=rate(100 * value)) if value == value else NOTHING


def _megabytes(value: float) -> str:
    return tr("{size} MB", size=f"{value / 1e6:,.0f}") if value == value else NOTHING


def _norm(value: float) -> str:
    return rate(value, 2)


RATES = (Quantity(LEARNING_RATE, N_("Learning rate"), rate, log=True),)
NORMS = (
    Quantity(GRADIENT_NORM, N_("Gradient norm"), _norm, from_zero=True),
    Quantity(UPDATE_RATIO, N_("Update ratio"), _norm, log=True),
    Quantity(WEIGHT_NORM, N_("Weight norm"), _norm, from_zero=True),
    Quantity(DEAD_UNITS, N_("Dead units"), _percent, unit=100.0, from_zero=True),
)
SPEEDS = (
    Quantity(THROUGHPUT, N_("Throughput"), _throughput, unit=0.001, from_zero=True),
    Quantity(MEMORY, N_("Memory"), _megabytes, unit=1e-6, from_zero=True),
)
