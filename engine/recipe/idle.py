"""Settings of a recipe that do nothing beside the others, told so that nobody relies on them."""

from __future__ import annotations

from engine.messages import Message, message
from engine.recipe.recipe import Recipe
from engine.recipe.split import Split, SplitMethod


def idle_split_settings(
    recipe: Recipe, method: SplitMethod, *, classes: bool
) -> tuple[Message, ...]:
    """What the recipe says of the split that this split does not look at.

    Args:
        recipe: The recipe.
        method: How rows are dealt, Auto replaced.
        classes: Whether classes are predicted.
    """
    split, usual = recipe.split, Split()
    told = []
    if split.gap and method is not SplitMethod.TIME:
        told.append(
            message("The gap of {gap} does nothing: it is for a split by time.", gap=split.gap)
        )
    stratified = method in (SplitMethod.STRATIFIED, SplitMethod.STRATIFIED_GROUP)
    if split.bins != usual.bins and (classes or not stratified):
        told.append(
            message(
                "The {bins} bins of the split do nothing: they are for stratified splits of numbers.",
                bins=split.bins,
            )
        )
    if split.file is not None and method is not SplitMethod.FILE:
        told.append(message("The test file {file} does nothing in this split.", file=split.file))
    if split.column is not None and recipe.split_column != split.column:
        told.append(
            message("The column “{column}” of the split does nothing.", column=split.column)
        )
    return tuple(told)


def idle_training_settings(recipe: Recipe) -> tuple[Message, ...]:
    """What the recipe says of the balance of classes that training does not look at."""
    training = recipe.training
    if not training.custom_weights or training.class_weights == "custom":
        return ()
    return (
        message(
            "The custom class weights do nothing: class weights are set to “{weights}”.",
            weights=str(training.class_weights),
        ),
    )
