"""The plan to train one recipe with several seeds."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from engine.recipe.parts import Frozen

MOST_SEEDS = 100


class Seeds(Frozen):
    """The same recipe again with the seeds that follow its own; rows are split in the same way."""

    kind: Literal["seeds"] = "seeds"
    seeds: int = Field(default=5, ge=2, le=MOST_SEEDS)

    @property
    def runs(self) -> int:
        """How many runs it asks for."""
        return self.seeds
