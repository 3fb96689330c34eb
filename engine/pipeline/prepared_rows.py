"""The rows as they were prepared last, for runs one after another that prepare them in the same way."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from engine.pipeline.resolving import Resolved
from engine.recipe.model import ModelSpec
from engine.recipe.recipe import Recipe
from engine.recipe.training import Training

if TYPE_CHECKING:
    from engine.data.preparing.dataset import Dataset
    from engine.data.progress import Cancelled, Progress
    from engine.data.table import Table


class PreparedRows:
    """Keeps one prepared dataset: trials of a sweep and seeds mostly differ in the network alone."""

    def __init__(self) -> None:
        self._made_from: tuple[str, Recipe] | None = None
        self._dataset: Dataset | None = None

    def prepare(
        self, table: Table, found: Resolved, *, progress: Progress, cancelled: Cancelled
    ) -> Dataset:
        """The rows of a recipe, prepared anew unless those before were made from the same.

        Raises as `engine.data.preparing.dataset.prepare`.
        """
        from engine.data.preparing.dataset import prepare

        wanted = (table.fingerprint, _preparing_part(found.recipe))
        if self._dataset is not None and self._made_from == wanted:
            return replace(self._dataset, notes=())  # they were told with the run before
        self._made_from = self._dataset = None  # makes room
        self._dataset = prepare(
            table, found.recipe, found.schema, progress=progress, cancelled=cancelled
        )
        self._made_from = wanted
        return self._dataset


def _preparing_part(recipe: Recipe) -> Recipe:
    """What of a recipe decides how its rows are prepared: all but the network and how it is trained.

    Loss and class weights stay, for they ask something of the target.
    """
    asked = recipe.training
    kept = {"loss": asked.loss, "class_weights": asked.class_weights}
    training = Training().model_copy(update={**kept, "custom_weights": asked.custom_weights})
    return recipe.model_copy(update={"training": training, "model": ModelSpec()})
