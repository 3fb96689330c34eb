"""What a run was made from, and whether the recipe has changed since."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

from engine.errors import UnknownColumn
from engine.recipe.recipe import Recipe
from engine.store.info import RunInfo

if TYPE_CHECKING:
    from engine.store.run_folder import RunFolder
    from gui.session import Session


@dataclass(frozen=True, slots=True)
class Origin:
    """Identity and recipes of a run."""

    info: RunInfo
    asked: Recipe
    resolved: Recipe

    @classmethod
    def read(cls, folder: RunFolder) -> Self:
        """Read it from the run's folder.

        Raises `RunNotFound`, `RunDamaged` or `RecipeTooNew`.
        """
        return cls(folder.info(), folder.recipe(), folder.resolved())

    def differs_from(self, session: Session) -> bool:
        """Whether training now, on the same table, would be another run than this one."""
        table, schema = session.table, session.schema
        if table is None or schema is None or table.fingerprint != self.info.fingerprint:
            return False
        from engine.data.columns.infer import complete

        try:
            # How the file is read is settled: the rows are the same.
            asked = complete(self.asked, schema).model_copy(
                update={"reading": session.recipe.reading}
            )
        except UnknownColumn:
            return True
        return asked != session.recipe
