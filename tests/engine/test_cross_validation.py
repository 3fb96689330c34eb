"""Folds: runs that belong together, their mean and spread, and predictions that nobody learned from."""

from __future__ import annotations

import statistics
from pathlib import Path

import pyarrow.parquet as parquet
import pytest

from engine.cross_validation import fold_recipe, results_of
from engine.data.columns.infer import infer_schema
from engine.data.open import open_table
from engine.events import (
    EpochEnded,
    FoldsScored,
    Noted,
    RunEvent,
    RunFailed,
    RunFinished,
    RunStarted,
    RunStopped,
)
from engine.export.out_of_fold import FILE, join_out_of_fold
from engine.members.results import Mean, means
from engine.metrics import metrics_for
from engine.pipeline.results import evaluate_run
from engine.pipeline.tables import table_of
from engine.pipeline.training import train_run
from engine.predictor.part import part_rows
from engine.predictor.predictor import Predictor
from engine.schema import Task
from engine.store.run_folder import RunFolder
from engine.store.summary import Status
from engine.store.workspace import Workspace
from engine.training.control import Command
from tests.engine.trained import flowers, new_run, prices

THREE = {"split": {"folds": 3, "test": 0.2}, "training": {"epochs": 2}}


def folds_of(run: RunFolder) -> list[RunFolder]:
    workspace = Workspace(run.path.parent.parent)
    try:
        return [fold for _, fold in sorted(workspace.members(run.id).items())]
    finally:
        workspace.close()


def notes_of(run: RunFolder) -> list[str]:
    return [str(event.message) for event in run.events() if isinstance(event, Noted)]


def test_every_row_is_predicted_once_by_a_network_that_did_not_learn_from_it(
    tmp_path: Path,
) -> None:
    path = flowers(tmp_path / "flowers.csv")
    run = new_run(tmp_path / "home", path, "kind", THREE)
    ending = train_run(run)
    assert isinstance(ending, RunFinished)
    assert run.status() is Status.DONE
    folds = folds_of(run)
    assert [fold.resolved().split.fold for fold in folds] == [1, 2, 3]
    assert [fold.info().name for fold in folds] == [f"Fold {n} of 3" for n in (1, 2, 3)]
    table = open_table(path)
    schema = infer_schema(table)
    test = part_rows(Predictor.load(folds[0].path), table, schema, "test").rows
    told = parquet.read_table(run.path / FILE).to_pydict()
    assert sorted([*told["row"], *(test + 1).tolist()]) == list(range(1, table.rows + 1))
    assert told["kind"] == table.column("kind").take([row - 1 for row in told["row"]]).to_pylist()
    for number, fold in enumerate(folds, start=1):
        predictor = Predictor.load(fold.path)
        rows = part_rows(predictor, table, schema, "validation")
        mine = [at for at, of in enumerate(told["fold"]) if of == number]
        assert [told["row"][at] for at in mine] == (rows.rows + 1).tolist()
        expected = predictor.columns(predictor.outputs(rows.arrays))["kind (predicted)"].tolist()
        assert [told["kind (predicted)"][at] for at in mine] == expected


def test_the_mean_over_the_folds_and_their_spread_are_told(tmp_path: Path) -> None:
    run = new_run(tmp_path / "home", prices(tmp_path / "prices.csv"), "price", THREE)
    seen: list[RunEvent] = []
    ending = train_run(run, watch=seen.append)
    assert isinstance(ending, RunFinished)
    folds = folds_of(run)
    losses = [_best(fold)[0] for fold in folds]
    told = [event for event in seen if isinstance(event, FoldsScored)]
    assert [event.folds for event in told] == [1, 2, 3]
    assert told[-1].validation[0] == pytest.approx(statistics.fmean(losses))
    assert told[-1].validation_spread[0] == pytest.approx(statistics.stdev(losses))
    tests = [ended.test[0] for fold in folds if isinstance(ended := _last(fold), RunFinished)]
    assert told[-1].test[0] == pytest.approx(statistics.fmean(tests))
    summary = run.summary()
    assert summary.folds == 3
    assert summary.best == pytest.approx(statistics.fmean(losses))
    assert summary.spread == pytest.approx(statistics.stdev(losses))
    epochs = [event for event in seen if isinstance(event, EpochEnded)]
    assert [event.validation[0] for event in epochs] == losses
    assert ending.best_epoch == losses.index(min(losses)) + 1


def test_the_model_is_that_of_the_best_fold(tmp_path: Path) -> None:
    run = new_run(tmp_path / "home", flowers(tmp_path / "flowers.csv"), "kind", THREE)
    ending = train_run(run)
    assert isinstance(ending, RunFinished)
    best = folds_of(run)[ending.best_epoch - 1]
    mine, own = Predictor.load(run.path), Predictor.load(best.path)
    assert mine.preparation == own.preparation
    assert mine.recipe == own.recipe
    scores = {each.name: each.value for each in evaluate_run(run).metrics}
    names = [metric.name for metric in metrics_for(Task.MULTICLASS)]
    assert [scores[name] for name in names] == pytest.approx(list(ending.test), abs=1e-6)


def test_a_stopped_cross_validation_goes_on_where_it_was(tmp_path: Path) -> None:
    run = new_run(tmp_path / "home", flowers(tmp_path / "flowers.csv"), "kind", THREE)

    def stop_after_the_first(event: RunEvent) -> None:
        if isinstance(event, FoldsScored):
            run.send(Command(command="stop"))

    ending = train_run(run, watch=stop_after_the_first)
    assert isinstance(ending, RunStopped)
    assert run.status() is Status.STOPPED
    before = [fold.id for fold in folds_of(run)]
    assert len(before) <= 2
    again = train_run(run)
    assert isinstance(again, RunFinished)
    assert [fold.id for fold in folds_of(run)][: len(before)] == before
    assert len(folds_of(run)) == 3
    first = [event for event in folds_of(run)[0].events() if isinstance(event, RunStarted)]
    assert len(first) == 1  # it was not trained again
    assert len(parquet.read_table(run.path / FILE)) > 0


def test_a_cross_validation_stopped_before_its_first_step_has_nothing_and_can_go_on(
    tmp_path: Path,
) -> None:
    run = new_run(tmp_path / "home", flowers(tmp_path / "flowers.csv"), "kind", THREE)
    run.send(Command(command="stop"))
    ending = train_run(run)
    assert isinstance(ending, RunStopped)
    assert ending.test == ()
    assert isinstance(train_run(run), RunFinished)


def test_a_run_stopped_while_its_rows_are_prepared_is_stopped_and_goes_on(tmp_path: Path) -> None:
    run = new_run(tmp_path / "home", flowers(tmp_path / "flowers.csv"), "kind")
    run.send(Command(command="stop"))
    ending = train_run(run)
    assert isinstance(ending, RunStopped)
    assert (ending.epoch, ending.best_epoch, ending.test) == (0, 0, ())
    assert run.status() is Status.STOPPED
    assert not any(isinstance(event, RunStarted) for event in run.events())
    assert isinstance(train_run(run), RunFinished)


def test_a_fold_ended_before_its_first_epoch_is_left_out_and_the_others_are_trained(
    tmp_path: Path,
) -> None:
    run = new_run(tmp_path / "home", flowers(tmp_path / "flowers.csv"), "kind", THREE)

    workspace = Workspace(tmp_path / "home")
    second = workspace.create(fold_recipe(run.recipe(), 2), table_of(run), group=run.id, place=1)
    second.send(Command(command="stop"))
    ending = train_run(run)
    assert isinstance(ending, RunFinished)
    assert [each.number for each in results_of(workspace, run)] == [1, 3]
    workspace.close()
    assert not (run.path / FILE).exists(), "some rows are predicted by no fold"
    assert any("Fold 2 of 3 was ended before" in note for note in notes_of(run))


def test_a_fold_changed_by_hand_is_told_of_once(tmp_path: Path) -> None:
    run = new_run(tmp_path / "home", flowers(tmp_path / "flowers.csv"), "kind", THREE)
    for value in (0.02, 0.03):
        run.send(Command(command="set_learning_rate", value=value))
    assert isinstance(train_run(run), RunFinished)
    told = [note for note in notes_of(run) if "changed by hand" in note]
    assert len(told) == 1
    assert told[0].startswith("Fold 1 of 3")
    rates = [
        [e.learning_rate for e in f.events() if isinstance(e, EpochEnded)] for f in folds_of(run)
    ]
    assert rates[0][-1] == pytest.approx(0.03)
    assert rates[1][-1] != pytest.approx(0.03), "the next one begins as the recipe says"


def test_a_fold_that_fails_ends_the_whole_with_its_reason(tmp_path: Path) -> None:
    path = tmp_path / "few.csv"
    path.write_text("a,kind\n" + "".join(f"{n},{'xy'[n % 2]}\n" for n in range(6)))
    wrong = {"split": {"folds": 50, "method": "random"}, "training": {"epochs": 1}}
    run = new_run(tmp_path / "home", path, "kind", wrong)
    ending = train_run(run)
    assert isinstance(ending, RunFailed)
    assert ending.error == "TooFewRows"


def test_folds_of_different_columns_are_joined(tmp_path: Path) -> None:
    import pyarrow as pa

    one, other = tmp_path / "1.parquet", tmp_path / "2.parquet"
    parquet.write_table(pa.table({"row": [1], "P(a)": [0.5]}), one)
    parquet.write_table(pa.table({"row": [2], "P(=b)": [0.25]}), other)
    joined = tmp_path / "all.csv"
    assert join_out_of_fold([one, other], joined) == 2
    lines = joined.read_text().splitlines()
    assert [line.replace('"', "") for line in lines] == ["row,P(a),P(=b)", "1,0.5,", "2,,0.25"]


def test_a_mean_leaves_out_what_is_not_known() -> None:
    assert Mean.of("loss", [1.0, float("nan"), 3.0]).mean == 2.0
    assert means((), "test") == ()


def test_results_are_those_of_folds_that_are_trained(tmp_path: Path) -> None:
    run = new_run(tmp_path / "home", flowers(tmp_path / "flowers.csv"), "kind", THREE)
    workspace = Workspace(tmp_path / "home")
    assert results_of(workspace, run) == ()
    train_run(run)
    found = results_of(workspace, run)
    assert [each.number for each in found] == [1, 2, 3]
    assert means(found, "validation")[0].name == "loss"
    workspace.close()


def _last(run: RunFolder) -> RunEvent:
    return list(run.events())[-1]


def _best(run: RunFolder) -> tuple[float, ...]:
    ended = _last(run)
    assert isinstance(ended, RunFinished)
    epochs = [event for event in run.events() if isinstance(event, EpochEnded)]
    return epochs[ended.best_epoch - 1].validation
