"""A broken rule of a recipe."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

from engine.errors import RecipeInvalid
from engine.messages import Message
from engine.recipe.recipe import Recipe


@dataclass(frozen=True, slots=True)
class Finding:
    """One broken rule: where, what, and a recipe that mends it (if there is a plain way)."""

    path: tuple[str, ...]
    problem: Message
    fix_label: Message | None = None
    fixed: Recipe | None = None

    def error(self) -> RecipeInvalid:
        """The finding as an error."""
        fix = str(self.fix_label) if self.fix_label is not None else ""
        return RecipeInvalid(".".join(self.path), str(self.problem), fix)


Check: TypeAlias = Callable[[Recipe], Finding | None]
"""A rule: what is broken, or None."""
