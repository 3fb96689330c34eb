"""Weights that a run begins with instead of chance: those of another run."""

from __future__ import annotations

from pydantic import Field

from engine.messages import N_
from engine.recipe.parts import Frozen

BEST = "best"


class Start(Frozen):
    """Begin with what another run has learned, wherever the two networks are alike."""

    run: str = Field(
        min_length=1,
        max_length=200,
        title=N_("Run"),
        description=N_("The run whose weights are taken, by its id, its number or its name."),
    )
    checkpoint: str = Field(
        default=BEST,
        pattern=r"^[\w-]{1,64}$",
        title=N_("Checkpoint"),
        description=N_(
            "Which of its weights: best, last, or one that was kept, such as epoch-0012."
        ),
    )
