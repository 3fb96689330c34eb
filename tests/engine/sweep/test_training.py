"""Sweeps: trials as ordinary runs, the best one's model kept, pruning, a budget, and going on after a kill."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import pytest

from engine.data.open import open_table
from engine.errors import NoTrialTrained, RecipeInvalid, from_facts
from engine.events import (
    EpochEnded,
    Noted,
    RunEvent,
    RunFailed,
    RunFinished,
    RunStarted,
    RunStopped,
    TrialStarted,
)
from engine.pipeline.training import train_run
from engine.plans.sweep import Choices, Range, Sweep, SweptField
from engine.plans.trials import Trials
from engine.predictor.predictor import Predictor
from engine.recipe.recipe import Recipe
from engine.store.run_folder import RunFolder
from engine.store.summary import Status
from engine.store.workspace import Workspace
from engine.training.control import Command
from tests.engine.trained import SMALL, flowers, merged

RATE = "training.optimizer.learning_rate"
WIDE = SweptField(path=RATE, domain=Range(low=1e-4, high=1e-1, log=True))
WIDTHS = SweptField(path="model.trunk.widths", domain=Choices(values=((8,), (8, 8))))
ONE_EPOCH = {"training": {"epochs": 1}}


def new_sweep(tmp_path: Path, sweep: Sweep, changes: dict[str, Any] | None = None) -> RunFolder:
    tmp_path.mkdir(exist_ok=True)
    path = flowers(tmp_path / "flowers.csv", rows=60)
    recipe = Recipe.model_validate(merged(merged(SMALL, ONE_EPOCH), changes or {}))
    workspace = Workspace(tmp_path / "home")
    try:
        return workspace.create(recipe.with_target("kind"), open_table(path), plan=sweep)
    finally:
        workspace.close()


def members_of(run: RunFolder) -> list[RunFolder]:
    workspace = Workspace(run.path.parent.parent)
    try:
        return [member for _, member in sorted(workspace.members(run.id).items())]
    finally:
        workspace.close()


def test_each_trial_is_a_run_with_its_values_and_the_best_ones_model_is_kept(
    tmp_path: Path,
) -> None:
    run = new_sweep(tmp_path, Sweep(fields=(WIDE, WIDTHS), trials=3))
    assert run.summary().epochs == 3
    ending = train_run(run)
    assert isinstance(ending, RunFinished)
    assert run.status() is Status.DONE
    trials = Trials.of(run.events())
    members = members_of(run)
    assert [trial.run for trial in trials.all] == [member.id for member in members]
    for trial, member in zip(trials.all, members, strict=True):
        recipe = member.recipe()
        assert trial.state == "done"
        assert recipe.training.optimizer.learning_rate == trial.values[RATE]  # type: ignore[union-attr]
        assert list(recipe.model.trunk.widths) == trial.values["model.trunk.widths"]  # type: ignore[union-attr]
        assert member.info().name.startswith(f"Trial {trial.number}: learning rate ")
        epochs = [event for event in member.events() if isinstance(event, EpochEnded)]
        assert trial.course == (epochs[-1].validation[0],)
    best = trials.best(higher_is_better=False)
    assert best is not None
    assert best.value == min(trial.value for trial in trials.all)
    assert ending.best_epoch == best.number
    assert Predictor.load(run.path).recipe == Predictor.load(members[best.number - 1].path).recipe
    assert run.summary().best == pytest.approx(best.value)


def test_the_same_sweep_tries_the_same_and_a_killed_one_goes_on_with_what_it_would_have_tried(
    tmp_path: Path,
) -> None:
    sweep = Sweep(fields=(WIDE,), trials=4, seed=3)
    whole = new_sweep(tmp_path / "whole", sweep)
    train_run(whole)

    class Killed(BaseException):
        pass

    def kill_in_the_second(event: RunEvent) -> None:
        if isinstance(event, TrialStarted) and event.trial == 2:
            raise Killed

    run = new_sweep(tmp_path / "cut", sweep)
    with pytest.raises(Killed):
        train_run(run, watch=kill_in_the_second)
    assert run.status() is Status.INTERRUPTED
    assert isinstance(train_run(run), RunFinished)
    assert len(members_of(run)) == 4
    told, expected = (Trials.of(each.events()).all for each in (run, whole))
    assert [trial.values for trial in told] == [trial.values for trial in expected]
    assert [trial.value for trial in told] == [trial.value for trial in expected]
    starts = [event for event in members_of(run)[0].events() if isinstance(event, RunStarted)]
    assert len(starts) == 1  # the first was not trained again


def test_a_grid_goes_through_all_values_in_order(tmp_path: Path) -> None:
    rates = SweptField(path=RATE, domain=Range(low=1e-3, high=1e-1, log=True, points=3))
    run = new_sweep(tmp_path, Sweep(fields=(rates,), method="grid"))
    train_run(run)
    tried = [trial.values[RATE] for trial in Trials.of(run.events()).all]
    assert tried == pytest.approx([1e-3, 1e-2, 1e-1])


def test_a_trial_behind_the_median_is_pruned_and_says_so(tmp_path: Path) -> None:
    # After four good trials come rates that learn nothing: the median tells after the second epoch.
    rates = (0.05, 0.04, 0.03, 0.02, 1e-7)
    field = SweptField(path=RATE, domain=Choices(values=rates))
    changes = {"training": {"epochs": 4, "early_stopping": {"enabled": False}}}
    run = new_sweep(tmp_path, Sweep(fields=(field,), method="grid", prune="median"), changes)
    train_run(run)
    last = Trials.of(run.events()).all[-1]
    assert last.state == "pruned"
    assert last.epoch < 4
    assert not last.counts
    member = members_of(run)[-1]
    assert member.status() is Status.PRUNED
    assert "Behind the trials before it" in str(member.summary().note)
    ended = [event for event in member.events() if isinstance(event, RunStopped)]
    assert ended[-1].pruned


def test_a_sweep_ends_within_its_time_and_tells_how_many_trials_that_were(tmp_path: Path) -> None:
    sweep = Sweep(fields=(WIDE,), minutes=1e-6)
    run = new_sweep(tmp_path, sweep, {"training": {"epochs": 200}})
    seen: list[RunEvent] = []
    ending = train_run(run, watch=seen.append)
    assert isinstance(ending, RunStopped)  # nothing was tried: there was no time at all
    assert any("time is over" in str(e.message) for e in seen if isinstance(e, Noted))


def test_a_trial_is_cut_where_the_time_ends_and_counts_with_what_it_reached(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from engine.sweep import training

    run = new_sweep(tmp_path, Sweep(fields=(WIDE,), minutes=60), {"training": {"epochs": 500}})
    seen: list[RunEvent] = []
    real = training._Trials.on_trial

    def hurried(self: Any, event: RunEvent) -> None:
        if isinstance(event, EpochEnded) and event.epoch == 2:
            self.deadline = 0.0
        real(self, event)

    monkeypatch.setattr(training._Trials, "on_trial", hurried)
    ending = train_run(run, watch=seen.append)
    assert isinstance(ending, RunFinished)
    (trial,) = Trials.of(seen).all
    assert trial.state == "cut"
    assert 2 <= trial.epoch < 500
    assert trial.counts


def test_a_stopped_sweep_goes_on_with_the_trial_at_which_it_was(tmp_path: Path) -> None:
    run = new_sweep(tmp_path, Sweep(fields=(WIDE,), trials=3))

    def stop(event: RunEvent) -> None:
        if isinstance(event, TrialStarted) and event.trial == 2:
            run.send(Command(command="stop"))

    ending = train_run(run, watch=stop)
    assert isinstance(ending, RunStopped)
    assert isinstance(train_run(run), RunFinished)
    assert [trial.state for trial in Trials.of(run.events()).all] == ["done"] * 3
    assert len(members_of(run)) == 3


def test_a_trial_that_is_changed_by_hand_is_told_of(tmp_path: Path) -> None:
    run = new_sweep(tmp_path, Sweep(fields=(WIDTHS,), trials=2, method="random"))
    run.send(Command(command="set_learning_rate", value=0.02))
    assert isinstance(train_run(run), RunFinished)
    notes = [str(event.message) for event in run.events() if isinstance(event, Noted)]
    assert [note[:7] for note in notes if "changed by hand" in note] == ["Trial 1"]


def test_a_sweep_whose_trials_all_fail_says_why(tmp_path: Path) -> None:
    fields = (
        SweptField(path="model.trunk.kind", domain=Choices(values=("linear", "mlp"))),
        SweptField(path="model.trunk.dropout", domain=Choices(values=(0.0, 0.2))),
    )
    sweep = Sweep(fields=fields, method="grid", trials=2)
    ending = train_run(run := new_sweep(tmp_path, sweep))
    assert isinstance(ending, RunFailed)
    assert isinstance(error := from_facts(ending.error, ending.facts), NoTrialTrained)
    assert "dropout" in error.reason
    assert run.status() is Status.FAILED


def test_values_that_do_not_go_together_fail_their_trial_and_no_other(tmp_path: Path) -> None:
    fields = (
        SweptField(path="model.trunk.kind", domain=Choices(values=("mlp", "linear"))),
        SweptField(path="model.trunk.dropout", domain=Choices(values=(0.0, 0.2))),
    )
    run = new_sweep(tmp_path, Sweep(fields=fields, method="grid"))
    assert isinstance(train_run(run), RunFinished)
    trials = Trials.of(run.events()).all
    assert [trial.state for trial in trials] == ["done", "done", "failed", "failed"]
    assert "dropout" in trials[2].reason


def test_a_field_that_the_recipe_has_not_is_refused_before_anything_is_trained(
    tmp_path: Path,
) -> None:
    field = SweptField(path="training.optimizer.learning_rat", domain=Choices(values=(1, 2)))
    ending = train_run(run := new_sweep(tmp_path, Sweep(fields=(field,), method="grid")))
    assert isinstance(ending, RunFailed)
    error = from_facts(ending.error, ending.facts)
    assert isinstance(error, RecipeInvalid)
    assert "learning_rate" in error.fix
    assert members_of(run) == []


def test_each_trial_may_be_a_cross_validation_and_counts_with_the_mean_of_its_folds(
    tmp_path: Path,
) -> None:
    sweep = Sweep(
        fields=(SweptField(path=RATE, domain=Choices(values=(0.01, 0.1))),), method="grid"
    )
    run = new_sweep(tmp_path, sweep, {"split": {"folds": 2, "test": 0.2}})
    assert isinstance(train_run(run), RunFinished)
    trials, members = Trials.of(run.events()).all, members_of(run)
    for trial, member in zip(trials, members, strict=True):
        assert trial.value == pytest.approx(member.summary().best or math.nan)
        assert member.summary().folds == 2
