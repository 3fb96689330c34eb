"""How a file is read, said on the command line: options, `--set reading.…` and recipe files."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from engine.cli.app import invoke
from engine.recipe.reading import Reading
from tests.engine.data.formats_made import zipped

ROWS = [f"{n},5|{n % 7}|{'ä' if n % 3 else 'ö'}" for n in range(40)]
TEXT = "\n".join(["size|count|label", *ROWS, "99|broken"]) + "\n"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "orders.txt"
    path.write_bytes(TEXT.encode("cp1252"))
    return path


def told(capsys: pytest.CaptureFixture[str], *arguments: str) -> Any:
    assert invoke([*arguments, "--json"]) == 0
    return json.loads(capsys.readouterr().out)


def test_inspect_accounts_for_every_row_and_says_why(
    capsys: pytest.CaptureFixture[str], file: Path
) -> None:
    found = told(capsys, "inspect", str(file))
    assert (found["rows_in"], found["rows"], found["rows_kept_out"]) == (41, 40, 1)
    assert found["kept_out"] == [
        {"file": "", "line": 42, "reason": "2 fields, 3 expected", "text": "99|broken"}
    ]
    assert found["reading"]["delimiter"] == "|"
    properties = {each["field"]: each for each in found["detected"]}
    assert properties["delimiter"]["confidence"] > 0.6
    assert "3 columns" in properties["delimiter"]["reason"]
    kinds = {column["name"]: (column["kind"], column["cells"]) for column in found["columns"]}
    assert kinds["size"] == ("number", "number")
    assert kinds["label"][0] == "category"
    assert all(column["reason"] for column in found["columns"])


def test_inspect_in_words(capsys: pytest.CaptureFixture[str], file: Path) -> None:
    assert invoke(["inspect", str(file)]) == 0
    out = capsys.readouterr().out
    assert "41 rows in the file = 40 kept + 1 kept out" in out
    assert "line 42: 2 fields, 3 expected: 99|broken" in out
    assert "Delimiter bar" in out


def test_cells_that_do_not_fit_are_named_with_their_places(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    path = tmp_path / "a.csv"
    lines = [f"{n},x{n % 3}" for n in range(60)]
    lines[30] = "thirty,x0"
    path.write_text("\n".join(["n,label", *lines]) + "\n")
    found = told(capsys, "inspect", str(path))
    assert found["misfit_cells"] == 1
    assert found["misfits"] == [
        {"line": 32, "in_lines": True, "row": 31, "column": "n", "text": "thirty"}
    ]
    assert invoke(["inspect", str(path)]) == 0
    assert "line 32, n: thirty" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        (["--delimiter", "bar"], {"delimiter": "|"}),
        (["--delimiter", "\\t"], {"delimiter": "\t"}),
        (
            ["--delimiter", "|", "--encoding", "latin-1"],
            {"delimiter": "|", "encoding": "iso8859-1"},
        ),
        (["--set", "reading.header=false"], {"header": False}),
        (["--set", "reading.skip_lines=3"], {"skip_lines": 3}),
        (["--set", "reading.decimal=,"], {"decimal": ","}),
    ],
)
def test_options_are_obeyed(
    capsys: pytest.CaptureFixture[str], file: Path, options: list[str], expected: dict[str, Any]
) -> None:
    found = told(capsys, "inspect", str(file), *options)
    assert {name: found["reading"][name] for name in expected} == expected


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (["--delimiter", "abc"], "reading.delimiter"),
        (["--encoding", "klingon"], "klingon"),
        (["--part", "Sheet9"], "has no part"),
        (["--set", "reading.delimeter=;"], "Did you mean “delimiter”?"),
        (["--delimiter", ";", "--set", "reading.quote=;"], "both"),
    ],
)
def test_what_cannot_be_done_is_told_in_a_sentence(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, options: list[str], sentence: str
) -> None:
    path = tmp_path / "two.zip"
    path.write_bytes(zipped({"a.csv": TEXT.encode("cp1252"), "b.csv": b"a,b\n1,2\n3,4\n"}))
    assert invoke(["inspect", str(path), *options]) == 2
    assert sentence in capsys.readouterr().err


def test_the_reading_of_columns_comes_from_a_recipe_file(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, file: Path
) -> None:
    recipe = tmp_path / "recipe.json"
    reading = {"columns": [{"name": "count", "missing": ["3"]}], "delimiter": "|"}
    recipe.write_text(json.dumps({"trainyard": 1, "reading": reading}))
    found = told(capsys, "inspect", str(file), "--recipe", str(recipe))
    count = next(column for column in found["columns"] if column["name"] == "count")
    assert count["missing_texts"].get("3") == sum(n % 7 == 3 for n in range(40))
    found = told(capsys, "inspect", str(file), "-r", str(recipe), "--delimiter", ";")
    assert found["reading"]["delimiter"] == ";", "an option counts more than the recipe"


def test_training_and_predicting_read_as_they_are_told(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, file: Path
) -> None:
    few = ["--set", "training.epochs=1", "--set", 'model.trunk={"kind": "mlp", "widths": [4]}']
    run = told(capsys, "train", str(file), "-t", "label", "--delimiter", "bar", *few)
    other = tmp_path / "other.txt"
    other.write_bytes(
        "\n".join(["one line above", "size;count", "1,5;2", "2,5;3"]).encode("utf-16")
    )
    out = tmp_path / "out.csv"
    report = told(
        capsys, "predict", run["run"], str(other), "-o", str(out),
        "--encoding", "utf-16", "--delimiter", "semicolon", "--set", "reading.skip_lines=1",
    )  # fmt: skip
    assert report["rows"] == 2
    assert out.read_text().splitlines()[1].startswith("1,5;2;")
    assert invoke(["predict", run["run"], str(other), "--set", "training.epochs=3"]) == 2
    assert "only the reading" in capsys.readouterr().err


def test_the_window_is_told_how_to_read(monkeypatch: pytest.MonkeyPatch, file: Path) -> None:
    seen: list[object] = []

    def run(path: str | None, reading: object = None) -> int:
        seen.append(reading)
        return 0

    monkeypatch.setitem(sys.modules, "gui.app", SimpleNamespace(run=run))
    assert invoke(["open", str(file), "--delimiter", "bar", "--set", "reading.header=false"]) == 0
    assert seen == [Reading(delimiter="|", header=False)]
