"""Steps of a recipe that are switched off for now: what they do is kept beside the recipe in force."""

from __future__ import annotations

from pydantic import Field, JsonValue, field_validator

from engine.messages import message
from engine.recipe.columns import ColumnSpec
from engine.recipe.parts import Frozen
from engine.recipe.refusals import Refused


class DisabledStep(Frozen):
    """One step that is switched off.

    In its place the recipe is as if nobody had ever set it, so that whoever reads a recipe needs not ask
    whether a step counts. `engine.recipe.step_edits` switches steps off and on.
    """

    path: tuple[str, ...] = Field(min_length=2)
    """Where the step was and will be; a column or another named entry by its name."""
    value: JsonValue = None
    """What the recipe said there, as JSON; of a whole column its role."""
    place: int | None = Field(default=None, ge=0)
    """Of an entry of a list: how many were before it."""
    column: ColumnSpec | None = None
    """Of a derived column: what was said of it as a column."""

    @field_validator("path")
    @classmethod
    def _no_part_is_empty(cls, path: tuple[str, ...]) -> tuple[str, ...]:
        if not all(path):
            raise Refused(message("a part of the path is empty"))
        return path

    @property
    def name(self) -> str:
        """The path as a person writes it, such as `rows.where`."""
        return ".".join(self.path)
