"""Editing a recipe step by step: leaving steps out, moving them, switching them off and on again.

A step is named by its path, see `engine.recipe.words.Step`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeAlias

from pydantic import BaseModel, ValidationError

from engine.recipe.columns import ColumnSpec
from engine.recipe.disabled import DisabledStep
from engine.recipe.recipe import Recipe
from engine.recipe.rows import DerivedColumn
from engine.schema import Role

Path: TypeAlias = tuple[str, ...]


def without_step(recipe: Recipe, path: Path) -> Recipe:
    """The recipe without the step of that path: its field is as it was before anybody set it.

    A column whose own path is given is left out of training; a step that is switched off is forgotten.
    Raises `KeyError` for a path that leads nowhere.
    """
    if disabled_at(recipe, path) is not None:
        return _forgotten(recipe, path)
    if path[:1] == ("columns",) and len(path) == 2:
        return _with_column(recipe, path[1], {"role": Role.IGNORE})
    if path[:1] == ("columns",) and len(path) == 3:
        default = ColumnSpec.model_fields[path[2]].default
        return _with_column(recipe, path[1], {path[2]: default})
    changed: Recipe = _as_before(recipe, path)
    if path[:1] == ("derived",):
        columns = tuple(spec for spec in changed.columns if spec.name != path[1])
        changed = changed.model_copy(update={"columns": columns})
    return changed


def moved_step(recipe: Recipe, path: Path, places: int) -> Recipe:
    """The recipe with a derived column computed earlier (negative) or later.

    The order of all other steps is that of the program. Raises `KeyError` for another path.
    """
    names = [column.name for column in recipe.derived]
    if path[:1] != ("derived",) or len(path) != 2 or path[1] not in names:
        raise KeyError(path)
    start = names.index(path[1])
    rest = [column for column in recipe.derived if column.name != path[1]]
    rest.insert(max(0, min(len(rest), start + places)), recipe.derived[start])
    return recipe.model_copy(update={"derived": tuple(rest)})


def disabled_at(recipe: Recipe, path: Path) -> DisabledStep | None:
    """The step of that path, if it is switched off.

    What has been set again by other means meanwhile is not switched off any more.
    """
    for step in recipe.disabled:
        if step.path == path:
            return None if _is_set(recipe, path) else step
    return None


def _is_set(recipe: Recipe, path: Path) -> bool:
    """Whether the recipe in force says something at a path where a step was switched off."""
    if path[0] == "columns" and len(path) == 2:
        return recipe.column(path[1]).role is not Role.IGNORE
    try:
        if path[0] == "columns" and len(path) == 3:
            spec = _listed(recipe.columns, path)
            return bool(getattr(spec, path[2]) != ColumnSpec.model_fields[path[2]].default)
        return bool(_as_before(recipe, path) != recipe)
    except (AttributeError, KeyError):
        return False


def with_step_disabled(recipe: Recipe, path: Path) -> Recipe:
    """The recipe with that step switched off: it does nothing, and can be switched on again.

    Raises `KeyError` for a path that leads nowhere, or to what is switched off already.
    """
    if len(path) < 2 or disabled_at(recipe, path) is not None:
        raise KeyError(path)
    column, place = None, None
    if path[0] == "columns" and len(path) == 2:
        spec = _listed(recipe.columns, path)
        value: Any = None if spec.role is None else str(spec.role)
    else:
        found = _value_at(recipe, path)
        value = found.model_dump(mode="json") if isinstance(found, BaseModel) else found
        if not isinstance(found, BaseModel):
            value = _plain(recipe, path)
        entries = _entries(recipe, path)
        if entries is not None:
            place = [entry.name for entry in entries].index(path[-1])
        if path[0] == "derived":
            column = next((spec for spec in recipe.columns if spec.name == path[1]), None)
    step = DisabledStep(path=path, value=value, place=place, column=column)
    changed = without_step(_forgotten(recipe, path), path)
    return changed.model_copy(update={"disabled": (*changed.disabled, step)})


def with_step_enabled(recipe: Recipe, path: Path) -> Recipe:
    """The recipe with a step that was switched off doing again what it did.

    Raises `KeyError` for a step that is not switched off, or was set again meanwhile, and `ValueError`
    for one that does not fit the recipe, as one that was written by hand may.
    """
    step = disabled_at(recipe, path)
    if step is None:
        raise KeyError(path)
    recipe = _forgotten(recipe, path)
    if path[0] == "columns":
        spec = _listed(recipe.columns, path)
        field = path[2] if len(path) == 3 else "role"
        if field not in ColumnSpec.model_fields or len(path) > 3:
            raise KeyError(path)
        changed = ColumnSpec.model_validate({**spec.model_dump(mode="json"), field: step.value})
        return recipe.with_column(changed)
    if path[0] == "derived":
        return _with_derived(recipe, step)
    part = getattr(recipe, path[0], None)
    if not isinstance(part, BaseModel):
        raise KeyError(path)
    data = part.model_dump(mode="json")
    _put(data, path[1:], step.value, step.place)
    return recipe.model_copy(update={path[0]: type(part).model_validate(data)})


def fits(recipe: Recipe, step: DisabledStep) -> bool:
    """Whether a step that is switched off could be switched on."""
    try:
        with_step_enabled(recipe, step.path)
    except (KeyError, ValidationError):
        return disabled_at(recipe, step.path) is None
    return True


def _with_derived(recipe: Recipe, step: DisabledStep) -> Recipe:
    """The recipe with a derived column that was switched off in its former place."""
    column = DerivedColumn.model_validate(step.value)
    if step.path != ("derived", column.name):
        raise KeyError(step.path)
    recipe = recipe.without_derived(column.name)
    derived = list(recipe.derived)
    derived.insert(len(derived) if step.place is None else step.place, column)
    columns = recipe.columns if step.column is None else (*recipe.columns, step.column)
    return recipe.model_copy(update={"derived": tuple(derived), "columns": columns})


def _forgotten(recipe: Recipe, path: Path) -> Recipe:
    kept = tuple(step for step in recipe.disabled if step.path != path)
    return recipe.model_copy(update={"disabled": kept}) if kept != recipe.disabled else recipe


def _with_column(recipe: Recipe, name: str, update: dict[str, Any]) -> Recipe:
    spec = _listed(recipe.columns, ("columns", name))
    return recipe.with_column(spec.model_copy(update=update))


def _listed(columns: Sequence[ColumnSpec], path: Path) -> ColumnSpec:
    for spec in columns:
        if spec.name == path[1]:
            return spec
    raise KeyError(path)


def _as_before(model: Any, path: Path) -> Any:
    name, rest = path[0], path[1:]
    info = type(model).model_fields[name]
    value = getattr(model, name)
    if not rest:
        found = info.get_default(call_default_factory=True, validated_data={})
    elif isinstance(value, tuple):
        if not any(entry.name == rest[0] for entry in value):
            raise KeyError(path)
        found = tuple(entry for entry in value if entry.name != rest[0])
    else:
        found = _as_before(value, rest)
    return model.model_copy(update={name: found})


def _value_at(model: Any, path: Path) -> Any:
    """What stands at the path: an entry of a list by its name."""
    for name in path:
        if isinstance(model, tuple):
            model = next((entry for entry in model if entry.name == name), None)
            if model is None:
                raise KeyError(path)
        elif isinstance(model, BaseModel) and name in type(model).model_fields:
            model = getattr(model, name)
        else:
            raise KeyError(path)
    return model


def _entries(recipe: Recipe, path: Path) -> tuple[Any, ...] | None:
    """The list that the last part of the path names an entry of."""
    above = _value_at(recipe, path[:-1])
    return above if isinstance(above, tuple) else None


def _plain(recipe: Recipe, path: Path) -> Any:
    """What stands at the path, as JSON."""
    above = _value_at(recipe, path[:-1])
    return above.model_dump(mode="json")[path[-1]]


def _put(data: Any, path: Path, value: Any, place: int | None) -> None:
    """Set what stands at the path of a recipe's JSON. Raises `KeyError` for one that leads nowhere."""
    for name in path[:-1]:
        data = _named(data, name) if isinstance(data, list) else _field(data, name)
    if isinstance(data, list):
        rest = [entry for entry in data if not _is_named(entry, path[-1])]
        rest.insert(len(rest) if place is None else place, value)
        data[:] = rest
    else:
        _field(data, path[-1])
        data[path[-1]] = value


def _named(entries: list[Any], name: str) -> Any:
    for entry in entries:
        if _is_named(entry, name):
            return entry
    raise KeyError(name)


def _is_named(entry: Any, name: str) -> bool:
    return isinstance(entry, dict) and entry.get("name") == name


def _field(data: Any, name: str) -> Any:
    if not isinstance(data, dict) or name not in data:
        raise KeyError(name)
    return data[name]
