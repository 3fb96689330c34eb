"""Runs for tests: summaries, events, and a real session that notes commands instead of sending them."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from PySide6.QtWidgets import QWidget

from engine import events
from engine.events import RunEvent
from engine.messages import message
from engine.schema import Task
from engine.store.summary import RunSummary, Status
from gui.notices import Notices
from gui.session import Session

START = 1_763_000_000.0
STEPS = 10
METRICS = ("loss", "accuracy", "macro_f1", "roc_auc")


class NotedSession(Session):
    """A session whose commands to runs are written down."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.commands: list[tuple[Any, ...]] = []

    def pause(self, run: str) -> None:
        self.commands.append(("pause", run))

    def resume(self, run: str) -> None:
        self.commands.append(("resume", run))

    def stop(self, run: str) -> None:
        self.commands.append(("stop", run))

    def steer(self, run: str, command: str, value: float | None = None) -> None:
        self.commands.append((command, run, value))

    def rename_run(self, run: str, name: str) -> None:
        self.commands.append(("rename", run, name))

    def delete_run(self, run: str) -> None:
        self.commands.append(("delete", run))

    def restore_run(self, run: str) -> None:
        self.commands.append(("restore", run))

    def list_runs(self, *runs: RunSummary) -> None:
        """As if the watcher had listed these."""
        self._run_list._watcher.listed.emit(tuple(runs))

    def tell(self, run: str, told: Iterable[RunEvent]) -> None:
        """As if these events had arrived."""
        self.history(run)
        self._run_list._watcher.arrived.emit(run, tuple(told))


def notices(host: QWidget) -> Notices:
    """Notices over `host`."""
    return Notices(host)


def summary(number: int, status: Status = Status.RUNNING, **update: Any) -> RunSummary:
    """A run of the breast cancer sample."""
    made = RunSummary(
        id=f"run{number}",
        number=number,
        name=f"mlp {number}",
        status=status,
        created=START + number,
        dataset="breast_cancer",
        target="diagnosis",
        task=Task.BINARY,
        trunk="MLP 256-256",
        epoch=3,
        epochs=20,
        monitor="loss",
        best=0.4,
        sparkline=(0.7, 0.5, 0.4),
        duration=75.0,
        seconds_left=112.0,
        device="cpu",
    )
    if status is Status.FAILED:
        made = made.model_copy(update={"note": message("The loss became NaN.")})
    return made.model_copy(update=update)


def started(epochs: int = 20, *, validation_rows: int = 85) -> events.RunStarted:
    """The first event of a run."""
    return events.RunStarted(
        START, METRICS, "loss", epochs, STEPS, 398, validation_rows, 86, 73_729, "cpu", 2
    )


def epoch(number: int, loss: float | None = None, *, is_best: bool = True) -> events.EpochEnded:
    """The end of an epoch."""
    loss = 1.0 / number if loss is None else loss
    accuracy = 1 - loss / 4
    return events.EpochEnded(
        START + number,
        number,
        number * STEPS,
        (loss, accuracy, accuracy - 0.01, accuracy + 0.01),
        (loss + 0.1, accuracy - 0.05, accuracy - 0.06, accuracy - 0.04),
        1e-3,
        0.5,
        12_000.0,
        is_best,
    )


def steps(count: int, first: int = 1) -> list[events.StepsDone]:
    """Progress within the first epoch."""
    return [
        events.StepsDone(START + i / 30, first + i, 1, 0.9 - i / 100, 1e-3, 10_000.0)
        for i in range(count)
    ]


def trained(epochs: int, total: int = 20) -> list[RunEvent]:
    """A run up to the end of an epoch."""
    return [started(total), *(epoch(number) for number in range(1, epochs + 1))]
