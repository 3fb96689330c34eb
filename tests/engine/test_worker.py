"""Worker processes: they outlive whoever started them, obey, and are resumed after a kill."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest

from engine.cli.app import invoke
from engine.data.open import open_table
from engine.data.preparing.split_report.finding import SplitAnswer
from engine.data.preparing.split_report.report import split_report
from engine.events import (
    CheckpointSaved,
    ControlApplied,
    EpochEnded,
    RunEvent,
    RunFinished,
    StepsDone,
)
from engine.pipeline.resolving import resolve
from engine.pipeline.training import train_run
from engine.recipe.recipe import Recipe
from engine.recipe.split import SplitMethod
from engine.store.lock import holder
from engine.store.run_folder import RunFolder
from engine.store.summary import Status
from engine.tasks import (
    EvaluateTask,
    ExportTask,
    Failure,
    ImportanceTask,
    PredictTask,
    Ready,
    SplitTask,
    SummarizeTask,
    TrainTask,
)
from engine.training.checkpoint import load_best
from engine.training.control import Command
from engine.training.history import History
from tests.engine.trained import flowers, new_run, prices, read_csv, trained_run
from tests.engine.warm import Warm, start

LONG = {"training": {"epochs": 100_000, "early_stopping": {"enabled": False}}}
PATIENCE = 120.0


def wait_until(condition: Callable[[], Any]) -> Any:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        found = condition()
        if found:
            return found
        time.sleep(0.01)
    raise AssertionError("waited in vain")


def events_of(run: RunFolder, kind: type) -> list[Any]:
    return [event for event in run.events() if isinstance(event, kind)]


def weights(run: RunFolder) -> dict[str, bytes]:
    found = load_best(run.checkpoints)
    assert found is not None
    return {name: tensor.numpy().tobytes() for name, tensor in found[0].items()}


@pytest.fixture
def reaped() -> Iterator[list[subprocess.Popen[bytes]]]:
    processes: list[subprocess.Popen[bytes]] = []
    yield processes
    for process in processes:
        process.kill()
        process.wait()
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                pipe.close()


def test_a_killed_worker_leaves_an_interrupted_run_that_resumes_to_the_same_weights(
    tmp_path: Path, reaped: list[subprocess.Popen[bytes]]
) -> None:
    path = flowers(tmp_path / "flowers.csv")
    changes = {
        "model": {"trunk": {"kind": "mlp", "widths": [16], "dropout": 0.2}},
        "training": {"epochs": 300, "early_stopping": {"enabled": False}},
    }
    whole = trained_run(tmp_path / "w", path, "kind", changes)
    run = new_run(tmp_path / "w", path, "kind", changes)
    worker = start(str(run.path))
    reaped.append(worker)
    wait_until(lambda: any(e.epoch >= 30 for e in events_of(run, EpochEnded)))
    assert run.status() is Status.RUNNING
    run.send(Command(command="pause"))  # saves at once, where otherwise only every few seconds
    wait_until(lambda: run.status() is Status.PAUSED)
    wait_until(lambda: "best" in {e.which for e in events_of(run, CheckpointSaved)})
    paused = run.summary().epoch
    run.send(Command(command="resume"))
    wait_until(lambda: any(e.epoch >= paused + 10 for e in events_of(run, EpochEnded)))
    worker.kill()
    wait_until(lambda: run.status() is Status.INTERRUPTED)
    assert run.summary().epoch >= paused + 10
    assert weights(run)

    assert start(str(run.path)).wait(PATIENCE) == 0
    assert run.status() is Status.DONE
    assert weights(run) == weights(whole)
    again, once = History(), History()
    again.extend(run.events())
    once.extend(whole.events())
    assert again.epochs_done.tolist() == list(range(1, 301))
    assert again.validation("loss").tolist() == once.validation("loss").tolist()
    assert again.train("loss").tolist() == once.train("loss").tolist()
    assert again.best_epoch == once.best_epoch
    assert events_of(run, RunFinished)[-1].test == events_of(whole, RunFinished)[-1].test
    assert run.summary().best == whole.summary().best


def test_commands_from_the_terminal_reach_a_live_run(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    reaped: list[subprocess.Popen[bytes]],
) -> None:
    monkeypatch.setenv("TRAINYARD_HOME", str(tmp_path / "w"))
    run = new_run(tmp_path / "w", flowers(tmp_path / "flowers.csv"), "kind", LONG)
    worker = start(str(run.path))
    reaped.append(worker)
    wait_until(lambda: run.status() is Status.RUNNING)
    assert invoke(["pause", "1"]) == 0
    wait_until(lambda: run.status() is Status.PAUSED)
    quiet = len(list(run.events()))
    assert invoke(["resume", "1"]) == 0
    wait_until(lambda: run.status() is Status.RUNNING)
    wait_until(lambda: len(list(run.events())) > quiet + 3)
    assert invoke(["set-lr", "1", "0.0005"]) == 0
    wait_until(lambda: any(e.learning_rate == 0.0005 for e in events_of(run, StepsDone)))
    with pytest.raises(psutil.TimeoutExpired):
        psutil.Process(worker.pid).wait(0.01)

    capsys.readouterr()
    assert invoke(["runs", "delete", "1"]) == 2
    assert f"process {worker.pid}" in capsys.readouterr().err
    second = start(str(run.path), stderr=subprocess.PIPE)
    assert second.wait(PATIENCE) == 1
    assert second.stderr is not None
    assert b"is being trained by process" in second.stderr.read()
    second.stderr.close()

    assert invoke(["stop", "1"]) == 0
    assert worker.wait(PATIENCE) == 0
    assert run.status() is Status.STOPPED
    commands = [event.command for event in events_of(run, ControlApplied)]
    assert commands == ["pause", "resume", "set_learning_rate", "stop"]
    assert weights(run)
    assert invoke(["stop", "1"]) == 2
    assert "not in training" in capsys.readouterr().err


PARENT = """
import subprocess, sys, time
worker = subprocess.Popen(
    [sys.executable, "-m", "engine.worker", "--wait"], stdin=subprocess.PIPE, stdout=subprocess.PIPE
)
worker.stdout.readline()
worker.stdin.write(sys.argv[1].encode() + b"\\n")
worker.stdin.flush()
print("sent", flush=True)
time.sleep(600)
"""


def test_a_warm_worker_trains_on_when_its_parent_is_killed(
    tmp_path: Path, reaped: list[subprocess.Popen[bytes]]
) -> None:
    changes = {"training": {"epochs": 300, "early_stopping": {"enabled": False}}}
    run = new_run(tmp_path / "w", flowers(tmp_path / "flowers.csv"), "kind", changes)
    task = TrainTask(run=str(run.path)).model_dump_json()
    parent = subprocess.Popen([sys.executable, "-c", PARENT, task], stdout=subprocess.PIPE)
    reaped.append(parent)
    assert parent.stdout is not None
    assert parent.stdout.readline() == b"sent\n"
    found = wait_until(lambda: holder(run.path))
    parent.kill()
    parent.wait()
    if psutil.pid_exists(found.process):
        os.kill(found.process, signal.SIGHUP)
    wait_until(lambda: run.status() is Status.DONE)
    assert run.summary().epoch == 300


def test_a_warm_worker_answers_one_task_after_another(
    tmp_path: Path, reaped: list[subprocess.Popen[bytes]]
) -> None:
    run = trained_run(tmp_path / "w", prices(tmp_path / "prices.csv"), "price")
    warm = Warm()
    reaped.append(warm.process)
    assert isinstance(warm.reply(), Ready)

    found = warm.ask(EvaluateTask(run=str(run.path)))
    assert found["part"] == "test"
    found = warm.ask(ImportanceTask(run=str(run.path), repeats=2))
    assert {column["name"] for column in found["columns"]} == {"size", "age"}
    exported = tmp_path / "prices.trainyard"
    assert warm.ask(ExportTask(run=str(run.path), destination=str(exported)))["size"] > 0
    predicted = tmp_path / "predicted.csv"
    task = PredictTask(
        model=str(exported), source=str(tmp_path / "prices.csv"), destination=str(predicted)
    )
    assert warm.ask(task)["rows"] == 240
    assert read_csv(predicted)[0] == ["size", "age", "price", "price (predicted)"]
    summary = SummarizeTask(
        recipe=run.resolved(), numbers=("size", "age"), categories=(), outputs=1, train_rows=100
    )
    assert warm.ask(summary)["parameters"] == 2 * 16 + 16 + 16 + 1

    failure = warm.ask(EvaluateTask(run=str(tmp_path / "nowhere")))
    assert isinstance(failure, Failure)
    assert "nowhere" in str(failure.exception())
    warm.send("no task at all")
    assert isinstance(warm.reply(), Failure)
    assert warm.ask(EvaluateTask(run=str(run.path), part="validation"))["part"] == "validation"

    assert warm.process.stdin is not None
    warm.process.stdin.close()
    assert warm.process.wait(PATIENCE) == 0


def test_a_warm_worker_reports_on_a_split_as_the_engine_does(
    tmp_path: Path, reaped: list[subprocess.Popen[bytes]]
) -> None:
    path = tmp_path / "people.csv"
    rows = [f"p{row // 5},{row * 7 % 90 / 4},{row // 5 % 2}" for row in range(200)]
    path.write_text("\n".join(["person,size,label", *rows, *rows[::10]]) + "\n")
    table = open_table(path)
    found = resolve(Recipe().with_target("label"), table)
    warm = Warm()
    reaped.append(warm.process)
    assert isinstance(warm.reply(), Ready)
    task = SplitTask(
        folder=str(table.folder), source=str(path), columns=found.schema, recipe=found.recipe
    )
    report = SplitAnswer.model_validate(warm.ask(task)).root
    assert report == split_report(table, found.recipe, found.schema)
    mended = {warning.code: warning.fixed for warning in report.warnings}["copies"]
    assert mended is not None
    again = SplitAnswer.model_validate(warm.ask(task.model_copy(update={"recipe": mended}))).root
    assert "copies" not in {warning.code for warning in again.warnings}

    recipe = found.recipe.with_split(method=SplitMethod.FILE, file="/nowhere/test.csv")
    failure = warm.ask(task.model_copy(update={"recipe": recipe}))
    assert isinstance(failure, Failure)
    assert "/nowhere/test.csv" in str(failure.exception())


def test_a_terminated_task_leaves_nothing_behind(
    tmp_path: Path, reaped: list[subprocess.Popen[bytes]]
) -> None:
    run = trained_run(tmp_path / "w", flowers(tmp_path / "flowers.csv"), "kind")
    flowers(tmp_path / "many.csv", rows=100_000)
    (tmp_path / "out").mkdir()
    warm = Warm()
    reaped.append(warm.process)
    assert isinstance(warm.reply(), Ready)
    task = PredictTask(
        model=str(run.path),
        source=str(tmp_path / "many.csv"),
        destination=str(tmp_path / "out" / "predicted.csv"),
    )
    warm.send(task.model_dump_json())
    wait_until(lambda: list((tmp_path / "out").iterdir()))
    warm.process.terminate()
    assert warm.process.wait(PATIENCE) == 0
    assert list((tmp_path / "out").iterdir()) == []


def test_misuse_is_told(tmp_path: Path) -> None:
    assert start(stderr=subprocess.DEVNULL).wait(PATIENCE) == 2
    assert start(str(tmp_path / "none"), stderr=subprocess.DEVNULL).wait(PATIENCE) == 1


def test_a_run_that_fails_says_so_in_its_log_and_exit_code(tmp_path: Path) -> None:
    path = flowers(tmp_path / "flowers.csv")
    run = new_run(tmp_path / "w", path, "kind")
    info = json.loads((run.path / "run.json").read_text())
    info |= {"table_folder": "/nowhere", "table_path": str(tmp_path / "gone.csv")}
    info.pop("seal")
    (run.path / "run.json").write_text(json.dumps(info))
    assert start(str(run.path)).wait(PATIENCE) == 1
    assert run.status() is Status.FAILED
    assert "gone.csv" in str(run.summary().note)


def test_a_run_whose_folder_is_deleted_is_not_trained_to_its_end(
    tmp_path: Path, reaped: list[subprocess.Popen[bytes]]
) -> None:
    run = new_run(tmp_path / "w", flowers(tmp_path / "flowers.csv"), "kind", LONG)
    worker = start(str(run.path), stderr=subprocess.DEVNULL)
    reaped.append(worker)
    wait_until(lambda: events_of(run, EpochEnded))

    shutil.rmtree(run.path, ignore_errors=True)

    assert worker.wait(PATIENCE) == 1


def test_training_in_two_threads_of_one_process_is_refused_too(tmp_path: Path) -> None:
    run = new_run(tmp_path / "w", flowers(tmp_path / "flowers.csv"), "kind")
    refused: list[str] = []

    def watch(event: RunEvent) -> None:
        if not refused:
            try:
                train_run(run)
            except Exception as error:
                refused.append(type(error).__name__)

    train_run(run, watch=watch)
    assert refused == ["RunBusy"]


@pytest.mark.skipif(not hasattr(os, "getpgid"), reason="this system has no process groups")
def test_a_worker_stands_back_within_the_session_of_who_started_it() -> None:
    """In a session of its own its niceness would count for nothing on Linux."""
    code = (
        "import os; from engine.worker.standing_back import step_back; step_back();"
        "print(os.nice(0), os.getpgid(0) == os.getpid(), os.getsid(0))"
    )
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    nice, leads_its_group, session = told.stdout.split()
    assert (int(nice), leads_its_group) == (min(os.nice(0) + 10, 19), "True")
    assert int(session) == os.getsid(0)
