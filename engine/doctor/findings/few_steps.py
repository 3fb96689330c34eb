"""The batches are so large that there are hardly any steps."""

from __future__ import annotations

from engine.doctor.case import Case
from engine.doctor.finding import Change, Finding
from engine.messages import message

STEPS = 4
"""An epoch."""
ALL = 200
"""In the whole run."""
LEAST_ROWS = 256
WANTED = 16
"""Steps an epoch."""


def look(case: Case) -> Finding | None:
    """The run takes few steps, although there are rows for more."""
    started, size = case.started, case.recipe.training.batch_size
    if started is None or size is None or not case.ran_out:
        return None
    steps = case.history.step
    if started.steps_per_epoch > STEPS or steps > ALL or started.train_rows < LEAST_ROWS:
        return None
    smaller = max(16, 2 ** ((started.train_rows // WANTED).bit_length() - 1))
    if smaller >= size:
        return None
    return Finding(
        name="few_steps",
        title=message("Too few steps"),
        evidence=message(
            "Batches of {size} rows make {each} steps an epoch, {steps} in all.",
            size=size,
            each=started.steps_per_epoch,
            steps=steps,
        ),
        advice=message("Train in batches of {size} rows.", size=smaller),
        changes=(Change("training.batch_size", smaller),),
        explains=("more_epochs", "not_learning"),
    )
