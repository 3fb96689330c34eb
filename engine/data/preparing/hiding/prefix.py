"""The beginning of codes such as postcodes."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Literal

from pydantic import Field

from engine.messages import N_, Message, message_n
from engine.recipe.hiding import Hiding
from engine.schema import Kind

if TYPE_CHECKING:
    import pyarrow as pa

    from engine.data.cells.cell_types import CellType


class Prefix(Hiding):
    """“10115” becomes “101”: codes whose beginning names a larger area or group.

    At least one character is always cut off, so that a short code does not stay as it is.
    """

    title: ClassVar[str] = N_("Prefix")
    summary: ClassVar[str] = N_(
        "Codes are cut to their beginning, such as postcodes to larger areas."
    )
    order: ClassVar[int] = 30
    suits: ClassVar[tuple[Kind, ...]] = (Kind.CATEGORY, Kind.TEXT, Kind.NUMBER)

    kind: Literal["prefix"] = "prefix"
    length: int = Field(
        default=2,
        ge=1,
        le=20,
        title=N_("Characters kept"),
        description=N_("So many characters from the beginning stay."),
        json_schema_extra={"unit": N_("characters")},
    )

    def hide(self, cells: pa.Array, cell_type: CellType) -> tuple[pa.Array, int]:
        """Beginnings (string)."""
        from engine.data.cells import typed
        from engine.data.preparing.beginnings import beginnings

        names, misfits = typed.levels(cells, cell_type)
        return beginnings(names, self.length), misfits

    def words(self) -> Message:
        """What is done, in a few words."""
        return message_n(
            "cut to the first character", "cut to the first {count} characters", self.length
        )
