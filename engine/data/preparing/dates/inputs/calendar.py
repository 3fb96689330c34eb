"""Dates as parts of the calendar."""

from __future__ import annotations

from typing import ClassVar, Literal

from pydantic import Field

from engine.messages import N_
from engine.recipe.column_families import DateInputs, DatePart

_ORDER: tuple[DatePart, ...] = (
    "year",
    "quarter",
    "month",
    "week",
    "day",
    "day_of_year",
    "weekday",
    "hour",
    "minute",
)


class Calendar(DateInputs):
    """Days since the first training date and parts of the calendar, those that repeat as circles."""

    title: ClassVar[str] = N_("Calendar parts")
    summary: ClassVar[str] = N_("Year, month, weekday and the like; those that repeat as circles.")
    order: ClassVar[int] = 10

    kind: Literal["calendar"] = "calendar"
    parts: tuple[DatePart, ...] = Field(
        default=("year", "month", "weekday", "hour"),
        title=N_("Parts"),
        description=N_(
            "Of year, quarter, month, week, day, day_of_year, weekday, hour, minute. Hour and minute count only where training dates have times of day."
        ),
    )
    cyclic: bool = Field(
        default=True,
        title=N_("As circles"),
        description=N_(
            "Sine and cosine, so that December is next to January. The year stays a number."
        ),
    )
    elapsed: bool = Field(
        default=True,
        title=N_("Elapsed time"),
        description=N_("Days since the first training date."),
    )
    weekend: bool = Field(
        default=False,
        title=N_("Weekend"),
        description=N_("An input that is 1 on Saturday and Sunday."),
    )

    @property
    def with_elapsed(self) -> bool:
        """As set, and always where nothing else is left."""
        return self.elapsed or not (self.parts or self.weekend)

    @property
    def numbers(self) -> tuple[DatePart, ...]:
        """The year, and the others unless they are circles."""
        return tuple(p for p in self._ordered if p == "year" or not self.cyclic)

    @property
    def circles(self) -> tuple[DatePart, ...]:
        """All but the year."""
        return tuple(p for p in self._ordered if p != "year" and self.cyclic)

    @property
    def with_weekend(self) -> bool:
        """As set."""
        return self.weekend

    @property
    def _ordered(self) -> tuple[DatePart, ...]:
        return tuple(part for part in _ORDER if part in self.parts)
