"""Missing values as the most frequent level."""

from __future__ import annotations

from typing import ClassVar, Literal

from engine.messages import N_
from engine.recipe.column_families import Fill
from engine.schema import Kind


class MostFrequent(Fill):
    """The level that most training rows have."""

    title: ClassVar[str] = N_("Most frequent")
    summary: ClassVar[str] = N_("The level that most training rows have.")
    order: ClassVar[int] = 20
    kinds: ClassVar[tuple[Kind, ...]] = (Kind.CATEGORY,)

    kind: Literal["most_frequent"] = "most_frequent"
