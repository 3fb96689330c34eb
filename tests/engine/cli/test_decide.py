"""`trainyard decide` from the command line: what is decided there is what `predict` follows."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from engine.cli.app import invoke
from tests.engine.trained import flowers, read_csv, trained_run


def test_a_threshold_by_cost_changes_the_predicted_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Any
) -> None:
    monkeypatch.setenv("TRAINYARD_HOME", str(tmp_path / "w"))
    path = flowers(tmp_path / "flowers.csv", classes=2)
    run = trained_run(tmp_path / "w", path, "kind")

    def says(*words: str) -> str:
        assert invoke(list(words)) == 0
        return str(capsys.readouterr().out)

    assert "The likeliest class" in says("decide", run.id)
    says("predict", run.id, str(path), "-o", str(tmp_path / "before.csv"))
    told = says("decide", run.id, "--cost", "20", "1", "--calibrate", "temperature")
    assert "The second class is predicted above" in told
    assert "Probabilities are corrected: temperature" in told
    found = json.loads(says("decide", run.id, "--json"))
    assert found["chosen_by"] == "cost"
    says("predict", run.id, str(path), "-o", str(tmp_path / "after.csv"))
    header, before = read_csv(tmp_path / "before.csv")
    _, after = read_csv(tmp_path / "after.csv")
    place, chance = header.index("kind (predicted)"), header.index("P(kind 1)")
    flagged = [sum(row[place] == "kind 1" for row in rows) for rows in (before, after)]
    assert flagged[1] > flagged[0]
    assert all((float(r[chance]) > found["threshold"]) == (r[place] == "kind 1") for r in after)
    shown = says("evaluate", run.id, "--part", "validation", "--slices")
    assert "slice" in shown
    assert "Log loss" in shown
    scored = says("evaluate", run.id, "--file", str(path))
    assert "240 file rows" in scored
    assert "The likeliest class" in says("decide", run.id, "--reset")


def test_what_cannot_be_decided_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Any
) -> None:
    monkeypatch.setenv("TRAINYARD_HOME", str(tmp_path / "w"))
    run = trained_run(tmp_path / "w", flowers(tmp_path / "flowers.csv"), "kind")
    for words, said in (
        (["--threshold", "0.4"], "A threshold is for two classes"),
        (["--calibrate", "platt"], "The correction platt is for two classes, and there are 3."),
        (["--coverage", "0.999"], "needs 999 validation rows, and there are 36"),
    ):
        assert invoke(["decide", run.id, *words]) == 2
        assert said in capsys.readouterr().err
    assert invoke(["decide", run.id, "--calibrate", "temperature", "--coverage", "0.8"]) == 0
    capsys.readouterr()
    assert invoke(["evaluate", run.id]) == 0
    assert "80% was asked" in capsys.readouterr().out
