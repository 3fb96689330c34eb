"""The loss that suits the task; replaced before training starts."""

from __future__ import annotations

from typing import ClassVar, Literal

from engine.messages import N_
from engine.recipe.families import Loss


class Auto(Loss):
    """Cross-entropy for classes, squared error for numbers."""

    title: ClassVar[str] = N_("Auto")
    summary: ClassVar[str] = N_("Cross-entropy for classes, squared error for numbers.")
    order: ClassVar[int] = 0
    tasks: ClassVar[tuple[str, ...]] = ("binary", "multiclass", "regression")

    kind: Literal["auto"] = "auto"
