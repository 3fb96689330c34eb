"""Which loss is used for which task."""

from __future__ import annotations

from engine.recipe.families import Loss
from engine.schema import Task


def loss_in_force(loss: Loss, task: Task) -> Loss:
    """The loss with Auto replaced."""
    if loss.kind != "auto":
        return loss
    one = task.of_one_target.value
    usual = next(member for member in Loss.members() if one in member.usual_for)
    return usual.model_validate({})


def fitting_losses(task: Task) -> tuple[str, ...]:
    """Kinds of the losses that suit a task."""
    one = task.of_one_target.value
    return tuple(member.kind_name() for member in Loss.members() if one in member.tasks)
