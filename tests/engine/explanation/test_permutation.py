"""Permutation importance finds the columns that a model goes by."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from engine.explanation.result import Importance
from engine.pipeline.results import evaluate_run, explain_run
from tests.engine.trained import trained_run, write_csv


def table(path: Path, rows: int = 300) -> Path:
    generator = np.random.default_rng(3)
    lines = []
    for _ in range(rows):
        strong, noise = generator.normal(size=2)
        weak = generator.choice(["a", "b", "c"])
        score = 3 * strong + (1.5 if weak == "a" else 0)
        day = f"2026-0{generator.integers(1, 10)}-11"
        lines.append([round(noise, 3), weak, day, round(strong, 3), "yes" if score > 0 else "no"])
    return write_csv(path, ["noise", "weak", "day", "strong", "label"], lines)


def test_the_columns_come_in_the_order_of_their_weight(tmp_path: Path) -> None:
    training = {"training": {"epochs": 20}}
    run = trained_run(tmp_path / "w", table(tmp_path / "table.csv"), "label", training)
    seen: list[tuple[int, int]] = []
    found = explain_run(run, "train", 4, progress=lambda done, total: seen.append((done, total)))
    names = [column.name for column in found.columns]
    assert names[0] == "strong"
    assert set(names) == {"strong", "weak", "noise", "day"}
    by_name = {column.name: column for column in found.columns}
    assert by_name["strong"].mean > 0.1 > abs(by_name["noise"].mean)
    assert by_name["weak"].mean > abs(by_name["noise"].mean)
    for column in found.columns:
        assert column.low <= column.mean <= column.high
    assert (found.metric, found.higher_is_better) == ("roc_auc", True)
    auc = evaluate_run(run, "train").metric("roc_auc")
    assert auc is not None
    assert found.score == auc.value
    assert seen[-1] == (16, 16)
    assert explain_run(run, "train", 4) == found
    assert Importance.model_validate_json(found.model_dump_json()) == found
