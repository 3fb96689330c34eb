"""What a run that holds others trains one after another, and the words for it; epochs of a single run."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from typing import TYPE_CHECKING

from engine.messages import N_
from gui.i18n import tr

if TYPE_CHECKING:
    from engine.recipe.recipe import Recipe
    from engine.store.summary import RunSummary


class Members(Enum):
    """What one point of the curves stands for."""

    EPOCHS = "epochs"
    """It holds no others."""
    FOLDS = "folds"
    SEEDS = "seeds"
    TRIALS = "trials"
    NETWORKS = "networks"

    @classmethod
    def of(cls, run: RunSummary, recipe: Recipe | None, *, several: bool) -> Members:
        """What a run holds; `several`: it trains more than one network."""
        if run.holds:
            return cls.TRIALS if run.holds == "sweep" else cls.SEEDS
        if run.folds or (recipe is not None and recipe.split.cross_validates):
            return cls.FOLDS
        return cls.NETWORKS if several else cls.EPOCHS

    @property
    def word(self) -> str:
        """One of them, at the end of an axis."""
        return tr(_WORDS[self])

    @property
    def title(self) -> str:
        """One of them, before its number."""
        return tr(_TITLES[self])

    def place(self, number: float) -> str:
        """The one with a number, counted from 1."""
        return tr(_PLACES[self], number=number)

    def best(self, number: int) -> str:
        """The best one, beside its mark."""
        return tr(_BEST[self], number=number)

    @property
    def best_title(self) -> str:
        """A heading."""
        return tr(_BEST_TITLES[self])

    def scored(self, metric: str, number: int) -> str:
        """What a figure of the best one is."""
        return tr(_SCORED[self], metric=metric, number=number)

    @property
    def waiting(self) -> str:
        """When there will be something to see."""
        return tr(_WAITING[self])

    @property
    def pause_tip(self) -> str:
        """What a pause of all of them does; of a single run there is nothing to tell."""
        if self is Members.EPOCHS:
            return ""
        return tr("The one that trains now is held at its next step, and no other begins.")

    @property
    def stop_tip(self) -> str:
        """What the end of all of them does."""
        return tr(_STOP_TIPS[self])

    @property
    def end(self) -> str:
        """A button that ends the one that trains now."""
        return tr(_END[self])


_WORDS: Mapping[Members, str] = {
    Members.EPOCHS: N_("epoch"),
    Members.FOLDS: N_("fold"),
    Members.SEEDS: N_("seed"),
    Members.TRIALS: N_("trial"),
    Members.NETWORKS: N_("network"),
}
_TITLES = {
    Members.EPOCHS: N_("Epoch"),
    Members.FOLDS: N_("Fold"),
    Members.SEEDS: N_("Seed"),
    Members.TRIALS: N_("Trial"),
    Members.NETWORKS: N_("Network"),
}
_PLACES = {
    Members.EPOCHS: N_("Epoch {number}"),
    Members.FOLDS: N_("Fold {number}"),
    Members.SEEDS: N_("Seed no. {number}"),
    Members.TRIALS: N_("Trial {number}"),
    Members.NETWORKS: N_("Network {number}"),
}
_BEST = {
    Members.EPOCHS: N_("best {number}"),
    Members.FOLDS: N_("best fold {number}"),
    Members.SEEDS: N_("best seed no. {number}"),
    Members.TRIALS: N_("best trial {number}"),
    Members.NETWORKS: N_("best network {number}"),
}
_BEST_TITLES = {
    Members.EPOCHS: N_("Best epoch"),
    Members.FOLDS: N_("Best fold"),
    Members.SEEDS: N_("Best seed"),
    Members.TRIALS: N_("Best trial"),
    Members.NETWORKS: N_("Best network"),
}
_SCORED = {
    Members.EPOCHS: N_("{metric}, epoch {number}"),
    Members.FOLDS: N_("{metric}, fold {number}"),
    Members.SEEDS: N_("{metric}, seed no. {number}"),
    Members.TRIALS: N_("{metric}, trial {number}"),
    Members.NETWORKS: N_("{metric}, network {number}"),
}
_WAITING = {
    Members.EPOCHS: N_("After the first epoch"),
    Members.FOLDS: N_("After the first fold"),
    Members.SEEDS: N_("After the first seed"),
    Members.TRIALS: N_("After the first trial"),
    Members.NETWORKS: N_("After the first network"),
}
_END = {
    Members.EPOCHS: N_("Stop"),
    Members.FOLDS: N_("End this fold"),
    Members.SEEDS: N_("End this seed"),
    Members.TRIALS: N_("End this trial"),
    Members.NETWORKS: N_("End this network"),
}
_STOP_TIPS = {
    Members.EPOCHS: N_("End training and keep the best weights."),
    Members.FOLDS: N_("End all folds and keep the model of the best one so far."),
    Members.SEEDS: N_("End all seeds and keep the model of the best one so far."),
    Members.TRIALS: N_("End the sweep and keep the model of the best trial so far."),
    Members.NETWORKS: N_("End all networks and keep those that are trained so far."),
}
