"""Prepared rows as a file: what the network gets, by name, and nothing a spreadsheet would run."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow.csv
import pyarrow.parquet
import pytest

from engine.data.preparing.dataset import Dataset, prepare
from engine.data.spreadsheet_text import harmless
from engine.errors import Cancelled, ColumnMissing, WriteFailed
from engine.export import prepared
from engine.export.prepared import PARTS, export_dataset, export_source, format_of
from engine.recipe.recipe import Recipe
from engine.schema import Kind
from tests.engine.training.tables import recipe_for, schema_of

KINDS = {"colour": Kind.CATEGORY, "label": Kind.CATEGORY}


def table(rows: int = 90) -> pd.DataFrame:
    rng = np.random.default_rng(5)
    frame = pd.DataFrame(
        {
            "age": rng.integers(18, 90, rows).astype(float),
            "colour": rng.choice(["red", "=1+1", "blue"], rows).astype(object),
            "label": rng.choice(["-no", "+yes"], rows).astype(object),
        }
    )
    frame.loc[::7, "age"] = np.nan
    return frame


def dataset(frame: pd.DataFrame | None = None, recipe: Recipe | None = None) -> Dataset:
    frame = table() if frame is None else frame
    schema = schema_of(frame, **KINDS)
    return prepare(frame, recipe or recipe_for(schema, "label"), schema)


def test_a_file_has_a_column_per_input_the_target_the_part_and_the_row(tmp_path: Path) -> None:
    made = dataset()
    told: list[tuple[int, int]] = []
    found = export_dataset(
        made,
        tmp_path / "sub" / "rows.csv",
        progress=lambda done, of: told.append((done, of)),
    )
    assert found.columns == ("age", "age (missing)", "colour", "label", "part", "row")
    assert found.parts == {part: len(getattr(made, part)) for part in PARTS}
    assert told[-1] == (90, 90)
    assert found.size == Path(found.path).stat().st_size
    read = pa_csv(Path(found.path))
    for part in PARTS:
        arrays, rows = getattr(made, part), getattr(made.parts, part)
        mine = read[read["part"] == part]
        np.testing.assert_array_equal(mine["age"].to_numpy(np.float32), arrays.numbers[:, 0])
        np.testing.assert_array_equal(mine["colour"], arrays.codes[:, 0])
        np.testing.assert_array_equal(mine["row"] - 1, rows[arrays.kept])
    originals = table()["label"].to_numpy()[read["row"].to_numpy() - 1]
    assert [harmless(label) for label in originals] == read["label"].tolist()


def pa_csv(path: Path) -> pd.DataFrame:
    frame: pd.DataFrame = pyarrow.csv.read_csv(path).to_pandas()
    return frame


def test_parquet_holds_the_same_and_leaves_text_as_it_is(tmp_path: Path) -> None:
    found = export_dataset(dataset(), tmp_path / "rows.parquet", format="parquet", names=True)
    read = pyarrow.parquet.read_table(found.path).to_pandas()
    assert set(read["label"]) == {"-no", "+yes"}
    originals = table()["colour"].to_numpy()[read["row"].to_numpy() - 1]
    assert (read["colour"] == originals).all()
    assert read["age"].dtype == np.float32


def test_text_that_a_spreadsheet_would_run_is_made_harmless_in_csv(tmp_path: Path) -> None:
    frame = table().rename(columns={"age": "=age"})
    found = export_dataset(dataset(frame), tmp_path / "rows.csv", names=True)
    with Path(found.path).open(newline="", encoding="utf-8") as file:
        header, *rows = csv.reader(file)
    assert header[0] == "'=age"
    cells = {cell for row in rows for cell in row}
    assert {"'=1+1", "'-no", "'+yes"} <= cells
    assert not {"=1+1", "-no", "+yes"} & cells


@pytest.mark.parametrize("text", ["=1", "@x", "-a", "+b", "\tx", "\rx", "\0x"])
def test_formulas_get_an_apostrophe_and_numbers_do_not(text: str) -> None:
    assert harmless(text) == f"'{text}"
    assert [harmless(plain) for plain in ("-1.5", "+3", "-1,5", "a=b", "")] == [
        "-1.5",
        "+3",
        "-1,5",
        "a=b",
        "",
    ]


def test_names_that_are_taken_get_a_number(tmp_path: Path) -> None:
    frame = table().assign(part=1.5, row=range(90))
    found = export_dataset(dataset(frame), tmp_path / "rows.csv")
    assert found.columns[-3:] == ("label", "part 2", "row 2")
    assert len(set(found.columns)) == len(found.columns)


def test_cancelling_leaves_no_file_and_an_earlier_one_as_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(prepared, "_BATCH", 8)
    path = tmp_path / "rows.csv"
    path.write_text("before")
    asked = iter([False, False, True])
    with pytest.raises(Cancelled):
        export_dataset(dataset(), path, cancelled=lambda: next(asked))
    assert path.read_text() == "before"
    assert list(tmp_path.iterdir()) == [path]
    (tmp_path / "file").write_text("")
    with pytest.raises(WriteFailed):
        export_dataset(dataset(), tmp_path / "file" / "rows.csv")


@pytest.mark.parametrize("kind", ["csv", "parquet"])
def test_blocks_give_the_same_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: Any
) -> None:
    made = dataset()
    export_dataset(made, tmp_path / "whole", format=kind)
    monkeypatch.setattr(prepared, "_BATCH", 7)
    export_dataset(made, tmp_path / "parts", format=kind)
    read = pa_csv if kind == "csv" else pd.read_parquet
    pd.testing.assert_frame_equal(read(tmp_path / "whole"), read(tmp_path / "parts"))


def test_another_table_is_written_as_the_preparation_makes_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = dataset()
    other = table(40).drop(columns="label")[["colour", "age"]]
    monkeypatch.setattr(prepared, "SPAN_ROWS", 16)
    found = export_source(made.preparation, other, tmp_path / "other.csv")
    assert found.columns == ("age", "age (missing)", "colour", "row")
    expected = made.preparation.transform(other, with_target=False)
    read = pa_csv(Path(found.path))
    np.testing.assert_array_equal(read["age"].to_numpy(np.float32), expected.numbers[:, 0])
    np.testing.assert_array_equal(read["colour"], expected.codes[:, 0])
    with pytest.raises(ColumnMissing):
        export_source(made.preparation, other[["age"]], tmp_path / "none.csv")
    assert not (tmp_path / "none.csv").exists()


def test_a_name_tells_its_format() -> None:
    assert format_of(Path("a.CSV")) == "csv"
    assert format_of(Path("a.parquet")) == "parquet"
    assert format_of(Path("a.xlsx")) is None
