"""The recipe: everything that determines a run, frozen, with a version number."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, field_validator

from engine.lookup import ByName
from engine.messages import N_, message
from engine.recipe.columns import ColumnSpec
from engine.recipe.disabled import DisabledStep
from engine.recipe.model import ModelSpec
from engine.recipe.parts import Frozen
from engine.recipe.reading import Reading
from engine.recipe.refusals import Refused
from engine.recipe.rows import DerivedColumn, RowRules
from engine.recipe.split import Split, SplitMethod
from engine.recipe.start import Start
from engine.recipe.target import TargetSpec
from engine.recipe.training import Training
from engine.schema import Kind, Role

VERSION = 1


_BY_NAME: ByName[ColumnSpec] = ByName(lambda spec: spec.name)
_BY_ROLE: ByName[ColumnSpec] = ByName(lambda spec: spec.role)


class Recipe(Frozen):
    """Everything that determines a run.

    Columns that are not listed are used as inferred. Any `auto` is resolved before training starts.
    """

    trainyard: Literal[1] = 1
    reading: Reading = Field(default_factory=Reading)
    derived: tuple[DerivedColumn, ...] = ()
    """Columns computed from others, in the order in which they are computed."""
    columns: tuple[ColumnSpec, ...] = ()
    rows: RowRules = Field(default_factory=RowRules)
    outcome: TargetSpec = Field(default_factory=TargetSpec)
    """What is done to the target's values, or to those of several that say nothing of their own."""
    split: Split = Field(default_factory=Split)
    model: ModelSpec = Field(default_factory=ModelSpec)
    training: Training = Field(default_factory=Training)
    start: Start | None = Field(default=None, title=N_("Start from"))
    """The run whose weights are the first ones; None: they are drawn by chance."""
    disabled: tuple[DisabledStep, ...] = ()
    """Steps that are switched off for now; all fields above are as if they had never been."""

    @field_validator("columns")
    @classmethod
    def _columns_are_named_once(cls, columns: tuple[ColumnSpec, ...]) -> tuple[ColumnSpec, ...]:
        seen: set[str | int] = set()
        for column in columns:
            key = column.name if column.name is not None else column.position
            if key is None:
                raise Refused(message("a column needs a name or a position"))
            if key in seen:
                raise Refused(message("column “{name}” is listed twice", name=key))
            seen.add(key)
        return columns

    def column(self, name: str) -> ColumnSpec:
        """What the recipe says of that column (an empty spec when it says nothing)."""
        spec = _BY_NAME.of(self.columns).get(name)
        return ColumnSpec(name=name) if spec is None else spec

    def with_column(self, spec: ColumnSpec) -> Recipe:
        """A copy in which the column of that name has this spec."""
        if any(c.name == spec.name for c in self.columns):
            columns = tuple(spec if c.name == spec.name else c for c in self.columns)
        else:
            columns = (*self.columns, spec)
        return self.model_copy(update={"columns": columns})

    @property
    def target(self) -> str | None:
        """Name of the first target column, if one is chosen by name."""
        spec = _BY_ROLE.of(self.columns).get(Role.TARGET)
        return None if spec is None else spec.name

    @property
    def targets(self) -> tuple[str, ...]:
        """Names of all target columns, in the order of the columns."""
        if self.target is None:
            return ()
        return tuple(c.name for c in self.columns if c.role is Role.TARGET and c.name is not None)

    def outcome_of(self, name: str) -> TargetSpec:
        """What is done to the values of that target."""
        own = self.column(name).outcome
        return self.outcome if own is None else own

    def with_outcome_of(self, name: str, outcome: TargetSpec) -> Recipe:
        """A copy in which that is done to the target; a single target is what the recipe speaks of."""
        if self.targets in ((), (name,)):
            return self._without_own_outcome(name).model_copy(update={"outcome": outcome})
        return self.with_column(self.column(name).model_copy(update={"outcome": outcome}))

    def _without_own_outcome(self, name: str) -> Recipe:
        spec = self.column(name)
        if spec.outcome is None:
            return self
        return self.with_column(spec.model_copy(update={"outcome": None}))

    def named_with(self, role: Role) -> str | None:
        """Name of the first column to which this recipe gives the role."""
        spec = _BY_ROLE.of(self.columns).get(role)
        return None if spec is None else spec.name

    @property
    def split_method(self) -> SplitMethod:
        """How rows are dealt, with Auto replaced where a column has the role group or time.

        It stays `AUTO` where the task decides: stratified for classes, random for numbers.
        """
        method = self.split.method
        if method is not SplitMethod.AUTO:
            return method
        if self.named_with(Role.GROUP) is not None:
            return SplitMethod.GROUP
        return SplitMethod.TIME if self.named_with(Role.TIME) is not None else method

    @property
    def split_column(self) -> str | None:
        """The column that the split goes by, if it goes by one."""
        method = self.split_method
        if not method.needs_column:
            return None
        named = None if self.split.method is SplitMethod.AUTO else self.split.column
        role = method.role
        return named or (None if role is None else self.named_with(role))

    def with_derived(self, column: DerivedColumn) -> Recipe:
        """A copy with that derived column: in its place if there is one of that name, else as the last."""
        if any(each.name == column.name for each in self.derived):
            derived = tuple(column if e.name == column.name else e for e in self.derived)
        else:
            derived = (*self.derived, column)
        return self.model_copy(update={"derived": derived})

    def without_derived(self, name: str) -> Recipe:
        """A copy without that derived column, and without what is said of it."""
        derived = tuple(each for each in self.derived if each.name != name)
        columns = tuple(each for each in self.columns if each.name != name)
        return self.model_copy(update={"derived": derived, "columns": columns})

    def with_split(self, **changes: object) -> Recipe:
        """A copy with another split; values are taken as they are."""
        return self.model_copy(update={"split": self.split.model_copy(update=changes)})

    def with_target(self, name: str, kind: Kind | None = None) -> Recipe:
        """A copy with `name` as the only target; former ones become features.

        What was said of another target's classes or numbers is forgotten.
        """
        former = self.column(name).kind
        same_kind = former is None or kind is None or kind is former
        if self.targets in ((), (name,)) and same_kind:
            return self._with_role_of_target(name, kind)
        changes: dict[str, object] = {"loss": Training().loss}
        if self.training.class_weights == "custom":
            changes |= {"class_weights": "none", "custom_weights": ()}
        training = self.training.model_copy(update=changes)
        others = self.model_copy(update={"outcome": TargetSpec(), "training": training})
        return others._with_role_of_target(name, kind)

    def with_target_beside(self, name: str, kind: Kind | None = None) -> Recipe:
        """A copy that predicts `name` beside the targets that it has."""
        spec = self.column(name).model_copy(update={"role": Role.TARGET, "kind": kind})
        return self.with_column(spec)

    def without_target(self, name: str) -> Recipe:
        """A copy that does not predict `name`, which becomes a feature.

        Of a last target that had settings of its own these become what the recipe says.
        """
        freed = {"role": None, "kind": None, "outcome": None}
        recipe = self.with_column(self.column(name).model_copy(update=freed))
        if len(recipe.targets) != 1:
            return recipe
        return recipe.with_outcome_of(recipe.targets[0], recipe.outcome_of(recipe.targets[0]))

    def _with_role_of_target(self, name: str, kind: Kind | None) -> Recipe:
        freed = {"role": None, "kind": None, "outcome": None}
        columns = tuple(
            c.model_copy(update=freed) if c.role is Role.TARGET else c for c in self.columns
        )
        recipe = self.model_copy(update={"columns": columns})
        spec = recipe.column(name).model_copy(update={"role": Role.TARGET, "kind": kind})
        return recipe.with_column(spec)
