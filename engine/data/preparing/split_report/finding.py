"""The figures of a split, and its warnings, each with a recipe that mends it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from pydantic import RootModel

from engine.data.preparing.splits.facts import LeftOut
from engine.messages import Message
from engine.recipe.recipe import Recipe
from engine.recipe.split import SplitMethod

Severity: TypeAlias = Literal["warning", "info"]


@dataclass(frozen=True, slots=True)
class PartFigures:
    """One part."""

    rows: int
    share: float
    """Of all rows in the parts."""
    classes: tuple[int, ...] = ()
    """Rows of each class, in the order of `SplitReport.classes`; empty for a number."""
    mean: float | None = None
    """Of a number target."""
    deviation: float | None = None

    def class_share(self, place: int) -> float:
        """Share of a class among the rows of the part."""
        return self.classes[place] / self.rows if self.rows else 0.0


@dataclass(frozen=True, slots=True)
class SplitWarning:
    """What makes the split say more, or less, than it should."""

    code: str
    """`copies`, `groups`, `time_order`, `class_without_training` or `rare_class`."""
    severity: Severity
    title: Message
    detail: Message
    count: int
    """Rows that it concerns."""
    column: str | None = None
    fix_label: Message | None = None
    fixed: Recipe | None = None
    sampled: bool = False
    """Whether the count is estimated from a part of the rows."""

    @property
    def key(self) -> str:
        """What it is called from one look to the next."""
        return self.code if self.column is None else f"{self.code}/{self.column}"


@dataclass(frozen=True, slots=True)
class SplitReport:
    """What the split of a recipe makes of a table."""

    method: SplitMethod
    """In force: Auto replaced."""
    column: str
    """The column that it goes by; empty if by none."""
    target: str
    classes: tuple[str, ...]
    """Of the target; empty for a number."""
    rows_in: int
    train: PartFigures
    validation: PartFigures
    test: PartFigures
    left_out: tuple[LeftOut, ...]
    notes: tuple[Message, ...]
    warnings: tuple[SplitWarning, ...] = field(default=())
    groups: tuple[int, int, int] | None = None
    """Groups in train, validation and test; None for a split that keeps none."""
    sampled: bool = False
    """Whether the looks for copies and groups went over a part of the rows; figures never do."""

    @property
    def parts(self) -> tuple[tuple[str, PartFigures], ...]:
        """Name and figures of each part."""
        names = ("train", "validation", "test")
        return tuple(zip(names, (self.train, self.validation, self.test), strict=True))


class SplitAnswer(RootModel[SplitReport]):
    """A report as it goes from one process to another: the warnings' recipes survive the way."""
