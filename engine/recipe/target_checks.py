"""Checks of what a recipe says of the target: each one message, one fix.

The first ones need the recipe alone; `outcome_findings` compares it with the classes of a table.
"""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterable, Mapping
from typing import TypeAlias

from engine.messages import Message, message
from engine.recipe.finding import Check, Finding
from engine.recipe.losses import fitting_losses
from engine.recipe.recipe import Recipe
from engine.recipe.target import MergedClass, Resampling, TargetSpec
from engine.recipe.training import ClassWeight, Training
from engine.schema import Task

_TableCheck: TypeAlias = Callable[[Recipe, Task, Mapping[str, int]], Finding | None]


def each_class_is_merged_once(recipe: Recipe) -> Finding | None:
    """No class is in two merged ones, and no two merged ones have one name."""
    seen: dict[str, str] = {}
    for group in recipe.outcome.merge:
        for value in group.classes:
            if seen.setdefault(value, group.name) != group.name:
                problem = message(
                    "Class “{value}” is merged into “{first}” and into “{second}”.",
                    value=value,
                    first=seen[value],
                    second=group.name,
                )
                fix = message("Keep it in “{name}” only.", name=seen[value])
                return _merge_finding(recipe, problem, fix, _joined(recipe.outcome.merge))
    names = [group.name for group in recipe.outcome.merge]
    for name in names:
        if names.count(name) > 1:
            problem = message("Several merged classes are called “{name}”.", name=name)
            fix = message("Make them one.")
            return _merge_finding(recipe, problem, fix, _joined(recipe.outcome.merge))
    return None


def merged_classes_go_by_their_new_name(recipe: Recipe) -> Finding | None:
    """Order, positive class and weights do not use a name that merging takes away."""
    renamed = recipe.outcome.renamed
    kept = set(renamed.values())
    gone = {old: new for old, new in renamed.items() if old not in kept}
    for path, names in _named_classes(recipe).items():
        for name in names:
            if name in gone:
                return Finding(
                    path,
                    message(
                        "“{name}” is merged into “{new}” and no longer a class of its own.",
                        name=name,
                        new=gone[name],
                    ),
                    message("Use “{name}”.", name=gone[name]),
                    _with_names(recipe, lambda old: gone.get(old, old)),
                )
    return None


def classes_are_listed_once(recipe: Recipe) -> Finding | None:
    """Neither the order nor the weights list a class twice."""
    for path, names in _named_classes(recipe).items():
        twice = sorted({name for name in names if names.count(name) > 1})
        if twice:
            return Finding(
                path,
                message("Class “{name}” is listed twice.", name=twice[0]),
                message("Keep the first."),
                _with_names(recipe, lambda name: name),
            )
    return None


def rare_classes_are_balanced_once(recipe: Recipe) -> Finding | None:
    """Weights and resampling do the same, and together too much of it."""
    if recipe.outcome.resampling is Resampling.NONE or recipe.training.class_weights == "none":
        return None
    return Finding(
        ("training", "class_weights"),
        message(
            "Resampling balances the classes already; with class weights too, rare ones count far too much."
        ),
        message("Use no class weights."),
        _with_training(recipe, class_weights="none"),
    )


def custom_weights_are_there(recipe: Recipe) -> Finding | None:
    """Class weights “custom” need some."""
    training = recipe.training
    if training.class_weights != "custom" or training.custom_weights:
        return None
    return Finding(
        ("training", "custom_weights"),
        message("Class weights are custom, but none is given."),
        message("Use balanced class weights."),
        _with_training(recipe, class_weights="balanced"),
    )


def counts_are_not_transformed(recipe: Recipe) -> Finding | None:
    """A loss with a link of its own takes the target as it is."""
    if recipe.training.loss.link == "identity" or recipe.outcome.transform.kind == "none":
        return None
    return Finding(
        ("outcome", "transform"),
        message(
            "The loss for counts takes the logarithm itself: the target must not be transformed."
        ),
        message("Transform nothing."),
        _with_outcome(recipe, transform=TargetSpec().transform),
    )


TARGET_CHECKS: tuple[Check, ...] = (
    each_class_is_merged_once,
    merged_classes_go_by_their_new_name,
    classes_are_listed_once,
    rare_classes_are_balanced_once,
    custom_weights_are_there,
    counts_are_not_transformed,
)


def outcome_findings(recipe: Recipe, task: Task, classes: Mapping[str, int]) -> tuple[Finding, ...]:
    """What does not fit the target of a table.

    Args:
        recipe: Passes the checks that need no table.
        task: What is predicted.
        classes: Rows of each class of the table, as it stands there; empty for regression.
    """
    found = (function(recipe, task, classes) for function in _TABLE_CHECKS)
    return tuple(finding for finding in found if finding is not None)


def _loss_fits(recipe: Recipe, task: Task, classes: Mapping[str, int]) -> Finding | None:
    del classes
    loss = recipe.training.loss
    if task.value in loss.tasks:
        return None
    known = ", ".join(fitting_losses(task))
    return Finding(
        ("training", "loss"),
        message(
            "The loss “{kind}” is not for classes; these are: {known}.", kind=loss.kind, known=known
        )
        if task.is_classification
        else message(
            "The loss “{kind}” is not for numbers; these are: {known}.", kind=loss.kind, known=known
        ),
        message("Use the automatic one."),
        _with_training(recipe, loss=Training().loss),
    )


def _settings_are_for_the_task(
    recipe: Recipe, task: Task, classes: Mapping[str, int]
) -> Finding | None:
    del classes
    outcome, plain = recipe.outcome, TargetSpec()
    if task.is_classification:
        if outcome.transform.kind == "none":
            return None
        return Finding(
            ("outcome", "transform"),
            message("Only a number can be transformed, but the target has classes."),
            message("Transform nothing."),
            _with_outcome(recipe, transform=plain.transform),
        )
    for field in ("merge", "order", "positive", "rare", "resampling"):
        if getattr(outcome, field) != getattr(plain, field):
            return Finding(
                ("outcome", field),
                message("The target is a number: it has no classes to order, merge or balance."),
                message("Leave the classes alone."),
                recipe.model_copy(update={"outcome": TargetSpec(transform=outcome.transform)}),
            )
    if recipe.training.class_weights == "custom":
        return Finding(
            ("training", "class_weights"),
            message("The target is a number: it has no classes to weigh."),
            message("Use no class weights."),
            _with_training(recipe, class_weights="none"),
        )
    return None


def _merged_classes_exist(recipe: Recipe, task: Task, classes: Mapping[str, int]) -> Finding | None:
    if not task.is_classification:
        return None
    merge = recipe.outcome.merge
    for group in merge:
        for value in group.classes:
            if value not in classes:
                kept = tuple(
                    MergedClass(name=g.name, classes=tuple(v for v in g.classes if v in classes))
                    for g in merge
                    if any(v in classes for v in g.classes)
                )
                problem = message(
                    "The target has no class “{value}” to merge into “{name}”. It has: {known}.",
                    value=value,
                    name=group.name,
                    known=_listed(classes),
                )
                fix = message("Leave out what does not exist.")
                return _merge_finding(recipe, problem, fix, kept)
        if group.name in classes and group.name not in group.classes:
            joined = tuple(
                MergedClass(name=g.name, classes=(*g.classes, g.name)) if g is group else g
                for g in merge
            )
            problem = message(
                "A merged class is called “{name}”, but the target has a class of that name that is not among it.",
                name=group.name,
            )
            fix = message("Merge “{name}” too.", name=group.name)
            return _merge_finding(recipe, problem, fix, joined)
    return None


def _classes_are_left(recipe: Recipe, task: Task, classes: Mapping[str, int]) -> Finding | None:
    if not task.is_classification or len(classes) < 2:
        return None
    left = recipe.outcome.merged(classes)
    if len(left) > 1:
        return None
    rare = recipe.outcome.rare is not None
    field = (
        "rare"
        if rare and len(recipe.outcome.model_copy(update={"rare": None}).merged(classes)) > 1
        else "merge"
    )
    plain = TargetSpec()
    return Finding(
        ("outcome", field),
        message(
            "Merging leaves one class, “{name}”, so there is nothing to tell apart.",
            name=next(iter(left)),
        ),
        message("Merge no classes."),
        _with_outcome(recipe, **{field: getattr(plain, field)}),
    )


def _named_classes_exist(recipe: Recipe, task: Task, classes: Mapping[str, int]) -> Finding | None:
    if not task.is_classification:
        return None
    left = recipe.outcome.merged(classes)
    if recipe.outcome.rare is not None:  # what is rare is known for certain from training rows only
        left |= dict.fromkeys(_after_merge(recipe, classes), 0) | {recipe.outcome.rare_name: 0}
    for path, names in _named_classes(recipe).items():
        for name in names:
            if name in left:
                continue
            close = difflib.get_close_matches(name, left, 1)
            label = message("Use “{name}”.", name=close[0]) if close else message("Leave it out.")
            fixed = _with_names(
                recipe,
                lambda old: (
                    old
                    if old in left
                    else next(iter(difflib.get_close_matches(old, left, 1)), None)
                ),
            )
            return Finding(
                path,
                message(
                    "The target has no class “{name}”. It has: {known}.",
                    name=name,
                    known=_listed(left),
                ),
                label,
                fixed,
            )
    return None


def _rare_name_is_free(recipe: Recipe, task: Task, classes: Mapping[str, int]) -> Finding | None:
    outcome = recipe.outcome
    if not task.is_classification or outcome.rare is None:
        return None
    merged = outcome.model_copy(update={"rare": None}).merged(classes)
    named_by_hand = outcome.rare_name in outcome.renamed.values()
    none_rare = all(count >= outcome.rare for count in merged.values())
    if named_by_hand or none_rare or merged.get(outcome.rare_name, 0) < outcome.rare:
        return None
    free = outcome.rare_name
    while free in merged:
        free += " (rare)"
    return Finding(
        ("outcome", "rare_name"),
        message(
            "Rare classes are to be called “{name}”, but {count} rows of a class of that name are not rare: they would become one.",
            name=outcome.rare_name,
            count=merged[outcome.rare_name],
        ),
        message("Call them “{name}”.", name=free),
        _with_outcome(recipe, rare_name=free),
    )


_TABLE_CHECKS: tuple[_TableCheck, ...] = (
    _settings_are_for_the_task,
    _loss_fits,
    _merged_classes_exist,
    _classes_are_left,
    _rare_name_is_free,
    _named_classes_exist,
)


def _after_merge(recipe: Recipe, classes: Mapping[str, int]) -> Iterable[str]:
    renamed = recipe.outcome.renamed
    return (renamed.get(value, value) for value in classes)


def _named_classes(recipe: Recipe) -> dict[tuple[str, str], list[str]]:
    """The classes named by each field that uses the names after merging."""
    outcome, training = recipe.outcome, recipe.training
    custom = training.custom_weights if training.class_weights == "custom" else ()
    return {
        ("outcome", "positive"): [] if outcome.positive is None else [outcome.positive],
        ("outcome", "order"): list(outcome.order),
        ("training", "custom_weights"): [weight.name for weight in custom],
    }


def _with_names(recipe: Recipe, new: Callable[[str], str | None]) -> Recipe:
    """Each named class renamed, or left out where `new` gives None or a name met before."""
    outcome, training = recipe.outcome, recipe.training
    weights: dict[str, ClassWeight] = {}
    for weight in training.custom_weights:
        name = new(weight.name)
        if name is not None:
            weights.setdefault(name, ClassWeight(name=name, weight=weight.weight))
    order = dict.fromkeys(new(name) for name in outcome.order)
    changed = _with_outcome(
        recipe,
        order=tuple(name for name in order if name is not None),
        positive=None if outcome.positive is None else new(outcome.positive),
    )
    none_left = training.class_weights == "custom" and not weights
    return _with_training(
        changed,
        custom_weights=tuple(weights.values()),
        class_weights="none" if none_left else training.class_weights,
    )


def _joined(groups: Iterable[MergedClass]) -> tuple[MergedClass, ...]:
    """Groups of one name as one; a class stays where it is named first."""
    found: dict[str, list[str]] = {}
    seen: set[str] = set()
    for group in groups:
        fresh = [value for value in dict.fromkeys(group.classes) if value not in seen]
        seen.update(fresh)
        found.setdefault(group.name, []).extend(fresh)
    return tuple(
        MergedClass(name=name, classes=tuple(classes)) for name, classes in found.items() if classes
    )


def _merge_finding(
    recipe: Recipe, problem: Message, fix: Message, merge: tuple[MergedClass, ...]
) -> Finding:
    return Finding(("outcome", "merge"), problem, fix, _with_outcome(recipe, merge=merge))


def _with_outcome(recipe: Recipe, **changes: object) -> Recipe:
    return recipe.model_copy(update={"outcome": recipe.outcome.model_copy(update=changes)})


def _with_training(recipe: Recipe, **changes: object) -> Recipe:
    return recipe.model_copy(update={"training": recipe.training.model_copy(update=changes)})


def _listed(names: Iterable[str], most: int = 12) -> str:
    listed = list(names)
    return ", ".join(listed[:most]) + (", …" if len(listed) > most else "")
