"""What was learned from the training rows of the target, and the way back from network outputs."""

from __future__ import annotations

from typing import Annotated, Any, Literal, TypeAlias

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray
from pydantic import Field

from engine.data.cells import typed
from engine.data.cells.cell_types import CellType
from engine.data.cells.typed import Floats
from engine.data.preparing.fitted import LevelCounts, center_and_spread, level_codes, sorted_levels
from engine.errors import TargetMissing, TargetOneClass
from engine.recipe.columns import Scale
from engine.recipe.parts import Frozen
from engine.schema import Task


class FittedClasses(Frozen):
    """Classes in a fixed order; of two the second is the one whose probability is predicted."""

    kind: Literal["classes"] = "classes"
    name: str
    cell_type: CellType
    classes: tuple[str, ...]
    counts: tuple[int, ...]
    """Training rows of each class."""

    @classmethod
    def fit(cls, name: str, values: pa.Array, cell_type: CellType) -> FittedClasses:
        """Learn the classes of training cells.

        Raises `TargetMissing` or `TargetOneClass`.
        """
        return cls.counted(name, LevelCounts().add(values, cell_type), cell_type)

    @classmethod
    def counted(cls, name: str, seen: LevelCounts, cell_type: CellType) -> FittedClasses:
        """Learn from classes that were counted before.

        Raises `TargetMissing` or `TargetOneClass`.
        """
        counts, rows = seen.counts, seen.missing + seen.counts.total()
        if not counts:
            raise TargetMissing(name, rows)
        classes = sorted_levels(counts)
        if len(classes) == 1:
            raise TargetOneClass(name, classes[0], rows)
        return cls(
            name=name,
            cell_type=cell_type,
            classes=classes,
            counts=tuple(counts[label] for label in classes),
        )

    @property
    def task(self) -> Task:
        """Binary for two classes."""
        return Task.BINARY if len(self.classes) == 2 else Task.MULTICLASS

    @property
    def outputs(self) -> int:
        """Outputs that a network needs."""
        return 1 if len(self.classes) == 2 else len(self.classes)

    def read(self, values: pa.Array) -> tuple[NDArray[np.int64], int]:
        """Class codes, −1 without a known class; and how many rows have a class of their own."""
        texts, _ = typed.levels(values, self.cell_type)
        codes = level_codes(texts, self.classes).astype(np.int64)
        return codes, int(np.count_nonzero(codes < 0)) - texts.null_count

    def probabilities(self, outputs: NDArray[Any]) -> Floats:
        """One column per class, from network outputs (rows, `outputs`)."""
        logits = outputs.astype(np.float64)
        if self.task is Task.BINARY:
            second = self.predictions(outputs)
            return np.stack([1 - second, second], axis=1)
        logits -= logits.max(axis=1, keepdims=True)
        powers = np.exp(logits)
        shares: Floats = powers / powers.sum(axis=1, keepdims=True)
        return shares

    def predictions(self, outputs: NDArray[Any]) -> Floats:
        """What metrics score: the second class's probability, or one per class."""
        if self.task is Task.MULTICLASS:
            return self.probabilities(outputs)
        logits = outputs[:, 0].astype(np.float64)
        # exp of a negative number only: it cannot overflow.
        small = np.exp(-np.abs(logits))
        chance: Floats = np.where(logits >= 0, 1.0, small) / (1.0 + small)
        return chance

    def inverse(self, outputs: NDArray[Any]) -> NDArray[Any]:
        """The most likely class of each row, as text."""
        names = np.asarray(self.classes, dtype=object)
        if self.task is Task.BINARY:
            codes = (outputs[:, 0] > 0).astype(np.intp)
        else:
            codes = outputs.argmax(axis=1)
        labels: NDArray[Any] = names[codes]
        return labels


class FittedValue(Frozen):
    """A number, standardised for training and turned back exactly."""

    kind: Literal["value"] = "value"
    name: str
    cell_type: CellType
    center: float
    spread: float

    @classmethod
    def fit(cls, name: str, values: pa.Array, cell_type: CellType) -> FittedValue:
        """Learn mean and deviation of training cells. Raises `TargetMissing`."""
        found, _ = typed.numbers(values, cell_type)
        known = found[~np.isnan(found)]
        if not len(known):
            raise TargetMissing(name, len(values))
        center, spread = center_and_spread(known, Scale.STANDARD)
        return cls(name=name, cell_type=cell_type, center=center, spread=spread)

    @property
    def task(self) -> Task:
        """Always regression."""
        return Task.REGRESSION

    @property
    def classes(self) -> tuple[str, ...]:
        """None."""
        return ()

    @property
    def outputs(self) -> int:
        """Outputs that a network needs."""
        return 1

    def read(self, values: pa.Array) -> tuple[Floats, int]:
        """Values in the target's unit, NaN where missing; and how many cells are no number."""
        return typed.numbers(values, self.cell_type)

    def standardised(self, values: NDArray[Any]) -> NDArray[np.float32]:
        """What the network is trained on."""
        scaled: NDArray[np.float32] = ((values - self.center) / self.spread).astype(np.float32)
        return scaled

    def predictions(self, outputs: NDArray[Any]) -> Floats:
        """Values in the target's unit, from network outputs (rows, 1)."""
        values: Floats = outputs[:, 0].astype(np.float64) * self.spread + self.center
        return values

    def inverse(self, outputs: NDArray[Any]) -> Floats:
        """The same as `predictions`."""
        return self.predictions(outputs)


FittedTarget: TypeAlias = Annotated[FittedClasses | FittedValue, Field(discriminator="kind")]
