"""The parts of a dataset as tensors, and how a network does on each."""

from __future__ import annotations

import math

import torch

from engine.data.preparing.arrays import Arrays
from engine.data.preparing.dataset import Dataset
from engine.metrics import metrics_for
from engine.models.network import Network
from engine.recipe.training import Training
from engine.training.blocks import BlockEpoch
from engine.training.meter import EpochMeter
from engine.training.objective import objective_for
from engine.training.scoring import score_outputs, score_part
from engine.training.tensors import Rows, ShuffledEpoch


class ScoredParts:
    """Training, validation and test rows, scored by the metrics of their task, loss first."""

    def __init__(self, dataset: Dataset, training: Training, device: torch.device) -> None:
        """`training` names the loss."""
        self._dataset, self._preparation = dataset, dataset.preparation
        task = self._preparation.task
        self.train, self.validation, self.test = (
            Rows.of(part, task, device)
            for part in (dataset.train, dataset.validation, dataset.test)
        )
        self.metrics = metrics_for(task)
        self.objective = objective_for(self._preparation, training, device, dataset.train)

    def score_validation(self, network: Network) -> tuple[float, ...]:
        """All NaN without such rows."""
        return self._score(network, self.validation, self._dataset.validation)

    def score_test(self, network: Network) -> tuple[float, ...]:
        """All NaN without such rows."""
        return self._score(network, self.test, self._dataset.test)

    def score_training(
        self, meter: EpochMeter, order: ShuffledEpoch | BlockEpoch, *, whole: bool
    ) -> tuple[float, ...]:
        """An epoch's loss over all rows; the other metrics over its last rows, as they were trained.

        Of an epoch that is not `whole`, for time cut it short, these are NaN: which rows came last is not
        told by its order.
        """
        if not whole:
            return (meter.loss, *(math.nan for _ in self.metrics[1:]))
        recent, train = meter.recent, self._dataset.train
        assert recent is not None
        assert train.values is not None
        places = order.last(len(recent))
        weights = None if train.weights is None else train.weights[places]
        outputs = recent.cpu().numpy()
        return score_outputs(outputs, train.values[places], weights, meter.loss, self._preparation)

    def _score(self, network: Network, rows: Rows, part: Arrays) -> tuple[float, ...]:
        return score_part(network, rows, part, self.objective, self._preparation)
