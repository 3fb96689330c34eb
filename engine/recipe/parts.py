"""Parts that a recipe names by `kind`: trunks, encoders, optimizers, schedules.

A part is one frozen pydantic class in one module. Adding a module to the family's package adds the
part everywhere: the recipe's validation and JSON schema, the form, the gallery, the command line.
The classes are free of torch at import time; what they build is imported inside their methods.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterable
from functools import cache
from typing import Any, ClassVar, Self, TypeVar

from pydantic import BaseModel, ConfigDict, GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, PydanticCustomError, core_schema


class Frozen(BaseModel):
    """Base of everything in a recipe: frozen, strict about unknown fields."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


class Part(Frozen):
    """Base of a family of parts.

    A family sets `family_package`. A member sets `kind` (a `Literal` with default), `title` (marked
    with `N_`), `summary` (one line on when it helps, marked too) and `order` (place in lists).
    """

    family_package: ClassVar[str]
    title: ClassVar[str]
    summary: ClassVar[str]
    order: ClassVar[int] = 100

    kind: str

    @classmethod
    def members(cls) -> tuple[type[Self], ...]:
        """All parts of this family, in display order."""
        _import_all(cls.family_package)
        return tuple(sorted(_leaves(cls), key=lambda member: (member.order, member.kind_name())))

    @classmethod
    def kind_name(cls) -> str:
        """The value of `kind` that names this part in a recipe."""
        return str(cls.model_fields["kind"].default)

    @classmethod
    def member(cls, kind: str) -> type[Self]:
        """The part of that kind.

        Raises `KeyError` when there is none.
        """
        for candidate in cls.members():
            if candidate.kind_name() == kind:
                return candidate
        raise KeyError(kind)

    @classmethod
    def default(cls, kind: str) -> Self:
        """The part of that kind with all its defaults."""
        return cls.member(kind).model_validate({})


@cache
def _import_all(name: str) -> None:
    """Import a package's modules, once: a recipe of thousands of columns names parts in each."""
    package = importlib.import_module(name)
    for module in pkgutil.iter_modules(package.__path__):
        importlib.import_module(f"{name}.{module.name}")


def _leaves(cls: type[Any]) -> Iterable[type[Any]]:
    for child in cls.__subclasses__():
        if isinstance(child.model_fields["kind"].default, str):
            yield child
        yield from _leaves(child)


AUTO = "auto"
"""What a recipe may say instead of nothing, where a part is chosen automatically."""

_T = TypeVar("_T")


def auto_as_none(value: Any) -> Any:
    """`"auto"` is a way to write it where a plain value is chosen automatically."""
    return None if value == AUTO else value


def settled(value: _T | None) -> _T:
    """What Auto was replaced with.

    Raises `AssertionError` where it was not: what builds and trains gets resolved recipes only.
    """
    assert value is not None, "the recipe is not resolved"
    return value


class OneOf:
    """Annotation for a field that holds any member of a family: `Annotated[Trunk, OneOf(Trunk)]`.

    A member with all its defaults may be written as its kind alone: `"mlp"` for `{"kind": "mlp"}`.
    With `auto` the field may be left to the program: `Annotated[Clip | None, OneOf(Clip, auto=True)]`
    takes null and `"auto"`, which are None. The members are looked up at validation time.
    """

    def __init__(self, family: type[Part], *, auto: bool = False) -> None:
        self.family = family
        self.auto = auto
        self._known: dict[str, type[Part]] = {}

    def _validate(self, value: Any) -> Part | None:
        if isinstance(value, self.family):
            return value
        if self.auto and (value is None or value == AUTO):
            return None
        if isinstance(value, str):
            value = {"kind": value}
        if not isinstance(value, dict):
            raise PydanticCustomError("part", "expected an object with a “kind”")
        kind = str(value.get("kind"))
        if kind not in self._known:  # looked up again, so that a part added later is found
            self._known = {member.kind_name(): member for member in self.family.members()}
        if kind not in self._known:
            names = [AUTO, *self._known] if self.auto else [*self._known]
            raise PydanticCustomError(
                "part_kind",
                "unknown kind “{kind}”; choose one of {known}",
                {"kind": kind, "known": ", ".join(names)},
            )
        return self._known[kind].model_validate(value)

    def __get_pydantic_core_schema__(
        self, source: Any, handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        """Validate by `kind`; serialize with the fields of the actual member."""
        return core_schema.no_info_plain_validator_function(
            self._validate,
            serialization=core_schema.plain_serializer_function_ser_schema(
                lambda part: None if part is None else part.model_dump(mode="json")
            ),
        )

    def __get_pydantic_json_schema__(
        self, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        """A `oneOf` over the members known now."""
        members = [member.model_json_schema() for member in self.family.members()]
        one = {"oneOf": members, "discriminator": {"propertyName": "kind"}}
        if not self.auto:
            return one
        return {"anyOf": [one, {"type": "null"}, {"const": AUTO}]}
