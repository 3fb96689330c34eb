"""Classes of the target as they were fitted: merged, ordered, and the way back from network outputs."""

from __future__ import annotations

from typing import Any, Literal

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from engine.data.cells import typed
from engine.data.cells.cell_types import CellType
from engine.data.cells.typed import Floats
from engine.data.preparing.inputs import OutputForm
from engine.data.preparing.levels import LevelCounts, level_codes, sorted_levels
from engine.errors import PositiveClassMissing, TargetMissing, TargetOneClass
from engine.recipe.families import Loss
from engine.recipe.parts import Frozen
from engine.recipe.target import TargetSpec
from engine.schema import Task

_TOLD = 20
"""Classes that an error names."""


class FittedClasses(Frozen):
    """Classes in the order of their codes; of two the second is the one whose probability is predicted."""

    kind: Literal["classes"] = "classes"
    name: str
    cell_type: CellType
    classes: tuple[str, ...]
    counts: tuple[int, ...]
    """Training rows of each class."""
    values: tuple[tuple[str, ...], ...] = ()
    """What stands in the file for each class; empty: its name."""
    others: int | None = None
    """The class that takes what no training row has, where rare classes are merged."""
    shown: tuple[int, ...] = ()
    """Codes in the order in which classes are listed; empty: their own."""
    positive: int | None = None
    """The code of the class that was chosen as positive; None: the recipe says nothing."""
    ordered: bool = False
    """Whether the network gives thresholds between classes in their order; of two there is one anyway."""

    @classmethod
    def fit(
        cls, name: str, values: pa.Array, cell_type: CellType, outcome: TargetSpec | None = None
    ) -> FittedClasses:
        """Learn the classes of training cells.

        Raises `TargetMissing`, `TargetOneClass` or `PositiveClassMissing`.
        """
        return cls.counted(name, LevelCounts().add(values, cell_type), cell_type, outcome)

    @classmethod
    def counted(
        cls,
        name: str,
        seen: LevelCounts,
        cell_type: CellType,
        outcome: TargetSpec | None = None,
        loss: Loss | None = None,
    ) -> FittedClasses:
        """Learn from classes that were counted before; the loss tells what outputs mean.

        Raises `TargetMissing`, `TargetOneClass` or `PositiveClassMissing`.
        """
        outcome = outcome or TargetSpec()
        rows = seen.missing + seen.counts.total()
        if not seen.counts:
            raise TargetMissing(name, rows)
        names, counts = outcome.names(seen.counts), outcome.merged(seen.counts)
        shown = outcome.ordered(sorted_levels(counts))
        if len(shown) == 1:
            raise TargetOneClass(name, shown[0], rows)
        if outcome.positive is not None and outcome.positive not in shown:
            raise PositiveClassMissing(name, outcome.positive, ", ".join(shown[:_TOLD]))
        classes = shown
        if len(shown) == 2 and outcome.positive == shown[0]:
            classes = (shown[1], shown[0])
        grouped: dict[str, list[str]] = {label: [] for label in classes}
        for value in (*sorted_levels(seen.counts), *outcome.renamed):
            label = names.get(value, outcome.renamed.get(value, value))
            if label in grouped and value not in grouped[label]:
                grouped[label].append(value)
        plain = all(values == [label] for label, values in grouped.items())
        others = outcome.rare is not None and any(
            label == outcome.rare_name != outcome.renamed.get(value, value)
            for value, label in names.items()
        )
        return cls(
            name=name,
            cell_type=cell_type,
            classes=classes,
            counts=tuple(counts[label] for label in classes),
            values=() if plain else tuple(tuple(grouped[label]) for label in classes),
            others=classes.index(outcome.rare_name) if others else None,
            shown=() if shown == classes else tuple(classes.index(label) for label in shown),
            positive=None if outcome.positive is None else classes.index(outcome.positive),
            ordered=len(classes) > 2 and loss is not None and loss.gives == "thresholds",
        )

    @property
    def task(self) -> Task:
        """Binary for two classes."""
        return Task.BINARY if len(self.classes) == 2 else Task.MULTICLASS

    @property
    def listed(self) -> tuple[int, ...]:
        """The codes in the order in which classes are listed."""
        return self.shown or tuple(range(len(self.classes)))

    @property
    def positive_class(self) -> int | None:
        """The code of the positive class: the second of two, of more the one chosen, if one is."""
        return 1 if len(self.classes) == 2 else self.positive

    @property
    def outputs(self) -> int:
        """Outputs that a network needs."""
        if self.form is OutputForm.SHARES:
            return len(self.classes)
        return len(self.classes) - 1

    @property
    def form(self) -> OutputForm:
        """What they are."""
        if self.ordered:
            return OutputForm.THRESHOLDS
        return OutputForm.LOGITS if len(self.classes) == 2 else OutputForm.SHARES

    def read(self, values: pa.Array) -> tuple[NDArray[np.int64], int]:
        """Class codes, −1 without a known class; and how many rows have a class of their own."""
        texts, _ = typed.levels(values, self.cell_type)
        if not self.values:
            codes = level_codes(texts, self.classes).astype(np.int64)
        else:
            listed = [(value, code) for code, group in enumerate(self.values) for value in group]
            places = level_codes(texts, tuple(value for value, _ in listed))
            of_place = np.array([*(code for _, code in listed), -1], np.int64)
            codes = of_place[places]  # the place −1 is the last one
        if self.others is not None:
            known = texts.is_valid().to_numpy(zero_copy_only=False)
            codes[known & (codes < 0)] = self.others
        return codes, int(np.count_nonzero(codes < 0)) - texts.null_count

    def probabilities(self, outputs: NDArray[Any]) -> Floats:
        """One column per class, from network outputs (rows, `outputs`)."""
        logits = outputs.astype(np.float64)
        if self.task is Task.BINARY:
            second = self.predictions(outputs)
            return np.stack([1 - second, second], axis=1)
        if self.ordered:
            above = _chances(logits)
            edge = np.ones((len(above), 1))
            whole = np.concatenate([edge, above, 0 * edge], axis=1)
            between: Floats = whole[:, :-1] - whole[:, 1:]
            return between
        logits -= logits.max(axis=1, keepdims=True)
        powers = np.exp(logits)
        shares: Floats = powers / powers.sum(axis=1, keepdims=True)
        return shares

    def predictions(self, outputs: NDArray[Any]) -> Floats:
        """What metrics score: the second class's probability, or one per class."""
        if self.task is Task.MULTICLASS:
            return self.probabilities(outputs)
        return _chances(outputs[:, 0].astype(np.float64))

    def codes(self, outputs: NDArray[Any]) -> NDArray[np.int64]:
        """The most likely class of each row."""
        if self.task is Task.BINARY:
            return (outputs[:, 0] > 0).astype(np.int64)
        likely = self.probabilities(outputs) if self.ordered else outputs
        found: NDArray[np.int64] = likely.argmax(axis=1).astype(np.int64)
        return found

    def plainest_outputs(self) -> Floats:
        """The outputs (1, `outputs`) whose probabilities are the shares of the training rows."""
        counts = np.asarray(self.counts, np.float64)
        if self.ordered:
            above = counts[::-1].cumsum()[::-1][1:]
            odds: Floats = np.log(above) - np.log(counts.sum() - above)
            return odds[None]
        logs = np.log(counts)
        found: Floats = logs[None, 1:] - logs[0] if self.task is Task.BINARY else logs[None]
        return found

    def inverse(self, outputs: NDArray[Any]) -> NDArray[Any]:
        """The most likely class of each row, as text."""
        labels: NDArray[Any] = np.asarray(self.classes, dtype=object)[self.codes(outputs)]
        return labels


def _chances(logits: Floats) -> Floats:
    # exp of a negative number only: it cannot overflow.
    small = np.exp(-np.abs(logits))
    chance: Floats = np.where(logits >= 0, 1.0, small) / (1.0 + small)
    return chance
