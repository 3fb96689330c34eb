"""`trainyard evaluate`, `nearest` and `residuals` from the command line."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from engine.cli.app import invoke
from tests.engine.trained import flowers, trained_run


def test_everything_that_is_known_of_rows_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Any
) -> None:
    monkeypatch.setenv("TRAINYARD_HOME", str(tmp_path / "w"))
    path = flowers(tmp_path / "flowers.csv", classes=2)
    run = trained_run(tmp_path / "w", path, "kind")

    def says(*words: str) -> str:
        assert invoke(list(words)) == 0
        return str(capsys.readouterr().out)

    everything = ["--by-class", "--conflicts", "--slices", "--suspects", "--gaps-by", "length"]
    told = says("evaluate", run.id, "--part", "train", *everything)
    for part in ("PR AUC", "share their inputs", "highest for", "likely wrong"):
        assert part in told
    assert "calibration     length" in told
    found = json.loads(says("evaluate", run.id, "--part", "train", "--json"))
    assert {"by_class", "gaps", "fairness", "conflicts", "doubt"} <= set(found)
    assert all(each["column"] != "length" for each in found["fairness"])

    told = says("residuals", run.id, "length", "--part", "train")
    assert "mean loss" in told
    assert invoke(["residuals", run.id, "lenth", "--part", "train"]) == 2
    assert "“length”" in capsys.readouterr().err

    told = says("nearest", run.id, "3", "--count", "4")
    assert len(told.splitlines()) == 7
    near = json.loads(says("nearest", run.id, "3", "--count", "4", "--json"))
    assert len(near["neighbours"]) == 4
    assert invoke(["nearest", run.id, "999"]) == 2
    assert "there is no row 999" in capsys.readouterr().err

    assert invoke(["evaluate", run.id, "--part", "out-of-fold"]) == 2
    assert "no folds" in capsys.readouterr().err
