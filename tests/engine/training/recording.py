"""Runs recorded in memory, and how to compare them."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any, TypeVar

import torch

from engine.data.preparing.dataset import Dataset
from engine.events import EpochEnded, RunEvent
from engine.models.network import Network, build_network
from engine.recipe.model import ModelSpec
from engine.recipe.training import Training
from engine.training.ending import Outcome
from engine.training.loop import fit
from tests.engine.training.tables import model_of

Event = TypeVar("Event")


class Recording:
    """A run that has ended: network, events, outcome."""

    def __init__(
        self, dataset: Dataset, training: Training, model: ModelSpec | None = None, **given: Any
    ) -> None:
        """Train; `given` goes to `fit`."""
        torch.set_num_threads(1)
        model = model or model_of((8, 8))
        self.events: list[RunEvent] = []
        preparation = dataset.preparation
        self.network: Network = build_network(
            model, preparation.inputs, training.seed, preparation.task, dataset.train
        )
        self.outcome: Outcome = fit(
            self.network, dataset, training, emit=self.events.append, **given
        )

    def of(self, kind: type[Event]) -> list[Event]:
        """The events of one kind."""
        return [event for event in self.events if isinstance(event, kind)]

    @property
    def epochs(self) -> list[tuple[Any, ...]]:
        """The epochs without what depends on the clock; NaN as None, so that they compare."""
        return [_comparable(event) for event in self.of(EpochEnded)]

    @property
    def weights(self) -> dict[str, torch.Tensor]:
        """The network's weights at the end."""
        return dict(self.network.state_dict())


def same_weights(one: dict[str, torch.Tensor], other: dict[str, torch.Tensor]) -> bool:
    """Equal to the bit."""
    return one.keys() == other.keys() and all(torch.equal(one[k], other[k]) for k in one)


def _comparable(event: EpochEnded) -> tuple[Any, ...]:
    timeless = replace(event, time=0.0, rows_per_second=0.0)
    numbers = (*timeless.train, *timeless.validation, timeless.gradient_norm)
    return (
        timeless.epoch,
        timeless.step,
        timeless.learning_rate,
        timeless.is_best,
        *(None if math.isnan(number) else number for number in numbers),
    )
