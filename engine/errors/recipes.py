"""Errors of recipes and of what is written in them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar, Self

from engine.errors.base import TrainyardError
from engine.messages import N_, Fact, Message


class RecipeError(TrainyardError):
    """A recipe cannot be used."""


@dataclass(eq=False)
class RecipeUnreadable(RecipeError):
    """The recipe file is no recipe."""

    path: str
    where: str
    """Line and column of broken JSON, or the path of the field."""
    problem: str
    found = N_("{path} cannot be used as a recipe. {where}: {problem}")
    advice = N_("“trainyard recipe schema” prints what a recipe may hold.")


@dataclass(eq=False)
class RecipeTooNew(RecipeError):
    """Written by a newer Trainyard."""

    path: str
    version: int
    supported: int
    found = N_("{path} is a recipe of version {version}; this Trainyard reads up to {supported}.")
    advice = N_("Update Trainyard to use it.")


@dataclass(eq=False)
class RecipeInvalid(RecipeError):
    """The recipe breaks a rule; nothing is started with it."""

    field: str
    problem: str
    fix: str = ""
    found = N_("{field}: {problem}")
    advice = N_("{fix}")
    reason: ClassVar[Message | None] = None
    """The problem as a message, where it is known; it does not travel to other processes."""

    @classmethod
    def because(cls, field: str, reason: Message, found: str = "") -> Self:
        """A value that a field does not take; `found` tells what it is."""
        error = cls(field, f"{reason}{found}.")
        error.__dict__["reason"] = reason
        return error


@dataclass(eq=False)
class UnknownColumn(RecipeError):
    """The recipe names a column that the table lacks."""

    name: str
    closest: str
    found = N_("The table has no column “{name}”.")
    advice = N_("The closest name is “{closest}”.")


@dataclass(eq=False)
class ExpressionInvalid(RecipeError):
    """A condition or a formula over columns that cannot be computed."""

    expression: str
    position: int
    """The character at which the trouble is, from 1."""
    problem: Message
    remedy: Message

    def __post_init__(self) -> None:
        # From another process the two sentences come as plain values.
        if isinstance(self.problem, dict):
            self.problem = Message.from_json(self.problem)
        if isinstance(self.remedy, dict):
            self.remedy = Message.from_json(self.remedy)

    def facts(self) -> dict[str, Any]:
        """The fields as plain values."""
        sentences = {"problem": self.problem.to_json(), "remedy": self.remedy.to_json()}
        return {"expression": self.expression, "position": self.position, **sentences}

    def messages(self) -> tuple[Message, ...]:
        """Where, what was found there, what to do."""
        facts: dict[str, Fact] = {"position": self.position, "expression": self.expression}
        where = Message(N_("Character {position} of “{expression}”:"), facts)
        return tuple(each for each in (where, self.problem, self.remedy) if each.template)
