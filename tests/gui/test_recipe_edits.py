"""Random edits of a recipe, undone and redone: every state comes back as it was."""

from __future__ import annotations

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from engine.data.columns.infer import complete
from engine.data.preparing.column_steps import FAMILIES, choices
from engine.recipe.files import parse_recipe, recipe_json
from engine.recipe.hiding import Hiding
from engine.recipe.recipe import Recipe
from engine.recipe.rows import DerivedColumn, DuplicatePolicy, Duplicates
from engine.recipe.split import Split, SplitMethod
from engine.recipe.step_edits import (
    disabled_at,
    moved_step,
    with_step_disabled,
    with_step_enabled,
    without_step,
)
from engine.recipe.words import recipe_steps
from engine.schema import Column, Kind, Role, Schema
from gui.recipe_desk import RecipeDesk

NAMES = ("age", "colour", "day", "note", "label")
SCHEMA = Schema(
    columns=(
        Column(name="age", kind=Kind.NUMBER, distinct=40, missing=3),
        Column(name="colour", kind=Kind.CATEGORY, distinct=3),
        Column(name="day", kind=Kind.DATE, distinct=90),
        Column(name="note", kind=Kind.TEXT, role=Role.IGNORE, distinct=99),
        Column(name="label", kind=Kind.CATEGORY, distinct=2),
    ),
    rows=100,
)
names = st.sampled_from(NAMES)


class Edits(RuleBasedStateMachine):
    """A person who edits, undoes and redoes in any order."""

    def __init__(self) -> None:
        super().__init__()
        self.desk = RecipeDesk()
        self.desk.begin(complete(Recipe().with_target("label"), SCHEMA), SCHEMA)
        self.states = [self.desk.recipe]
        self.at = 0
        self.desk.changed.connect(self._changed)
        self.told = 0

    def _changed(self) -> None:
        self.told += 1

    def _edit(self, make: object) -> None:
        before, told = self.desk.recipe, self.told
        make()  # type: ignore[operator]
        if self.desk.recipe != before:
            assert self.told == told + 1
            del self.states[self.at + 1 :]
            self.states.append(self.desk.recipe)
            self.at += 1
        else:
            assert self.told == told

    @rule(name=names, role=st.sampled_from(list(Role)))
    def role(self, name: str, role: Role) -> None:
        self._edit(lambda: self.desk.set_role(name, role, "role"))

    @rule(name=names, kind=st.sampled_from([Kind.NUMBER, Kind.CATEGORY, Kind.DATE, Kind.TEXT]))
    def kind(self, name: str, kind: Kind) -> None:
        self._edit(lambda: self.desk.set_kind(name, kind, "kind"))

    @rule(name=names, step=st.sampled_from(list(FAMILIES)), data=st.data())
    def step(self, name: str, step: str, data: st.DataObject) -> None:
        spec = self.desk.recipe.column(name)
        members = choices(step, spec.kind or SCHEMA[name].kind)
        wanted = data.draw(st.sampled_from([None, *members]))
        part = None if wanted is None else FAMILIES[step].default(wanted.kind_name())
        changed = self.desk.recipe.with_column(spec.model_copy(update={step: part}))
        self._edit(lambda: self.desk.edit(changed, "step"))

    @rule(name=names, way=st.sampled_from(["mask", "prefix", "hash", None]))
    def hide(self, name: str, way: str | None) -> None:
        hidden = None if way is None else Hiding.default(way)
        spec = self.desk.recipe.column(name).model_copy(update={"hide": hidden})
        self._edit(lambda: self.desk.edit_columns(self.desk.recipe.with_column(spec), "hide"))

    @rule(
        method=st.sampled_from(list(SplitMethod)),
        validation=st.floats(0.05, 0.3),
        test=st.floats(0.05, 0.3),
    )
    def split(self, method: SplitMethod, validation: float, test: float) -> None:
        split = Split(method=method, validation=validation, test=test)
        changed = self.desk.recipe.model_copy(update={"split": split})
        self._edit(lambda: self.desk.edit(changed, "split"))

    @rule(policy=st.sampled_from(list(DuplicatePolicy)), columns=st.sets(names, max_size=2))
    def duplicates(self, policy: DuplicatePolicy, columns: set[str]) -> None:
        alike = Duplicates(policy=policy, columns=tuple(sorted(columns)))
        rows = self.desk.recipe.rows.model_copy(update={"duplicates": alike})
        changed = self.desk.recipe.model_copy(update={"rows": rows})
        self._edit(lambda: self.desk.edit(changed, "duplicates"))

    @rule(name=st.sampled_from(["double", "half"]))
    def derive(self, name: str) -> None:
        kept = tuple(each for each in self.desk.recipe.derived if each.name != name)
        derived = (*kept, DerivedColumn(name=name, expression="age * 2"))
        changed = self.desk.recipe.model_copy(update={"derived": derived})
        self._edit(lambda: self.desk.edit(changed, "derive"))

    @rule(data=st.data())
    def leave_out(self, data: st.DataObject) -> None:
        paths = [step.path for step in recipe_steps(self.desk.recipe) if step.removable]
        if paths:
            path = data.draw(st.sampled_from(paths))
            changed = without_step(self.desk.recipe, path)
            self._edit(lambda: self.desk.edit(changed, "leave out"))

    @rule(data=st.data())
    def switch(self, data: st.DataObject) -> None:
        recipe = self.desk.recipe
        steps = [step for step in recipe_steps(recipe) if step.can_be_disabled or not step.enabled]
        if steps:
            step = data.draw(st.sampled_from(steps))
            change = with_step_disabled if step.enabled else with_step_enabled
            self._edit(lambda: self.desk.edit(change(recipe, step.path), "switch"))
            assert (disabled_at(self.desk.recipe, step.path) is not None) is step.enabled

    @rule(data=st.data(), places=st.sampled_from([-1, 1]))
    def move(self, data: st.DataObject, places: int) -> None:
        recipe = self.desk.recipe
        if recipe.derived:
            name = data.draw(st.sampled_from([each.name for each in recipe.derived]))
            changed = moved_step(recipe, ("derived", name), places)
            self._edit(lambda: self.desk.edit(changed, "move"))

    @precondition(lambda self: self.at > 0)
    @rule()
    def undo(self) -> None:
        self.desk.undo()
        self.at -= 1

    @precondition(lambda self: self.at + 1 < len(self.states))
    @rule()
    def redo(self) -> None:
        self.desk.redo()
        self.at += 1

    @invariant()
    def the_recipe_is_the_one_of_then(self) -> None:
        assert self.desk.recipe == self.states[self.at]
        assert (self.desk.undo_label is not None) == (self.at > 0)
        assert (self.desk.redo_label is not None) == (self.at + 1 < len(self.states))

    @invariant()
    def the_recipe_survives_its_file(self) -> None:
        assert parse_recipe(recipe_json(self.desk.recipe), "memory") == self.desk.recipe


@pytest.mark.usefixtures("qapp")
class TestEdits(Edits.TestCase):
    """Run by pytest."""

    settings = settings(max_examples=8, stateful_step_count=25, deadline=None)


@pytest.mark.long
@pytest.mark.usefixtures("qapp")
class TestManyEdits(Edits.TestCase):
    """The same with edits that are new each time."""

    settings = settings(max_examples=60, stateful_step_count=40, deadline=None, derandomize=False)
