"""What a network is fed with and what it has to give: names and sizes only."""

from __future__ import annotations

from dataclasses import dataclass

from engine.recipe.families import CategoryEncoder


@dataclass(frozen=True, slots=True)
class Inputs:
    """The shape of prepared rows."""

    numbers: tuple[str, ...]
    """Names of the float32 inputs, in order."""
    categories: tuple[tuple[str, int], ...]
    """Name and number of levels of each code column; code 0, the unknown level, is counted."""
    outputs: int
    """1 for regression and binary classification, the number of classes otherwise."""

    encoders: tuple[CategoryEncoder | None, ...] = ()
    """How the network takes each code column; None, or nothing at all: as the model's `categories`."""

    @property
    def levels(self) -> tuple[int, ...]:
        """Number of levels of each code column."""
        return tuple(count for _, count in self.categories)
