"""What the doctor is shown of a run: its history and recipe, as the figures that findings go by."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from engine import events
from engine.metrics import METRICS
from engine.recipe.recipe import Recipe
from engine.training.columns import Floats
from engine.training.history import History

RECENT = 0.2
"""Share of the epochs that counts as the end of a run."""


@dataclass(frozen=True)
class Case:
    """A run, alive or over."""

    history: History
    recipe: Recipe
    """As run, every `auto` replaced."""
    classes: tuple[str, ...] = ()
    """Names, in the order of their codes; empty for numbers, or when they are not known."""

    @property
    def epochs(self) -> int:
        """Done."""
        return self.history.epoch

    @property
    def started(self) -> events.RunStarted | None:
        """The first event."""
        return self.history.started

    @property
    def failed_with(self) -> str:
        """Class name of the error that ended the run; empty for none."""
        ended = self.history.ended
        return ended.error if isinstance(ended, events.RunFailed) else ""

    @property
    def ran_out(self) -> bool:
        """Whether it trained all of its epochs."""
        ended = self.history.ended
        return isinstance(ended, events.RunFinished) and not ended.stopped_early

    @property
    def stopped_early(self) -> bool:
        """Whether it ended for lack of gain."""
        ended = self.history.ended
        return isinstance(ended, events.RunFinished) and ended.stopped_early

    @cached_property
    def train_loss(self) -> Floats:
        """Per epoch."""
        return self.history.train("loss")

    @cached_property
    def validation_loss(self) -> Floats:
        """Per epoch; empty without validation rows."""
        return self.history.validation("loss") if self.history.watches_validation else np.empty(0)

    @cached_property
    def watched(self) -> Floats:
        """The metric that decides which epoch is best, per epoch, turned so that lower is better."""
        name = self.history.monitor
        values = self.history.validation(name)
        return -values if METRICS[name].higher_is_better else values

    def best(self, metric: str) -> float:
        """The best value of a validation metric over all epochs; NaN if there is none."""
        values = self.history.validation(metric)
        values = values[np.isfinite(values)]
        if not len(values):
            return math.nan
        return float(values.max() if METRICS[metric].higher_is_better else values.min())

    @property
    def learning_rate(self) -> float:
        """Of the recipe; NaN if it is not settled."""
        optimizer = self.recipe.training.optimizer
        return optimizer.learning_rate if optimizer is not None else math.nan

    @property
    def trunk_fields(self) -> frozenset[str]:
        """Fields of the recipe's trunk."""
        trunk = self.recipe.model.trunk
        return frozenset(type(trunk).model_fields) if trunk is not None else frozenset()

    def trunk_field(self, name: str) -> object:
        """A field of the trunk; None if it has none of that name."""
        return getattr(self.recipe.model.trunk, name, None)

    @cached_property
    def update_ratio(self) -> float:
        """Median over the second half of the looks; NaN without looks."""
        values = self.history.watched.whole("update_ratio")
        values = values[np.isfinite(values)]
        values = values[len(values) // 2 :]
        return float(np.median(values)) if len(values) else math.nan

    @cached_property
    def largest_update(self) -> float:
        """The largest share of the weights that a step was seen to change; NaN without looks."""
        values = self.history.watched.whole("update_ratio")
        values = values[np.isfinite(values)]
        return float(values.max()) if len(values) else math.nan

    @cached_property
    def error_of_share(self) -> float:
        """Half the width of the 95% interval of the best accuracy, in [0, 1]; NaN for numbers."""
        accuracy, rows = self.best("accuracy"), self.started.validation_rows if self.started else 0
        if not math.isfinite(accuracy) or not rows:
            return math.nan
        return wilson(accuracy, rows)


def wilson(share: float, rows: int) -> float:
    """Half the width of Wilson's 95% interval of a share of `rows` (Wilson 1927)."""
    z = 1.96
    spread = math.sqrt(share * (1 - share) / rows + z * z / (4 * rows * rows))
    return z * spread / (1 + z * z / rows)


def recent(values: Floats, share: float = RECENT, least: int = 3) -> Floats:
    """The last values of a curve."""
    return values[-max(least, round(share * len(values))) :]


def shown(value: float, digits: int = 3) -> float:
    """A figure as it is told."""
    return float(f"{value:.{digits}g}")
