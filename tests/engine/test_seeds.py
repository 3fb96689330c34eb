"""Repeated seeds: the same recipe several times, their mean and how far they are apart."""

from __future__ import annotations

import statistics
from pathlib import Path

import pytest

from engine.data.open import open_table
from engine.events import EpochEnded, FoldsScored, RunEvent, RunFinished, RunStopped
from engine.pipeline.training import train_run
from engine.plans.seeds import Seeds
from engine.recipe.recipe import Recipe
from engine.seeds import seed_results
from engine.store.run_folder import RunFolder
from engine.store.summary import Status
from engine.store.workspace import Workspace
from engine.training.control import Command
from tests.engine.trained import SMALL, flowers, merged


def new_seeds(tmp_path: Path, count: int) -> RunFolder:
    path = flowers(tmp_path / "flowers.csv", rows=60)
    recipe = Recipe.model_validate(merged(SMALL, {"training": {"epochs": 1, "seed": 7}}))
    workspace = Workspace(tmp_path / "home")
    try:
        plan = Seeds(seeds=count)
        return workspace.create(recipe.with_target("kind"), open_table(path), plan=plan)
    finally:
        workspace.close()


def test_seeds_follow_the_recipes_own_and_their_mean_and_spread_are_told(tmp_path: Path) -> None:
    run = new_seeds(tmp_path, 3)
    seen: list[RunEvent] = []
    ending = train_run(run, watch=seen.append)
    assert isinstance(ending, RunFinished)
    workspace = Workspace(tmp_path / "home")
    results = seed_results(workspace, run)
    workspace.close()
    assert [each.run.recipe().training.seed for each in results] == [7, 8, 9]
    assert len({each.run.recipe().split.seed for each in results}) == 1
    losses = [each.validation[0] for each in results]
    assert len(set(losses)) == 3
    told = [event for event in seen if isinstance(event, FoldsScored)][-1]
    assert told.members == "seeds"
    assert told.validation[0] == pytest.approx(statistics.fmean(losses))
    assert told.validation_spread[0] == pytest.approx(statistics.stdev(losses))
    summary = run.summary()
    assert summary.best == pytest.approx(statistics.fmean(losses))
    assert summary.spread == pytest.approx(statistics.stdev(losses))
    assert summary.holds == "seeds"
    assert str(summary.note) == "Mean of 3 seeds"
    assert ending.best_epoch == losses.index(min(losses)) + 1


def test_rows_are_prepared_once_for_all_seeds(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from engine.data.preparing import dataset

    real, calls = dataset.prepare, []
    monkeypatch.setattr(dataset, "prepare", lambda *a, **k: calls.append(1) or real(*a, **k))
    run = new_seeds(tmp_path, 2)
    assert isinstance(train_run(run), RunFinished)
    assert len(calls) == 1


def test_stopped_seeds_go_on_where_they_were(tmp_path: Path) -> None:
    run = new_seeds(tmp_path, 3)

    def stop(event: RunEvent) -> None:
        if isinstance(event, EpochEnded) and event.epoch == 1:
            run.send(Command(command="stop"))

    assert isinstance(train_run(run, watch=stop), RunStopped)
    assert run.status() is Status.STOPPED
    assert isinstance(train_run(run), RunFinished)
    assert run.summary().folds == 3
