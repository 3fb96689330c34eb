"""Undo and redo: a list of recipes with the words for each step."""

from __future__ import annotations

from dataclasses import dataclass

from engine.recipe.recipe import Recipe

LIMIT = 500


@dataclass(frozen=True, slots=True)
class Step:
    """One state of the recipe and what led to it."""

    recipe: Recipe
    label: str


class RecipeHistory:
    """The recipes of one table, the current one among them."""

    def __init__(self, recipe: Recipe) -> None:
        self._steps = [Step(recipe, "")]
        self._at = 0

    @property
    def recipe(self) -> Recipe:
        """The recipe in force."""
        return self._steps[self._at].recipe

    @property
    def undo_label(self) -> str | None:
        """What Undo would take back; `None` when there is nothing."""
        return self._steps[self._at].label if self._at > 0 else None

    @property
    def redo_label(self) -> str | None:
        """What Redo would do again; `None` when there is nothing."""
        following = self._at + 1
        return self._steps[following].label if following < len(self._steps) else None

    def edit(self, recipe: Recipe, label: str) -> bool:
        """Make `recipe` the current one; False when nothing would change."""
        if recipe == self.recipe:
            return False
        del self._steps[self._at + 1 :]
        self._steps.append(Step(recipe, label))
        del self._steps[:-LIMIT]
        self._at = len(self._steps) - 1
        return True

    def amend(self, recipe: Recipe) -> None:
        """Put `recipe` in place of the current one, as the same step."""
        self._steps[self._at] = Step(recipe, self._steps[self._at].label)

    def undo(self) -> bool:
        """One step back; False at the first."""
        if self._at == 0:
            return False
        self._at -= 1
        return True

    def redo(self) -> bool:
        """One step forward; False at the last."""
        if self._at + 1 >= len(self._steps):
            return False
        self._at += 1
        return True
