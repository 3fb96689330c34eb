"""What is decided for a run is what every prediction follows: in tables, files and scores."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.data.cells.cell_types import CellKind, CellType
from engine.data.preparing.fitted_target import FittedClasses
from engine.errors import DecisionInvalid, OnlyForTwoClasses, TooFewForCoverage
from engine.evaluation.calibrate import covered, fit_calibration, fit_conformal, log_loss
from engine.evaluation.curves import sweep
from engine.evaluation.row_table import ByCell, ByChance, BySlice, RowTable
from engine.export.bundle import export_run
from engine.pipeline.deciding import decide_run
from engine.pipeline.results import evaluate_run
from engine.predictor.decision import Conformal, Decision, decision_of
from engine.predictor.model_file import VERSION
from engine.predictor.predictor import Predictor
from engine.store.run_folder import RunFolder
from engine.tasks import DecideTask
from tests.engine.trained import flowers, prices, read_csv, trained_run, write_csv


@pytest.fixture(scope="module")
def two(tmp_path_factory: pytest.TempPathFactory) -> RunFolder:
    folder = tmp_path_factory.mktemp("two")
    return trained_run(folder / "w", flowers(folder / "flowers.csv", classes=2), "kind")


@pytest.fixture
def run(two: RunFolder) -> Any:
    yield two
    (two.path / "decision.json").unlink(missing_ok=True)


def decided(run: RunFolder, **asked: Any) -> Decision:
    return decide_run(run, DecideTask(run=str(run.path), **asked))


def test_a_threshold_decides_classes_everywhere(run: RunFolder, tmp_path: Path) -> None:
    plain = evaluate_run(run)
    assert plain.sweep is not None
    expected = plain.sweep.at(0.9)
    decided(run, threshold=0.9)
    found = evaluate_run(run)
    assert found.threshold == 0.9
    assert found.confusion == (
        (expected.passes, expected.alarms),
        (expected.misses, expected.hits),
    )
    f1 = found.metric("f1")
    assert f1 is not None
    assert f1.value == pytest.approx(expected.score("f1"))
    source = Path(run.info().table_path)
    predicted = Predictor.load(run.path).predict(pd.read_csv(source))
    above = predicted["P(kind 1)"] > 0.9
    assert (predicted["kind (predicted)"] == np.where(above, "kind 1", "kind 0")).all()

    file = tmp_path / "model.trainyard"
    export_run(run, file)
    with zipfile.ZipFile(file) as archive:
        assert json.loads(archive.read("manifest.json"))["version"] == VERSION
    assert Predictor.load(file).decision.threshold == 0.9


def test_a_model_file_of_the_first_release_is_read(run: RunFolder, tmp_path: Path) -> None:
    export_run(run, tmp_path / "new.trainyard")
    with zipfile.ZipFile(tmp_path / "new.trainyard") as archive:
        entries = {name: archive.read(name) for name in archive.namelist()}
    manifest = json.loads(entries.pop("manifest.json")) | {"version": 1}
    for name in ("card.md", "decision.json"):
        entries.pop(name, None)
        manifest["files"].pop(name, None)
    with zipfile.ZipFile(tmp_path / "old.trainyard", "w") as archive:
        archive.writestr("manifest.json", json.dumps(manifest))
        for name, data in entries.items():
            archive.writestr(name, data)
    assert Predictor.load(tmp_path / "old.trainyard").decision.is_plain


def test_costs_choose_the_cheapest_threshold(run: RunFolder) -> None:
    found = decided(run, costs=(10.0, 1.0))
    curve = evaluate_run(run, "validation").sweep
    assert curve is not None
    cheapest = min(curve.at(each).cost(10, 1) for each in curve.thresholds)
    assert curve.at(found.threshold).cost(10, 1) == cheapest
    assert (found.chosen_by, found.missed, found.alarm) == ("cost", 10, 1)
    assert found.threshold < decided(run, costs=(1.0, 10.0)).threshold


def test_the_best_threshold_is_that_of_the_metric(run: RunFolder) -> None:
    found = decided(run, best="f1")
    curve = evaluate_run(run, "validation").sweep
    assert curve is not None
    best = max(curve.at(each).score("f1") or 0 for each in curve.thresholds)
    assert curve.at(found.threshold).score("f1") == best


def test_corrections_change_probabilities_and_keep_what_else_is_decided(run: RunFolder) -> None:
    before = evaluate_run(run, "validation").metric("log_loss")
    decided(run, threshold=0.7)
    found = decided(run, calibration="temperature", coverage=0.8)
    assert found.threshold == 0.7
    assert found.conformal is not None
    after = evaluate_run(run, "validation").metric("log_loss")
    assert before is not None
    assert after is not None
    assert after.value is not None
    assert before.value is not None
    assert after.value <= before.value + 1e-6
    columns = Predictor.load(run.path).predict(pd.read_csv(run.info().table_path).head(5))
    assert "kind (set)" in columns
    assert decided(run, forget=True).is_plain
    assert decision_of(run.path).is_plain


def test_what_does_not_suit_the_target_is_refused(tmp_path: Path) -> None:
    run = trained_run(tmp_path / "w", prices(tmp_path / "prices.csv"), "price")
    with pytest.raises(DecisionInvalid):
        decided(run, threshold=0.4)
    with pytest.raises(TooFewForCoverage):
        decided(run, coverage=0.999)
    found = decided(run, coverage=0.8)
    assert found.conformal is not None
    evaluation = evaluate_run(run)
    assert evaluation.coverage is not None
    assert evaluation.coverage.low <= 0.8 <= evaluation.coverage.high + 0.1
    header = list(Predictor.load(run.path).predict(read_frame(run)))
    assert header == ["price (predicted)", "price (low)", "price (high)"]


def read_frame(run: RunFolder) -> Any:
    return pd.read_csv(run.info().table_path)


def test_another_labelled_file_is_scored(run: RunFolder, tmp_path: Path) -> None:
    header, rows = read_csv(Path(run.info().table_path))
    other = tmp_path / "later.csv"
    for row in rows[:7]:
        row[-1] = "kind 9"
    write_csv(other, header, rows[:100])
    found = evaluate_run(run, file=other)
    assert (found.part, found.rows, found.left_out) == ("file", 93, 7)
    assert found.rows_from == str(other)
    assert min(error.row for error in found.largest_errors) >= 7


def test_the_test_part_counts_how_often_it_is_looked_at(tmp_path: Path) -> None:
    run = trained_run(tmp_path / "w", flowers(tmp_path / "flowers.csv"), "kind")
    assert [evaluate_run(run).looks for _ in range(3)] == [1, 2, 3]
    assert evaluate_run(run, "validation").looks == 0


def test_rows_are_chosen_by_what_was_found_of_them(run: RunFolder) -> None:
    found = evaluate_run(run)
    rows = RowTable.load(Path(found.rows_file))
    assert len(rows) == found.rows
    for actual in (0, 1):
        for predicted in (0, 1):
            count = rows.mask(ByCell(actual, predicted)).sum()
            assert count == found.confusion[actual][predicted]
    assert found.sweep is not None
    flagged = found.sweep.at(0.8)
    assert (rows.chosen(0.8) == 1).sum() == flagged.hits + flagged.alarms
    assert found.chances is not None
    first = rows.mask(ByChance(0, found.chances.edges[1], positive=False)).sum()
    assert first == found.chances.others[0]
    assert [rows.mask(BySlice(s.columns, s.codes)).sum() for s in found.slices] == [
        s.rows for s in found.slices
    ]
    worst = rows.worst(None, 5)
    assert [each.row for each in worst] == [e.row for e in found.largest_errors[:5]]


def target(classes: int) -> FittedClasses:
    names = tuple(f"c{i}" for i in range(classes))
    return FittedClasses(
        name="t", cell_type=CellType(kind=CellKind.TEXT), classes=names, counts=(1,) * classes
    )


@settings(max_examples=20, deadline=None)
@given(
    seed=st.integers(0, 10**6),
    classes=st.integers(2, 5),
    scale=st.sampled_from([0.01, 0.5, 1.0, 8.0, 60.0]),
)
def test_a_temperature_never_raises_the_log_loss(seed: int, classes: int, scale: float) -> None:
    generator = np.random.default_rng(seed)
    outputs = generator.normal(size=(40, 1 if classes == 2 else classes)).astype(np.float32)
    actual = generator.integers(0, classes, 40)
    outputs *= scale
    fitted = fit_calibration("temperature", target(classes), outputs, actual)
    after = log_loss(target(classes), fitted.corrected(outputs), actual)
    assert after <= log_loss(target(classes), outputs, actual) + 1e-12


@pytest.mark.parametrize("kind", ["platt", "isotonic"])
def test_curves_bring_probabilities_near_to_what_comes(kind: Any) -> None:
    generator = np.random.default_rng(2)
    logits = generator.normal(size=4000) * 2
    actual = (generator.random(4000) < 1 / (1 + np.exp(-(0.4 * logits - 1)))).astype(np.int64)
    outputs = logits[:, None].astype(np.float32)
    fitted = fit_calibration(kind, target(2), outputs, actual)
    better = log_loss(target(2), fitted.corrected(outputs), actual)
    assert better < log_loss(target(2), outputs, actual) - 0.1
    with pytest.raises(OnlyForTwoClasses):
        fit_calibration(kind, target(3), np.zeros((4, 3), np.float32), np.array([0, 1, 2, 0]))


@pytest.mark.parametrize("seed", range(10))
def test_sets_hold_the_truth_as_often_as_was_asked(seed: int) -> None:
    generator = np.random.default_rng(seed)
    outputs = generator.normal(size=(3000, 4)).astype(np.float32) * 2
    shares = target(4).probabilities(outputs)
    actual = (shares.cumsum(axis=1) < generator.random((3000, 1))).sum(axis=1).clip(0, 3)
    conformal = fit_conformal(0.9, Decision(), target(4), outputs[:1500], actual[:1500])
    decision = Decision(conformal=conformal)
    inside, sizes = covered(decision, target(4), outputs[1500:], actual[1500:])
    # Both halves vary: binomial twice, at three deviations.
    assert abs(inside.mean() - 0.9) < 3 * np.sqrt(2 * 0.9 * 0.1 / 1500)
    assert 1 <= sizes.mean() <= 4


def test_a_sweep_counts_what_lies_above_each_threshold() -> None:
    generator = np.random.default_rng(4)
    chances = generator.random(3000).round(2)
    positive = generator.random(3000) < chances
    weights = generator.random(3000)
    for own in (None, weights):
        found = sweep(positive, chances, own)
        assert found is not None
        counted = np.ones(3000) if own is None else own
        for threshold in (0.0, 0.25, 0.5, 0.99):
            at = found.at(threshold)
            above = chances > threshold
            assert at.hits == pytest.approx(counted[above & positive].sum())
            assert at.passes == pytest.approx(counted[~above & ~positive].sum())
    assert sweep(np.ones(3, bool), np.ones(3), None) is None


def test_a_decision_that_was_damaged_is_told(run: RunFolder) -> None:
    from engine.errors import RunDamaged

    (run.path / "decision.json").write_text('{"threshold": 7}')
    with pytest.raises(RunDamaged):
        Predictor.load(run.path)
    (run.path / "decision.json").write_text("{")
    with pytest.raises(RunDamaged):
        Predictor.load(run.path)


def test_a_decision_for_other_weights_is_not_followed_and_told(
    run: RunFolder, tmp_path: Path
) -> None:
    decided(run, threshold=0.9)
    path = run.path / "decision.json"
    kept = json.loads(path.read_text())
    path.write_text(json.dumps(kept | {"best_epoch": kept["best_epoch"] + 1}))
    found = evaluate_run(run)
    assert found.threshold == 0.5
    assert found.has_outdated_decision
    export_run(run, tmp_path / "model.trainyard")
    assert Predictor.load(tmp_path / "model.trainyard").decision.is_plain
    assert decided(run, threshold=0.4).threshold == 0.4
    assert not evaluate_run(run).has_outdated_decision


def test_sure_answers_are_told_by_their_probability() -> None:
    decision = Decision(least_confidence=0.8, conformal=Conformal(coverage=0.9, reach=0.3, rows=9))
    outputs = np.array([[0.1], [3.0], [-3.0]], np.float32)
    found = decision.doubts(target(2), outputs)
    assert found["t (sure)"].tolist() == ["no", "yes", "yes"]
    assert found["t (set)"].tolist() == ["", "c1", "c0"]
