"""The recipe with every column listed, and the task that follows from it."""

from __future__ import annotations

import difflib
import operator

from engine.errors import UnknownColumn
from engine.recipe.columns import ColumnSpec
from engine.recipe.recipe import Recipe
from engine.recipe.split import SplitMethod
from engine.schema import Column, Kind, Role, Schema, Task

FEW_LEVELS = 20
"""So many whole numbers at most stand for classes when they are predicted."""


def complete(recipe: Recipe, schema: Schema) -> Recipe:
    """The recipe with every column listed by name, in file order, with kind and role.

    A column that says the part or the group of a row is not learned from, unless the recipe wants it.
    What is said of derived columns that the schema does not list stays as it is, at the end.
    Raises `UnknownColumn` for a name or position that the table lacks.
    """
    specs = {}
    derived = {column.name for column in recipe.derived}
    later = []
    for spec in recipe.columns:
        if spec.name in derived and spec.name not in schema:
            later.append(spec)
            continue
        name = _name_of(spec, schema)
        named = spec.name is not None and spec.position is None
        specs[name] = spec if named else spec.model_copy(update={"name": name, "position": None})
    key = None if recipe.split_method is SplitMethod.TIME else recipe.split_column
    columns = (
        *(
            _completed(specs.get(c.name) or ColumnSpec(name=c.name), c, is_key=c.name == key)
            for c in schema.columns
        ),
        *later,
    )
    if len(columns) == len(recipe.columns) and all(map(operator.is_, columns, recipe.columns)):
        return recipe  # the same one, for those who keep what they know about it
    return recipe.model_copy(update={"columns": columns})


def _name_of(spec: ColumnSpec, schema: Schema) -> str:
    if spec.name is not None:
        if spec.name not in schema:
            close = difflib.get_close_matches(spec.name, schema.names, n=1, cutoff=0.0)
            raise UnknownColumn(spec.name, close[0] if close else "")
        return spec.name
    position = spec.position or 0
    if not -len(schema.columns) <= position < len(schema.columns):
        raise UnknownColumn(str(position), schema.names[-1])
    return schema.columns[position].name


def _completed(spec: ColumnSpec, column: Column, *, is_key: bool = False) -> ColumnSpec:
    if spec.kind is not None and spec.role is not None:
        return _as_hidden(spec)
    role = spec.role
    if role is None:
        role = column.role
        chosen_for_use = spec.kind is not None and spec.kind is not column.kind
        if chosen_for_use and spec.kind is not Kind.TEXT and not column.is_constant:
            role = Role.FEATURE
        if is_key and role is Role.FEATURE:
            role = Role.IGNORE
    kind = spec.kind
    if kind is None:
        kind = _target_kind(column) if role is Role.TARGET else column.kind
    return _as_hidden(spec.model_copy(update={"kind": kind, "role": role}))


def _as_hidden(spec: ColumnSpec) -> ColumnSpec:
    """A column whose numbers are hashed has none any more: its kind is that of the hidden values."""
    if spec.hide is None or spec.kind is None:
        return spec
    kind = spec.hide.kind_after(spec.kind)
    return spec if kind is spec.kind else spec.model_copy(update={"kind": kind})


def _target_kind(column: Column) -> Kind:
    """A target of few whole numbers stands for classes, and so does one of texts."""
    if column.kind is Kind.TEXT:
        return Kind.CATEGORY
    if column.kind is not Kind.NUMBER or not column.integer or column.distinct > FEW_LEVELS:
        return column.kind
    return Kind.CATEGORY


def task_of(recipe: Recipe, schema: Schema) -> Task | None:
    """The task that follows from the targets, or `None` without a target that can be predicted.

    Several targets of different kinds cannot be predicted together. Raises `UnknownColumn`.
    """
    completed = complete(recipe, schema)
    targets = completed.targets
    kinds = {completed.column(name).kind for name in targets}
    if len(kinds) != 1:
        return None
    several = len(targets) > 1
    kind = kinds.pop()
    if kind is Kind.NUMBER:
        return Task.MULTI_REGRESSION if several else Task.REGRESSION
    if kind is not Kind.CATEGORY:
        return None
    if several:
        return Task.MULTI_LABEL
    name = targets[0]
    classes = completed.outcome_of(name).left_of(schema[name].distinct)
    return Task.BINARY if classes <= 2 else Task.MULTICLASS
