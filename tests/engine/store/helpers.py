"""Runs without training: a table of no rows and made-up events."""

from __future__ import annotations

import time
from dataclasses import dataclass
from pathlib import Path

from engine.events import EpochEnded, RunFinished, RunStarted
from engine.recipe.recipe import Recipe
from engine.store.run_folder import RunFolder
from engine.store.workspace import Workspace


@dataclass
class NoTable:
    path: Path = Path("/data/titanic.csv")
    folder: Path = Path("/cache/abc")
    fingerprint: str = "abc"


def new_run(workspace: Workspace, name: str = "") -> RunFolder:
    return workspace.create(Recipe().with_target("survived"), NoTable(), name)


def started(epoch: int = 0, epochs: int = 4, at: float | None = None) -> RunStarted:
    return RunStarted(
        time=time.time() if at is None else at,
        metrics=("loss", "accuracy"),
        monitor="accuracy",
        epochs=epochs,
        steps_per_epoch=10,
        train_rows=100,
        validation_rows=20,
        test_rows=20,
        parameters=33,
        device="cpu",
        threads=1,
        epoch=epoch,
    )


def epoch_ended(epoch: int, *, is_best: bool = True, at: float | None = None) -> EpochEnded:
    return EpochEnded(
        time=time.time() if at is None else at,
        epoch=epoch,
        step=10 * epoch,
        train=(1 / epoch, 0.5),
        validation=(2 / epoch, 0.1 * epoch),
        learning_rate=1e-3,
        gradient_norm=1.0,
        rows_per_second=1000.0,
        is_best=is_best,
    )


def finished(epoch: int = 4, best: int = 4, *, early: bool = False) -> RunFinished:
    return RunFinished(time.time(), epoch, best, early, (0.2, 0.9))
