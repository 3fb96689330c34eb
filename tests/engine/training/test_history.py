"""Events folded into what the live page shows."""

from __future__ import annotations

import math
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from engine.events import (
    CheckpointSaved,
    ControlApplied,
    EpochEnded,
    Noted,
    RunEvent,
    RunFailed,
    RunFinished,
    RunStarted,
    RunStopped,
    StepsDone,
)
from engine.messages import message
from engine.recipe.split import Split
from engine.training.checkpoint import Checkpoints
from engine.training.control import Command, ListControl
from engine.training.happened import MarkKind, Progress
from engine.training.history import History
from tests.engine.training.recording import Recording
from tests.engine.training.tables import binary_dataset, training_of

NAN2 = (math.nan, math.nan)


def started(time: float = 0, epoch: int = 0, **fields: int) -> RunStarted:
    values = {"train_rows": 70, "validation_rows": 15, "test_rows": 15} | fields
    return RunStarted(
        time=time,
        metrics=("loss", "accuracy"),
        monitor="loss",
        epochs=10,
        steps_per_epoch=5,
        parameters=99,
        device="cpu",
        threads=1,
        epoch=epoch,
        **values,
    )


def ended(epoch: int, time: float, loss: float = 0.5, *, is_best: bool = True) -> EpochEnded:
    return EpochEnded(
        time, epoch, 5 * epoch, (loss, 0.8), (loss + 0.1, 0.7), 1e-3, 2.0, 1000.0, is_best
    )


def steps(step: int, time: float, loss: float = 0.4) -> StepsDone:
    return StepsDone(time, step, step // 5 + 1, loss, 1e-3, 500.0)


def history(*events: RunEvent) -> History:
    found = History()
    found.extend(events)
    return found


def test_an_empty_history_answers_everything() -> None:
    empty = History()
    assert (empty.epoch, empty.epochs, empty.step, empty.done) == (0, 0, 0, 0)
    assert empty.status is Progress.WAITING
    assert empty.seconds_left is None
    assert len(empty.train("loss")) == len(empty.steps.loss) == len(empty.learning_rate) == 0
    assert (empty.marks, empty.log, empty.metrics) == ((), [], ())
    assert math.isnan(empty.best("loss"))


def test_epochs_become_arrays() -> None:
    found = history(started(), *(ended(n, n, 1 / n) for n in range(1, 201)))
    assert found.epochs_done.tolist() == list(range(1, 201))
    assert found.epoch_steps[-1] == 1000
    assert found.train("loss")[:2].tolist() == [1, 0.5]
    assert found.validation("accuracy").tolist() == [0.7] * 200
    assert found.learning_rate[0] == 1e-3
    assert found.gradient_norm[0] == 2
    assert found.rows_per_second[0] == 1000
    assert found.best_epoch == 200
    assert found.best("loss") == pytest.approx(1 / 200 + 0.1)
    assert found.status is Progress.RUNNING


def test_arrays_already_handed_out_do_not_change() -> None:
    found = history(started(), ended(1, 1))
    before = found.train("loss")
    found.extend([ended(2, 2)])
    assert len(before) == 1
    with pytest.raises(ValueError, match="read-only"):
        before[0] = 3


def test_steps_stand_between_the_epochs() -> None:
    found = history(started(), steps(2, 1), steps(4, 2), ended(1, 3))
    assert found.steps.step.tolist() == [2, 4]
    assert found.steps.epoch.tolist() == [0.4, 0.8]
    assert found.steps.time.tolist() == [1, 2]
    number, place, loss = found.step_losses
    assert (number.tolist(), place.tolist(), loss.tolist()) == ([2, 4], [0.4, 0.8], [0.4, 0.4])


def test_the_time_left_follows_the_last_epochs_and_leaves_pauses_out() -> None:
    found = history(started(), ended(1, 2), ended(2, 4))
    assert found.seconds_left == pytest.approx(16)
    found.extend([ControlApplied(4, 3, 10, "pause")])
    assert found.status is Progress.PAUSED
    found.extend([ControlApplied(104, 3, 10, "resume"), ended(3, 106)])
    assert found.status is Progress.RUNNING
    assert found.seconds == pytest.approx(6)
    assert found.epoch_times.tolist() == [2, 4, 6]
    assert found.seconds_left == pytest.approx(14)
    assert found.done == pytest.approx(0.3)


def test_within_the_first_epoch_the_time_left_follows_the_steps() -> None:
    assert history(started(), steps(1, 1), steps(3, 2)).seconds_left == pytest.approx(23.5)


def test_changes_by_hand_the_best_epoch_and_the_end_are_marked() -> None:
    found = history(
        started(),
        ended(1, 1),
        ControlApplied(1.5, 2, 7, "set_learning_rate", 1e-4),
        ended(2, 2, is_best=False),
        RunFinished(2.5, 2, 1, True, (0.5, 0.7)),
    )
    marks = {mark.kind: mark for mark in found.marks}
    assert marks[MarkKind.LEARNING_RATE].epoch == 1.4
    assert marks[MarkKind.LEARNING_RATE].value == 1e-4
    assert (marks[MarkKind.BEST].epoch, marks[MarkKind.BEST].step) == (1, 5)
    assert marks[MarkKind.EARLY_STOP].epoch == 2
    assert found.status is Progress.STOPPED_EARLY
    assert found.waited == 1
    assert found.seconds_left is None


@pytest.mark.parametrize(
    ("event", "status", "sentence"),
    [
        (RunFinished(9, 1, 1, False, NAN2), Progress.FINISHED, "Finished. The weights of epoch 1 are kept."),
        (RunFinished(9, 1, 0, True, NAN2), Progress.STOPPED_EARLY, "Stopped early: no gain for 1 epoch. The weights of epoch 0 are kept."),
        (RunStopped(9, 1, 1, NAN2), Progress.STOPPED, "Stopped by hand. The weights of epoch 1 are kept."),
        (RunStopped(9, 0, 0, NAN2), Progress.STOPPED, "Stopped by hand within the first epoch. Its weights are kept."),
        (
            RunFailed(9, 1, 1, "LossNotFinite", {"epoch": 2, "step": 8, "learning_rate": 1.0, "suggested": 0.1}),
            Progress.FAILED,
            "The loss became NaN or infinite in epoch 2, step 8.",
        ),
    ],
)  # fmt: skip
def test_every_ending_is_told(event: RunEvent, status: Progress, sentence: str) -> None:
    found = history(started(), ended(1, 1), event)
    assert found.status is status
    assert found.ended is event
    assert str(found.log[-1].message) == sentence


def test_the_log_tells_the_run_in_plain_words() -> None:
    found = history(
        started(),
        Noted(0, message("3 rows have no target.")),
        ended(1, 1, 0.9),
        ended(2, 2, 0.8),
        ControlApplied(2.5, 3, 12, "pause"),
        ControlApplied(3, 3, 12, "resume"),
        ControlApplied(3, 3, 12, "set_learning_rate", 0.0005),
        ended(3, 4, 0.7),
        ControlApplied(5, 4, 16, "stop"),
    )
    assert [(entry.epoch, str(entry.message)) for entry in found.log] == [
        (0, "70 training, 15 validation and 15 test rows."),
        (0, "99 parameters on CPU, 1 thread."),
        (0, "3 rows have no target."),
        (2, "New best validation loss: 0.9."),
        (3, "Paused."),
        (3, "Resumed."),
        (3, "Learning rate set to 0.0005 by hand."),
        (3, "New best validation loss: 0.8."),
        (4, "Stop asked for."),
    ]


def test_without_validation_rows_the_training_rows_tell_the_best() -> None:
    found = history(started(validation_rows=0), ended(1, 1, 0.9))
    assert found.best("loss") == 0.9
    assert not any("best" in str(entry.message) for entry in found.log)


def test_a_resumed_run_replaces_what_it_repeats() -> None:
    first = [started(), ended(1, 1), CheckpointSaved(1, 1, 5, "last"), steps(7, 2), ended(2, 3)]
    found = history(*first, steps(12, 4), started(time=100, epoch=1))
    assert found.epoch == 1
    assert found.best_epoch == 1
    assert found.steps.step.tolist() == []
    assert found.step == 5
    found.extend([steps(7, 101), ended(2, 102), ended(3, 103)])
    assert found.epochs_done.tolist() == [1, 2, 3]
    assert found.seconds == pytest.approx(7)
    assert [mark.kind for mark in found.marks] == [
        MarkKind.RESUMED,
        MarkKind.CHECKPOINT,
        MarkKind.BEST,
    ]
    assert "Goes on from the checkpoint after epoch 1" in str(found.log[-2].message) + str(
        found.log[-3].message
    )


def test_steps_before_a_checkpoint_within_an_epoch_stay() -> None:
    first = [started(), ended(1, 1), steps(7, 2), CheckpointSaved(2, 1, 7, "last"), steps(9, 3)]
    assert history(*first, started(time=9, epoch=1)).steps.step.tolist() == [7]


def test_where_small_gains_do_not_count_the_end_tells_of_it() -> None:
    begun = replace(started(), least_gain=0.05)
    losses = (0.5, 0.4, 0.39, 0.38, 0.37)
    found = history(begun, *(ended(n, n, loss) for n, loss in enumerate(losses, 1)))
    assert (found.best_epoch, found.waited) == (5, 3)

    found.extend([RunFinished(9, 5, 5, True, ())])
    assert str(found.log[-1].message) == (
        "Stopped early: no gain of 0.05 or more for 3 epochs. The weights of epoch 5 are kept."
    )
    again = history(begun, *(ended(n, n, loss) for n, loss in enumerate(losses, 1)))
    again.extend([replace(started(20, epoch=4), least_gain=0.05)])
    assert again.waited == 2


def test_a_log_that_lacks_an_epoch_is_read_all_the_same() -> None:
    found = history(started(), ended(1, 1), started(time=5, epoch=2), ended(3, 7))
    assert (found.epoch, found.best_epoch) == (3, 3)
    assert found.best("loss") == 0.6
    assert history(started(), started(time=5, epoch=2)).marks


def test_a_real_run_with_commands_and_a_resume_folds_into_one_history(tmp_path: Path) -> None:
    dataset = binary_dataset(rows=200)
    training = training_of(epochs=6, batch_size=32)
    commands = {
        8: (Command(command="set_learning_rate", value=1e-4),),
        12: (Command(command="stop"),),
    }
    first = Recording(
        dataset, training, checkpoints=Checkpoints(tmp_path), control=ListControl(commands)
    )
    second = Recording(
        dataset, training, checkpoints=Checkpoints(tmp_path), resume=Checkpoints(tmp_path).last()
    )
    found = history(*first.events, *second.events)
    assert found.epochs_done.tolist() == [1, 2, 3, 4, 5, 6]
    assert found.learning_rate[-1] == 1e-4
    assert found.status is Progress.FINISHED
    assert found.done == 1
    assert np.isfinite(found.validation("roc_auc")).all()
    assert (np.diff(found.epoch_times) > 0).all()
    kinds = [mark.kind for mark in found.marks]
    assert kinds == [MarkKind.LEARNING_RATE, MarkKind.STOP, MarkKind.RESUMED, MarkKind.BEST]


def test_no_validation_part_gives_nan_curves() -> None:
    run = Recording(binary_dataset(split=Split(validation=0, test=0)), training_of(epochs=2))
    found = history(*run.events)
    assert np.isnan(found.validation("loss")).all()
    assert found.best_epoch == 2


def test_reading_a_history_does_not_import_torch() -> None:
    code = (
        "import sys, engine.training.history, engine.models.summary, engine.metrics, "
        "engine.training.control; print('torch' in sys.modules, 'sklearn' in sys.modules)"
    )
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.split() == ["False", "False"]
