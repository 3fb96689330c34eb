"""Ranges instead of exact numbers, and bounds for the rare large and small ones."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Literal, Self

from pydantic import Field, model_validator

from engine.messages import N_, Message
from engine.recipe.hiding import Hiding
from engine.schema import Kind

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa
    from numpy.typing import NDArray

    from engine.data.cells.cell_types import CellType


_WORDS = {
    ("step",): N_("coarsened to ranges of {step}"),
    ("bottom",): N_("what is below {bottom} becomes it"),
    ("top",): N_("what is above {top} becomes it"),
    ("bottom", "top"): N_("cut at {bottom} and {top}"),
    ("bottom", "step"): N_("coarsened to ranges of {step}, from {bottom} on"),
    ("top", "step"): N_("coarsened to ranges of {step}, up to {top}"),
    ("bottom", "top", "step"): N_("coarsened to ranges of {step} from {bottom} to {top}"),
}


class CoarsenNumber(Hiding):
    """Each number becomes the lower end of its range; those beyond `bottom` and `top` become these.

    Bounds (top and bottom coding) keep the few oldest or richest from being known by their value.
    """

    title: ClassVar[str] = N_("Coarser numbers")
    summary: ClassVar[str] = N_(
        "Each number becomes the lower end of its range; very small and large ones become a bound."
    )
    order: ClassVar[int] = 50
    reads: ClassVar[Kind] = Kind.NUMBER
    suits: ClassVar[tuple[Kind, ...]] = (Kind.NUMBER,)

    kind: Literal["coarsen_number"] = "coarsen_number"
    step: float | None = Field(
        default=10.0,
        gt=0,
        le=1e15,
        title=N_("Width of a range"),
        description=N_("Empty: numbers between the bounds stay as they are."),
        json_schema_extra={"empty": N_("no ranges")},
    )
    bottom: float | None = Field(
        default=None,
        title=N_("Smallest"),
        description=N_("Numbers below it become it. Empty: no bound."),
        json_schema_extra={"empty": N_("no bound")},
    )
    top: float | None = Field(
        default=None,
        title=N_("Largest"),
        description=N_("Numbers above it become it. Empty: no bound."),
        json_schema_extra={"empty": N_("no bound")},
    )

    @model_validator(mode="after")
    def _hides_something(self) -> Self:
        if self.step is None and self.bottom is None and self.top is None:
            raise ValueError("a width of ranges, a smallest or a largest number is needed")
        if self.bottom is not None and self.top is not None and self.bottom >= self.top:
            raise ValueError("the smallest number must be below the largest")
        return self

    def hide(self, cells: pa.Array, cell_type: CellType) -> tuple[pa.Array, int]:
        """Lower ends of ranges, or bounds (float64)."""
        import numpy as np
        import pyarrow as pa

        from engine.data.cells import typed

        found, misfits = typed.numbers(cells, cell_type)
        absent = np.isnan(found)
        if self.step is not None:
            found = _lower_ends(found, self.step)
        if self.bottom is not None or self.top is not None:
            found = np.clip(found, self.bottom, self.top)
        return pa.array(found, pa.float64(), mask=absent), misfits

    def words(self) -> Message:
        """What is done, in a few words."""
        bounds = {"bottom": self.bottom, "top": self.top, "step": self.step}
        named = {name: value for name, value in bounds.items() if value is not None}
        return Message(_WORDS[tuple(named)], named)


def _lower_ends(values: NDArray[np.float64], step: float) -> NDArray[np.float64]:
    """The largest multiple of `step` that is not above each value."""
    import numpy as np

    with np.errstate(invalid="ignore", over="ignore"):
        count = np.floor(values / step)
        # Division may round across an end: 0.3 / 0.1 is below 3, but 3 · 0.1 is not above 0.3 in print.
        count += np.isclose((count + 1) * step, values, rtol=1e-12, atol=0)
        count -= (count * step > values) & ~np.isclose(count * step, values, rtol=1e-12, atol=0)
        ends = count * step
        # As people write them: 0.3, not 0.30000000000000004.
        places = max(0, 12 - int(np.floor(np.log10(step)))) if step < 1e12 else 0
        rounded = np.round(ends, min(places, 300))
    return np.where(np.isfinite(rounded), rounded, values) + 0.0
