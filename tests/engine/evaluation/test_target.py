"""From a recipe's target to evaluation and prediction: the right class, its order, the own unit."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import r2_score, roc_auc_score, roc_curve

from engine.cli.app import invoke as run_command
from engine.data.columns.infer import infer_schema
from engine.errors import RecipeInvalid, WeightsUnusable
from engine.evaluation.result import Evaluation
from engine.export.bundle import export_run
from engine.metrics import metrics_for
from engine.pipeline.resolving import resolve
from engine.pipeline.results import evaluate_run
from engine.pipeline.tables import table_of
from engine.pipeline.training import train_run
from engine.predictor.part import part_rows
from engine.predictor.predictor import Predictor
from engine.recipe.recipe import Recipe
from engine.schema import Task
from engine.store.run_folder import RunFolder
from tests.engine.trained import flowers, new_run, prices, trained_run, write_csv

TWO = {"merge": {"other": ["kind 1", "kind 2"], "zero": "kind 0"}}


def value_of(found: Evaluation, name: str) -> float:
    metric = found.metric(name)
    assert metric is not None
    assert metric.value is not None
    return metric.value


def rows_and_table(run: RunFolder) -> tuple[Predictor, Any, pd.DataFrame]:
    predictor = Predictor.load(run.path)
    table = table_of(run)
    part = part_rows(predictor, table, infer_schema(table), "test")
    return predictor, part, table.frame(rows=part.rows)


@pytest.mark.parametrize("positive", ["zero", "other"])
def test_the_probability_and_the_curve_are_of_the_positive_class(
    tmp_path: Path, positive: str
) -> None:
    path = flowers(tmp_path / "flowers.csv")
    outcome = {**TWO, "positive": positive, "order": ["other", "zero"]}
    run = trained_run(tmp_path / "w", path, "kind", {"outcome": outcome})
    found = evaluate_run(run)
    assert (found.task, found.positive) == (Task.BINARY, positive)
    assert found.classes == ("other", "zero")  # as the recipe lists them, whichever is positive
    predictor, part, frame = rows_and_table(run)
    predicted = predictor.predict(frame)
    assert list(predicted.columns)[1:] == ["P(other)", "P(zero)"]
    actual = np.where(frame["kind"] == "kind 0", "zero", "other")
    chance = predicted[f"P({positive})"].to_numpy()
    assert chance == pytest.approx(
        predictor.preparation.predictions(predictor.outputs(part.arrays))
    )
    area = roc_auc_score(actual == positive, chance)
    assert value_of(found, "roc_auc") == pytest.approx(area)
    assert found.roc_area == pytest.approx(area)
    alarms, hits, _ = roc_curve(actual == positive, chance, drop_intermediate=False)
    assert [p.true_positive_rate for p in found.roc] == pytest.approx(hits.tolist())
    assert [p.false_positive_rate for p in found.roc] == pytest.approx(alarms.tolist())
    table = pd.crosstab(actual, predicted["kind (predicted)"].to_numpy())
    expected = table.reindex(index=found.classes, columns=found.classes, fill_value=0)
    assert np.array_equal(found.confusion, expected)


def test_of_several_classes_the_curve_is_of_the_positive_one_against_the_rest(
    tmp_path: Path,
) -> None:
    path = flowers(tmp_path / "flowers.csv")
    outcome = {"positive": "kind 1", "order": ["kind 2"]}
    run = trained_run(tmp_path / "w", path, "kind", {"outcome": outcome})
    found = evaluate_run(run)
    assert (found.positive, found.classes) == ("kind 1", ("kind 2", "kind 0", "kind 1"))
    predictor, _, frame = rows_and_table(run)
    predicted = predictor.predict(frame)
    area = roc_auc_score(frame["kind"] == "kind 1", predicted["P(kind 1)"])
    assert found.roc_area == pytest.approx(area)
    assert len(found.roc) > 2
    shares = predicted[[f"P({label})" for label in found.classes]].to_numpy()
    assert shares.sum(axis=1) == pytest.approx(np.ones(len(frame)))
    chosen = np.asarray(found.classes)[shares.argmax(axis=1)]
    assert chosen.tolist() == predicted["kind (predicted)"].tolist()


def test_without_a_word_several_classes_have_no_curve(tmp_path: Path) -> None:
    run = trained_run(tmp_path / "w", flowers(tmp_path / "flowers.csv"), "kind")
    found = evaluate_run(run)
    assert (found.roc, found.positive, found.roc_area, found.weighted) == ((), "", None, False)


def test_merged_classes_travel_through_train_save_load_and_predict(tmp_path: Path) -> None:
    path = flowers(tmp_path / "flowers.csv")
    run = trained_run(tmp_path / "w", path, "kind", {"outcome": TWO})
    assert run.info().task == "binary"
    before = Predictor.load(run.path)
    export_run(run, tmp_path / "model.trainyard")
    after = Predictor.load(tmp_path / "model.trainyard")
    assert after.preparation == before.preparation
    assert after.classes == ("other", "zero")
    frame = pd.read_csv(path).drop(columns="kind")
    pd.testing.assert_frame_equal(after.predict(frame), before.predict(frame))
    assert set(after.predict(frame)["kind (predicted)"]) == {"other", "zero"}


def test_rare_classes_may_leave_two(tmp_path: Path) -> None:
    rows = [
        [i % 7, "abcd"[0 if i % 2 else (1 if i < 8 else 2 if i < 14 else 3)]] for i in range(120)
    ]
    path = write_csv(tmp_path / "rare.csv", ["x", "label"], rows)
    run = trained_run(tmp_path / "w", path, "label", {"outcome": {"rare": 10, "rare_name": "few"}})
    found = evaluate_run(run)
    assert found.classes == ("a", "d", "few")
    # Of the whole table “d” has 53 rows, of the training rows fewer than 40.
    more = trained_run(tmp_path / "w", path, "label", {"outcome": {"rare": 40}})
    found = evaluate_run(more)
    assert (found.task, found.classes) == (Task.BINARY, ("a", "other"))
    assert more.info().task == "binary"


@pytest.mark.parametrize("transform", ["log", {"kind": "log", "shift": 10}, "quantile"])
def test_a_transformed_number_is_predicted_and_scored_in_its_own_unit(
    tmp_path: Path, transform: Any
) -> None:
    path = prices(tmp_path / "prices.csv")
    changes = {"outcome": {"transform": transform}, "training": {"epochs": 30}}
    run = trained_run(tmp_path / "w", path, "price", changes)
    found = evaluate_run(run)
    predictor, _, frame = rows_and_table(run)
    predicted = predictor.predict(frame)["price (predicted)"].to_numpy()
    actual = frame["price"].to_numpy(dtype=float)
    assert value_of(found, "mae") == pytest.approx(np.abs(predicted - actual).mean())
    assert value_of(found, "rmse") == pytest.approx(np.sqrt(np.square(predicted - actual).mean()))
    assert value_of(found, "r2") == pytest.approx(r2_score(actual, predicted))
    assert value_of(found, "r2") > 0.8
    assert found.predicted_vs_actual[0] == pytest.approx((predicted[0], actual[0]))
    baseline = found.metric("r2")
    assert baseline is not None
    assert baseline.baseline == pytest.approx(0, abs=0.2)
    if transform == "quantile":
        assert "target.0.values" in (
            run.path / "preparation" / "arrays.safetensors"
        ).read_bytes().decode("latin-1")
        assert (
            "values"
            not in json.loads((run.path / "preparation" / "preparation.json").read_text())[
                "targets"
            ][0]["transform"]
        )


def test_row_weights_count_in_all_metrics(tmp_path: Path) -> None:
    generator = np.random.default_rng(0)
    frame = pd.read_csv(flowers(tmp_path / "flowers.csv", classes=2))
    frame["weight"] = generator.integers(0, 5, len(frame)) / 2
    path = tmp_path / "weighted.csv"
    frame.to_csv(path, index=False)
    changes = {"columns": [{"name": "weight", "role": "weight"}]}
    run = trained_run(tmp_path / "w", path, "kind", changes)
    found = evaluate_run(run)
    assert found.weighted
    predictor, _, rows = rows_and_table(run)
    assert "weight" not in predictor.preparation.columns
    predicted = predictor.predict(rows.drop(columns="weight"))
    weights = rows["weight"].to_numpy(dtype=float)
    positive = rows["kind"] == "kind 1"
    area = roc_auc_score(positive, predicted["P(kind 1)"], sample_weight=weights)
    assert value_of(found, "roc_auc") == pytest.approx(area)
    alarms, hits, _ = roc_curve(
        positive, predicted["P(kind 1)"], sample_weight=weights, drop_intermediate=False
    )
    assert found.roc[-1].true_positive_rate == pytest.approx(hits[-1])
    ends = [(p.false_positive_rate, p.true_positive_rate) for p in found.roc]
    assert ends[len(ends) // 2] in [pytest.approx(each) for each in zip(alarms, hits, strict=True)]
    right = (predicted["kind (predicted)"] == rows["kind"].to_numpy()).to_numpy()
    assert value_of(found, "accuracy") == pytest.approx(right @ weights / weights.sum())
    test = list(run.events())[-1].test
    names = [metric.name for metric in metrics_for(found.task)]
    assert [value_of(found, name) for name in names] == pytest.approx(test)


def test_unusable_weights_name_their_lines(tmp_path: Path) -> None:
    rows = [[i % 7, i % 2, -1 if i == 4 else "" if i == 9 else 1] for i in range(40)]
    path = write_csv(tmp_path / "weights.csv", ["x", "label", "w"], rows)
    columns = [{"name": "w", "role": "weight", "kind": "number"}]
    run = new_run(tmp_path / "w", path, "label", {"columns": columns})
    train_run(run)
    ending = list(run.events())[-1]
    assert ending.error == WeightsUnusable.__name__
    assert ending.facts["places"] == "6, 11"
    assert ending.facts["in_lines"]


@pytest.mark.parametrize(
    ("target", "changes", "field"),
    [
        ("kind", {"outcome": {"positive": "kind 7"}}, "outcome.positive"),
        ("kind", {"outcome": {"merge": {"x": ["kind 0", "kind 1", "kind 2"]}}}, "outcome.merge"),
        ("kind", {"outcome": {"transform": "log"}}, "outcome.transform"),
        ("kind", {"training": {"loss": "huber"}}, "training.loss"),
        ("length", {"training": {"loss": "focal"}}, "training.loss"),
        ("length", {"outcome": {"resampling": "oversample"}}, "outcome.resampling"),
    ],
)
def test_what_does_not_fit_the_table_starts_nothing(
    tmp_path: Path, target: str, changes: dict[str, Any], field: str
) -> None:
    run = new_run(tmp_path / "w", flowers(tmp_path / "flowers.csv"), target, changes)
    with pytest.raises(RecipeInvalid) as caught:
        resolve(run.recipe(), table_of(run))
    assert caught.value.field == field
    assert caught.value.fix


def test_the_resolved_recipe_names_the_loss(tmp_path: Path) -> None:
    run = new_run(tmp_path / "w", flowers(tmp_path / "flowers.csv"), "kind")
    found = resolve(run.recipe(), table_of(run)).recipe
    assert found.training.loss.kind == "cross_entropy"
    assert (
        resolve(Recipe().with_target("length"), table_of(run)).recipe.training.loss.kind
        == "squared"
    )


def test_a_model_of_an_earlier_version_predicts_as_before(tmp_path: Path) -> None:
    """States written before classes could be merged and numbers transformed."""
    for target, make in (("kind", flowers), ("price", prices)):
        run = trained_run(tmp_path / target, make(tmp_path / f"{target}.csv"), target)
        frame = pd.read_csv(tmp_path / f"{target}.csv")
        expected = Predictor.load(run.path).predict(frame)
        path = run.path / "preparation" / "preparation.json"
        state = json.loads(path.read_text())
        state |= {"preparation": 2, "target": state.pop("targets")[0]}
        later = ("values", "others", "shown", "positive", "transform", "link", "mean")
        for field in (*later, "ordered", "covered", "deviation"):
            state["target"].pop(field, None)
        state.pop("weight")
        state.pop("seal")
        path.write_text(json.dumps(state))
        recipe = json.loads((run.path / "resolved.json").read_text())
        recipe.pop("outcome")
        recipe.pop("seal")
        for field in ("loss", "custom_weights"):
            recipe["training"].pop(field)
        (run.path / "resolved.json").write_text(json.dumps(recipe))
        pd.testing.assert_frame_equal(Predictor.load(run.path).predict(frame), expected)


def test_the_command_line_trains_what_the_recipe_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("TRAINYARD_HOME", str(tmp_path / "home"))
    path = str(prices(tmp_path / "prices.csv", rows=60))
    few = ("train", path, "--target", "price", "--set", "training.epochs=2")
    changes = ("--set", "outcome.transform=log", "--set", "training.loss=absolute")
    assert run_command([*few, *changes]) == 0
    folder = next((tmp_path / "home" / "runs").iterdir())
    resolved = json.loads((folder / "resolved.json").read_text())
    assert resolved["outcome"]["transform"]["kind"] == "log"
    assert resolved["training"]["loss"]["kind"] == "absolute"
    capsys.readouterr()
    assert run_command([*few, "--set", "outcome.positive=yes"]) != 0
    assert "outcome.positive" in capsys.readouterr().err


def test_the_command_line_tells_of_weights_and_of_the_positive_class(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("TRAINYARD_HOME", str(tmp_path / "home"))
    path = flowers(tmp_path / "flowers.csv", rows=90)
    changes = ("--set", "outcome.positive=kind 2", "--set", "columns.width.role=weight")
    frame = pd.read_csv(path)
    frame.assign(width=frame["width"].abs()).to_csv(path, index=False)
    command = ["train", str(path), "--target", "kind", "--set", "training.epochs=1", *changes]
    assert run_command(command) == 0
    capsys.readouterr()
    assert run_command(["evaluate", "1"]) == 0
    told = capsys.readouterr().out
    assert "ROC AUC of “kind 2” against the rest" in told
    assert "Rows count by their weights" in told


def test_a_kind_that_is_named_holds_for_the_target_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TRAINYARD_HOME", str(tmp_path / "home"))
    generator = np.random.default_rng(0)
    rows = [
        [round(float(x), 3), int(generator.poisson(np.exp(x)))] for x in generator.normal(size=80)
    ]
    path = str(write_csv(tmp_path / "visits.csv", ["x", "visits"], rows))
    changes = ("--set", "columns.visits.kind=number", "--set", "training.loss=poisson")
    command = ["train", path, "--target", "visits", "--set", "training.epochs=1", *changes]
    assert run_command(command) == 0
    folder = next((tmp_path / "home" / "runs").iterdir())
    assert json.loads((folder / "run.json").read_text())["task"] == "regression"
    predicted = Predictor.load(folder).predict(pd.DataFrame({"x": [-9.0, 0.0, 9.0]}))
    assert (predicted["visits (predicted)"] >= 0).all()


def test_an_interval_holds_about_as_many_rows_as_it_should(tmp_path: Path) -> None:
    path = prices(tmp_path / "prices.csv", rows=600)
    loss = {"kind": "quantile", "interval": 0.8}
    changes = {"training": {"loss": loss, "epochs": 40}, "outcome": {"transform": "log"}}
    run = trained_run(tmp_path / "w", path, "price", changes)
    predictor, _, frame = rows_and_table(run)
    predicted = predictor.predict(frame)
    assert list(predicted.columns) == ["price (predicted)", "price (10%)", "price (90%)"]
    low, high = predicted["price (10%)"], predicted["price (90%)"]
    assert (low <= predicted["price (predicted)"]).all()
    assert (predicted["price (predicted)"] <= high).all()
    actual = frame["price"].to_numpy(dtype=float)
    assert 0.6 < ((low <= actual) & (actual <= high)).mean() < 0.97
    assert value_of(evaluate_run(run), "r2") > 0.8
    export_run(run, tmp_path / "model.trainyard")
    again = Predictor.load(tmp_path / "model.trainyard").predict(frame)
    pd.testing.assert_frame_equal(again, predicted)
