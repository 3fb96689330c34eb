from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from engine.cli.app import invoke
from engine.data.open import open_table
from engine.pipeline.beside import runs_beside
from engine.pipeline.results import evaluate_run, predictor_and_table
from engine.predictor.part import part_rows
from engine.recipe.rows import CellCorrection, with_corrections
from engine.store.run_folder import RunFolder
from tests.engine.trained import flowers, trained_run

WIDER = {"model": {"trunk": {"kind": "mlp", "widths": [4]}}, "training": {"epochs": 1}}


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return flowers(tmp_path_factory.mktemp("flowers") / "flowers.csv", 160, 2)


@pytest.fixture(scope="module")
def first(path: Path) -> RunFolder:
    return trained_run(path.parent / "home", path, "kind")


def test_runs_of_one_split_are_paired_on_all_of_its_rows(
    path: Path,
    first: RunFolder,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    other = trained_run(path.parent / "home", path, "kind", WIDER)
    beside = runs_beside(first, [other])
    own = evaluate_run(first)
    assert beside.rows == beside.of_rows == own.rows
    assert [m.value for m in beside.evaluation.metrics] == pytest.approx(
        [m.value for m in own.metrics], abs=1e-6
    )
    (scored,) = beside.others
    theirs = evaluate_run(other)
    for name in ("accuracy", "loss"):
        difference = scored.difference(name)
        mine, its = own.metric(name), theirs.metric(name)
        assert difference is not None
        assert mine is not None
        assert its is not None
        assert difference.value == pytest.approx((mine.value or 0) - (its.value or 0), abs=1e-6)
        assert difference.low is not None
        assert difference.high is not None
        assert difference.low <= difference.value <= difference.high
    assert scored.evaluation.confusion == theirs.confusion
    assert beside.corrected == 0
    assert beside.left_out == ()
    monkeypatch.setenv("TRAINYARD_HOME", str(path.parent / "home"))
    assert invoke(["compare", first.id, other.id, "--paired", "test"]) == 0
    told = capsys.readouterr().out
    assert f"{beside.rows} of {beside.rows} test rows · kind" in told
    assert "difference" in told


def test_only_rows_that_no_run_learned_from_count(path: Path, first: RunFolder) -> None:
    other = trained_run(path.parent / "home", path, "kind", {"split": {"seed": 9, "test": 0.5}})
    parts = [
        set(part_rows(*predictor_and_table(each), "test").rows.tolist()) for each in (first, other)
    ]
    beside = runs_beside(first, [other])
    assert 0 < beside.rows == len(parts[0] & parts[1]) < beside.of_rows


def test_runs_of_something_else_are_left_out(path: Path, first: RunFolder, tmp_path: Path) -> None:
    place = trained_run(tmp_path, path, "place", WIDER)
    table = trained_run(tmp_path, flowers(tmp_path / "more.csv", 150, 2), "kind", WIDER)
    beside = runs_beside(first, [place, table])
    assert {each.run: each.why for each in beside.left_out} == {
        place.id: "target",
        table.id: "table",
    }
    assert beside.others == ()


def test_corrected_labels_measure_the_run_before_them_too(path: Path, first: RunFolder) -> None:
    """The same rows, the labels of the later run."""
    recipe = first.recipe()
    rows = part_rows(*predictor_and_table(first), "test").rows[:6]
    labels = open_table(path).cells("kind", 0, 160)
    other = {"kind 0": "kind 1", "kind 1": "kind 0"}
    cells = [
        CellCorrection(row=int(row), found=labels[row], value=other[labels[row] or ""])
        for row in rows
    ]
    rules = with_corrections(recipe.rows, "kind", cells)
    changes = {"rows": rules.model_dump(mode="json"), "training": {"epochs": 1}}
    mended = trained_run(path.parent / "home", path, "kind", changes)
    beside = runs_beside(mended, [first])
    assert beside.rows == evaluate_run(first).rows
    assert beside.corrected == 6
    before, after = evaluate_run(first), beside.others[0].evaluation
    flipped = np.array(before.confusion).sum(axis=1) - np.array(after.confusion).sum(axis=1)
    counts = [labels[row] for row in rows]
    assert flipped.tolist() == [
        counts.count("kind 0") - counts.count("kind 1"),
        counts.count("kind 1") - counts.count("kind 0"),
    ]
