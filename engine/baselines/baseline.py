"""The family of baselines: what each is given to learn from, and what it gives back.

A baseline is one class in one module of `engine.baselines.kinds`; adding a module there adds it to the
command line and to the window. Libraries are imported inside the methods.
"""

from __future__ import annotations

import importlib.util
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, ClassVar, Protocol, TypeAlias

from engine.recipe.parts import Part

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats: TypeAlias = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class LearningRows:
    """Rows in both forms: as the network gets them, and as they are in the table."""

    numbers: NDArray[np.float32]
    """(rows, number inputs), scaled and filled as for the network."""
    codes: NDArray[np.int32]
    """(rows, category columns), codes as the network gets them; 0 is an unknown level."""
    levels: tuple[int, ...]
    """Number of codes of each of those columns."""
    cells: Floats
    """(rows, feature columns): numbers in their own unit, places of levels from 0; NaN is missing."""
    is_category: tuple[bool, ...]
    """Which columns of `cells` hold places of levels."""
    target: NDArray[Any]
    """(rows,): class codes, int64, or standardised values, float64."""
    classes: int
    """Number of classes; 0 for numbers."""
    weights: Floats | None
    """How much each row counts in the loss, (rows,); None: all the same."""

    def __len__(self) -> int:
        return len(self.target)

    def of_classes(self, classes: NDArray[Any]) -> LearningRows:
        """The rows of these classes."""
        import numpy as np

        places = np.flatnonzero(np.isin(self.target, classes))
        return replace(
            self,
            numbers=self.numbers[places],
            codes=self.codes[places],
            cells=self.cells[places],
            target=self.target[places],
            weights=None if self.weights is None else self.weights[places],
        )


class Learned(Protocol):
    """A baseline after training."""

    def predict(self, rows: LearningRows) -> Floats:
        """Probabilities (rows, classes), or standardised values (rows,)."""


class Baseline(Part):
    """A model that a run can be set beside."""

    family_package: ClassVar[str] = "engine.baselines.kinds"
    package: ClassVar[str] = ""
    """The package that it needs beside Trainyard's own; empty: none."""
    extra: ClassVar[str] = ""
    """The extra of Trainyard that brings that package."""
    share: ClassVar[float] = 1.0
    """How long it takes beside the others, roughly; for the progress."""

    @classmethod
    def is_installed(cls) -> bool:
        """Whether its package is there."""
        return not cls.package or importlib.util.find_spec(cls.package) is not None

    def fit(
        self, train: LearningRows, validation: LearningRows | None, *, seed: int, threads: int
    ) -> Learned:
        """Learn from the training rows.

        Args:
            train: At least two rows; of classes at least two different ones.
            validation: Rows to stop early by; None without any.
            seed: For what is drawn by chance.
            threads: To compute with, at most.
        """
        raise NotImplementedError


def installed_baselines() -> tuple[type[Baseline], ...]:
    """Those that can be trained here, in display order."""
    return tuple(member for member in Baseline.members() if member.is_installed())
