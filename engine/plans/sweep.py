"""The plan to try values of a recipe's fields, each trial in a run of its own."""

from __future__ import annotations

import math
from itertools import product
from typing import Annotated, Literal, Self, TypeAlias

from pydantic import Field, model_validator

from engine.messages import N_, message
from engine.recipe.parts import Frozen
from engine.recipe.refusals import Refused

MOST_TRIALS = 10_000
GRID_POINTS = 5
"""Values of a range in a grid, unless it says otherwise."""

Value: TypeAlias = bool | int | float | str | tuple[int, ...] | tuple[float, ...] | None
"""What a field is set to: plain, as in a recipe's JSON."""


class Range(Frozen):
    """Numbers from `low` to `high`, both among them."""

    kind: Literal["range"] = "range"
    low: float
    high: float
    log: bool = False
    """Whether factors count rather than differences."""
    whole: bool = False
    points: int = Field(default=GRID_POINTS, ge=2, le=1000)
    """How many values of it a grid tries."""

    @model_validator(mode="after")
    def _is_a_range(self) -> Self:
        if not self.low < self.high:
            raise Refused(
                message("the range goes from {low} to {high}", low=self.low, high=self.high)
            )
        if self.log and self.low <= 0:
            raise Refused(message("a logarithmic range starts above 0"))
        if self.whole and (self.low != int(self.low) or self.high != int(self.high)):
            raise Refused(message("a range of whole numbers has whole ends"))
        return self

    def grid(self) -> tuple[float | int, ...]:
        """The values that a grid tries, evenly apart."""
        steps = [place / (self.points - 1) for place in range(self.points)]
        if self.log:
            span = math.log(self.high / self.low)
            found = [self.low * math.exp(span * step) for step in steps]
        else:
            found = [self.low + (self.high - self.low) * step for step in steps]
        found[0], found[-1] = self.low, self.high
        if self.whole:
            return tuple(dict.fromkeys(round(value) for value in found))
        return tuple(float(f"{value:.6g}") for value in found)


class Choices(Frozen):
    """One of several values."""

    kind: Literal["choices"] = "choices"
    values: tuple[Value, ...] = Field(min_length=2, max_length=1000)

    @model_validator(mode="after")
    def _are_different(self) -> Self:
        if len({repr(value) for value in self.values}) < len(self.values):
            raise Refused(message("a value is listed twice"))
        return self

    def grid(self) -> tuple[Value, ...]:
        """All of them."""
        return self.values


Domain: TypeAlias = Annotated[Range | Choices, Field(discriminator="kind")]


class SweptField(Frozen):
    """A field of the recipe and what is tried in it."""

    path: str = Field(min_length=1)
    """As in `--set`: `training.optimizer.learning_rate`."""
    domain: Domain


class Sweep(Frozen):
    """Which fields are tried, how, and for how long."""

    kind: Literal["sweep"] = "sweep"
    fields: tuple[SweptField, ...] = Field(min_length=1, max_length=30)
    method: Literal["tpe", "random", "grid"] = Field(
        default="tpe",
        title=N_("Method"),
        json_schema_extra={
            "labels": {"tpe": N_("Bayesian (TPE)"), "random": N_("Random"), "grid": N_("Grid")}
        },
    )
    trials: int | None = Field(default=None, ge=1, le=MOST_TRIALS)
    """At most so many; None: until the time is over, or the grid has been gone through."""
    minutes: float | None = Field(default=None, gt=0, le=100_000)
    """For all of it; None: no limit."""
    prune: Literal["none", "median", "hyperband"] = Field(
        default="none",
        title=N_("Pruning"),
        json_schema_extra={
            "labels": {
                "none": N_("None"),
                "median": N_("Behind the median"),
                "hyperband": N_("Hyperband"),
            }
        },
    )
    seed: int = Field(default=0, ge=0, le=2**31 - 1)
    """Of what is tried; the recipe has a seed of its own."""

    @model_validator(mode="after")
    def _can_be_run(self) -> Self:
        paths = [field.path for field in self.fields]
        if len(set(paths)) < len(paths):
            raise Refused(message("a field is listed twice"))
        if self.trials is None and self.minutes is None and self.method != "grid":
            raise Refused(message("a sweep needs a number of trials or a time"))
        if self.method == "grid" and self.grid_size > MOST_TRIALS:
            raise Refused(
                message(
                    "the grid has {points} points; at most {most} are tried",
                    points=self.grid_size,
                    most=MOST_TRIALS,
                )
            )
        return self

    @property
    def grid_size(self) -> int:
        """How many trials a grid over all of it has."""
        return math.prod(len(field.domain.grid()) for field in self.fields)

    @property
    def runs(self) -> int:
        """How many trials it has at most; 0 where only the time limits it."""
        if self.method == "grid":
            return min(self.grid_size, self.trials or self.grid_size)
        return self.trials or 0

    def grid(self) -> tuple[tuple[Value, ...], ...]:
        """The points of the grid, the last field changing fastest."""
        return tuple(product(*(field.domain.grid() for field in self.fields)))
