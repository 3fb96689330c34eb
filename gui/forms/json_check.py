"""Checks JSON text against a class of the recipe; says in which line what is wrong."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from json.decoder import scanstring
from typing import Any, TypeVar, get_args

from pydantic import BaseModel, ValidationError

from engine.recipe.field_shapes import Field, PartList, PartOf, Section, fields_of
from gui.forms.texts import allowed, as_sentence
from gui.i18n import tr

M = TypeVar("M", bound=BaseModel)
_BLANK = " \t\n\r"
_NUMBERS = re.compile(r"\[[\s\d.,eE+-]+\]")


@dataclass(frozen=True, slots=True)
class JsonProblem:
    """What is wrong, and the line (from 1) where it stands."""

    line: int
    text: str


def to_json(model: BaseModel) -> str:
    """Indented JSON, with lists of numbers in one line."""
    text = json.dumps(model.model_dump(mode="json"), indent=2, ensure_ascii=False)
    return _NUMBERS.sub(
        lambda found: " ".join(found[0].split()).replace("[ ", "[").replace(" ]", "]"), text
    )


def check(text: str, wanted: type[M]) -> M | JsonProblem:
    """What the text describes, or the first thing that is wrong with it."""
    try:
        data: Any = json.loads(text)
    except json.JSONDecodeError as error:
        return JsonProblem(error.lineno, _syntax(error))
    except RecursionError:
        return JsonProblem(1, tr("This is nested too deeply."))
    try:
        return wanted.model_validate(data)
    except ValidationError as error:
        path = error.errors()[0]["loc"]
        return JsonProblem(line_of(text, path), _sentence(error, data, wanted))


def line_of(text: str, path: Sequence[str | int]) -> int:
    """The line where the value at `path` begins, or where the innermost part of it does that is there."""
    at = _skip(text, 0)
    for step in path:
        inner = _place_of(text, at, step)
        if inner is None:
            break
        at = inner
    return text.count("\n", 0, at) + 1


def _place_of(text: str, at: int, step: str | int) -> int | None:
    """Where the member `step` of the object or array at `at` begins."""
    decoder = json.JSONDecoder()
    closing = {"{": "}", "[": "]"}.get(text[at])
    index = 0
    at = _skip(text, at + 1)
    while closing is not None and text[at] != closing:
        key: str | int = index
        if closing == "}":
            key, at = scanstring(text, at + 1)
            at = _skip(text, _skip(text, at) + 1)
        if key == step:
            return at
        _, at = decoder.raw_decode(text, at)
        at = _skip(text, at)
        if text[at] == ",":
            at = _skip(text, at + 1)
        index += 1
    return None


def _skip(text: str, at: int) -> int:
    while at < len(text) and text[at] in _BLANK:
        at += 1
    return at


def _syntax(error: json.JSONDecodeError) -> str:
    return tr("column {column}: {problem}.", column=error.colno, problem=error.msg)


def _sentence(error: ValidationError, data: Any, wanted: type[BaseModel]) -> str:
    first = error.errors()[0]
    path = first["loc"]
    context: dict[str, Any] = first.get("ctx", {})
    if first["type"] == "extra_forbidden":
        return tr("There is no field “{name}” here.", name=str(path[-1]))
    if first["type"] == "part_kind":
        return tr(
            "There is no kind “{kind}”. The kinds are: {known}.",
            kind=str(context.get("kind")),
            known=str(context.get("known")),
        )
    field = _field_at(wanted, data, path)
    if field is not None:
        return allowed(field, error)
    return as_sentence(error)


def _field_at(model: type[BaseModel], data: Any, path: Sequence[str | int]) -> Field | None:
    """The field that a path of names leads to."""
    if not path:
        return None
    field = next((f for f in fields_of(model) if f.name == path[0]), None)
    if field is None or len(path) == 1:
        return field
    inner = data.get(path[0]) if isinstance(data, dict) else None
    if isinstance(field.shape, PartOf) and isinstance(inner, dict):
        return _field_at(field.shape.family.member(str(inner.get("kind"))), inner, path[1:])
    if isinstance(field.shape, Section):
        return _field_at(field.shape.model, inner, path[1:])
    if isinstance(field.shape, PartList) and isinstance(inner, list) and isinstance(path[1], int):
        part = inner[path[1]]
        kind = part.get("kind") if isinstance(part, dict) else part
        return _field_at(field.shape.family.member(str(kind)), part, path[2:])
    item = _item_of(model, field.name)
    if item is not None and isinstance(inner, list) and isinstance(path[1], int):
        return _field_at(item, inner[path[1]], path[2:]) if path[2:] else None
    return field


def _item_of(model: type[BaseModel], name: str) -> type[BaseModel] | None:
    """The class of the members of a list field; None where they are plain values."""
    kinds = get_args(model.model_fields[name].annotation)
    is_model = bool(kinds) and isinstance(kinds[0], type) and issubclass(kinds[0], BaseModel)
    return kinds[0] if is_model else None
