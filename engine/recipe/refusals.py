"""Why a recipe, a plan or a part of one does not take a value, in words for people.

Pydantic says it in English only. What its rules say is said here as messages, which the window can
translate; a rule of our own raises `Refused` with its message.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from pydantic import ValidationError

from engine.messages import Fact, Message, message, message_n


class Refused(ValueError):
    """A value that a rule of our own does not take."""

    def __init__(self, told: Message) -> None:
        super().__init__(str(told))
        self.told = told


def refusal(error: ValueError) -> Message:
    """What is wrong with the first value that was not taken, without a full stop at its end."""
    if isinstance(error, Refused):
        return error.told
    if not isinstance(error, ValidationError):
        return Message("{problem}", {"problem": str(error)})
    first = error.errors()[0]
    context: Mapping[str, Any] = first.get("ctx", {})
    inner = context.get("error")
    if isinstance(inner, Refused):
        return inner.told
    made = _WORDS.get(first["type"])
    if made is not None:
        return made(context)
    problem = str(first["msg"]).removeprefix("Value error, ")  # of a rule that is not told here
    return Message("{problem}", {"problem": problem})


def _always(told: Message) -> Callable[[Mapping[str, Any]], Message]:
    return lambda context: told


def _at_least(context: Mapping[str, Any]) -> Message:
    return message_n(
        "it must have at least {count} entry",
        "it must have at least {count} entries",
        int(context.get("min_length", 1)),
    )


def _at_most(context: Mapping[str, Any]) -> Message:
    return message_n(
        "it must have at most {count} entry",
        "it must have at most {count} entries",
        int(context.get("max_length", 1)),
    )


def _shortest(context: Mapping[str, Any]) -> Message:
    return message_n(
        "it must have at least {count} character",
        "it must have at least {count} characters",
        int(context.get("min_length", 1)),
    )


def _longest(context: Mapping[str, Any]) -> Message:
    return message_n(
        "it must have at most {count} character",
        "it must have at most {count} characters",
        int(context.get("max_length", 1)),
    )


def _kind(context: Mapping[str, Any]) -> Message:
    return message(
        "unknown kind “{kind}”; choose one of {known}",
        kind=str(context.get("kind")),
        known=str(context.get("known")),
    )


def _plain(value: Any) -> Fact:
    return value if isinstance(value, str | int | float | bool | None) else str(value)


_WHOLE = _always(message("it must be a whole number"))
_NUMBER = _always(message("it must be a number"))
_FLAG = _always(message("it must be true or false"))
_TEXT = _always(message("it must be a text"))
_LIST = _always(message("it must be a list"))
_OBJECT = _always(message("it must be an object with fields"))

_WORDS: Mapping[str, Callable[[Mapping[str, Any]], Message]] = {
    "greater_than": lambda found: message(
        "it must be greater than {limit}", limit=_plain(found.get("gt"))
    ),
    "greater_than_equal": lambda found: message(
        "it must be at least {limit}", limit=_plain(found.get("ge"))
    ),
    "less_than": lambda found: message(
        "it must be less than {limit}", limit=_plain(found.get("lt"))
    ),
    "less_than_equal": lambda found: message(
        "it must be at most {limit}", limit=_plain(found.get("le"))
    ),
    "multiple_of": lambda found: message(
        "it must be a multiple of {limit}", limit=_plain(found.get("multiple_of"))
    ),
    "literal_error": lambda found: message(
        "it must be one of: {limit}", limit=_plain(found.get("expected"))
    ),
    "enum": lambda found: message(
        "it must be one of: {limit}", limit=_plain(found.get("expected"))
    ),
    "missing": _always(message("it is missing")),
    "extra_forbidden": _always(message("there is no such field")),
    "finite_number": _always(message("it must be a finite number")),
    "int_type": _WHOLE,
    "int_parsing": _WHOLE,
    "int_parsing_size": _WHOLE,
    "int_from_float": _WHOLE,
    "float_type": _NUMBER,
    "float_parsing": _NUMBER,
    "bool_type": _FLAG,
    "bool_parsing": _FLAG,
    "string_type": _TEXT,
    "string_too_short": _shortest,
    "string_too_long": _longest,
    "too_short": _at_least,
    "too_long": _at_most,
    "list_type": _LIST,
    "tuple_type": _LIST,
    "dict_type": _OBJECT,
    "model_type": _OBJECT,
    "model_attributes_type": _OBJECT,
    "dataclass_type": _OBJECT,
    "none_required": _always(message("it must be empty")),
    "part": _always(message("it must be an object with a “kind”")),
    "part_kind": _kind,
    "easing": _always(
        message("it must go by steps: choose a schedule that does, such as “flat_cosine”")
    ),
}
"""By pydantic's types of errors."""
