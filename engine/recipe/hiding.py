"""How a column's values are hidden before anything else sees them: the family of parts behind `hide`."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Self

from engine.messages import Message
from engine.recipe.parts import Part
from engine.schema import Kind

if TYPE_CHECKING:
    import pyarrow as pa

    from engine.data.cells.cell_types import CellType


class Hiding(Part):
    """What takes the place of a column's values.

    Cells are hidden before rows are compared, split, filtered or learned from: whatever is kept of a
    run holds hidden values only. A missing cell stays missing.
    """

    family_package: ClassVar[str] = "engine.data.preparing.hiding"
    reads: ClassVar[Kind] = Kind.CATEGORY
    """What the cells are read as before they are hidden: numbers, dates, or (category) as they are."""
    suits: ClassVar[tuple[Kind, ...]] = (Kind.CATEGORY, Kind.TEXT)
    """Kinds of column, as inferred, that it makes sense for."""

    @classmethod
    def choices(cls, kind: Kind) -> tuple[type[Self], ...]:
        """The ways to hide a column that was inferred to be of that kind, in display order."""
        return tuple(member for member in cls.members() if kind in member.suits)

    def kind_after(self, kind: Kind) -> Kind:
        """What the hidden values are used as, if the column was to be used as `kind`."""
        if kind is Kind.CATEGORY:
            return kind
        return self.reads

    def resolved(self) -> Self:
        """The same with everything decided that is left open. Raises `KeyMissing`."""
        return self

    def hide(self, cells: pa.Array, cell_type: CellType) -> tuple[pa.Array, int]:
        """Hidden cells (string, timestamp or float64), and how many cells do not fit `cell_type`.

        A cell that does not fit becomes missing. Raises `KeyMissing`.
        """
        raise NotImplementedError

    def words(self) -> Message:
        """What is done, in a few words."""
        raise NotImplementedError
