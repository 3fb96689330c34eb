"""The recipe: everything that determines a run, frozen, with a version number."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, field_validator

from engine.lookup import ByName
from engine.recipe.columns import ColumnSpec
from engine.recipe.model import ModelSpec
from engine.recipe.parts import Frozen
from engine.recipe.reading import Reading
from engine.recipe.split import Split
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
    columns: tuple[ColumnSpec, ...] = ()
    split: Split = Field(default_factory=Split)
    model: ModelSpec = Field(default_factory=ModelSpec)
    training: Training = Field(default_factory=Training)

    @field_validator("columns")
    @classmethod
    def _columns_are_named_once(cls, columns: tuple[ColumnSpec, ...]) -> tuple[ColumnSpec, ...]:
        seen: set[str | int] = set()
        for column in columns:
            key = column.name if column.name is not None else column.position
            if key is None:
                raise ValueError("a column needs a name or a position")
            if key in seen:
                raise ValueError(f"column “{key}” is listed twice")
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
        """Name of the target column, if one is chosen by name."""
        spec = _BY_ROLE.of(self.columns).get(Role.TARGET)
        return None if spec is None else spec.name

    def with_target(self, name: str, kind: Kind | None = None) -> Recipe:
        """A copy with `name` as the only target; the former one becomes a feature."""
        columns = tuple(
            c.model_copy(update={"role": None, "kind": None}) if c.role is Role.TARGET else c
            for c in self.columns
        )
        recipe = self.model_copy(update={"columns": columns})
        spec = recipe.column(name).model_copy(update={"role": Role.TARGET, "kind": kind})
        return recipe.with_column(spec)
