"""What a network is fed with and what it has to give: names and sizes only."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from engine.recipe.families import CategoryEncoder
from engine.schema import Task


class OutputForm(StrEnum):
    """What a network's outputs are; of several targets all have the same form, one after another."""

    VALUES = "values"
    """Standardised values, or logarithms of rates; with levels one output for each."""
    GAUSSIAN = "gaussian"
    """Pairs: a standardised mean and its raw deviation, see `engine.data.preparing.target.gaussian`."""
    LOGITS = "logits"
    """Each output by itself: of the second class, or of yes."""
    THRESHOLDS = "thresholds"
    """Of ordered classes: the logit of being above each class but the last; they never increase."""
    SHARES = "shares"
    """One logit per class, which together are shares."""

    @classmethod
    def of_task(cls, task: Task) -> OutputForm:
        """What is usual for a task."""
        if not task.is_classification:
            return cls.VALUES
        return cls.SHARES if task is Task.MULTICLASS else cls.LOGITS


@dataclass(frozen=True, slots=True)
class Inputs:
    """The shape of prepared rows."""

    numbers: tuple[str, ...]
    """Names of the float32 inputs, in order."""
    categories: tuple[tuple[str, int], ...]
    """Name and number of levels of each code column; code 0, the unknown level, is counted."""
    outputs: int
    """1 for a number or two classes, the number of classes otherwise; more where a loss wants more.

    Of several targets the outputs stand one after another.
    """

    encoders: tuple[CategoryEncoder | None, ...] = ()
    """How the network takes each code column; None, or nothing at all: as the model's `categories`."""
    form: OutputForm | None = None
    """What the outputs are; None: what is usual for the task."""

    is_log: bool = False
    """Outputs for numbers are logarithms of rates."""

    @property
    def levels(self) -> tuple[int, ...]:
        """Number of levels of each code column."""
        return tuple(count for _, count in self.categories)
