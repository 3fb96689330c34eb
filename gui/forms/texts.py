"""Between the values of a field and what a person types and reads."""

from __future__ import annotations

import json
import re

from pydantic import ValidationError

from engine.recipe.field_shapes import Bounds, Choice, Field, Json, Number, NumberList, Text
from engine.recipe.refusals import refusal
from gui.i18n import render, tr

_GROUPED = re.compile(r"[+-]?\d{1,3}(,\d{3})+(\.\d+)?")
_BETWEEN_NUMBERS = re.compile(r"[,;\s]+")


def parse(field: Field, text: str) -> object:
    """The value that a person typed.

    Raises `ValueError` if the text has not the form of the field; bounds are left to the class.
    """
    text = text.strip().replace("\u2212", "-")
    shape = field.shape
    if not text and field.optional:
        return None
    match shape:
        case Number():
            return _number(text, shape.whole)
        case NumberList():
            items = [item for item in _BETWEEN_NUMBERS.split(text.strip("[]() ")) if item]
            return tuple(_number(item, shape.whole) for item in items)
        case Json():
            return json.loads(text)
        case _:
            return text


def show(field: Field, value: object) -> str:
    """The value as it stands in the field; `parse` gives it back."""
    if value is None:
        return ""
    shape = field.shape
    if isinstance(shape, Choice):
        return tr(shape.labels[shape.values.index(value)]) if value in shape.values else str(value)
    if isinstance(value, bool):
        return tr("on") if value else tr("off")
    if isinstance(value, float):
        return _real(value, isinstance(shape, Number) and shape.log)
    if isinstance(shape, NumberList) and isinstance(value, tuple):
        return ", ".join(_real(v, False) if isinstance(v, float) else str(v) for v in value)
    if isinstance(shape, Json):
        return json.dumps(value, ensure_ascii=False, default=str)
    return str(value)


def allowed(field: Field, error: ValidationError | None = None) -> str:
    """What the field takes, as a sentence; `error` says which of its rules was broken."""
    title = tr(field.title)
    first = error.errors()[0] if error is not None else None
    if first is not None and first["type"] in ("value_error", "assertion_error"):
        return render(refusal(error))
    match field.shape:
        case Number(whole=whole, bounds=bounds):
            sentence = _allowed_number(title, whole, bounds)
        case NumberList(whole=whole, bounds=bounds) as shape:
            if first is not None and first["type"] in ("too_short", "too_long"):
                sentence = _allowed_count(title, shape)
            else:
                sentence = _allowed_numbers(title, whole, bounds)
        case Text(shortest=shortest, longest=longest) if longest is not None:
            sentence = tr(
                "{title} must have from {shortest} to {longest} characters.",
                title=title,
                shortest=shortest,
                longest=longest,
            )
        case _:
            detail = tr("This is not valid JSON.") if error is None else as_sentence(error)
            sentence = tr("{title} cannot be used. {detail}", title=title, detail=detail)
    return tr("{sentence} It may be empty.", sentence=sentence) if field.optional else sentence


def as_sentence(error: ValidationError) -> str:
    """What is wrong, as a sentence of its own."""
    told = render(refusal(error))
    return told[:1].upper() + told[1:] + tr(".")


def _number(text: str, whole: bool) -> int | float:
    if _GROUPED.fullmatch(text):
        text = text.replace(",", "")
    elif text.count(",") == 1 and "." not in text:
        text = text.replace(",", ".")
    if "_" in text:
        raise ValueError(text)
    try:
        return int(text)
    except ValueError:
        value = float(text)
    if not whole:
        return value
    if not value.is_integer():
        raise ValueError(text)
    return int(value)


def _real(value: float, log: bool) -> str:
    if log and 0 < abs(value) < 0.01:
        mantissa, _, exponent = f"{value:.6e}".partition("e")
        return f"{mantissa.rstrip('0').rstrip('.')}e{int(exponent)}"
    return f"{value:.12g}"


def _whole_bounds(bounds: Bounds) -> tuple[int | None, int | None]:
    low = None if bounds.low is None else int(bounds.low) + bounds.low_open
    high = None if bounds.high is None else int(bounds.high) - bounds.high_open
    return low, high


def _plain(limit: float | None) -> int | float | None:
    """Whole limits as integers, which are shown with all their digits."""
    return int(limit) if limit is not None and limit.is_integer() else limit


def _allowed_number(title: str, whole: bool, bounds: Bounds) -> str:
    if whole:
        return _allowed_whole(title, *_whole_bounds(bounds))
    low, high = _plain(bounds.low), _plain(bounds.high)
    match (low is not None, high is not None, bounds.low_open, bounds.high_open):
        case (True, True, False, False):
            text = tr("{title} must be from {low} to {high}.", title=title, low=low, high=high)
        case (True, True, True, False):
            text = tr(
                "{title} must be above {low} and at most {high}.", title=title, low=low, high=high
            )
        case (True, True, False, True):
            text = tr(
                "{title} must be at least {low} and below {high}.", title=title, low=low, high=high
            )
        case (True, True, True, True):
            text = tr(
                "{title} must be above {low} and below {high}.", title=title, low=low, high=high
            )
        case (True, False, False, _):
            text = tr("{title} must be at least {low}.", title=title, low=low)
        case (True, False, True, _):
            text = tr("{title} must be above {low}.", title=title, low=low)
        case (False, True, _, False):
            text = tr("{title} must be at most {high}.", title=title, high=high)
        case (False, True, _, True):
            text = tr("{title} must be below {high}.", title=title, high=high)
        case _:
            text = tr("{title} must be a number.", title=title)
    return text


def _allowed_whole(title: str, low: int | None, high: int | None) -> str:
    if low is not None and high is not None:
        return tr(
            "{title} must be a whole number from {low} to {high}.", title=title, low=low, high=high
        )
    if low is not None:
        return tr("{title} must be a whole number, at least {low}.", title=title, low=low)
    if high is not None:
        return tr("{title} must be a whole number, at most {high}.", title=title, high=high)
    return tr("{title} must be a whole number.", title=title)


def _allowed_numbers(title: str, whole: bool, bounds: Bounds) -> str:
    low, high = _whole_bounds(bounds) if whole else (_plain(bounds.low), _plain(bounds.high))
    if low is None or high is None:
        return tr("{title} must be numbers with commas between them.", title=title)
    if whole:
        return tr(
            "{title} must be whole numbers from {low} to {high} with commas between them.",
            title=title,
            low=low,
            high=high,
        )
    return tr(
        "{title} must be numbers from {low} to {high} with commas between them.",
        title=title,
        low=low,
        high=high,
    )


def _allowed_count(title: str, shape: NumberList) -> str:
    if shape.longest is None:
        return tr(
            "{title} needs at least {shortest} numbers.", title=title, shortest=shape.shortest
        )
    return tr(
        "{title} takes from {shortest} to {longest} numbers.",
        title=title,
        shortest=shape.shortest,
        longest=shape.longest,
    )
