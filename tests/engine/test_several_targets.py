"""Tables of several targets from the file to the predicted file, and losses that a table is not for."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from engine.cli.app import invoke
from engine.data.open import open_table
from engine.errors import RecipeInvalid
from engine.pipeline.resolving import matched, resolve
from engine.pipeline.results import evaluate_run, explain_run
from engine.predictor.predict_file import predict_file
from engine.predictor.predictor import Predictor
from engine.recipe.recipe import Recipe
from engine.schema import Task
from engine.store.workspace import Workspace
from tests.engine.trained import SMALL

ROWS = 240


def table_of(path: Path) -> pd.DataFrame:
    """Two numbers and three answers that follow from two others, with gaps, and grades."""
    rng = np.random.default_rng(3)
    a, b = rng.normal(size=(2, ROWS)).round(3)
    frame = pd.DataFrame({"a": a, "b": b, "place": rng.choice(["coast", "hills"], ROWS)})
    frame["price"] = (100 + 20 * a).round(2)
    frame["rent"] = np.exp(b).round(3)
    for name, score in (("rain", a), ("wind", b), ("hail", a + b)):
        frame[name] = np.where(score > 0.2, "yes", "no")
    frame["grade"] = np.select([a < -0.5, a < 0.5], ["poor", "fair"], "good")
    frame.loc[::11, "rent"] = np.nan
    frame.loc[::9, "hail"] = None
    frame.to_csv(path, index=False)
    return frame


def changed(*targets: str, ignore: tuple[str, ...] = (), **more: Any) -> Recipe:
    columns = [{"name": name, "role": "target"} for name in targets]
    every = {"price", "rent", "rain", "wind", "hail", "grade"} - set(targets)
    columns += [{"name": name, "role": "ignore"} for name in sorted(every)]
    training = SMALL["training"] | more.pop("training", {})
    return Recipe.model_validate(SMALL | {"columns": columns, "training": training} | more)


def from_the_command_line(path: Path, recipe: Recipe, *targets: str) -> str:
    asked = path.with_suffix(".recipe.json")
    asked.write_text(recipe.model_dump_json())
    named = [word for name in targets for word in ("--target", name)]
    assert invoke(["train", str(path), "--recipe", str(asked), *named]) == 0
    return str(path.with_name("predicted.csv"))


def test_two_numbers_from_the_file_to_the_predicted_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("TRAINYARD_HOME", str(tmp_path / "home"))
    path = tmp_path / "homes.csv"
    frame = table_of(path)
    recipe = changed("price", "rent", training={"epochs": 20, "loss": "gaussian"})
    out = from_the_command_line(path, recipe, "price", "rent")
    assert invoke(["evaluate", "1", "--json"]) == 0
    printed = capsys.readouterr().out
    found = json.loads(printed[printed.index("\n{") :])
    assert (found["task"], found["target"]) == ("multi_regression", "price, rent")
    assert [each["target"] for each in found["by_target"]] == ["price", "rent"]
    assert found["by_target"][1]["rows"] < found["rows"]
    by_name = {m["name"]: m["value"] for m in found["metrics"]}
    each = [{m["name"]: m["value"] for m in own["metrics"]} for own in found["by_target"]]
    assert by_name["r2"] == pytest.approx((each[0]["r2"] + each[1]["r2"]) / 2)
    assert each[0]["r2"] > 0.7
    assert invoke(["predict", "1", str(path), "--output", out]) == 0
    predicted = pd.read_csv(out)
    assert list(predicted.columns[len(frame.columns) :]) == [
        f"{name} ({what})"
        for name in ("price", "rent")
        for what in ("predicted", "5%", "95%", "deviation")
    ]
    assert np.corrcoef(predicted["price"], predicted["price (predicted)"])[0, 1] > 0.8
    assert (predicted["price (5%)"] < predicted["price (predicted)"]).all()
    assert invoke(["evaluate", "1"]) == 0
    assert "· rent" in capsys.readouterr().out


def test_three_labels_from_the_file_to_the_model_file_and_back(tmp_path: Path) -> None:
    path = tmp_path / "weather.csv"
    table_of(path)
    recipe = changed("rain", "wind", "hail", training={"epochs": 15, "class_weights": "balanced"})
    with_workspace = Workspace(tmp_path / "home")
    try:
        run = with_workspace.create(recipe, open_table(path, recipe.reading))
    finally:
        with_workspace.close()
    from engine.export.bundle import export_run
    from engine.pipeline.training import train_run

    train_run(run)
    found = evaluate_run(run)
    assert (found.task, found.confusion) == (Task.MULTI_LABEL, ())
    assert [each.task for each in found.by_target] == [Task.BINARY] * 3
    assert {m.name for m in found.metrics} >= {"subset_accuracy", "hamming", "macro_f1", "roc_auc"}
    area = found.metric("roc_auc")
    assert area is not None
    assert area.value is not None
    assert area.value > 0.85
    assert sum(map(sum, found.by_target[2].confusion)) == found.by_target[2].rows < found.rows
    importance = explain_run(run, repeats=1)
    assert importance.metric == "roc_auc"
    assert {column.name for column in importance.columns[:2]} == {"a", "b"}
    model = tmp_path / "weather.trainyard"
    export_run(run, model)
    predictor = Predictor.load(model)
    report = predict_file(predictor, path, tmp_path / "predicted.csv")
    assert report.rows == ROWS
    added = report.header[-6:]
    assert added[:2] == ("rain (predicted)", "P(rain = yes)")
    frame = pd.read_csv(tmp_path / "predicted.csv")
    chosen = np.where(frame["P(wind = yes)"] > 0.5, "yes", "no")
    assert (chosen == frame["wind (predicted)"]).all()


LOSSES: list[tuple[tuple[str, ...], dict[str, Any], str]] = [
    (("a",), {"loss": "poisson"}, "values of 0 and more"),
    (("rent", "a"), {"loss": "gamma"}, "values above 0"),
    (("grade",), {"loss": "ordinal"}, "needs the order of the classes"),
    (("price", "rain"), {}, "Not numbers: rain"),
    (("rain", "grade"), {}, "“grade” has more than two classes"),
]


@pytest.mark.parametrize(("targets", "training", "words"), LOSSES)
def test_what_a_table_is_not_for_is_told_before_training(
    tmp_path: Path, targets: tuple[str, ...], training: dict[str, Any], words: str
) -> None:
    path = tmp_path / "homes.csv"
    table_of(path)
    recipe = changed(*targets, training=training)
    with pytest.raises(RecipeInvalid, match=words) as caught:
        matched(recipe, open_table(path, recipe.reading))
    assert caught.value.fix


def test_an_order_that_is_told_is_enough(tmp_path: Path) -> None:
    path = tmp_path / "homes.csv"
    table_of(path)
    recipe = changed("grade", training={"loss": "ordinal"}).model_copy(
        update={"outcome": Recipe.model_validate({"outcome": {"order": ["poor", "fair"]}}).outcome}
    )
    found = resolve(recipe, open_table(path, recipe.reading))
    assert found.task is Task.MULTICLASS
