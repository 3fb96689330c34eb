"""What a form or a sweep needs to know of a field, read from its pydantic class."""

from __future__ import annotations

import types
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, Any, Literal, TypeAlias, Union, get_args, get_origin

import annotated_types
from pydantic import BaseModel
from pydantic.fields import FieldInfo

from engine.messages import N_
from engine.recipe.parts import OneOf, Part


@dataclass(frozen=True, slots=True)
class Bounds:
    """Limits of a number; an open limit is itself not allowed."""

    low: float | None = None
    high: float | None = None
    low_open: bool = False
    high_open: bool = False


@dataclass(frozen=True, slots=True)
class Toggle:
    """Yes or no."""


@dataclass(frozen=True, slots=True)
class Choice:
    """One of a few values, each with its (untranslated) label."""

    values: tuple[object, ...]
    labels: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Number:
    """A whole or real number; `log` if its size matters by factors rather than by differences."""

    whole: bool
    bounds: Bounds
    log: bool = False


@dataclass(frozen=True, slots=True)
class NumberList:
    """Several numbers in a row, at least `shortest` and at most `longest` (if not None)."""

    whole: bool
    bounds: Bounds
    shortest: int = 0
    longest: int | None = None


@dataclass(frozen=True, slots=True)
class Text:
    """A line of text."""

    shortest: int = 0
    longest: int | None = None


@dataclass(frozen=True, slots=True)
class PartOf:
    """A member of a family, with a form of its own."""

    family: type[Part]


@dataclass(frozen=True, slots=True)
class PartList:
    """Members of a family one after another, which have an editor of their own."""

    family: type[Part]


@dataclass(frozen=True, slots=True)
class BlockNames:
    """Names of a network's blocks, which have an editor of their own."""


@dataclass(frozen=True, slots=True)
class Section:
    """A model inside the model."""

    model: type[BaseModel]


@dataclass(frozen=True, slots=True)
class Json:
    """Anything else: edited as JSON in one line, checked by the class."""


Shape: TypeAlias = (
    Toggle | Choice | Number | NumberList | Text | PartOf | PartList | BlockNames | Section | Json
)


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a model, its texts not translated yet.

    `title` and `help` are the field's title and description; `unit`, `empty`, `labels` (of the
    choices, by value) and `log` come from its `json_schema_extra`.
    """

    name: str
    title: str
    help: str
    unit: str
    empty: str
    """What an empty field means."""
    optional: bool
    shape: Shape


def fields_of(model: type[BaseModel]) -> tuple[Field, ...]:
    """The fields of a model in their order; one that can hold a single value only is left out."""
    found = (_field(name, info) for name, info in model.model_fields.items())
    return tuple(field for field in found if field is not None)


def plain_label(value: object) -> str:
    """A label made from the value itself, for choices whose class gives none."""
    text = str(value).replace("_", " ").strip()
    return text[:1].upper() + text[1:]


def _field(name: str, info: FieldInfo) -> Field | None:
    extra = info.json_schema_extra if isinstance(info.json_schema_extra, dict) else {}
    annotation, metadata, optional = _unwrap(info.annotation, list(info.metadata))
    labels = extra.get("labels")
    shape = _shape(annotation, metadata, labels if isinstance(labels, dict) else {}, optional)
    if isinstance(shape, Choice) and len(shape.values) < 2:
        return None
    if extra.get("blocks") is True:
        shape = BlockNames()
    if isinstance(shape, Number) and extra.get("log") is True:
        shape = Number(shape.whole, shape.bounds, log=True)
    return Field(
        name=name,
        title=info.title or plain_label(name),
        help=info.description or "",
        unit=str(extra.get("unit", "")),
        empty=str(extra.get("empty", "")),
        optional=optional and not isinstance(shape, Choice),
        shape=shape,
    )


def _unwrap(annotation: Any, metadata: list[Any]) -> tuple[Any, list[Any], bool]:
    """The annotation without `Annotated` and `| None`, everything said beside it, and whether None may be."""
    optional = False
    while True:
        origin = get_origin(annotation)
        if origin is Annotated:
            annotation, *more = get_args(annotation)
            for item in more:
                metadata.extend(item.metadata if isinstance(item, FieldInfo) else [item])
        elif origin in (Union, types.UnionType):
            rest = [arg for arg in get_args(annotation) if arg is not type(None)]
            optional = optional or len(rest) < len(get_args(annotation))
            if len(rest) != 1:
                return annotation, metadata, optional
            annotation = rest[0]
        else:
            return annotation, metadata, optional


def _shape(annotation: Any, metadata: list[Any], labels: dict[str, Any], optional: bool) -> Shape:
    family = next((item.family for item in metadata if isinstance(item, OneOf)), None)
    if family is not None:
        return PartOf(family)
    if get_origin(annotation) is Literal:
        return _choice(get_args(annotation), labels, optional)
    if get_origin(annotation) is tuple:
        return _list_shape(annotation, metadata)
    if not isinstance(annotation, type):
        return Json()
    if issubclass(annotation, StrEnum):
        return _choice(tuple(annotation), labels, optional)
    if annotation is bool:
        return (
            _choice((True, False), {"True": N_("Yes"), "False": N_("No")}, True)
            if optional
            else Toggle()
        )
    if annotation in (int, float):
        return Number(annotation is int, _bounds(metadata))
    if annotation is str:
        return Text(*_lengths(metadata))
    if issubclass(annotation, BaseModel):
        return Section(annotation)
    return Json()


def _choice(values: tuple[Any, ...], labels: dict[str, Any], optional: bool) -> Choice:
    shown = tuple(str(labels.get(str(value), plain_label(value))) for value in values)
    return Choice((None, *values), ("—", *shown)) if optional else Choice(values, shown)


def _list_shape(annotation: Any, metadata: list[Any]) -> Shape:
    items = get_args(annotation)
    item, item_metadata, optional = _unwrap(items[0], [])
    family = next((found.family for found in item_metadata if isinstance(found, OneOf)), None)
    if family is not None:
        return PartList(family)
    same = len(items) == 2 and items[1] is Ellipsis
    if item not in (int, float) or optional or not (same or len(set(items)) == 1):
        return Json()
    shortest, longest = _lengths(metadata) if same else (len(items), len(items))
    return NumberList(item is int, _bounds(item_metadata), shortest, longest)


def _bounds(metadata: list[Any]) -> Bounds:
    low = high = None
    low_open = high_open = False
    for item in _flat(metadata):
        match item:
            case annotated_types.Ge():
                low = float(item.ge)  # type: ignore[arg-type]
            case annotated_types.Gt():
                low, low_open = float(item.gt), True  # type: ignore[arg-type]
            case annotated_types.Le():
                high = float(item.le)  # type: ignore[arg-type]
            case annotated_types.Lt():
                high, high_open = float(item.lt), True  # type: ignore[arg-type]
    return Bounds(low, high, low_open, high_open)


def _lengths(metadata: list[Any]) -> tuple[int, int | None]:
    shortest, longest = 0, None
    for item in _flat(metadata):
        match item:
            case annotated_types.MinLen():
                shortest = item.min_length
            case annotated_types.MaxLen():
                longest = item.max_length
    return shortest, longest


def _flat(metadata: list[Any]) -> list[Any]:
    flat: list[Any] = []
    for item in metadata:
        grouped = isinstance(item, annotated_types.GroupedMetadata)
        flat.extend(item if grouped else [item])
    return flat
