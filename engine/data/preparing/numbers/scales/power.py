"""Numbers with their skew taken away by a power."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, ClassVar, Literal

from engine.data.preparing.numbers.scaling import FittedShift
from engine.messages import N_
from engine.recipe.column_families import Scaling

if TYPE_CHECKING:
    from engine.recipe.column_families import Floats

_ROWS = 100_000
"""The power is fitted on so many values at most: evenly spread over them in their order."""
_MOST_POWER = 100.0
"""A greater one comes from values that are all next to 0, and would send the next one to infinity."""
_MOST_LOG = 700.0
"""Its exponential is still a number."""
_TINY = 1e-9


class Power(Scaling):
    """Yeo and Johnson, Biometrika 87, 2000; the power of greatest likelihood, then mean 0, deviation 1.

    As scikit-learn's PowerTransformer.
    """

    title: ClassVar[str] = N_("Power")
    summary: ClassVar[str] = N_(
        "Yeo–Johnson: the power that comes closest to a normal distribution."
    )
    order: ClassVar[int] = 60

    kind: Literal["power"] = "power"

    def fit(self, filled: Floats, known: Floats) -> FittedPower:
        """The power from the values that are there; mean and deviation with the filled ones."""
        import numpy as np

        from engine.data.preparing.numbers.moments import mean_and_deviation

        power = _best_power(known)
        with np.errstate(over="ignore", invalid="ignore"):
            bent = _bend(filled.copy(), power)
        if not np.isfinite(bent).all():
            power, bent = 1.0, filled
        center, spread = mean_and_deviation(bent)
        return FittedPower(power=power, center=center, spread=spread)


class FittedPower(FittedShift):
    """For x ≥ 0 ((x + 1)^λ − 1) / λ, below −((1 − x)^(2 − λ) − 1) / (2 − λ), logarithms where λ is 0 or 2.

    A where of two powers (expm1 of a multiple of log1p of the absolute value), then a shift and a
    division.
    """

    kind: Literal["power"] = "power"
    power: float

    def apply(self, values: Floats) -> Floats:
        """In place."""
        return super().apply(_bend(values, self.power))

    def inverse(self, scaled: Floats) -> Floats:
        """Exact but for rounding, where the power has an inverse."""
        import numpy as np

        bent = super().inverse(scaled)
        above = bent >= 0
        found = np.empty_like(bent)
        found[above] = _unbent(bent[above], self.power)
        found[~above] = -_unbent(-bent[~above], 2 - self.power)
        return found


def _best_power(known: Floats) -> float:
    """The power of greatest likelihood; 1, which changes nothing, where there is none."""
    import warnings

    import numpy as np
    from scipy.stats import yeojohnson_normmax

    step = math.ceil(len(known) / _ROWS) if len(known) else 1
    some = known[::step]
    size = float(np.max(np.abs(some), initial=0.0))
    if len(some) < 2 or size == 0 or float(np.ptp(some / size)) <= _TINY:
        return 1.0
    try:
        with warnings.catch_warnings(), np.errstate(all="ignore"):
            warnings.simplefilter("ignore")
            power = float(yeojohnson_normmax(some))
    except (ValueError, RuntimeError, FloatingPointError):
        return 1.0
    return power if abs(power) <= _MOST_POWER else 1.0


def _bend(values: Floats, power: float) -> Floats:
    """In place; both halves by expm1 of a multiple of log1p, which keeps small values exact."""
    import numpy as np

    sizes = np.log1p(np.abs(values))
    below = np.signbit(values)
    for half, exponent in ((~below, power), (below, 2 - power)):
        if abs(exponent) > _TINY and half.any():
            np.multiply(sizes, exponent, out=sizes, where=half)
            np.minimum(sizes, _MOST_LOG, out=sizes, where=half)
            np.expm1(sizes, out=sizes, where=half)
            np.divide(sizes, exponent, out=sizes, where=half)
    return np.copysign(sizes, values, out=values)


def _unbent(sizes: Floats, exponent: float) -> Floats:
    import numpy as np

    if abs(exponent) <= _TINY:
        return np.expm1(sizes)
    with np.errstate(invalid="ignore", divide="ignore"):
        found: Floats = np.expm1(np.log1p(sizes * exponent) / exponent)
    return found
