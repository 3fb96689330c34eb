"""`prepare`, `match`, `anonymity`, `recipe steps` and `recipe diff` on the command line."""

from __future__ import annotations

from pathlib import Path

import pyarrow.parquet
import pytest

from engine.paths import table_cache
from tests.engine.cli.terminal import Terminal
from tests.engine.trained import flowers, read_csv, write_csv

HIDDEN = ["--set", 'columns.place.hide={"kind":"mask","keep":1}']
QUICK = ["--set", "training.epochs=1", "--set", 'model.trunk={"kind": "mlp", "widths": [4]}']


@pytest.fixture
def terminal(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Terminal:
    monkeypatch.chdir(tmp_path)
    flowers(tmp_path / "flowers.csv", rows=80)
    return Terminal(capsys)


def test_prepared_rows_are_written_and_told(terminal: Terminal, tmp_path: Path) -> None:
    asked = ["prepare", "flowers.csv", "--target", "kind", *HIDDEN]
    assert terminal(*asked, "-o", "rows.csv", "--names") == 0, terminal.err
    assert "“place” is hidden: masked but for the first letter" in terminal.out
    assert "rows.csv: 80 rows" in terminal.out
    header, rows = read_csv(tmp_path / "rows.csv")
    assert {row[header.index("place")] for row in rows} == {"i***", "c***", "h***"}
    assert {row[header.index("part")] for row in rows} == {"train", "validation", "test"}
    assert list(table_cache().glob("[!.]*")) == []  # hidden: the converted table is gone

    found = terminal.json("prepare", "flowers.csv", "--target", "kind", "-o", "rows.parquet")
    assert found["exported"]["columns"] == ["length", "width", "place", "kind", "part", "row"]
    assert sum(found["parts"].values()) == found["exported"]["rows"] == 80
    assert pyarrow.parquet.read_table(tmp_path / "rows.parquet").num_rows == 80


def test_a_recipe_is_applied_to_another_file(terminal: Terminal, tmp_path: Path) -> None:
    write_csv(tmp_path / "new.csv", ["width", "place", "length"], [[1, "moon", 2.5]] * 3)
    asked = ["prepare", "flowers.csv", "--target", "kind", "--apply", "new.csv"]
    assert terminal(*asked, "-o", "new_rows.csv") == 0, terminal.err
    assert "Unseen in “place”: moon (3)" in terminal.out
    assert "matched by name" in terminal.out
    header, rows = read_csv(tmp_path / "new_rows.csv")
    assert header == ["length", "width", "place", "row"]
    assert len(rows) == 3

    write_csv(tmp_path / "short.csv", ["width", "place"], [[1, "moon"]])
    assert terminal(*asked[:-1], "short.csv", "-o", "no.csv") == 1
    assert "“length” is needed and not there" in terminal.out
    assert not (tmp_path / "no.csv").exists()


def test_a_file_is_compared_with_a_run_and_with_its_model_file(terminal: Terminal) -> None:
    assert terminal("train", "flowers.csv", "--target", "kind", *QUICK) == 0
    found = terminal.json("match", "last", "flowers.csv")
    assert [each["name"] for each in found["columns"]] == ["length", "width", "place"]
    assert terminal("export", "last", "model.trainyard") == 0
    assert terminal.json("match", "model.trainyard", "flowers.csv") == found
    Path("other.csv").write_text("place\nx\n")
    assert terminal("match", "last", "other.csv") == 1
    assert "lacks 2 columns" in terminal.out


def test_another_ending_than_csv_or_parquet_is_refused(terminal: Terminal) -> None:
    assert terminal("prepare", "flowers.csv", "-o", "rows.xlsx") == 2
    assert "neither in .csv nor in .parquet" in terminal.err


def test_groups_are_counted_before_and_after_hiding(terminal: Terminal) -> None:
    asked = ["anonymity", "flowers.csv", "-c", "place", "-c", "length", "--k", "3"]
    hide = ["--set", 'columns.length.hide={"kind":"coarsen_number","step":100}']
    assert terminal(*asked, *hide) == 0, terminal.err
    assert "As they are" in terminal.out
    assert "After hiding" in terminal.out
    found = terminal.json(*asked, *hide)
    assert found["before"]["smallest"] == 1
    assert found["after"]["groups"] <= 6
    assert terminal("anonymity", "flowers.csv", "-c", "lenght") == 2
    assert "length" in terminal.err


def test_recipes_are_told_in_words_and_compared(terminal: Terminal, tmp_path: Path) -> None:
    assert terminal("recipe", "print", *HIDDEN) == 0
    (tmp_path / "one.json").write_text(terminal.out)
    assert terminal("recipe", "print", "one.json", "--set", "training.epochs=7") == 0
    (tmp_path / "two.json").write_text(terminal.out)
    assert terminal("recipe", "steps", "one.json") == 0
    assert "  place: masked but for the first letter" in terminal.out.splitlines()
    assert terminal("recipe", "diff", "one.json", "two.json") == 0
    assert terminal.out.strip() == "Training · Epochs: auto → 7"
    (found,) = terminal.json("recipe", "diff", "two.json", "one.json")
    assert found == {
        "path": ["training", "epochs"],
        "where": "Training · Epochs",
        "before": "7",
        "after": "auto",
    }
    assert terminal("recipe", "diff", "one.json", "one.json") == 0
    assert terminal.out.strip() == "The recipes are the same."
