"""A number to be predicted as it was fitted: transformed, standardised, and the exact way back."""

from __future__ import annotations

from typing import Any, Literal

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from engine.data.cells import typed
from engine.data.cells.cell_types import CellType
from engine.data.cells.typed import Floats
from engine.data.preparing.inputs import OutputForm
from engine.data.preparing.numbers.moments import mean_and_deviation
from engine.data.preparing.target.fitted_transform import FittedPlain, FittedTransform
from engine.data.preparing.target.gaussian import deviations, ends, raw_deviation
from engine.data.preparing.target.link import rates
from engine.errors import TargetMissing, TargetNegative, TargetNotPositive
from engine.recipe.families import Loss
from engine.recipe.parts import Frozen
from engine.recipe.target import TargetSpec
from engine.schema import Task

Link = Literal["identity", "log"]


class FittedValue(Frozen):
    """A number, transformed and standardised for training and turned back exactly.

    With the link `log` the network's output is the logarithm of a rate in multiples of `spread`, which
    is the mean of the training rows then.
    """

    kind: Literal["value"] = "value"
    name: str
    cell_type: CellType
    center: float
    """Subtracted after the transform."""
    spread: float
    """Divided by then."""
    transform: FittedTransform = FittedPlain()
    link: Link = "identity"
    mean: float | None = None
    """Mean of the training rows in the target's own unit; None: it is `center`."""
    levels: tuple[float, ...] = ()
    """The quantiles that the network gives, increasing, one output each; none: the value alone."""
    point: int = 0
    """Which of them is the prediction."""
    covered: float | None = None
    """The network gives a mean and a deviation; this share of rows lies in the interval about the mean."""
    deviation: float | None = None
    """Of the training rows in the target's own unit; None, from an earlier version: it is `spread`."""

    @classmethod
    def fit(
        cls,
        name: str,
        values: pa.Array,
        cell_type: CellType,
        outcome: TargetSpec | None = None,
        loss: Loss | None = None,
    ) -> FittedValue:
        """Learn transform, mean and deviation of training cells; the loss tells what outputs mean.

        Raises `TargetMissing`, `TargetNegative`, `TargetNotPositive` or `TargetNotTransformable`.
        """
        found, _ = typed.numbers(values, cell_type)
        known = found[~np.isnan(found)]
        if not len(known):
            raise TargetMissing(name, len(values))
        mean, deviation = mean_and_deviation(known)
        if loss is not None:
            _require_within(name, known, loss)
        if loss is not None and loss.link == "log":
            return cls(
                name=name,
                cell_type=cell_type,
                center=0.0,
                spread=mean if mean > 0 else 1.0,
                link="log",
                mean=mean,
                deviation=deviation,
            )
        transform = (outcome or TargetSpec()).transform.fit(known, name)
        center, spread = mean_and_deviation(transform.forth(known))
        return cls(
            name=name,
            cell_type=cell_type,
            center=center,
            spread=spread,
            transform=transform,
            mean=None if isinstance(transform, FittedPlain) else mean,
            levels=() if loss is None else loss.levels,
            point=0 if loss is None else loss.point,
            covered=None if loss is None else loss.covered,
            deviation=deviation,
        )

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
        return 2 if self.covered is not None else max(1, len(self.levels))

    @property
    def form(self) -> OutputForm:
        """What they are."""
        return OutputForm.VALUES if self.covered is None else OutputForm.GAUSSIAN

    @property
    def scale(self) -> float:
        """The deviation of the training rows in the target's own unit."""
        return self.spread if self.deviation is None else self.deviation

    def read(self, values: pa.Array) -> tuple[Floats, int]:
        """Values in the target's unit, NaN where missing; and how many cells are no number."""
        return typed.numbers(values, self.cell_type)

    def learned(self, values: NDArray[Any]) -> Floats:
        """What the network should give for these values, float64; of counts the rate itself."""
        found: Floats = (self.transform.forth(values) - self.center) / self.spread
        return found

    def standardised(self, values: NDArray[Any]) -> NDArray[np.float32]:
        """What the network is trained on."""
        scaled: NDArray[np.float32] = self.learned(values).astype(np.float32)
        return scaled

    def predictions(self, outputs: NDArray[Any]) -> Floats:
        """Values in the target's unit, from network outputs (rows, `outputs`)."""
        return self._in_unit(self._increasing(outputs)[:, self.point])

    def quantiles(self, outputs: NDArray[Any]) -> dict[float, Floats]:
        """The other levels that the network gives, in the target's unit, as `predictions`."""
        if self.covered is not None:
            mean, sure = outputs[:, 0].astype(np.float64), deviations(outputs[:, 1])
            return {
                level: self._in_unit(mean + reach * sure) for level, reach in ends(self.covered)
            }
        ordered = self._increasing(outputs)
        return {
            level: self._in_unit(ordered[:, place])
            for place, level in enumerate(self.levels)
            if place != self.point
        }

    def deviations(self, outputs: NDArray[Any]) -> Floats | None:
        """How far each row's value is expected to lie from its prediction, in the target's unit.

        None where the network does not tell, or where a transform leaves no such number.
        """
        if self.covered is None or not isinstance(self.transform, FittedPlain):
            return None
        found: Floats = deviations(outputs[:, 1]) * self.spread
        return found

    def _increasing(self, outputs: NDArray[Any]) -> Floats:
        """Quantiles that cross change places (Chernozhukov et al., Econometrica 2010)."""
        given = outputs.astype(np.float64)
        return np.sort(given, axis=1) if self.levels else given

    def _in_unit(self, given: Floats) -> Floats:
        if self.link == "log":
            return rates(given) * self.spread
        return self.transform.back(given * self.spread + self.center)

    def plainest_outputs(self) -> Floats:
        """The outputs (1, `outputs`) that predict the mean of the training rows."""
        mean = np.array([[self.center if self.mean is None else self.mean]])
        if self.link == "log":
            return np.log(np.maximum(mean / self.spread, np.finfo(np.float64).tiny))
        if self.covered is not None:
            return np.array([[self.learned(mean)[0, 0], raw_deviation(1.0)]])
        found: Floats = np.tile(self.learned(mean), (1, self.outputs))
        return found

    def inverse(self, outputs: NDArray[Any]) -> Floats:
        """The same as `predictions`."""
        return self.predictions(outputs)


def _require_within(name: str, known: Floats, loss: Loss) -> None:
    """Raise `TargetNegative` or `TargetNotPositive` if the loss is not for these values."""
    if loss.least is None:
        return
    low = known < loss.least if loss.takes_least else known <= loss.least
    count = int(np.count_nonzero(low))
    if count:
        error = TargetNegative if loss.takes_least else TargetNotPositive
        raise error(name, count, float(known.min()))
