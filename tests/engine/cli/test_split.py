"""`trainyard split`: the parts in figures, what is left out, warnings and their fixes."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from engine.recipe.files import load_recipe
from engine.recipe.rows import DuplicatePolicy
from engine.recipe.split import SplitMethod
from tests.engine.cli.terminal import Terminal
from tests.engine.trained import write_csv


@pytest.fixture
def terminal(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Terminal:
    monkeypatch.chdir(tmp_path)
    draw = np.random.default_rng(0)
    leaning = draw.random(40)
    rows = []
    for row in range(300):
        who = row % 40
        ill = "yes" if draw.random() < leaning[who] else "no"
        part = "train" if row < 200 else "dev" if row < 250 else "test"
        rows.append([round(float(draw.normal()), 3), f"p{who}", part, ill])
    write_csv(Path("visits.csv"), ["x", "patient", "part", "ill"], [*rows, *rows[:60]])
    write_csv(Path("later.csv"), ["ill", "patient", "x"], [["no", "q", 1.0], ["yes", "q", 2.0]])
    return Terminal(capsys)


BASE = ("split", "visits.csv", "-t", "ill", "--set", "columns.part.role=ignore")


def test_the_parts_are_shown_with_shares_of_the_classes(terminal: Terminal) -> None:
    assert terminal(*BASE) == 0
    assert "360 rows, split stratified" in terminal.out
    assert "train        252  70.0%" in terminal.out
    assert "copies" in terminal.out
    assert "--fix" in terminal.err


def test_the_method_is_set_and_groups_are_counted(terminal: Terminal) -> None:
    found = terminal.json(
        *BASE, "--set", "split.method=group", "--set", "columns.patient.role=group"
    )
    assert (found["method"], found["column"]) == ("group", "patient")
    assert sum(found["groups"]) == 40
    assert not [each for each in found["warnings"] if each["key"].startswith("groups")]


def test_every_row_is_accounted_for(terminal: Terminal) -> None:
    rules = ("--set", "rows.where=x > 0", "--set", "rows.duplicates=drop")
    found = terminal.json(*BASE, *rules)
    parts = sum(found[part]["rows"] for part in ("train", "validation", "test"))
    assert parts + sum(each["count"] for each in found["left_out"]) == found["rows"] == 360
    assert [each["code"] for each in found["left_out"]] == ["where", "duplicate"]


def test_fixes_are_tried_and_written(terminal: Terminal) -> None:
    assert terminal(*BASE, "--fix", "copies", "--fix", "groups", "--output", "mended.json") == 0
    recipe = load_recipe(Path("mended.json"))
    assert recipe.split.method is SplitMethod.STRATIFIED_GROUP
    assert recipe.rows.duplicates.policy is DuplicatePolicy.TOGETHER
    again = terminal.json("split", "visits.csv", "--recipe", "mended.json")
    assert [each for each in again["warnings"] if each["severity"] == "warning"] == []


def test_a_fix_that_there_is_not_is_told_with_those_there_are(terminal: Terminal) -> None:
    assert terminal(*BASE, "--fix", "nonsense") == 2
    assert "nonsense" in terminal.err
    assert "groups/patient" in terminal.err


def test_a_column_and_a_file_say_the_parts(terminal: Terminal) -> None:
    marked = ("split", "visits.csv", "-t", "ill", "--set", "split.method=column")
    found = terminal.json(*marked, "--set", "split.column=part")
    assert [found[part]["rows"] for part in ("train", "validation", "test")] == [260, 50, 50]
    found = terminal.json(*BASE, "--set", "split.method=file", "--set", "split.file=later.csv")
    assert found["test"]["rows"] == 2
    assert found["train"]["rows"] + found["validation"]["rows"] == 360
    assert terminal(*BASE, "--set", "split.method=file", "--set", "split.file=no.csv") == 2
    assert "no.csv" in terminal.err


def test_a_derived_column_may_name_the_groups(terminal: Terminal) -> None:
    derived = ("--set", "derived.house=lower(patient)", "--set", "columns.house.role=group")
    found = terminal.json(*BASE, *derived)
    assert (found["method"], found["column"]) == ("group", "house")
    assert terminal(*BASE, "--set", "derived.house=lower(patiant)") == 2
    assert "Character 7" in terminal.err
    assert "patient" in terminal.err


def test_what_cannot_be_split_is_told(terminal: Terminal) -> None:
    assert terminal(*BASE, "--set", "split.method=group") == 2
    assert "no column has the role group" in terminal.err
    assert terminal(*BASE, "--set", "split.method=group", "--set", "split.column=patiant") == 2
    assert "patient" in terminal.err
