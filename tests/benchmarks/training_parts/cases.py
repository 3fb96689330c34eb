"""What is trained: networks, batch sizes, rows."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import pandas as pd
import torch
from numpy.typing import NDArray
from torch import nn

from engine.data.preparing.dataset import Dataset, prepare
from engine.recipe.split import Split
from engine.schema import Kind
from tests.engine.training.tables import binary_dataset, recipe_for, schema_of

COLUMNS = 30
SIDE, CLASSES, CHANNELS = 28, 10, (32, 64)
_VALIDATION = 0.15


@dataclass(frozen=True, slots=True)
class Case:
    """One network, batch size and number of training rows; no widths stand for the small CNN."""

    widths: tuple[int, ...]
    batch: int
    rows: int

    def __str__(self) -> str:
        name = f"MLP {'-'.join(map(str, self.widths))}" if self.widths else "CNN 32-64-64"
        return f"{name}, batch {self.batch}"

    @property
    def outputs(self) -> int:
        """Logits."""
        return 1 if self.widths else CLASSES

    @property
    def flops_per_row(self) -> int:
        """Multiplications and additions of a training step in products of matrices and convolutions.

        Forward, the gradient of the weights, and the gradient of what came in, which the first layer
        does without.
        """
        if self.widths:
            sizes = (COLUMNS, *self.widths, 1)
            layers = [2 * came * went for came, went in pairwise(sizes)]
        else:
            first, second = CHANNELS
            area = SIDE * SIDE
            layers = [
                2 * 9 * first * area,
                2 * 9 * first * second * area // 4,
                2 * second * (area // 16) * 64,
                2 * 64 * CLASSES,
            ]
        return 3 * sum(layers) - layers[0]


CASES = (
    Case((64, 64), 32, 20_000),
    Case((64, 64), 256, 100_000),
    Case((64, 64), 2048, 200_000),
    Case((512, 512), 32, 8_000),
    Case((512, 512), 256, 30_000),
    Case((512, 512), 2048, 60_000),
    Case((), 256, 4_000),
)


@dataclass(frozen=True, slots=True)
class Data:
    """Prepared rows: float32 inputs, targets as float32 (rows, 1) or int64 (rows,)."""

    inputs: NDArray[np.float32]
    targets: NDArray[np.generic]
    validation_inputs: NDArray[np.float32]
    validation_targets: NDArray[np.generic]


def dataset_of(case: Case) -> Dataset:
    """The rows of a case, prepared as Trainyard does it; always the same."""
    rows = round(case.rows / (1 - _VALIDATION))
    split = Split(validation=_VALIDATION, test=0)
    if case.widths:
        return binary_dataset(rows, COLUMNS, split)
    rng = np.random.default_rng(0)
    label = rng.integers(0, CLASSES, rows)
    pixels = rng.normal(size=(rows, SIDE * SIDE)).astype(np.float32)
    pixels[np.arange(rows), label * 40] += 4
    frame = pd.DataFrame(pixels, columns=[f"p{i}" for i in range(SIDE * SIDE)])
    frame["label"] = [f"class {code}" for code in label]
    schema = schema_of(frame, label=Kind.CATEGORY)
    return prepare(frame, recipe_for(schema, "label", split), schema)


def data_of(dataset: Dataset) -> Data:
    """The same rows for everybody else."""
    found: list[NDArray[np.generic]] = []
    for part in (dataset.train, dataset.validation):
        assert part.target is not None
        target = part.target
        if not dataset.preparation.classes or len(dataset.preparation.classes) == 2:
            target = target.astype(np.float32).reshape(-1, 1)
        found += [np.ascontiguousarray(part.numbers), target]
    return Data(*found)  # type: ignore[arg-type]


def conv_layers() -> list[nn.Module]:
    """The layers of the small CNN before its head."""
    first, second = CHANNELS
    return [
        nn.Conv2d(1, first, 3, padding=1),
        nn.ReLU(),
        nn.MaxPool2d(2),
        nn.Conv2d(first, second, 3, padding=1),
        nn.ReLU(),
        nn.MaxPool2d(2),
        nn.Flatten(),
        nn.Linear(second * (SIDE // 4) ** 2, 64),
        nn.ReLU(),
    ]


def plain_network(case: Case) -> nn.Sequential:
    """The network as one would write it; images come as rows of pixels."""
    if not case.widths:
        return nn.Sequential(
            nn.Unflatten(1, (1, SIDE, SIDE)), *conv_layers(), nn.Linear(64, CLASSES)
        )
    layers: list[nn.Module] = []
    width = COLUMNS
    for units in case.widths:
        layers += [nn.Linear(width, units), nn.ReLU()]
        width = units
    return nn.Sequential(*layers, nn.Linear(width, 1))


def criterion_of(case: Case) -> nn.Module:
    """The loss of the logits."""
    return nn.BCEWithLogitsLoss() if case.widths else nn.CrossEntropyLoss()


def tensors(inputs: NDArray[np.float32], targets: NDArray[np.generic]) -> tuple[torch.Tensor, ...]:
    """As tensors that share the memory."""
    return torch.from_numpy(inputs), torch.from_numpy(targets)
