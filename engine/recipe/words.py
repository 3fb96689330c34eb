"""A recipe in words: what is done, step by step, in the order in which it is done."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any, TypeAlias

from pydantic import BaseModel

from engine.messages import N_, Message, Translate, message, message_n
from engine.recipe.columns import STEPS, ColumnSpec
from engine.recipe.field_words import Said, Words, field_title, listed, part_words, value_words
from engine.recipe.recipe import Recipe
from engine.recipe.rows import DuplicatePolicy, KeptCopy
from engine.recipe.split import Split, SplitMethod
from engine.recipe.step_edits import Path, disabled_at, with_step_enabled
from engine.schema import Role

InForce: TypeAlias = Callable[[ColumnSpec], ColumnSpec]
"""A column with Auto replaced."""


class StepGroup(StrEnum):
    """What a step is about."""

    READING = "reading"
    HIDING = "hiding"
    DERIVED = "derived"
    ROWS = "rows"
    SPLIT = "split"
    COLUMNS = "columns"
    TARGET = "target"
    MODEL = "model"
    TRAINING = "training"

    @property
    def heading(self) -> Message:
        """The heading of the group."""
        return Message(_TITLES[self])


_TITLES = {
    StepGroup.READING: N_("Import"),
    StepGroup.HIDING: N_("De-identify"),
    StepGroup.DERIVED: N_("Derived columns"),
    StepGroup.ROWS: N_("Rows"),
    StepGroup.SPLIT: N_("Split"),
    StepGroup.COLUMNS: N_("Columns"),
    StepGroup.TARGET: N_("Target"),
    StepGroup.MODEL: N_("Model"),
    StepGroup.TRAINING: N_("Training"),
}


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that a recipe does."""

    group: StepGroup
    path: Path
    """Where the recipe says it; a column or another named entry by its name."""
    words: Said
    subject: str = ""
    """The column or the name that it is about."""
    removable: bool = False
    """Whether `engine.recipe.step_edits` can leave it out, or switch it off."""
    movable: bool = False
    """Whether it can be done earlier or later."""
    enabled: bool = True
    """Whether it is done; a step that is switched off is told all the same."""

    def render(self, translate: Translate | None = None) -> str:
        """The step as one line in the language of `translate` (English without one)."""
        text = self.words.render(translate)
        return f"{self.subject}: {text}" if self.subject else text

    @property
    def can_be_disabled(self) -> bool:
        """Whether `with_step_disabled` can switch it off; a table is read in one way or in another."""
        is_layout = self.group is StepGroup.READING and self.path[1:2] not in (
            ("fixes",),
            ("columns",),
        )
        return self.removable and self.enabled and len(self.path) > 1 and not is_layout

    def __str__(self) -> str:
        return self.render()


def recipe_steps(recipe: Recipe, in_force: InForce = lambda spec: spec) -> tuple[Step, ...]:
    """What the recipe does, in order: reading, hiding, deriving, rows, split, columns, target, network.

    Args:
        recipe: With its columns listed; what is not listed is done automatically and not told.
        in_force: Replaces Auto in a column, so that it is told what is done; else it is left out.

    Steps that are switched off stand where they would be done, with `Step.enabled` False.
    """
    found = list(_steps(recipe, in_force))
    for step in recipe.disabled:
        _place_disabled(found, recipe, step.path, in_force)
    return tuple(found)


def _place_disabled(found: list[Step], recipe: Recipe, path: Path, in_force: InForce) -> None:
    """Put a step that is switched off behind the one that would be done before it."""
    if disabled_at(recipe, path) is None:
        return
    try:
        whole = list(_steps(with_step_enabled(recipe, path), in_force))
    except (KeyError, ValueError):  # written by hand; the checks of the recipe tell of it
        return
    place = next((at for at, step in enumerate(whole) if step.path == path), None)
    if place is None:
        return
    before = {step.path for step in whole[:place]}
    after = [at + 1 for at, step in enumerate(found) if step.path in before]
    disabled = replace(whole[place], enabled=False, movable=False)
    found.insert(max(after, default=0), disabled)


# The steps of each group -------------------------------------------------------------------------


def _steps(recipe: Recipe, in_force: InForce) -> Iterator[Step]:
    yield from _reading(recipe)
    yield from _hiding(recipe)
    for column in recipe.derived:
        yield Step(
            StepGroup.DERIVED,
            ("derived", column.name),
            message("computed as {expression}", expression=column.expression),
            column.name,
            removable=True,
            movable=len(recipe.derived) > 1,
        )
    yield from _rows(recipe)
    yield from _split(recipe.split, recipe)
    yield from _columns(recipe, in_force)
    yield from _target(recipe)
    yield from _model(recipe)
    yield from _training(recipe)


def _reading(recipe: Recipe) -> Iterator[Step]:
    reading = recipe.reading
    for name, info in type(reading).model_fields.items():
        value = getattr(reading, name)
        path = ("reading", name)
        if name == "columns":
            for column in value:
                yield Step(
                    StepGroup.READING,
                    (*path, column.name),
                    listed(_fields_of(column, skip=("name",))),
                    column.name,
                    removable=True,
                )
        elif name == "fixes" and value:
            words = message_n("{count} row corrected", "{count} rows corrected", len(value))
            yield Step(StepGroup.READING, path, words, removable=True)
        elif value not in (None, ()):
            words_ = Words((field_title(name, info), value_words(value, info, name)))
            yield Step(StepGroup.READING, path, words_, removable=True)


def _hiding(recipe: Recipe) -> Iterator[Step]:
    for column in recipe.columns:
        if column.hide is not None and column.name is not None:
            path = ("columns", column.name, "hide")
            words = column.hide.words()
            yield Step(StepGroup.HIDING, path, words, column.name, removable=True)


def _rows(recipe: Recipe) -> Iterator[Step]:
    rows = recipe.rows
    if rows.where is not None:
        words = message("Only rows where {condition}", condition=rows.where)
        yield Step(StepGroup.ROWS, ("rows", "where"), words, removable=True)
    for each in rows.corrections:
        yield Step(
            StepGroup.ROWS,
            ("rows", "corrections", each.name),
            message_n("{count} cell corrected", "{count} cells corrected", len(each.cells)),
            each.name,
            removable=True,
        )
    duplicates = rows.duplicates
    if duplicates.policy is DuplicatePolicy.KEEP:
        return
    parts: list[Said] = []
    if duplicates.policy is DuplicatePolicy.TOGETHER:
        parts.append(message("Rows that are alike stay in one part"))
    elif duplicates.keep is KeptCopy.FIRST:
        parts.append(message("Of rows that are alike the first is used"))
    else:
        parts.append(message("Of rows that are alike the last is used"))
    if duplicates.columns:
        parts.append(message("alike in {columns}", columns=", ".join(duplicates.columns)))
    yield Step(StepGroup.ROWS, ("rows", "duplicates"), listed(parts), removable=True)


def _split(split: Split, recipe: Recipe) -> Iterator[Step]:
    parts: list[Said] = [_dealt(split, recipe)]
    if split.cross_validates:
        parts.append(message("each of {folds} folds validates in turn", folds=split.folds or 0))
    elif split.fold is not None:
        parts.append(
            message("fold {fold} of {folds} validates", fold=split.fold, folds=split.folds or 0)
        )
    by_time_in_folds = split.in_folds is not None and recipe.split_method is SplitMethod.TIME
    if split.method is not SplitMethod.COLUMN and not by_time_in_folds:
        test = 0.0 if split.method is SplitMethod.FILE else split.test
        validation = split.validation
        if split.in_folds is not None:
            validation = (1 - test) / split.in_folds[1]
        parts.append(
            message(
                "{train}% train, {validation}% validation, {test}% test",
                train=_percent(1 - validation - test),
                validation=_percent(validation),
                test=_percent(test),
            )
        )
    if split.gap:
        parts.append(message("with a gap of {gap} between the parts", gap=split.gap))
    if split.method is not SplitMethod.TIME:
        parts.append(message("seed {seed}", seed=str(split.seed)))
    yield Step(StepGroup.SPLIT, ("split",), listed(parts))


def _percent(share: float) -> float:
    return round(100 * share, 2)


def _dealt(split: Split, recipe: Recipe) -> Message:
    column = recipe.split_column or ""
    match recipe.split_method:
        case SplitMethod.STRATIFIED:
            return message("At random, classes in equal shares in every part")
        case SplitMethod.RANDOM:
            return message("At random")
        case SplitMethod.GROUP:
            return message("By groups of “{column}”, each in one part", column=column)
        case SplitMethod.STRATIFIED_GROUP:
            return message(
                "By groups of “{column}”, each in one part, classes in about equal shares",
                column=column,
            )
        case SplitMethod.TIME:
            return message(
                "By time in “{column}”: earlier rows train, the latest test", column=column
            )
        case SplitMethod.COLUMN:
            return message("As “{column}” says", column=column)
        case SplitMethod.FILE:
            return message("Test rows from {file}, the others at random", file=split.file or "")
        case _:
            return message("At random, classes in equal shares if classes are predicted")


_ROLES = {
    Role.GROUP: N_("says which rows belong together"),
    Role.TIME: N_("says when a row was made"),
    Role.WEIGHT: N_("says how much a row counts"),
}


def _columns(recipe: Recipe, in_force: InForce) -> Iterator[Step]:
    left_out = []
    for spec in recipe.columns:
        name = spec.name
        if name is None or spec.role is Role.TARGET:
            continue
        if spec.role is Role.IGNORE:
            if disabled_at(recipe, ("columns", name)) is None:
                left_out.append(name)
        elif spec.role in _ROLES:
            yield Step(
                StepGroup.COLUMNS,
                ("columns", name),
                Message(_ROLES[spec.role]),
                name,
                removable=True,
            )
        else:
            words = _done_to(in_force(spec))
            yield Step(StepGroup.COLUMNS, ("columns", name), words, name, removable=True)
    if left_out:
        words_ = message_n(
            "{count} column is left out: {names}",
            "{count} columns are left out: {names}",
            len(left_out),
            names=", ".join(left_out),
        )
        yield Step(StepGroup.COLUMNS, ("columns",), words_)


def _done_to(spec: ColumnSpec) -> Said:
    parts: list[Said] = []
    if spec.kind is not None:
        parts.append(value_words(spec.kind))
    for step in STEPS:
        part = getattr(spec, step)
        if part is None or _does_nothing(step, part):
            continue
        if step == "missing":
            flagged = (part_words(part), *((message("+ flag"),) if spec.flag else ()))
            parts.append(Words((message("missing →"), *flagged)))
        else:
            info = ColumnSpec.model_fields[step]
            parts.append(Words((field_title(step, info), message("→"), part_words(part))))
    return listed(parts) if parts else message("used automatically")


def _does_nothing(step: str, part: Any) -> bool:
    return bool(step in ("clip", "rare") and part.kind_name() == "none")


def _target(recipe: Recipe) -> Iterator[Step]:
    for target in recipe.targets:
        kind = recipe.column(target).kind
        words = Words((message("is predicted"), *((_as_kind(kind),) if kind is not None else ())))
        yield Step(StepGroup.TARGET, ("columns", target), words, target)
        own = recipe.column(target).outcome
        if own is not None:
            said = listed(_fields_of(own, ()))
            path = ("columns", target, "outcome")
            yield Step(StepGroup.TARGET, path, said, target, removable=True)
    for name, said in _named_fields(recipe.outcome):
        yield Step(StepGroup.TARGET, ("outcome", name), said, removable=True)


def _as_kind(kind: Any) -> Words:
    return Words((value_words(kind),), bracketed=True)


def _model(recipe: Recipe) -> Iterator[Step]:
    for name, info in type(recipe.model).model_fields.items():
        if name == "members" and not recipe.model.members:
            continue
        words = Words((field_title(name, info), value_words(getattr(recipe.model, name), info)))
        yield Step(StepGroup.MODEL, ("model", name), words)


def _training(recipe: Recipe) -> Iterator[Step]:
    training = recipe.training
    for name in ("epochs", "batch_size", "optimizer", "schedule"):
        info = type(training).model_fields[name]
        words = Words((field_title(name, info), value_words(getattr(training, name), info)))
        yield Step(StepGroup.TRAINING, ("training", name), words)
    for name, said in _named_fields(training):
        if name not in ("epochs", "batch_size", "optimizer", "schedule"):
            yield Step(StepGroup.TRAINING, ("training", name), said, removable=True)
    if recipe.start is not None:
        info = type(recipe).model_fields["start"]
        words = Words((field_title("start", info), value_words(recipe.start, info)))
        yield Step(StepGroup.TRAINING, ("start",), words, removable=True)


def _named_fields(model: BaseModel) -> Iterator[tuple[str, Said]]:
    """Fields that are not as usual, by name."""
    for name, info in type(model).model_fields.items():
        value = getattr(model, name)
        if value != info.get_default(call_default_factory=True, validated_data={}):
            yield name, Words((field_title(name, info), value_words(value, info, name)))


def _fields_of(model: BaseModel, skip: tuple[str, ...]) -> list[Said]:
    found = [said for name, said in _named_fields(model) if name not in skip]
    return found or [message("as usual")]
