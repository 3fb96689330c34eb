from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from engine.recipe.recipe import Recipe
from engine.recipe.split import Split
from gui.recipe_history import RecipeHistory


class UndoRedo(RuleBasedStateMachine):
    """Random edits, undos and redos against a plain list of recipes."""

    def __init__(self) -> None:
        super().__init__()
        self.history = RecipeHistory(Recipe())
        self.model = [Recipe()]
        self.at = 0

    @rule(seed=st.integers(0, 5))
    def edit(self, seed: int) -> None:
        recipe = Recipe(split=Split(seed=seed))
        changed = self.history.edit(recipe, f"seed {seed}")
        assert changed == (recipe != self.model[self.at])
        if changed:
            self.model = [*self.model[: self.at + 1], recipe]
            self.at += 1

    @rule()
    def undo(self) -> None:
        assert self.history.undo() == (self.at > 0)
        self.at = max(0, self.at - 1)

    @rule()
    def redo(self) -> None:
        assert self.history.redo() == (self.at + 1 < len(self.model))
        self.at = min(len(self.model) - 1, self.at + 1)

    @invariant()
    def the_recipe_is_the_one_of_the_list(self) -> None:
        assert self.history.recipe == self.model[self.at]
        assert (self.history.undo_label is not None) == (self.at > 0)
        assert (self.history.redo_label is not None) == (self.at + 1 < len(self.model))


TestUndoRedo = UndoRedo.TestCase


def test_labels_name_the_step_that_is_taken_back() -> None:
    history = RecipeHistory(Recipe())
    history.edit(Recipe(split=Split(seed=1)), "Seed")
    assert history.undo_label == "Seed"
    history.undo()
    assert history.undo_label is None
    assert history.redo_label == "Seed"
