"""Numbers as codes of bins."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Literal

from pydantic import Field

from engine.data.preparing.numbers.scaling import FittedScaling
from engine.messages import N_
from engine.recipe.column_families import Scaling

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from engine.recipe.column_families import Floats


class Bins(Scaling):
    """A code per range of values; the network takes it as it takes a category.

    As scikit-learn's KBinsDiscretizer, but where very many rows have the smallest or the largest value
    it has a bin of its own. Bins that would be empty are left out.
    """

    title: ClassVar[str] = N_("Bins")
    summary: ClassVar[str] = N_("A level per range of values; the column becomes a category.")
    order: ClassVar[int] = 80
    makes_codes: ClassVar[bool] = True

    kind: Literal["bins"] = "bins"
    count: int = Field(default=16, ge=2, le=1024, title=N_("Bins"))
    by: Literal["quantile", "width"] = Field(
        default="quantile",
        title=N_("Of equal"),
        json_schema_extra={"labels": {"quantile": N_("Number of rows"), "width": N_("Width")}},
    )

    def fit(self, filled: Floats, known: Floats) -> FittedBins:
        """Edges between the bins, from the values that are there."""
        import numpy as np

        del filled
        if not len(known):
            return FittedBins(edges=())
        low, high = float(known.min()), float(known.max())
        shares = np.linspace(0, 1, self.count + 1)[1:-1]
        if self.by == "quantile":
            points = np.quantile(known, shares)
        else:
            points = low * (1 - shares) + high * shares  # high − low may overflow
        # Where very many rows have the smallest value, the others begin at the next one.
        points[points <= low] = np.min(known, initial=high, where=known > low)
        edges = np.unique(points[points > low])
        return FittedBins(edges=tuple(edges.tolist()))


class FittedBins(FittedScaling):
    """Edges between bins, ascending: the code is the number of edges that are not above the value.

    A search in sorted points (`bucketize`, or a sum of comparisons).
    """

    kind: Literal["bins"] = "bins"
    arrays: ClassVar[tuple[str, ...]] = ("edges",)
    codes: ClassVar[bool] = True
    edges: tuple[float, ...]

    @property
    def bins(self) -> int:
        """One more than edges."""
        return len(self.edges) + 1

    def places(self, values: Floats) -> NDArray[np.int32]:
        """The bin of each value, from 0."""
        import numpy as np

        return np.searchsorted(np.asarray(self.edges), values, side="right").astype(np.int32)
