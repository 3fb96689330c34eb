"""Gradient boosting as one of the networks of a portfolio."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Literal

from pydantic import Field

from engine.messages import N_
from engine.recipe.families import Encoded, Trunk

if TYPE_CHECKING:
    from torch import nn


class BoostedTrees(Trunk):
    """Friedman, “Greedy function approximation: a gradient boosting machine”, Annals of Statistics 2001.

    Grown by scikit-learn's histogram method on the encoded rows (`engine.training.growing`) and kept as
    tensors, so that it predicts, is averaged with networks and is saved as they are. It is not in the
    gallery, where networks are chosen; Auto takes one into a portfolio, and a recipe may name it.
    """

    title: ClassVar[str] = N_("Boosted trees")
    summary: ClassVar[str] = N_("Trees, one mending the other. Errs in other ways than networks.")
    order: ClassVar[int] = 200
    is_grown: ClassVar[bool] = True

    kind: Literal["boosted_trees"] = "boosted_trees"
    rounds: int = Field(
        default=600,
        ge=1,
        le=2_000,
        title=N_("Rounds"),
        description=N_("Trees per output at most; validation rows may end it before."),
    )
    learning_rate: float = Field(
        default=0.05,
        gt=0.0,
        le=1.0,
        title=N_("Learning rate"),
        description=N_("Share of each tree that counts."),
    )
    leaves: int = Field(
        default=31,
        ge=2,
        le=1_024,
        title=N_("Leaves"),
        description=N_("Ends of a tree at most."),
    )
    depth: int = Field(
        default=10,
        ge=1,
        le=32,
        title=N_("Depth"),
        description=N_("Questions from the root to an end, at most."),
    )
    patience: int = Field(
        default=40,
        ge=1,
        le=2_000,
        title=N_("Patience"),
        description=N_("Rounds without a gain before it stops."),
    )

    def build(self, encoded: Encoded) -> tuple[nn.Module, int]:
        """The identity: (rows, width) to (rows, width)."""
        from torch import nn

        return nn.Identity(), encoded.width

    def build_head(self, width: int, outputs: int) -> nn.Module:
        """The trees."""
        from engine.models.blocks.trees import Trees

        return Trees(width, outputs, self.rounds, self.leaves, self.depth)
