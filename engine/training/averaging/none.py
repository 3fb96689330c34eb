"""No average."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Literal

from engine.messages import N_
from engine.recipe.families import Averaging

if TYPE_CHECKING:
    from torch import nn


class NoAveraging(Averaging):
    """The newest weights."""

    title: ClassVar[str] = N_("None")
    summary: ClassVar[str] = N_("The weights as the last step left them.")
    order: ClassVar[int] = 10

    kind: Literal["none"] = "none"

    def build(self, network: nn.Module) -> None:
        """Nothing."""
        del network
