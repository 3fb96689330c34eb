"""What a recipe says of the target's values: classes and their names, the transform, the balance."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Annotated, Any

from pydantic import BeforeValidator, Field

from engine.messages import N_
from engine.recipe.families import TargetTransform
from engine.recipe.parts import Frozen, OneOf

OTHER = "other"
"""What rare classes are called together, unless the recipe says otherwise."""
_LONGEST = 200


class MergedClass(Frozen):
    """Classes of the file that count as one; of a single class, another name for it."""

    name: str = Field(min_length=1, max_length=_LONGEST)
    classes: tuple[str, ...] = Field(min_length=1)


class Resampling(StrEnum):
    """Which training rows an epoch takes."""

    NONE = "none"
    OVERSAMPLE = "oversample"
    UNDERSAMPLE = "undersample"


def _merges(value: Any) -> Any:
    """`{"other": ["a", "b"]}` is a short way to write it."""
    if isinstance(value, Mapping):
        return [
            {"name": name, "classes": [classes] if isinstance(classes, str) else classes}
            for name, classes in value.items()
        ]
    return value


class TargetSpec(Frozen):
    """What is done to the target.

    Classes are merged (and so renamed) first. `order`, `positive` and class weights use the new names.
    """

    order: tuple[str, ...] = Field(
        default=(),
        title=N_("Class order"),
        description=N_(
            "How classes are listed. Those that are not named follow, by value or by name."
        ),
    )
    positive: str | None = Field(
        default=None,
        max_length=_LONGEST,
        title=N_("Positive class"),
        description=N_(
            "The class whose probability is predicted, and whose ROC curve is shown. Empty: the last of two."
        ),
        json_schema_extra={"empty": N_("the last of two")},
    )
    merge: Annotated[tuple[MergedClass, ...], BeforeValidator(_merges)] = Field(
        default=(),
        title=N_("Merged classes"),
        description=N_("Classes that count as one, under a new name; a single one is renamed."),
    )
    rare: int | None = Field(
        default=None,
        ge=2,
        le=1_000_000,
        title=N_("Merge classes below"),
        description=N_(
            "Classes with fewer training rows become one class. Empty: every class stays."
        ),
        json_schema_extra={"unit": N_("rows"), "empty": N_("none is merged")},
    )
    rare_name: str = Field(
        default=OTHER,
        min_length=1,
        max_length=_LONGEST,
        title=N_("Name of rare classes"),
        description=N_("What the merged rare classes are called together."),
    )
    transform: Annotated[TargetTransform, OneOf(TargetTransform)] = Field(
        default_factory=lambda: TargetTransform.default("none"),
        title=N_("Transform"),
        description=N_(
            "What the network learns instead of the number itself; predictions are turned back."
        ),
    )
    resampling: Resampling = Field(
        default=Resampling.NONE,
        title=N_("Resampling"),
        description=N_(
            "Balances the classes of the training rows, drawn anew in each epoch. Predicted probabilities of rare classes come out too high."
        ),
        json_schema_extra={
            "labels": {
                "none": N_("None"),
                "oversample": N_("Repeat rows of rare classes"),
                "undersample": N_("Leave rows of frequent classes out"),
            }
        },
    )

    @property
    def renamed(self) -> dict[str, str]:
        """The new name of each class that `merge` lists."""
        return {value: group.name for group in self.merge for value in group.classes}

    def names(self, counts: Mapping[str, int]) -> dict[str, str]:
        """The name under which each class of the file goes, rare ones merged.

        Args:
            counts: Training rows of each class of the file.
        """
        renamed = self.renamed
        found = {value: renamed.get(value, value) for value in counts}
        if self.rare is None:
            return found
        totals = summed(found, counts)
        return {
            value: self.rare_name if totals[name] < self.rare else name
            for value, name in found.items()
        }

    def merged(self, counts: Mapping[str, int]) -> dict[str, int]:
        """Rows of each class after merging."""
        return summed(self.names(counts), counts)

    def left_of(self, distinct: int) -> int:
        """How many of so many classes are left after `merge`; rare ones are not counted yet."""
        return distinct - sum(len(set(group.classes)) - 1 for group in self.merge)

    def ordered(self, classes: Iterable[str]) -> tuple[str, ...]:
        """`classes`, which come in their natural order, as they are listed."""
        natural = tuple(classes)
        first = [name for name in dict.fromkeys(self.order) if name in natural]
        return (*first, *(name for name in natural if name not in first))


def summed(names: Mapping[str, str], counts: Mapping[str, int]) -> dict[str, int]:
    """Rows of each name, when the classes of `counts` go under `names`."""
    found: dict[str, int] = {}
    for value, count in counts.items():
        found[names[value]] = found.get(names[value], 0) + count
    return found
