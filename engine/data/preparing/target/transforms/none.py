"""No transform."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Literal

from engine.messages import N_
from engine.recipe.families import TargetTransform

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from engine.data.preparing.target.fitted_transform import FittedPlain


class Plain(TargetTransform):
    """The number itself."""

    title: ClassVar[str] = N_("None")
    summary: ClassVar[str] = N_("The number itself is learned.")
    order: ClassVar[int] = 0

    kind: Literal["none"] = "none"

    def fit(self, values: NDArray[Any], column: str) -> FittedPlain:
        """See `TargetTransform.fit`."""
        from engine.data.preparing.target.fitted_transform import FittedPlain

        del values, column
        return FittedPlain()
