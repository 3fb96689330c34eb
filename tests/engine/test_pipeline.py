"""From recipe and table to a trained run, and what goes wrong on the way."""

from __future__ import annotations

import errno
import os
import shutil
from pathlib import Path

import pytest

from engine.data.open import open_table
from engine.errors import FileChanged, FileMissing, NoTarget, RecipeInvalid, UnknownColumn
from engine.events import (
    CheckpointSaved,
    EpochEnded,
    RowsPrepared,
    RunEvent,
    RunFailed,
    RunFinished,
    RunStarted,
    RunStopped,
)
from engine.paths import table_cache
from engine.pipeline.resolving import resolve
from engine.pipeline.tables import table_of
from engine.pipeline.training import train_run
from engine.recipe.recipe import Recipe
from engine.recipe.split import SplitMethod
from engine.store.run_folder import RunFolder
from engine.store.summary import Status
from engine.training.checkpoint import load_best
from engine.training.control import Command
from tests.engine.trained import flowers, new_run, prices, trained_run


def best_weights(run: RunFolder) -> dict[str, bytes]:
    found = load_best(run.checkpoints)
    assert found is not None
    return {name: tensor.numpy().tobytes() for name, tensor in found[0].items()}


def test_resolving_leaves_no_auto(tmp_path: Path) -> None:
    table = open_table(flowers(tmp_path / "flowers.csv"))
    found = resolve(Recipe().with_target("kind"), table)
    assert found.task == "multiclass"
    assert found.recipe.split.method is SplitMethod.STRATIFIED
    assert found.recipe.training.early_stopping.metric == "loss"
    assert found.recipe.training.device != "auto"
    assert None not in found.recipe.reading.model_dump(exclude={"part"}).values()
    assert [c.name for c in found.recipe.columns] == list(table.names)
    for column in found.recipe.columns:
        assert column.role is not None
        assert column.kind is not None
        if column.kind != "text":
            assert "auto" not in (column.missing, column.scale)
    assert resolve(found.recipe, table).recipe == found.recipe


def test_resolving_refuses_what_cannot_be_trained(tmp_path: Path) -> None:
    table = open_table(flowers(tmp_path / "flowers.csv"))
    with pytest.raises(NoTarget):
        resolve(Recipe.model_validate({"columns": [{"name": "kind", "role": "ignore"}]}), table)
    with pytest.raises(UnknownColumn, match="kind"):
        resolve(Recipe().with_target("kinds"), table)
    wrong = {"training": {"early_stopping": {"metric": "rmse"}}}
    with pytest.raises(RecipeInvalid, match="rmse"):
        resolve(Recipe.model_validate(wrong).with_target("kind"), table)


def test_a_run_leaves_everything_that_it_was_made_from(tmp_path: Path) -> None:
    seen: list[RunEvent] = []
    run = new_run(tmp_path / "w", flowers(tmp_path / "flowers.csv"), "kind")
    ending = train_run(run, watch=seen.append)
    assert isinstance(ending, RunFinished)
    told = [event for event in seen if not isinstance(event, RowsPrepared)]
    assert isinstance(told[0], RunStarted)
    assert seen[-1] == ending
    assert list(run.events())[-1] == ending
    assert run.status() is Status.DONE
    assert run.resolved() != run.recipe()
    assert run.info().task == "multiclass"
    assert (run.preparation / "preparation.json").exists()
    assert {"best", "last"} <= {event.which for event in seen if isinstance(event, CheckpointSaved)}
    assert not run.was_held()
    assert sorted(p.name for p in run.path.iterdir() if not p.name.startswith(".")) == [
        "checkpoints",
        "events.jsonl",
        "preparation",
        "recipe.json",
        "resolved.json",
        "run.json",
    ]


def test_the_same_recipe_and_seed_give_the_same_weights(tmp_path: Path) -> None:
    path = flowers(tmp_path / "flowers.csv")
    dropout = {"model": {"trunk": {"kind": "mlp", "widths": [16], "dropout": 0.3}}}
    first = trained_run(tmp_path / "w", path, "kind", dropout)
    second = trained_run(tmp_path / "w", path, "kind", dropout)
    other = trained_run(tmp_path / "w", path, "kind", dropout | {"training": {"seed": 1}})
    assert best_weights(first) == best_weights(second)
    assert best_weights(first) != best_weights(other)


def test_stop_keeps_the_best_and_resume_goes_on_from_there(tmp_path: Path) -> None:
    path = flowers(tmp_path / "flowers.csv")
    whole = trained_run(tmp_path / "w", path, "kind", {"training": {"epochs": 6}})
    run = new_run(tmp_path / "w", path, "kind", {"training": {"epochs": 6}})

    def stop_in_the_middle(event: RunEvent) -> None:
        if isinstance(event, EpochEnded) and event.epoch == 3:
            run.send(Command(command="stop"))

    # The loop looks for commands some 20 times a second: let it look before each step.
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("engine.training.control.POLL_SECONDS", 0.0)
        stopped = train_run(run, watch=stop_in_the_middle)
    assert isinstance(stopped, RunStopped)
    assert stopped.epoch == 3
    assert run.status() is Status.STOPPED
    assert best_weights(run)
    assert isinstance(train_run(run), RunFinished)
    assert best_weights(run) == best_weights(whole)
    assert run.summary().epoch == 6


def test_an_error_of_the_rows_fails_the_run(tmp_path: Path) -> None:
    path = flowers(tmp_path / "flowers.csv")
    run = new_run(tmp_path / "w", path, "kind", {"split": {"validation": 0.4, "test": 0.45}})
    path.write_text("note,length,width,place,kind\na,1,2,coast,x\nb,2,3,coast,y\n")
    shutil.rmtree(table_cache())
    ending = train_run(run)
    assert isinstance(ending, RunFailed)
    assert ending.error == "FileChanged"
    assert run.status() is Status.FAILED
    assert "has changed" in str(run.summary().note)


def test_a_loss_that_is_not_finite_fails_the_run_and_keeps_the_best(tmp_path: Path) -> None:
    changes = {"training": {"optimizer": {"kind": "sgd", "learning_rate": 10.0}, "epochs": 50}}
    run = trained_run(tmp_path / "w", prices(tmp_path / "prices.csv"), "price", changes)
    summary = run.summary()
    assert summary.status is Status.FAILED
    assert "NaN or infinite" in str(summary.note)


def test_a_bug_ends_the_run_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    run = new_run(tmp_path / "w", flowers(tmp_path / "flowers.csv"), "kind")

    def broken(*args: object, **facts: object) -> None:
        raise ZeroDivisionError("a bug")

    monkeypatch.setattr("engine.training.loop.fit", broken)
    ending = train_run(run)
    assert isinstance(ending, RunFailed)
    assert "ZeroDivisionError: a bug" in str(run.summary().note)
    assert "Traceback" in capsys.readouterr().err


@pytest.mark.parametrize("broken_call", ["write", "fsync"])
def test_a_full_disk_fails_the_run_and_what_was_saved_stays(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, broken_call: str
) -> None:
    run = new_run(
        tmp_path / "w", flowers(tmp_path / "flowers.csv"), "kind", {"training": {"epochs": 30}}
    )
    monkeypatch.setattr("engine.training.checkpoint.SECONDS_BETWEEN", 0.0)
    real = getattr(os, broken_call)
    full = False

    def fills_up(descriptor: int, *data: bytes) -> int:
        target = str(Path(f"/proc/self/fd/{descriptor}").readlink())
        if full and "checkpoints" in target:
            raise OSError(errno.ENOSPC, "No space left on device")
        return real(descriptor, *data)

    saved: dict[str, bytes] = {}

    def watch(event: RunEvent) -> None:
        nonlocal full, saved
        if isinstance(event, EpochEnded) and event.epoch == 10:
            saved = best_weights(run)
            full = True

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(os, broken_call, fills_up)
        patch.setattr("engine.training.checkpoint.Checkpoints.is_due", property(lambda self: True))
        ending = train_run(run, watch=watch)
    assert isinstance(ending, RunFailed)
    assert ending.error == "DiskFull"
    assert run.status() is Status.FAILED
    assert "disk is full" in str(run.summary().note)
    assert best_weights(run) == saved
    assert not list(run.path.rglob("*.tmp"))
    assert isinstance(train_run(run), RunFinished), "with space again the run goes on"


def test_a_full_disk_for_events_fails_the_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = new_run(tmp_path / "w", flowers(tmp_path / "flowers.csv"), "kind")
    real = os.write
    full = False

    def fills_up(descriptor: int, data: bytes) -> int:
        if full and (run.path / ".reserve").exists():
            raise OSError(errno.ENOSPC, "No space left on device")
        return real(descriptor, data)

    def watch(event: RunEvent) -> None:
        nonlocal full
        full = full or isinstance(event, EpochEnded)

    monkeypatch.setattr(os, "write", fills_up)
    ending = train_run(run, watch=watch)
    assert isinstance(ending, RunFailed)
    assert ending.error == "DiskFull"
    assert run.status() is Status.FAILED


def test_the_table_is_read_again_when_its_cache_is_gone(tmp_path: Path) -> None:
    path = flowers(tmp_path / "flowers.csv")
    run = trained_run(tmp_path / "w", path, "kind")
    shutil.rmtree(table_cache())
    assert table_of(run).fingerprint == run.info().fingerprint
    shutil.rmtree(table_cache())
    path.write_text(path.read_text() + "x,1,2,coast,kind 1\n")
    with pytest.raises(FileChanged):
        table_of(run)
    shutil.rmtree(table_cache())
    path.unlink()
    with pytest.raises(FileMissing):
        table_of(run)
