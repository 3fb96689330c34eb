"""How a run's probabilities are read: corrected, turned into classes, and with how much doubt.

A decision is made once a run is over, on rows that it did not learn from, and kept beside its weights:
each prediction after that follows it. Without one the likeliest class is predicted.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from engine.data.preparing.fitted_target import FittedClasses, FittedTarget
from engine.errors import RunDamaged
from engine.files import write_atomic

FILE = "decision.json"
HALF = 0.5
_CERTAIN = 1e-7
"""Corrected probabilities are kept this far from 0 and 1, so that their logits stay finite."""

Outputs: TypeAlias = NDArray[np.float32]
Floats: TypeAlias = NDArray[np.float64]
ChosenBy: TypeAlias = Literal["hand", "cost", "metric"]


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Temperature(_Frozen):
    """Logits divided by one number (Guo et al., “On calibration of modern neural networks”, 2017)."""

    kind: Literal["temperature"] = "temperature"
    temperature: float = Field(gt=0, allow_inf_nan=False)

    @property
    def figures(self) -> tuple[float, ...]:
        """The numbers that it is told by."""
        return (self.temperature,)

    def corrected(self, outputs: NDArray[Any]) -> NDArray[Any]:
        """Other outputs of the same shape."""
        return outputs / np.float32(self.temperature)


class Platt(_Frozen):
    """A logistic curve over the logit of two classes (Platt, 1999)."""

    kind: Literal["platt"] = "platt"
    slope: float = Field(allow_inf_nan=False)
    offset: float = Field(allow_inf_nan=False)

    @property
    def figures(self) -> tuple[float, ...]:
        """Slope and offset."""
        return (self.slope, self.offset)

    def corrected(self, outputs: NDArray[Any]) -> NDArray[Any]:
        """Other outputs of the same shape."""
        return outputs * np.float32(self.slope) + np.float32(self.offset)


class Isotonic(_Frozen):
    """A rising curve of straight pieces over the probability (Zadrozny & Elkan, KDD 2002)."""

    kind: Literal["isotonic"] = "isotonic"
    chances: tuple[float, ...] = Field(min_length=1, max_length=1_000)
    corrected_chances: tuple[float, ...] = Field(min_length=1, max_length=1_000)

    @property
    def figures(self) -> tuple[float, ...]:
        """A curve is not told by a few numbers."""
        return ()

    def corrected(self, outputs: NDArray[Any]) -> NDArray[Any]:
        """Other outputs of the same shape."""
        chance = 1 / (1 + np.exp(-np.clip(outputs.astype(np.float64), -40, 40)))
        right = np.interp(chance, self.chances, self.corrected_chances)
        right = np.clip(right, _CERTAIN, 1 - _CERTAIN)
        found: NDArray[Any] = (np.log(right) - np.log1p(-right)).astype(outputs.dtype)
        return found


Calibration: TypeAlias = Annotated[Temperature | Platt | Isotonic, Field(discriminator="kind")]


class Conformal(_Frozen):
    """Sets of classes, or intervals, that hold the truth in a chosen share of rows.

    Split conformal prediction: of classes those whose probability is at least 1 − `reach` (Sadinle, Lei
    & Wasserman, 2019), of numbers what lies within `reach` of the prediction (Lei et al., 2018) or, where
    quantiles are predicted, of the outer two (Romano, Patterson & Candès, 2019).
    """

    coverage: float = Field(gt=0, lt=1)
    reach: float = Field(allow_inf_nan=False)
    """Of probabilities, or in the target's unit; below 0 where predicted quantiles reach too far."""
    rows: int
    """Validation rows that it was found on."""


class Decision(_Frozen):
    """What was decided for a run."""

    best_epoch: int | None = None
    """Of the weights that it was made for; None: it holds for any."""
    threshold: float = Field(default=HALF, ge=0, le=1)
    """Of two classes the second is predicted where its probability is greater."""
    chosen_by: ChosenBy = "hand"
    metric: str = ""
    """Which metric the threshold was best in, if it was chosen by one."""
    missed: float = Field(default=1.0, ge=0, allow_inf_nan=False)
    """What a missed row of the second class costs."""
    alarm: float = Field(default=1.0, ge=0, allow_inf_nan=False)
    """What a false alarm costs."""
    calibration: Calibration | None = None
    conformal: Conformal | None = None
    least_confidence: float | None = Field(default=None, ge=0, le=1)
    """Below this probability of the predicted class the answer is “don't know”."""

    @property
    def moves_threshold(self) -> bool:
        """Whether classes are others than the likeliest."""
        return self.threshold != HALF

    @property
    def is_plain(self) -> bool:
        """Whether predictions are as the network gives them."""
        return (
            not self.moves_threshold
            and self.calibration is None
            and self.conformal is None
            and self.least_confidence is None
        )

    def is_for(self, best_epoch: int) -> bool:
        """Whether it was made for the weights of that epoch; a run that trained on has others."""
        return self.best_epoch is None or self.best_epoch == best_epoch

    def outputs(self, outputs: NDArray[Any]) -> NDArray[Any]:
        """The network's outputs with their probabilities corrected."""
        return outputs if self.calibration is None else self.calibration.corrected(outputs)

    def codes(self, target: FittedClasses, outputs: NDArray[Any]) -> NDArray[np.int64]:
        """The class predicted for each row, from outputs that are corrected already."""
        if len(target.classes) != 2 or not self.moves_threshold:
            return target.codes(outputs)
        found: NDArray[np.int64] = (target.predictions(outputs) > self.threshold).astype(np.int64)
        return found

    def answers(self, target: FittedTarget, outputs: NDArray[Any]) -> NDArray[Any]:
        """Predicted values, or classes as text."""
        if not isinstance(target, FittedClasses):
            return target.inverse(outputs)
        labels: NDArray[Any] = np.asarray(target.classes, dtype=object)[self.codes(target, outputs)]
        return labels

    def doubts(self, target: FittedTarget, outputs: NDArray[Any]) -> dict[str, NDArray[Any]]:
        """The columns that tell how sure predictions are, from outputs that are corrected already."""
        found: dict[str, NDArray[Any]] = {}
        if self.conformal is not None:
            if isinstance(target, FittedClasses):
                found[f"{target.name} (set)"] = self._sets(target, outputs)
            else:
                low, high = self.interval(target, outputs)
                found[f"{target.name} (low)"], found[f"{target.name} (high)"] = low, high
        if self.least_confidence is not None and isinstance(target, FittedClasses):
            sure = self.is_sure(target, outputs)
            found[f"{target.name} (sure)"] = np.where(sure, "yes", "no").astype(object)
        return found

    def is_sure(self, target: FittedClasses, outputs: NDArray[Any]) -> NDArray[np.bool_]:
        """Whether the probability of what is predicted is high enough to answer, (rows,)."""
        shares = target.probabilities(outputs)
        own = shares[np.arange(len(shares)), self.codes(target, outputs)]
        found: NDArray[np.bool_] = own >= (self.least_confidence or 0.0)
        return found

    def members(self, target: FittedClasses, outputs: NDArray[Any]) -> NDArray[np.bool_]:
        """Which classes belong to the set of each row, (rows, classes)."""
        assert self.conformal is not None
        found: NDArray[np.bool_] = 1 - target.probabilities(outputs) <= self.conformal.reach
        return found

    def interval(self, target: FittedTarget, outputs: NDArray[Any]) -> tuple[Floats, Floats]:
        """The ends of the interval of each row, in the target's unit."""
        assert self.conformal is not None
        assert not isinstance(target, FittedClasses)
        quantiles = target.quantiles(outputs)
        value = target.predictions(outputs)
        ends = [value, *quantiles.values()]
        low, high = np.min(ends, axis=0), np.max(ends, axis=0)
        return low - self.conformal.reach, high + self.conformal.reach

    def _sets(self, target: FittedClasses, outputs: NDArray[Any]) -> NDArray[Any]:
        inside = self.members(target, outputs)
        texts = ["; ".join(target.classes[code] for code in np.flatnonzero(row)) for row in inside]
        return np.asarray(texts, dtype=object)


def decision_of(run: Path) -> Decision:
    """What was decided for the run in a folder; the plain one if nothing was.

    Raises `RunDamaged`.
    """
    try:
        return Decision.model_validate_json((run / FILE).read_bytes())
    except FileNotFoundError:
        return Decision()
    except (ValidationError, ValueError) as error:
        raise RunDamaged(run.name, FILE, str(error).splitlines()[0]) from None
    except OSError as error:
        raise RunDamaged(run.name, FILE, error.strerror or "") from None


def keep_decision(run: Path, decision: Decision) -> None:
    """Let all predictions of a run follow it from now on; a plain one is forgotten.

    Raises `DiskFull` or `WriteFailed`.
    """
    if decision.is_plain:
        (run / FILE).unlink(missing_ok=True)
    else:
        write_atomic(run / FILE, decision_json(decision))


def decision_json(decision: Decision) -> bytes:
    """The file's content."""
    return decision.model_dump_json(indent=2, exclude_none=True).encode() + b"\n"
