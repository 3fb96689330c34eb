"""What the doctor says of a run."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

from engine.errors import RecipeInvalid
from engine.messages import Message
from engine.recipe.path_edits import with_value
from engine.recipe.recipe import Recipe

if TYPE_CHECKING:
    from engine.doctor.case import Case


@dataclass(frozen=True, slots=True)
class Change:
    """A field of the recipe that is to have another value in the next run."""

    path: str
    """As in `trainyard train --set`."""
    value: Any


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that the doctor sees, why it thinks so, and what may help."""

    name: str
    """Name of the module in `engine.doctor.findings`."""
    title: Message
    evidence: Message
    """The figures that it goes by."""
    advice: Message
    changes: tuple[Change, ...] = ()
    """To the recipe of the next run; empty where only a person can know."""
    is_severe: bool = False
    """Whether the run is of no use as it is."""
    explains: tuple[str, ...] = ()
    """Names of findings that say nothing more beside this one."""


Look: TypeAlias = "Callable[[Case], Finding | None]"


def with_changes(recipe: Recipe, finding: Finding, run: Recipe) -> Recipe:
    """The recipe with what the finding changes.

    Parts that `recipe` leaves to Auto become those that the run had, whose resolved recipe is `run`.

    Raises `RecipeInvalid` if the recipe has no such field: the model is another one.
    """
    for change in finding.changes:
        try:
            recipe = with_value(recipe, change.path, change.value)
        except RecipeInvalid:
            part = ".".join(change.path.split(".")[:2])
            known = _part(run, part)
            if known is None or _part(recipe, part) is not None:
                raise
            recipe = with_value(with_value(recipe, part, known), change.path, change.value)
    return recipe


def _part(recipe: Recipe, path: str) -> Any:
    found: Any = recipe.model_dump(mode="json")
    for key in path.split("."):
        found = found.get(key) if isinstance(found, dict) else None
    return found
