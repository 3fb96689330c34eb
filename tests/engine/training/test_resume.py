"""A resumed run ends as if it had never been interrupted: to the bit, wherever it was cut."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import torch

from engine.data.preparing.dataset import Dataset
from engine.errors import RunDamaged
from engine.events import ControlApplied, RunEvent, RunFinished, RunStarted, RunStopped
from engine.recipe.model import ModelSpec
from engine.recipe.training import Training
from engine.training.checkpoint import Checkpoint, Checkpoints, load_best
from engine.training.control import Command, ListControl
from tests.engine.training.recording import Recording, same_weights
from tests.engine.training.tables import binary_dataset, mixed_dataset, model_of, training_of

STEPS = 7  # of an epoch


@pytest.fixture(scope="module")
def dataset() -> Dataset:
    return binary_dataset(rows=300)


CONFIGURATIONS: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "adam with dropout": ({"optimizer": {"kind": "adam"}}, {"dropout": 0.4}),
    "adamw, cosine, clipped": (
        {"optimizer": {"kind": "adamw"}, "schedule": {"kind": "cosine"}, "clip_norm": 0.5},
        {},
    ),
    "sgd with batch normalization": (
        {"optimizer": {"kind": "sgd", "learning_rate": 0.05}},
        {"normalization": "batch"},
    ),
    "sgd without momentum": ({"optimizer": {"kind": "sgd", "momentum": 0.0}}, {}),
    "early stopping, weights": (
        {"early_stopping": {"patience": 2, "metric": "accuracy"}, "class_weights": "balanced"},
        {"dropout": 0.1},
    ),
    "two batches a step, in fp16": (
        {"batch_size": 16, "accumulate": 2, "precision": "fp16"},
        {"dropout": 0.2},
    ),
    "everything that augments, L1, stochastic depth": (
        {
            "augmentation": {"mixup": 0.4, "noise": 0.1, "swap": 0.1, "cut": 0.1},
            "l1": 0.01,
            "optimizer": {"kind": "adam"},
        },
        {"residual": True, "stochastic_depth": 0.3},
    ),
}


class _Killed(BaseException):
    """Stands for a SIGKILL: nothing after it runs."""


class _KilledWhileSaving(Checkpoints):
    """Dies at the `count`-th saving, after it is written."""

    def __init__(self, folder: Path, count: int) -> None:
        super().__init__(folder, seconds=0)
        self._count = count

    def write(self, checkpoint: Checkpoint) -> tuple[str, ...]:
        written = super().write(checkpoint)
        self._count -= 1
        if self._count == 0:
            raise _Killed
        return written


def stop_at(step: int) -> ListControl:
    return ListControl({step: (Command(command="stop"),)})


def resumed(
    dataset: Dataset, training: Training, model: ModelSpec, folder: Path
) -> tuple[Recording, Checkpoint]:
    checkpoints = Checkpoints(folder, seconds=0)
    saved = checkpoints.last()
    assert saved is not None
    run = Recording(dataset, training, model, checkpoints=checkpoints, resume=saved)
    return run, saved


@pytest.mark.parametrize("name", CONFIGURATIONS)
@pytest.mark.parametrize("step", [1, STEPS, 2 * STEPS + 3])
def test_stopped_and_resumed_it_is_the_same_run(
    dataset: Dataset, tmp_path: Path, name: str, step: int
) -> None:
    fields, trunk = CONFIGURATIONS[name]
    training = training_of(**{"epochs": 5, "batch_size": 32, **fields})
    model = model_of((16, 16), **trunk)
    whole = Recording(dataset, training, model, checkpoints=Checkpoints(tmp_path / "whole"))
    folder = tmp_path / "cut"
    first = Recording(
        dataset, training, model, checkpoints=Checkpoints(folder), control=stop_at(step)
    )
    assert isinstance(first.outcome.ended, RunStopped)
    second, saved = resumed(dataset, training, model, folder)
    assert saved.position.step == step
    assert second.of(RunStarted)[0].epoch == step // STEPS
    assert same_weights(whole.weights, second.weights)
    assert whole.epochs == [*first.epochs, *second.epochs]
    assert whole.of(RunFinished)[0].test == second.of(RunFinished)[0].test
    ends = [Checkpoints(place).last() for place in (tmp_path / "whole", folder)]
    assert all(end is not None for end in ends)
    one, other = (end for end in ends if end is not None)
    assert one.position == other.position
    for part in ("weights", "best", "optimizer", "random"):
        assert same_weights(getattr(one, part), getattr(other, part))


@pytest.mark.parametrize("savings", range(1, 7))
def test_killed_at_any_checkpoint_and_resumed_it_is_the_same_run(
    dataset: Dataset, tmp_path: Path, savings: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("engine.training.step_reports.REPORT_SECONDS", 0.0)
    training, model = training_of(epochs=3, batch_size=64), model_of((8,), dropout=0.5)
    whole = Recording(dataset, training, model)
    with pytest.raises(_Killed):
        Recording(dataset, training, model, checkpoints=_KilledWhileSaving(tmp_path, savings))
    second, _ = resumed(dataset, training, model, tmp_path)
    assert same_weights(whole.weights, second.weights)
    assert whole.epochs[-len(second.epochs) :] == second.epochs


def test_every_task_resumes_exactly(tmp_path: Path) -> None:
    for target in ("kind", "amount"):
        dataset = mixed_dataset(target)
        training, model = training_of(epochs=3, batch_size=32), model_of((8,), dropout=0.2)
        whole = Recording(dataset, training, model)
        folder = tmp_path / target
        Recording(dataset, training, model, checkpoints=Checkpoints(folder), control=stop_at(10))
        second, _ = resumed(dataset, training, model, folder)
        assert same_weights(whole.weights, second.weights)


def test_a_rate_set_by_hand_is_kept(dataset: Dataset, tmp_path: Path) -> None:
    training = training_of(epochs=4, batch_size=32, schedule={"kind": "cosine"})
    rate = {5: (Command(command="set_learning_rate", value=1e-4),)}
    whole = Recording(dataset, training, control=ListControl(rate))
    control = ListControl({**rate, 12: (Command(command="stop"),)})
    Recording(dataset, training, checkpoints=Checkpoints(tmp_path), control=control)
    second, saved = resumed(dataset, training, model_of((8, 8)), tmp_path)
    assert saved.position.by_hand is not None
    assert same_weights(whole.weights, second.weights)


def test_a_finished_run_resumes_to_its_end_at_once(dataset: Dataset, tmp_path: Path) -> None:
    training, model = training_of(epochs=3, batch_size=32), model_of((8, 8))
    whole = Recording(dataset, training, model, checkpoints=Checkpoints(tmp_path))
    second, _ = resumed(dataset, training, model, tmp_path)
    assert not second.epochs
    assert same_weights(whole.weights, second.weights)
    ended = second.of(RunFinished)[0]
    assert (ended.best_epoch, ended.test) == (whole.of(RunFinished)[0].best_epoch, ended.test)


def test_interrupted_while_writing_the_former_checkpoint_holds(
    dataset: Dataset, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    training, model = training_of(epochs=3, batch_size=32), model_of((8, 8))
    Recording(dataset, training, model, checkpoints=Checkpoints(tmp_path), control=stop_at(STEPS))
    before = Checkpoints(tmp_path).last()
    assert before is not None
    calls = 0

    def torn(path: Path, data: bytes) -> None:
        nonlocal calls
        calls += 1
        if path.name == "state.json":
            raise _Killed
        path.write_bytes(data)

    monkeypatch.setattr("engine.training.checkpoint.write_atomic", torn)
    with pytest.raises(_Killed):
        Checkpoints(tmp_path).save(before)
    assert calls == 2
    after = Checkpoints(tmp_path).last()
    assert after is not None
    assert after.position == before.position
    assert same_weights(after.weights, before.weights)


def test_a_damaged_checkpoint_is_told(dataset: Dataset, tmp_path: Path) -> None:
    folder = tmp_path / "run 7" / "checkpoints"
    Recording(dataset, training_of(epochs=1), checkpoints=Checkpoints(folder))
    state = json.loads((folder / "last" / "state.json").read_text())
    tensors = folder / "last" / state["tensors"]
    tensors.write_bytes(tensors.read_bytes()[:100])
    with pytest.raises(RunDamaged) as caught:
        Checkpoints(folder).last()
    assert (caught.value.run, caught.value.file) == ("run 7", str(tensors))
    for text in ("", "{}", '{"tensors": "' + tensors.name + '"}'):
        (folder / "last" / "state.json").write_text(text)
        with pytest.raises(RunDamaged):
            Checkpoints(folder).last()
    (folder / "best" / "state.json").write_text("{}")
    with pytest.raises(RunDamaged):
        load_best(folder)


def test_only_the_newest_tensors_are_kept(dataset: Dataset, tmp_path: Path) -> None:
    Recording(dataset, training_of(epochs=5), checkpoints=Checkpoints(tmp_path, seconds=0))
    for which in ("last", "best"):
        names = [file.suffix for file in (tmp_path / which).iterdir()]
        assert sorted(names) == [".json", ".safetensors"]


def test_what_comes_before_a_saving_is_called_first(dataset: Dataset, tmp_path: Path) -> None:
    told: list[RunEvent | str] = []
    checkpoints = Checkpoints(tmp_path, before=lambda: told.append("flush"))
    run = Recording(dataset, training_of(epochs=1), checkpoints=checkpoints)
    assert told
    assert not run.of(ControlApplied)


def test_resuming_uses_as_many_threads_as_before(dataset: Dataset, tmp_path: Path) -> None:
    training, model = training_of(epochs=2, batch_size=32), model_of((8, 8))
    Recording(dataset, training, model, checkpoints=Checkpoints(tmp_path), control=stop_at(3))
    saved = Checkpoints(tmp_path).last()
    assert saved is not None
    assert saved.position.threads == torch.get_num_threads() == 1
