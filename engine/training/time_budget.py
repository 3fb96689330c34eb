"""Fitting a network's training into a time."""

from __future__ import annotations

from engine.data.preparing.dataset import Dataset
from engine.messages import Message, message, message_n
from engine.models.summary import summarize
from engine.recipe.parts import settled
from engine.recipe.recipe import Recipe
from engine.training.probed_step import probed_step

_BESIDE_STEPS = 0.1
"""What an epoch takes beside its steps: metrics, checkpoints; a share of the steps' time."""
_PREDICTING = 1 / 3
"""A row's way forward, as a share of its training step."""


def fitted_to_time(recipe: Recipe, dataset: Dataset, seconds: float) -> tuple[Recipe, Message]:
    """The recipe with as many of its epochs as fit, and what was found.

    Steps are timed in a short probe on this machine. The loop itself keeps to the time, whatever comes;
    knowing the epochs before lets the schedule be even and the progress be told.

    Args:
        recipe: Without Auto.
        dataset: What it is trained on.
        seconds: For all epochs.
    """
    training = recipe.training
    rows = len(dataset.train)
    preparation = dataset.preparation
    probed = summarize(
        recipe, preparation.inputs, rows, preparation.task, step_of=probed_step
    ).seconds_per_epoch
    share = len(dataset.validation) / max(1, rows)
    asked = settled(training.epochs)
    if probed is None:  # it does not fit into memory, which training itself tells
        return recipe, message("There is no room to time a step before the start.")
    epoch = probed * (1 + _BESIDE_STEPS + _PREDICTING * share)
    count = max(1, min(asked, int(seconds / epoch)))
    told = message_n(
        "{count} of {asked} epochs fits into {seconds} s: one takes about {epoch} s on this machine.",
        "{count} of {asked} epochs fit into {seconds} s: one takes about {epoch} s on this machine.",
        count,
        asked=asked,
        seconds=float(f"{seconds:.3g}"),
        epoch=float(f"{epoch:.2g}"),
    )
    fitted = training.model_copy(update={"epochs": count})
    return recipe.model_copy(update={"training": fitted}), told
