"""Network outputs for many rows, and the metrics of a part."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from engine.data.preparing.arrays import Arrays
from engine.data.preparing.preparation import Preparation
from engine.metrics import metrics_for
from engine.models.members import averaged
from engine.models.network import Network
from engine.training.device import is_out_of_memory
from engine.training.objective import Objective
from engine.training.tensors import Rows

BATCH_ROWS = 8192
_ON_CPU = 2048
"""As many rows of some hundred units as its caches hold: a fifth faster than with more."""


def outputs_of(network: Network, numbers: Tensor, codes: Tensor) -> Tensor:
    """Outputs (rows, outputs) in evaluation mode; the network's mode is put back afterwards.

    Rows come to the network's device a batch at a time, and the outputs stay there.
    """
    was_training = network.training
    device = next(network.parameters()).device
    network.eval()
    rows = _ON_CPU if device.type == "cpu" else BATCH_ROWS
    try:
        while True:
            try:
                with torch.inference_mode():
                    return _in_batches(network, numbers, codes, rows, device)
            except (MemoryError, RuntimeError) as error:
                if rows == 1 or not is_out_of_memory(error):
                    raise
            rows //= 2  # a row's outputs do not depend on those beside it
    finally:
        network.train(was_training)


def _in_batches(
    network: Network, numbers: Tensor, codes: Tensor, rows: int, device: torch.device
) -> Tensor:
    return torch.cat(
        [
            network(
                numbers[start : start + rows].to(device), codes[start : start + rows].to(device)
            )
            for start in range(0, max(1, len(numbers)), rows)
        ]
    )


def predict_outputs(network: Network, arrays: Arrays) -> NDArray[np.float32]:
    """Outputs (rows, outputs) for prepared rows, computed where the network's weights are."""
    numbers, codes = torch.from_numpy(arrays.numbers), torch.from_numpy(arrays.codes)
    found: NDArray[np.float32] = outputs_of(network, numbers, codes).cpu().numpy()
    return found


def score_outputs(
    outputs: NDArray[np.float32],
    values: NDArray[Any],
    weights: NDArray[Any] | None,
    loss: float,
    preparation: Preparation,
) -> tuple[float, ...]:
    """`loss`, then the task's other metrics, in the order of `metrics_for`, by row weights if any.

    Outputs as they are trained, (rows, members, outputs), are averaged as in evaluation.
    """
    if outputs.ndim == 3:
        outputs = averaged(torch.from_numpy(outputs), preparation.form).numpy()
    predictions = preparation.predictions(outputs)
    others = metrics_for(preparation.task)[1:]
    scale = preparation.scales
    return (
        loss,
        *(metric.compute(values, predictions, scale, weights=weights) for metric in others),
    )


def score_part(
    network: Network,
    rows: Rows,
    part: Arrays,
    objective: Objective,
    preparation: Preparation,
) -> tuple[float, ...]:
    """The metrics of a part, loss first; all NaN for a part without rows."""
    if len(rows) == 0 or part.values is None:
        return (math.nan,) * len(metrics_for(preparation.task))
    outputs = outputs_of(network, rows.numbers, rows.codes)
    return scores_of(outputs, rows, part, objective, preparation)


def scores_of(
    outputs: Tensor, rows: Rows, part: Arrays, objective: Objective, preparation: Preparation
) -> tuple[float, ...]:
    """The metrics of a part from its outputs (rows, outputs), loss first."""
    assert part.values is not None
    with torch.inference_mode():
        target = rows.target.to(outputs.device)
        target = target.double() if target.is_floating_point() else target
        weights = None if rows.weights is None else rows.weights.to(outputs.device).double()
        loss = objective.score(outputs.double(), target, weights).item()
    return score_outputs(outputs.cpu().numpy(), part.values, part.weights, loss, preparation)
