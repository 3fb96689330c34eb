"""What was learned for scaling a column of numbers: the base of the fitted records.

Each record stands in one file with the settings that it is fitted by (`numbers/scales/`), and is found
by its `kind` when a saved preparation is read. NumPy is imported where it is used: recipes name the
files' settings, and are read before anything heavy is.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from engine.recipe.parts import Part

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from engine.recipe.column_families import Floats


class FittedScaling(Part):
    """A fitted scaling. It is written in elementwise tensor operations; each class says in which."""

    family_package: ClassVar[str] = "engine.data.preparing.numbers.scales"
    arrays: ClassVar[tuple[str, ...]] = ()
    """Fields that are saved as tensors instead of as text."""
    codes: ClassVar[bool] = False
    """Whether codes are made instead of numbers."""

    def apply(self, values: Floats) -> Floats:
        """Scaled values; those given may be overwritten. None is missing. Not finite where it overflows."""
        raise NotImplementedError

    def inverse(self, scaled: Floats) -> Floats:
        """The values that `apply` makes `scaled` of; where it is many to one, one of them."""
        raise NotImplementedError

    def write(self, values: Floats, out: NDArray[np.float32]) -> None:
        """Scaled values, cut to what a float32 holds, into `out`; those given may be overwritten."""
        import numpy as np

        with np.errstate(over="ignore", invalid="ignore"):
            found = self.apply(values)
        largest = float(np.finfo(np.float32).max)
        np.clip(found, -largest, largest, out=found)
        out[...] = found

    @property
    def bins(self) -> int:
        """Number of codes, from 0; 0 where numbers are made."""
        return 0

    def places(self, values: Floats) -> NDArray[np.int32]:
        """The code of each value, from 0, where codes are made."""
        raise NotImplementedError


class FittedShift(FittedScaling):
    """(x − center) / spread: one subtraction and one division."""

    center: float
    spread: float

    def apply(self, values: Floats) -> Floats:
        """In place."""
        import numpy as np

        np.subtract(values, self.center, out=values)
        return np.divide(values, self.spread, out=values)

    def inverse(self, scaled: Floats) -> Floats:
        """Exact but for rounding."""
        return scaled * self.spread + self.center
