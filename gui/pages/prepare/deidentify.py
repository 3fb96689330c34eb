"""What becomes of columns with data about people: which ones there are, and the edit for each answer."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from engine.recipe.columns import ColumnSpec
from engine.recipe.hiding import Hiding
from engine.recipe.recipe import Recipe
from engine.schema import Role, Schema
from gui.i18n import render, tr

if TYPE_CHECKING:
    from engine.data.problems import Problem

PERSONAL = "personal"
"""The code of findings of data about people."""


class Answer(StrEnum):
    """What a person wants to become of a column."""

    DROP = "drop"
    HASH = "hash"
    MASK = "mask"
    OTHER = "other"
    """Hidden in another way, which the inspector shows."""
    KEEP = "keep"


@dataclass(frozen=True, slots=True)
class PersonalColumn:
    """A column that looks like data about people, or that is hidden."""

    name: str
    looks: str
    """Why it is listed, in words."""
    answer: Answer | None
    """None: nobody has decided."""
    key: str = ""
    """Of the finding; empty where there is none."""


def personal_columns(
    recipe: Recipe, schema: Schema, problems: Sequence[Problem], dismissed: Collection[str]
) -> tuple[PersonalColumn, ...]:
    """Columns to decide about, in the order of the table."""
    found = {p.column: p for p in problems if p.code == PERSONAL and p.column is not None}
    listed = []
    for spec in recipe.columns:
        name = spec.name
        if name is None or name not in schema or (name not in found and spec.hide is None):
            continue
        problem = found.get(name)
        kept = problem is not None and problem.key in dismissed
        words = spec.hide.words() if spec.hide is not None else None
        if words is not None:
            looks = tr("{column}: {hidden}", column=name, hidden=render(words))
        else:
            looks = render(problem.title) if problem is not None else name
        role = spec.role or schema[name].role
        key = problem.key if problem is not None else ""
        listed.append(PersonalColumn(name, looks, _answer(spec, role, kept), key))
    return tuple(listed)


def answered(recipe: Recipe, column: str, answer: Answer) -> Recipe:
    """The recipe in which that becomes of the column."""
    spec = recipe.column(column)
    match answer:
        case Answer.DROP:
            update: dict[str, object] = {"role": Role.IGNORE, "hide": None}
            if spec.hide is not None:
                update["kind"] = None  # as inferred again
        case Answer.HASH | Answer.MASK:
            update = {"hide": Hiding.default(answer.value)}
        case _:
            update = {"hide": None} if spec.hide is None else {"hide": None, "kind": None}
    return recipe.with_column(spec.model_copy(update=update))


def _answer(spec: ColumnSpec, role: Role, kept: bool) -> Answer | None:
    if spec.hide is not None:
        kind = spec.hide.kind_name()
        return Answer(kind) if kind in (Answer.HASH, Answer.MASK) else Answer.OTHER
    if role is Role.IGNORE:
        return Answer.DROP
    return Answer.KEEP if kept else None
