"""A run whose network is left to Auto: what was chosen is told, stored, and holds after a resume."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.data.open import open_table
from engine.events import EpochEnded, Noted, RunEvent, RunFinished, RunStarted, RunStopped
from engine.models import summary
from engine.pipeline.training import train_run
from engine.recipe.auto.choose import as_new
from engine.recipe.recipe import Recipe
from engine.store.run_folder import RunFolder
from engine.store.workspace import Workspace
from engine.training import control
from engine.training.control import Command
from tests.engine.trained import flowers


def auto_run(tmp_path: Path, rows: int = 90, **training: object) -> RunFolder:
    """So few rows that Auto takes a linear model, which trains at once."""
    path = flowers(tmp_path / "rows.csv", rows=rows)
    recipe = as_new(Recipe()).with_target("kind")
    recipe = recipe.model_copy(update={"training": recipe.training.model_copy(update=training)})
    workspace = Workspace(tmp_path / "home")
    try:
        return workspace.create(recipe, open_table(path, recipe.reading))
    finally:
        workspace.close()


def test_what_was_chosen_is_stored_and_told_once(tmp_path: Path) -> None:
    run = auto_run(tmp_path)
    assert (run.info().name, run.info().trunk) == ("auto", "auto")
    assert isinstance(train_run(run), RunFinished)
    resolved = run.resolved()
    assert resolved.model.trunk is not None
    assert resolved.model.trunk.kind == "linear"
    assert None not in (resolved.training.epochs, resolved.training.batch_size)
    assert run.recipe().model.trunk is None
    told = [str(event.message) for event in run.events() if isinstance(event, Noted)]
    assert "Linear: 62 training rows are too few for a deep network." in told
    assert len(told) == len(set(told))
    assert (run.info().name, run.info().trunk) == ("auto: linear", "linear")


def test_a_time_budget_holds_after_a_resume(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(summary, "PROBE_SECONDS", 0.0)
    monkeypatch.setattr(control, "POLL_SECONDS", 0.0)
    run = auto_run(tmp_path, time_budget=100.0, epochs=6)

    def stop_after_the_second(event: RunEvent) -> None:
        if isinstance(event, EpochEnded) and event.epoch == 2:
            run.send(Command(command="stop"))

    assert isinstance(train_run(run, watch=stop_after_the_second), RunStopped)
    assert run.resolved().training.time_budget == 100.0
    assert isinstance(train_run(run), RunFinished)
    assert run.resolved().training.time_budget == 100.0
    starts = [event for event in run.events() if isinstance(event, RunStarted)]
    assert {start.epochs for start in starts} == {6}
