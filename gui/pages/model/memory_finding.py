"""A network that needs more memory than is free, as a broken rule with its fix."""

from __future__ import annotations

from engine.messages import message
from engine.models.summary import NetworkSummary
from engine.recipe.checks import Finding
from engine.recipe.families import Trunk
from engine.recipe.recipe import Recipe
from gui.pages.model.figures import size_text


def memory_finding(recipe: Recipe, summary: NetworkSummary) -> Finding | None:
    """What to change so that the network fits; None if it does.

    Args:
        recipe: In force; its network is that of `summary`, or is about to be.
        summary: Tells what is needed and what is free.
    """
    fitting = summary.fitting_batch
    if fitting is None:
        return None
    facts = {"needed": size_text(summary.memory.total), "free": size_text(summary.free_bytes)}
    if fitting:
        training = recipe.training.model_copy(update={"batch_size": fitting})
        return Finding(
            ("training", "batch_size"),
            message(
                "Batches of this size take {needed} of memory in training, {free} are free.",
                **facts,
            ),
            message("Use {rows}.", rows=fitting),
            recipe.model_copy(update={"training": training}),
        )
    problem = message(
        "This network takes {needed} of memory in training, {free} are free. It needs fewer or narrower layers.",
        **facts,
    )
    trunk = recipe.model.trunk
    usual = None if trunk is None else Trunk.default(trunk.kind)
    if usual is None or usual == trunk:
        return Finding(("model",), problem)
    model = recipe.model.model_copy(update={"trunk": usual})
    fix = message("Use the usual settings.")
    return Finding(("model",), problem, fix, recipe.model_copy(update={"model": model}))
