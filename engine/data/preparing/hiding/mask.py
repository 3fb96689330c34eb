"""The first letters of each value, and nothing of the rest."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Literal

from pydantic import Field

from engine.messages import N_, Message, message_n
from engine.recipe.hiding import Hiding

if TYPE_CHECKING:
    import pyarrow as pa

    from engine.data.cells.cell_types import CellType

_MARK = "***"


class Mask(Hiding):
    """“Braund” becomes “B***”: a mark stands for the rest, whatever its length.

    At least one letter is always hidden, so that a short value does not stay as it is.
    """

    title: ClassVar[str] = N_("Mask")
    summary: ClassVar[str] = N_("Only the first letters stay; at least one is always hidden.")
    order: ClassVar[int] = 20

    kind: Literal["mask"] = "mask"
    keep: int = Field(
        default=1,
        ge=0,
        le=20,
        title=N_("Letters kept"),
        description=N_("So many letters from the beginning stay."),
        json_schema_extra={"unit": N_("letters")},
    )

    def hide(self, cells: pa.Array, cell_type: CellType) -> tuple[pa.Array, int]:
        """First letters and a mark (string)."""
        import pyarrow.compute as pc

        from engine.data.cells import typed
        from engine.data.preparing.beginnings import beginnings

        names, misfits = typed.levels(cells, cell_type)
        return pc.binary_join_element_wise(beginnings(names, self.keep), _MARK, ""), misfits

    def words(self) -> Message:
        """What is done, in a few words."""
        return message_n(
            "masked but for the first letter",
            "masked but for the first {count} letters",
            self.keep,
        )
