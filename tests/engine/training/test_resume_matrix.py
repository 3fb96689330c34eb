"""Every optimizer, schedule and average, with accumulation, frozen blocks and steering, resumes to the bit."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from engine.data.preparing.dataset import Dataset
from engine.events import RunStopped
from engine.recipe.families import Averaging, Optimizer, Schedule
from engine.training.checkpoint import Checkpoints
from engine.training.control import Command
from engine.training.record import Recorded, joined, record_of
from tests.engine.training.recording import Recording, same_weights
from tests.engine.training.tables import binary_dataset, model_of, training_of

OPTIMIZERS = [member.kind_name() for member in Optimizer.members()]
SCHEDULES = [member.kind_name() for member in Schedule.members()]
AVERAGES = [member.kind_name() for member in Averaging.members()]
STEERED: tuple[tuple[int, str, float | None], ...] = (
    (2, "set_dropout", 0.1),
    (3, "set_weight_decay", 0.2),
    (5, "set_clip", 0.7),
    (6, "set_epochs", 4.0),
    (8, "set_learning_rate", 2e-3),
    (10, "set_clip", None),
)


def configurations() -> list[tuple[str, dict[str, Any]]]:
    """Each optimizer, schedule and average at least once, in ever other company."""
    found = []
    for place in range(max(len(OPTIMIZERS), len(SCHEDULES))):
        optimizer = OPTIMIZERS[place % len(OPTIMIZERS)]
        schedule = SCHEDULES[place % len(SCHEDULES)]
        fields: dict[str, Any] = {
            "optimizer": optimizer,
            "schedule": {"kind": schedule},
            "averaging": AVERAGES[place % len(AVERAGES)],
            "accumulate": 1 + place % 2,
            "freeze": ["trunk.1"] if place % 4 == 3 else [],
            "clip_norm": 1.0 if place % 3 == 0 else None,
            "l1": 1e-4 if place % 5 == 0 else 0.0,
        }
        if schedule == "plateau":
            fields["schedule"]["patience"] = 1
        found.append((f"{optimizer}, {schedule}, {fields['averaging']}", fields))
    return found


@pytest.fixture(scope="module")
def dataset() -> Dataset:
    return binary_dataset(rows=130)


def recorded(step: int, name: str, value: float | None) -> Recorded:
    return Recorded(step=step, command=Command.model_validate({"command": name, "value": value}))


@pytest.mark.parametrize(
    ("name", "fields"), configurations(), ids=[name for name, _ in configurations()]
)
def test_steered_stopped_and_resumed_it_is_the_same_run(
    dataset: Dataset, tmp_path: Path, name: str, fields: dict[str, Any]
) -> None:
    asked = training_of(epochs=3, batch_size=16, early_stopping={"enabled": False}, **fields)
    model = model_of((8, 8), dropout=0.3, normalization="batch")
    record = [recorded(*each) for each in STEERED]
    whole = Recording(dataset, asked, model, record=record)
    step = 3 + len(name) % 7
    stopped = sorted([*record, recorded(step, "stop", None)], key=lambda each: each.step)
    first = Recording(dataset, asked, model, checkpoints=Checkpoints(tmp_path), record=stopped)
    assert first.of(RunStopped)
    second = Recording(
        dataset,
        asked,
        model,
        resume=Checkpoints(tmp_path).last(),
        record=joined(record_of(first.events), record),
    )
    assert same_weights(whole.weights, second.weights)
    assert whole.epochs == [*first.epochs, *second.epochs]
