"""Checkpoints are written beside the training: at no moment told too early, never of a later step."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from engine.data.preparing.dataset import Dataset
from engine.events import CheckpointSaved, EpochEnded, RunEvent, RunStarted
from engine.models.network import build_network
from engine.pipeline.training import train_run
from engine.training.background import Background
from engine.training.checkpoint import Checkpoint, Checkpoints
from engine.training.control import Command, ListControl
from engine.training.loop import fit
from tests.engine.trained import flowers, trained_run
from tests.engine.training.recording import Recording, same_weights
from tests.engine.training.tables import binary_dataset, model_of, training_of

LONGEST = 60.0
MODEL = model_of((16, 16), dropout=0.3)
ADAM = {"kind": "adam"}
EPOCHS = 5


@pytest.fixture(scope="module")
def dataset() -> Dataset:
    return binary_dataset(rows=200)


class _Slow(Checkpoints):
    """Writes nothing until it is let to."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder, seconds=1e-9)
        self.may_write = threading.Event()
        self.begun: list[int] = []
        """The steps of the checkpoints that were to be written, in their order."""

    def write(self, checkpoint: Checkpoint) -> tuple[str, ...]:
        self.begun.append(checkpoint.position.step)
        assert self.may_write.wait(LONGEST)
        return super().write(checkpoint)


def slow_run(
    dataset: Dataset, checkpoints: _Slow, *, let_at: int = EPOCHS
) -> tuple[list[RunEvent], dict[str, bytes]]:
    """Events and last weights of a run whose first checkpoint is not written before an epoch ends."""
    events: list[RunEvent] = []
    training = training_of(epochs=EPOCHS, batch_size=32, optimizer=ADAM)
    network = build_network(MODEL, dataset.preparation.inputs, 0, dataset.preparation.task)

    def emit(event: RunEvent) -> None:
        events.append(event)
        if isinstance(event, EpochEnded) and event.epoch == let_at:
            checkpoints.may_write.set()

    fit(network, dataset, training, emit=emit, checkpoints=checkpoints)
    last = checkpoints.last()
    assert last is not None
    return events, {name: tensor.numpy().tobytes() for name, tensor in last.weights.items()}


def test_training_goes_on_while_a_checkpoint_is_written_and_tells_of_it_afterwards(
    dataset: Dataset, tmp_path: Path
) -> None:
    checkpoints = _Slow(tmp_path)
    events, _ = slow_run(dataset, checkpoints)
    saved = [event for event in events if isinstance(event, CheckpointSaved)]
    last_epoch = next(e for e in events if isinstance(e, EpochEnded) and e.epoch == EPOCHS)
    assert events.index(saved[0]) > events.index(last_epoch)
    assert (saved[0].epoch, saved[0].step) < (last_epoch.epoch, last_epoch.step)
    assert saved[-1].step == last_epoch.step
    # While one was being written, none was begun: the second is that of the end.
    assert len(checkpoints.begun) == 2


def test_a_checkpoint_holds_the_step_that_it_was_copied_at_however_late_it_is_written(
    dataset: Dataset, tmp_path: Path
) -> None:
    kept: list[Checkpoint] = []

    class Keeping(_Slow):
        def write(self, checkpoint: Checkpoint) -> tuple[str, ...]:
            kept.append(checkpoint)
            return super().write(checkpoint)

    _, whole = slow_run(dataset, Keeping(tmp_path))
    early = kept[0]
    asked = training_of(epochs=EPOCHS, batch_size=32, optimizer=ADAM)
    stop = ListControl({early.position.step: (Command(command="stop"),)})
    stopped = Checkpoints(tmp_path / "stopped")
    Recording(dataset, asked, MODEL, checkpoints=stopped, control=stop)
    then = stopped.last()
    assert then is not None
    assert same_weights(early.weights, then.weights)
    assert same_weights(early.optimizer, then.optimizer)
    again = Checkpoints(tmp_path / "again")
    Recording(dataset, asked, MODEL, checkpoints=again, resume=early)
    ended = again.last()
    assert ended is not None
    assert {name: each.numpy().tobytes() for name, each in ended.weights.items()} == whole


def test_epochs_that_are_kept_do_not_put_off_the_last_state(
    dataset: Dataset, tmp_path: Path
) -> None:
    class Counting(Checkpoints):
        begun = 0

        @property
        def is_due(self) -> bool:
            return False

        def begin(self) -> None:
            self.begun += 1
            super().begin()

    checkpoints = Counting(tmp_path)
    asked = training_of(epochs=3, batch_size=32, keep={"every": 1})
    run = Recording(dataset, asked, MODEL, checkpoints=checkpoints)
    assert sum(event.which.startswith("epoch-") for event in run.of(CheckpointSaved)) == 3
    assert checkpoints.begun == 1  # at the end


def test_a_run_that_breaks_off_waits_for_its_checkpoint_and_leaves_no_thread(
    dataset: Dataset, tmp_path: Path
) -> None:
    class Broken(Exception):
        pass

    class Slowly(Checkpoints):
        def write(self, checkpoint: Checkpoint) -> tuple[str, ...]:
            assert broken.wait(LONGEST)
            return super().write(checkpoint)

    broken = threading.Event()

    def emit(event: RunEvent) -> None:
        if isinstance(event, EpochEnded) and event.epoch == 3:
            broken.set()
            raise Broken

    training = training_of(epochs=EPOCHS, batch_size=32)
    network = build_network(MODEL, dataset.preparation.inputs, 0, dataset.preparation.task)
    with pytest.raises(Broken):
        fit(network, dataset, training, emit=emit, checkpoints=Slowly(tmp_path, seconds=1e-9))
    assert Checkpoints(tmp_path).last() is not None
    assert not [each for each in threading.enumerate() if each.name.startswith("checkpoint")]


def test_a_checkpoint_that_nobody_was_told_of_is_told_of_when_the_run_goes_on(
    tmp_path: Path,
) -> None:
    run = trained_run(tmp_path / "w", flowers(tmp_path / "flowers.csv"), "kind")
    log = run.path / "events.jsonl"
    lines = log.read_text().splitlines(keepends=True)
    untold = ('"CheckpointSaved"', '"RunFinished"')  # as if killed between the disk and the log
    log.write_text("".join(line for line in lines if not any(word in line for word in untold)))
    seen: list[RunEvent] = []
    train_run(run, watch=seen.append)
    told = [event for event in seen if isinstance(event, CheckpointSaved | RunStarted)]
    assert isinstance(told[0], CheckpointSaved)
    assert isinstance(told[1], RunStarted)
    assert (told[0].which, told[0].epoch) == ("last", 4)


def test_what_goes_wrong_in_the_background_is_raised_where_it_is_taken() -> None:
    background: Background[int] = Background("sums")
    assert background.take(wait=True) is None
    background.begin(lambda: 1 + 1)
    assert background.take(wait=True) == 2
    assert not background.is_busy
    background.begin(lambda: 1 // 0)
    with pytest.raises(ZeroDivisionError):
        background.take(wait=True)
    background.close()
    background.close()
