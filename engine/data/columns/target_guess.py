"""Which column a table is likely about: a guess by names, kinds and places, and why."""

from __future__ import annotations

import re
from typing import NamedTuple

from engine.messages import Message, message
from engine.schema import Character, Column, Kind, Role, Schema

_NAMES = (
    "target", "label", "labels", "class", "classes", "outcome", "response", "y", "species", "survived",
    "churn", "churned", "exited", "attrition", "diagnosis", "is_fraud", "fraud", "income", "default",
    "defaulted", "default_payment_next_month", "loan_status", "heart_disease", "stroke", "readmitted",
    "disease", "condition", "purchased", "subscribed", "deposit", "approved", "cancelled", "is_canceled",
    "spam", "sentiment", "quality", "saleprice", "sale_price", "medv", "median_house_value", "price",
    "charges", "salary", "sales", "demand", "cnt", "progression", "digit", "category", "result", "output",
    "score", "rating", "grade", "cover_type", "rings", "mpg", "strength",
    "标签", "类别", "目标", "结果", "类型", "是否流失", "价格", "房价", "销量",
)  # fmt: skip
"""Names that tell, the surest first; small letters, words set apart by _."""
_LAST_WORDS = frozenset(
    ("target", "label", "class", "outcome", "price", "diagnosis", "churn", "fraud", "default", "status",
     "result", "disease", "sales", "salary", "income", "charges", "rating", "score", "quality", "strength",
     "value", "type", "category", "species")
)  # fmt: skip
"""Last words of names like median_house_value that tell too."""
_FIRST_WORDS = frozenset(("is", "has", "was", "will", "did"))
_MOST_CLASSES = 100


class Guess(NamedTuple):
    """A column, and why."""

    name: str
    reason: Message


def suggest_target(schema: Schema) -> str | None:
    """The likely target; never a column that is ignored by itself."""
    guess = guess_target(schema)
    return guess.name if guess is not None else None


def guess_target(schema: Schema) -> Guess | None:
    """The likely target, and why it is taken for one; None where nothing can be predicted.

    In this order: a name that tells; the only column of classes, at the end or at the beginning; a
    name whose last word tells; the last column of classes if the last column is one; the last column.
    """
    usable = [column for column in schema.columns if _can_be_predicted(column)]
    if not usable:
        return None
    words = {_words(column.name): column for column in reversed(usable)}
    if "x" in words and "z" in words:
        words.pop("y", None)  # a length among lengths
    for name in _NAMES:
        if name in words:
            return _by_name(words[name])
    classes = [column for column in usable if _has_classes(column)]
    first, last = usable[0], usable[-1]
    if len(classes) == 1 and len(usable) > 2 and classes[0] in (first, last):
        return Guess(
            classes[0].name,
            message("“{column}” is the only column of classes.", column=classes[0].name),
        )
    for column in reversed(usable):
        parts = _words(column.name).split("_")
        if len(parts) > 1 and parts[-1] in _LAST_WORDS:
            return _by_name(column)
    for column in reversed(usable):
        if _words(column.name).split("_")[0] in _FIRST_WORDS and column.distinct == 2:
            return _by_name(column)
    return Guess(last.name, message("“{column}” is the last column.", column=last.name))


def _by_name(column: Column) -> Guess:
    return Guess(
        column.name,
        message("“{column}” is a usual name for what is predicted.", column=column.name),
    )


def _can_be_predicted(column: Column) -> bool:
    return (
        column.role is not Role.IGNORE
        and column.kind in (Kind.NUMBER, Kind.CATEGORY)
        and column.character is not Character.PIXEL
    )


def _has_classes(column: Column) -> bool:
    return column.kind is Kind.CATEGORY and 2 <= column.distinct <= _MOST_CLASSES


def _words(name: str) -> str:
    """The name in small letters with _ between words, also where they are setOffLikeThis."""
    apart = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name.strip())
    apart = re.sub(r"\(.*?\)|\[.*?\]", " ", apart).strip()  # units
    return re.sub(r"[\W_]+", "_", apart.lower()).strip("_")
