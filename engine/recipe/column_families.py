"""The families of steps that the columns of a recipe can name."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Literal, TypeAlias

from engine.recipe.parts import Part
from engine.schema import Kind

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy as np
    from numpy.typing import NDArray

    from engine.recipe.families import CategoryEncoder

    Floats: TypeAlias = NDArray[np.float64]


class ColumnStep(Part):
    """Something done to the cells of one column, fitted on training rows only."""

    kinds: ClassVar[tuple[Kind, ...]] = ()
    """Kinds of column that it is for."""


class Fill(ColumnStep):
    """What stands in for a missing value."""

    family_package: ClassVar[str] = "engine.data.preparing.missing"
    drops_rows: ClassVar[bool] = False
    """Rows without a value are left out of training and scoring; in new rows they are filled."""
    own_level: ClassVar[bool] = False
    """Missing is a level of its own."""

    def fits(self, kind: Kind) -> bool:
        """Whether a value that a person gave is one of that kind."""
        del kind
        return True

    def number(self, known: Floats) -> float:
        """What stands in a column of numbers, in its own unit; `known` are those of training rows."""
        raise NotImplementedError

    def level(self, counts: Mapping[str, int]) -> str | None:
        """The level that stands in; None: the unknown one. `counts`: levels in their order."""
        return max(counts, key=counts.__getitem__) if counts else None

    def day(self, known: Floats) -> float | None:
        """The moment that stands in, in days since 1970; None: zero in every input."""
        del known
        return None


class Clip(ColumnStep):
    """Limits beyond which a number counts as the limit."""

    family_package: ClassVar[str] = "engine.data.preparing.numbers.clips"
    kinds: ClassVar[tuple[Kind, ...]] = (Kind.NUMBER,)

    def limits(self, known: Floats) -> tuple[float, float] | None:
        """Lowest and highest value, infinite where there is no limit; None: no limits at all.

        Args:
            known: Values of training rows, at least one, none missing.
        """
        raise NotImplementedError


class Scaling(ColumnStep):
    """How numbers are brought to a common size, or into bins."""

    family_package: ClassVar[str] = "engine.data.preparing.numbers.scales"
    kinds: ClassVar[tuple[Kind, ...]] = (Kind.NUMBER,)
    makes_codes: ClassVar[bool] = False
    """The column becomes codes, as a category does, instead of a number."""

    def fit(self, filled: Floats, known: Floats) -> Any:
        """An `engine.data.preparing.numbers.scaling.FittedScaling`.

        Args:
            filled: Values of training rows, clipped, what was missing filled.
            known: The same without those that were missing; may be empty.
        """
        raise NotImplementedError


class Encoding(ColumnStep):
    """What a category column becomes: codes for the network, or numbers."""

    family_package: ClassVar[str] = "engine.data.preparing.categories.encodings"
    kinds: ClassVar[tuple[Kind, ...]] = (Kind.CATEGORY,)
    makes_codes: ClassVar[bool] = True
    """False: the column becomes numbers."""

    @property
    def buckets(self) -> int:
        """Levels are hashed to so many codes; 0: each has its own."""
        return 0

    @property
    def encoder(self) -> CategoryEncoder | None:
        """How the network takes the codes; None: as the model's part of the recipe says."""
        return None


class RareLevels(ColumnStep):
    """Which levels of training rows are so rare that they are merged into one."""

    family_package: ClassVar[str] = "engine.data.preparing.categories.rare"
    kinds: ClassVar[tuple[Kind, ...]] = (Kind.CATEGORY,)

    @property
    def takes_unknown(self) -> bool:
        """Whether a level that no training row has counts as a rare one."""
        return False

    def least(self, rows: int) -> float:
        """How many of `rows` training rows with a value a level must have to stay."""
        raise NotImplementedError


DatePart: TypeAlias = Literal[
    "year", "quarter", "month", "week", "day", "day_of_year", "weekday", "hour", "minute"
]


class DateInputs(ColumnStep):
    """What dates become."""

    family_package: ClassVar[str] = "engine.data.preparing.dates.inputs"
    kinds: ClassVar[tuple[Kind, ...]] = (Kind.DATE,)

    @property
    def with_elapsed(self) -> bool:
        """Days since the first training date, standardised."""
        return True

    @property
    def numbers(self) -> tuple[DatePart, ...]:
        """Parts that become one standardised number each."""
        return ()

    @property
    def circles(self) -> tuple[DatePart, ...]:
        """Parts that become a sine and a cosine each, so that their end meets their beginning."""
        return ()

    @property
    def with_weekend(self) -> bool:
        """An input that is 1 on Saturday and Sunday."""
        return False
