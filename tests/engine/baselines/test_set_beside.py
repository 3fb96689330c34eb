"""Runs beside baselines: the same rows, the same scores, kept and not trained twice."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from sklearn.ensemble import HistGradientBoostingRegressor
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import accuracy_score, log_loss, roc_auc_score
from sklearn.preprocessing import StandardScaler

from engine.baselines import learning
from engine.baselines import set_beside as module
from engine.baselines.baseline import Baseline, LearningRows
from engine.baselines.cells import cells_of, is_category
from engine.baselines.comparisons import kept_comparison
from engine.baselines.kinds.gradient_boosting import GradientBoosting
from engine.baselines.kinds.lightgbm import LightGbm
from engine.baselines.kinds.linear import LinearModel
from engine.baselines.kinds.plainest import Plainest
from engine.baselines.result import MetricDifference, SetBeside
from engine.baselines.sentences import comparison
from engine.data.columns.infer import infer_schema
from engine.data.open import open_table
from engine.errors import FeatureMissing, NothingToCompare, UnknownBaseline
from engine.pipeline.deciding import decide_run
from engine.pipeline.results import evaluate_run, set_beside_run
from engine.pipeline.tables import table_of
from engine.pipeline.training import train_run
from engine.predictor.part import RunParts
from engine.predictor.predictor import Predictor
from engine.recipe.recipe import Recipe
from engine.store.run_folder import RunFolder
from engine.store.workspace import Workspace
from engine.tasks import DecideTask
from tests.engine.trained import SMALL, flowers, prices, trained_run, write_csv

KINDS = ("plainest", "linear", "gradient_boosting")
QUICK = GradientBoosting(trees=8)


@pytest.fixture(scope="module")
def binary(tmp_path_factory: pytest.TempPathFactory) -> RunFolder:
    """Two classes, with missing numbers and levels."""
    folder = tmp_path_factory.mktemp("binary")
    generator = np.random.default_rng(3)
    rows = []
    for _ in range(300):
        size, colour = generator.normal(), generator.choice(["red", "green", "blue"])
        chance = 1 / (1 + np.exp(-2 * size - (colour == "red")))
        label = "yes" if generator.random() < chance else "no"
        shown = "" if generator.random() < 0.1 else f"{size:.3f}"
        rows.append([shown, "" if generator.random() < 0.1 else colour, "ignored", label])
    path = write_csv(folder / "table.csv", ["size", "colour", "note", "label"], rows)
    return trained_run(folder, path, "label", {"columns": [{"name": "note", "role": "ignore"}]})


@pytest.fixture(scope="module")
def beside(binary: RunFolder) -> SetBeside:
    return set_beside_run(binary, "test", KINDS)


def _parts(run: RunFolder) -> tuple[Predictor, RunParts]:
    predictor, table = Predictor.load(run.path), table_of(run)
    return predictor, RunParts(predictor, table, infer_schema(table))


def test_the_linear_baseline_is_logistic_regression_on_the_runs_training_rows(
    binary: RunFolder, beside: SetBeside
) -> None:
    predictor, parts = _parts(binary)
    train, test = parts.part("train").arrays, parts.part("test").arrays
    (levels,) = predictor.preparation.inputs.levels

    def inputs(arrays):
        one_hot = np.eye(levels)[arrays.codes[:, 0]][:, 1:]
        return np.hstack([arrays.numbers.astype(float), one_hot])

    scaler = StandardScaler().fit(inputs(train))
    model = LogisticRegression(max_iter=500).fit(scaler.transform(inputs(train)), train.target)
    chances = model.predict_proba(scaler.transform(inputs(test)))[:, 1]

    linear = next(each for each in beside.baselines if each.kind == "linear")
    for name, expected in (
        ("accuracy", accuracy_score(test.values, chances > 0.5)),
        ("roc_auc", roc_auc_score(test.values, chances)),
        ("loss", log_loss(test.values, chances)),
    ):
        found = linear.metric(name)
        assert found is not None
        assert found.value == pytest.approx(expected, abs=4e-3)  # one pair of rows is 0.002


def test_the_plainest_baseline_is_the_one_that_the_evaluation_shows(
    binary: RunFolder, beside: SetBeside
) -> None:
    shown = evaluate_run(binary)
    plainest = beside.baselines[0]
    assert plainest.kind == "plainest"
    for metric in shown.metrics:
        found = plainest.metric(metric.name)
        assert found is not None
        assert found.value == pytest.approx(metric.baseline, rel=1e-5)


def test_the_runs_own_scores_are_those_of_its_evaluation(
    binary: RunFolder, beside: SetBeside
) -> None:
    shown = {metric.name: metric.value for metric in evaluate_run(binary).metrics}
    for metric in beside.scored:
        assert shown[metric.name] == pytest.approx(metric.value, rel=1e-6)


def test_differences_are_of_the_same_rows_with_an_interval_around_them(beside: SetBeside) -> None:
    own = {metric.name: metric for metric in beside.scored}
    for each in beside.baselines:
        for difference in each.differences:
            theirs = each.metric(difference.name)
            assert theirs is not None
            assert difference.value == pytest.approx(
                own[difference.name].value - theirs.value, abs=1e-9
            )
            assert difference.low <= difference.value <= difference.high


def test_trees_see_missing_values_and_categories_as_they_are(binary: RunFolder) -> None:
    predictor, parts = _parts(binary)
    found = parts.part("train")
    cells = cells_of(predictor.preparation, parts.source("train"), found.rows)
    names = [column.name for column in predictor.preparation.fitted]
    categories = is_category(predictor.preparation)
    table = table_of(binary)
    colours = sorted({"red", "green", "blue"})
    for place, name in enumerate(names):
        raw = [table.cells(name, row, row + 1)[0] for row in found.rows.tolist()]
        for text, value in zip(raw, cells[:, place], strict=True):
            if text is None:
                assert np.isnan(value)
            elif categories[place]:
                assert colours[int(value)] == text
            else:
                assert value == pytest.approx(float(text))
    assert names == ["size", "colour"]
    assert categories == (False, True)


def test_what_was_trained_is_kept_and_not_trained_again(
    binary: RunFolder, beside: SetBeside, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fit(*_args: object, **_options: object) -> None:
        pytest.fail("it was trained again")

    for member in Baseline.members():
        monkeypatch.setattr(member, "fit", fit)
    again = set_beside_run(binary, "test", KINDS)
    assert again == beside
    other = set_beside_run(binary, "validation", KINDS)
    assert other.part == "validation"
    assert not list((binary.path / "baselines").glob("*.pkl"))


def test_a_damaged_file_of_predictions_is_made_again(binary: RunFolder, beside: SetBeside) -> None:
    (binary.path / "baselines" / "linear.safetensors").write_bytes(b"torn")
    again = set_beside_run(binary, "test", KINDS)
    assert [e.evaluation for e in again.baselines] == [e.evaluation for e in beside.baselines]


def test_the_comparison_is_read_back_for_the_same_weights_only(
    binary: RunFolder, beside: SetBeside
) -> None:
    set_beside_run(binary, "test", KINDS)
    best = binary.progress()[1]
    assert kept_comparison(binary.path, "test", best) == beside.model_copy(
        update={"baselines": kept_comparison(binary.path, "test", best).baselines}
    )
    assert kept_comparison(binary.path, "test", best + 1) is None
    assert kept_comparison(binary.path, "train", best) is None


def test_models_are_compared_at_the_threshold_that_was_decided(
    binary: RunFolder, beside: SetBeside
) -> None:
    best = binary.progress()[1]
    decide_run(binary, DecideTask(run=str(binary.path), threshold=0.8))
    try:
        assert kept_comparison(binary.path, "test", best) is None  # of another threshold
        found = set_beside_run(binary, "test", KINDS)
        own = evaluate_run(binary)
        assert found.threshold == own.threshold == 0.8
        linear = found.baselines[1]
        assert linear.evaluation.threshold == 0.8
        difference = linear.difference("recall")
        mine, theirs = own.metric("recall"), linear.metric("recall")
        assert difference is not None
        assert mine is not None
        assert theirs is not None
        assert mine.value is not None
        assert theirs.value is not None
        assert difference.value == pytest.approx(mine.value - theirs.value)
        assert comparison(found).endswith("Both predict the second class above 0.8.")
    finally:
        (binary.path / "decision.json").unlink()
    set_beside_run(binary, "test", KINDS)


def test_other_settings_are_another_training(binary: RunFolder) -> None:
    predictor, table = Predictor.load(binary.path), table_of(binary)

    def key(baseline: Baseline, **changes: object) -> str:
        recipe = predictor.recipe.model_copy(update=changes)
        return module.key_of(baseline, recipe, table, predictor.preparation)

    split = predictor.recipe.split.model_copy(update={"seed": 7})
    same = key(QUICK)
    assert key(GradientBoosting(trees=8)) == same
    assert key(GradientBoosting(trees=9)) != same
    assert key(QUICK, split=split) != same
    other_trunk = predictor.recipe.model.model_copy(update={"categories": None})
    assert key(QUICK, model=other_trunk) == same  # the network is none of a baseline's business


def test_numbers_are_predicted_in_their_unit(tmp_path: Path) -> None:
    run = trained_run(tmp_path, prices(tmp_path / "prices.csv"), "price")
    found = set_beside_run(run, "test", ("gradient_boosting", "linear"))
    assert found.metric == "rmse"
    predictor, parts = _parts(run)
    train, validation, test = (parts.part(p) for p in ("train", "validation", "test"))
    cells = [
        cells_of(predictor.preparation, parts.source("train"), each.rows)
        for each in (train, validation, test)
    ]
    model = HistGradientBoostingRegressor(
        max_iter=500, n_iter_no_change=20, early_stopping=True, random_state=0
    )
    target = [each.arrays.target.astype(float) for each in (train, validation)]
    model.fit(cells[0], target[0], X_val=cells[1], y_val=target[1])
    fitted = predictor.preparation.fitted_target
    rounds = list(model.staged_predict(cells[2]))
    best = int(np.argmax(model.validation_score_))
    assert best < len(rounds)  # or the test would not see which round is taken
    expected = rounds[best - 1] * fitted.spread + fitted.center
    rmse = float(np.sqrt(np.mean((expected - test.arrays.values) ** 2)))
    boosted = next(each for each in found.baselines if each.kind == "gradient_boosting")
    assert boosted.metric("rmse").value == pytest.approx(rmse, rel=1e-5)
    linear = next(each for each in found.baselines if each.kind == "linear")
    assert linear.metric("r2").value > 0.9


def test_several_classes_and_rows_with_weights(tmp_path: Path) -> None:
    path = flowers(tmp_path / "flowers.csv", rows=200, classes=4)
    lines = path.read_text().splitlines()
    weighted = [lines[0] + ",weight"]
    weighted += [f"{line},{1 + place % 3}" for place, line in enumerate(lines[1:])]
    path.write_text("\n".join(weighted) + "\n")
    run = trained_run(tmp_path, path, "kind", {"columns": [{"name": "weight", "role": "weight"}]})
    found = set_beside_run(run, "validation", KINDS)
    assert [len(each.evaluation.confusion) for each in found.baselines] == [4, 4, 4]
    assert all(each.evaluation.weighted for each in found.baselines)
    best = found.best()
    assert best is not None
    assert best.kind != "plainest"


@pytest.mark.parametrize("kind", ["category", "number"])
def test_several_targets_have_a_model_each_from_the_rows_that_have_them(
    tmp_path: Path, kind: str
) -> None:
    generator = np.random.default_rng(5)
    rows = []
    for place in range(240):
        size, age = generator.normal(size=2)
        first, second = size - age + generator.normal(0, 0.3), age + generator.normal(0, 0.3)
        if kind == "category":
            shown = ["yes" if value > 0 else "no" for value in (first, second)]
        else:
            shown = [f"{value:.3f}" for value in (first, second)]
        rows.append([f"{size:.3f}", f"{age:.3f}", shown[0], "" if place % 9 == 0 else shown[1]])
    path = write_csv(tmp_path / "two.csv", ["size", "age", "first", "second"], rows)
    targets = [{"name": name, "role": "target", "kind": kind} for name in ("first", "second")]
    recipe = Recipe.model_validate(SMALL | {"columns": targets})
    workspace = Workspace(tmp_path)
    run = workspace.create(recipe, open_table(path, recipe.reading))
    workspace.close()
    train_run(run)
    assert run.resolved().targets == ("first", "second")
    found = set_beside_run(run, "test", KINDS)
    plainest, linear, boosted = found.baselines
    name = "roc_auc" if kind == "category" else "r2"
    assert linear.metric(name).value > plainest.metric(name).value + 0.2
    assert boosted.metric(name).value > plainest.metric(name).value + 0.2
    assert [each.target for each in linear.evaluation.by_target] == ["first", "second"]
    assert comparison(found)


@pytest.mark.parametrize("loss", ["gaussian", "quantile", "poisson"])
def test_whatever_a_network_gives_is_compared_in_the_unit_of_the_target(
    tmp_path: Path, loss: str
) -> None:
    path = prices(tmp_path / "prices.csv", rows=160)
    run = trained_run(tmp_path, path, "price", {"training": {"loss": {"kind": loss}}})
    found = set_beside_run(run, "test", ("linear",))
    assert found.baselines[0].metric("r2").value > 0.9


def test_ordered_classes_are_compared_by_their_thresholds(tmp_path: Path) -> None:
    path = flowers(tmp_path / "flowers.csv", rows=200, classes=4)
    order = [f"kind {number}" for number in range(4)]
    changes = {"training": {"loss": {"kind": "ordinal"}}, "outcome": {"order": order}}
    run = trained_run(tmp_path, path, "kind", changes)
    found = set_beside_run(run, "test", ("linear",))
    assert found.baselines[0].metric("accuracy").value > 0.6


def test_more_levels_than_the_trees_take_are_put_together(tmp_path: Path) -> None:
    generator = np.random.default_rng(0)
    rows = [[f"town {generator.integers(400)}", generator.normal(), i % 2] for i in range(900)]
    path = write_csv(tmp_path / "towns.csv", ["town", "size", "label"], rows)
    run = trained_run(tmp_path, path, "label", {"columns": [{"name": "town", "kind": "category"}]})
    found = set_beside_run(run, "test", ("gradient_boosting",))
    assert found.baselines[0].metric("accuracy").value is not None


def test_a_class_that_training_lacks_is_never_predicted() -> None:
    generator = np.random.default_rng(0)

    def rows(classes: int) -> LearningRows:
        cells = generator.normal(size=(60, 2))
        return LearningRows(
            numbers=cells.astype(np.float32),
            codes=np.zeros((60, 0), np.int32),
            levels=(),
            cells=cells,
            is_category=(False, False),
            target=np.arange(60) % classes,
            classes=3,
            weights=None,
        )

    train, validation = rows(2), rows(3)
    held = validation.of_classes(np.unique(train.target))
    assert set(held.target) == {0, 1}
    for baseline in (QUICK, LinearModel(), Plainest()):
        found = baseline.fit(train, held, seed=0, threads=1).predict(validation)
        assert found.shape == (60, 3)
        assert not found[:, 2].any()
        assert found.sum(axis=1) == pytest.approx(1)


def test_training_rows_that_do_not_fit_the_memory_are_drawn_evenly(
    binary: RunFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(learning, "fits_memory", lambda size: size < 10_000)
    monkeypatch.setattr(module, "key_of", lambda *_args: "few rows")
    found = set_beside_run(binary, "test", ("linear",))
    assert 2 <= found.baselines[0].learned_from < found.train_rows


def test_what_cannot_be_compared_is_told(
    binary: RunFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(UnknownBaseline) as unknown:
        set_beside_run(binary, "test", ("forest",))
    assert "gradient_boosting" in str(unknown.value)
    monkeypatch.setattr(LightGbm, "is_installed", classmethod(lambda cls: False))
    with pytest.raises(FeatureMissing) as absent:
        set_beside_run(binary, "test", ("lightgbm",))
    assert "trainyard[boost]" in str(absent.value)
    baselines, missing = module.chosen_baselines(())
    assert missing == ("lightgbm",)
    assert [each.kind for each in baselines] == list(KINDS)


def test_a_part_without_rows_is_told(tmp_path: Path) -> None:
    changes = {"split": {"method": "random", "test": 0.0}}
    run = trained_run(tmp_path, prices(tmp_path / "prices.csv", rows=60), "price", changes)
    with pytest.raises(NothingToCompare):
        set_beside_run(run, "test", ("plainest",))
    assert set_beside_run(run, "validation", ("plainest",)).baselines


@pytest.mark.skipif(not LightGbm.is_installed(), reason="LightGBM is not installed")
def test_lightgbm_learns_from_the_same_rows(binary: RunFolder, beside: SetBeside) -> None:
    found = set_beside_run(binary, "test", ("lightgbm",))
    plainest = beside.baselines[0].metric("roc_auc").value
    assert found.baselines[0].metric("roc_auc").value > plainest + 0.1


def _difference(name: str, value: float, low: float, high: float) -> MetricDifference:
    higher = name != "rmse"
    return MetricDifference(name=name, value=value, low=low, high=high, higher_is_better=higher)


@pytest.mark.parametrize(
    ("name", "value", "low", "high", "sentence"),
    [
        (
            "accuracy",
            -0.01,
            -0.025,
            0.004,
            "Gradient boosting is ahead by 1.0 point in accuracy; the intervals overlap.",
        ),
        (
            "accuracy",
            0.021,
            0.01,
            0.03,
            "This run is ahead of gradient boosting by 2.1 points in accuracy (95% interval 1.0 to 3.0).",
        ),
        (
            "rmse",
            0.1234,
            0.1,
            0.2,
            "Gradient boosting is ahead by 0.123 in RMSE (95% interval 0.1 to 0.2).",
        ),
        ("accuracy", 0.0, -0.1, 0.1, "This run and gradient boosting are level in accuracy."),
    ],
)
def test_one_sentence_says_who_is_ahead(
    beside: SetBeside, name: str, value: float, low: float, high: float, sentence: str
) -> None:
    boosted = beside.baselines[-1]
    metric = boosted.metric("accuracy").model_copy(update={"name": name, "value": 9.0})
    told = boosted.model_copy(
        update={
            "differences": (_difference(name, value, low, high),),
            "evaluation": boosted.evaluation.model_copy(update={"metrics": (metric,)}),
        }
    )
    found = beside.model_copy(update={"baselines": (told,), "metric": name})
    assert comparison(found) == sentence


def test_a_comparison_is_plain_json(beside: SetBeside) -> None:
    plain = json.loads(beside.model_dump_json())
    assert SetBeside.model_validate(plain) == beside
