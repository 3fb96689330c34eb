"""`trainyard problems` and `trainyard quarantine`."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from engine.recipe.files import load_recipe
from engine.schema import Role
from tests.engine.cli.terminal import Terminal

BAD = "3,4,5,6\n7\n"


@pytest.fixture
def terminal(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Terminal:
    monkeypatch.chdir(tmp_path)
    rows = [f"{i % 17},{i * 7 % 23},{i * 31 % 2}" for i in range(80)]
    leak = [row + f",{'ny'[int(row[-1])]}" for row in rows]
    Path("leak.csv").write_text("a,b,label,said\n" + "\n".join(leak) + "\n")
    Path("ragged.csv").write_text("a,b,label\n" + "\n".join(rows) + "\n" + BAD)
    return Terminal(capsys)


def test_problems_are_listed_with_the_account_of_rows(terminal: Terminal) -> None:
    assert terminal("problems", "ragged.csv", "--target", "label") == 0
    assert "Too many fields" in terminal.out
    assert "82 rows in the file = 80 in the table + 2 kept out + 0 left out" in terminal.out


def test_problems_for_programs_name_keys_rows_and_fixes(terminal: Terminal) -> None:
    found = terminal.json("problems", "leak.csv", "--target", "label")
    (leak,) = [problem for problem in found if problem["key"] == "target_copy/said"]
    assert (leak["severity"], leak["columns"], leak["count"]) == ("warning", ["said"], 80)
    assert leak["fix"] == "Ignore “said”"
    lines = [p["lines"] for p in terminal.json("problems", "ragged.csv", "-t", "label")]
    assert [82] in lines
    assert [83] in lines


def test_a_fix_is_written_into_a_recipe(terminal: Terminal) -> None:
    fix = ("--fix", "target_copy/said", "--output", "mended.json")
    assert terminal("problems", "leak.csv", "-t", "label", *fix) == 0
    assert load_recipe(Path("mended.json")).column("said").role is Role.IGNORE
    left = terminal.json("problems", "leak.csv", "--recipe", "mended.json")
    assert "target_copy/said" not in {problem["key"] for problem in left}


def test_a_fix_that_there_is_not_is_told(terminal: Terminal) -> None:
    assert terminal("problems", "leak.csv", "--fix", "no/such", "--output", "x.json") == 2
    assert "no/such" in terminal.err
    assert not Path("x.json").exists()
    assert terminal("problems", "leak.csv", "--fix", "target_copy/said") == 2
    assert "--output" in terminal.err


def test_rows_kept_out_are_listed_and_saved(terminal: Terminal) -> None:
    assert terminal("quarantine", "ragged.csv") == 0
    assert "4 fields, 3 expected" in terminal.out
    assert "2 kept out" in terminal.out
    assert terminal("quarantine", "ragged.csv", "--out", "bad.csv") == 0
    with Path("bad.csv").open(encoding="utf-8", newline="") as file:
        assert [row[2] for row in csv.reader(file)][1:] == ["3,4,5,6", "7"]
    listed = terminal.json("quarantine", "ragged.csv")
    assert [(row["line"], row["text"]) for row in listed] == [(82, "3,4,5,6"), (83, "7")]


def test_a_missing_file_is_told(terminal: Terminal) -> None:
    assert terminal("problems", "nowhere.csv") == 2
    assert "nowhere.csv" in terminal.err


def test_rows_that_were_set_right_are_saved(terminal: Terminal) -> None:
    lines = [f"{i},name {i},{i * 2}" for i in range(60)]
    lines[30] = '30,"name 30,60'
    Path("stray.csv").write_text("\n".join(["id,name,value", *lines]) + "\n")
    assert terminal("quarantine", "stray.csv", "--repaired", "repaired.csv") == 0
    saved = Path("repaired.csv").read_text(encoding="utf-8").splitlines()
    assert len(saved) == 2
    assert saved[1].startswith("32,")
