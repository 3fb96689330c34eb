"""A file gives the same arrays as a table that was opened and as a stream of text."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from engine.data.columns.infer import complete, infer_schema
from engine.data.open import open_table
from engine.data.preparing.arrays import Arrays
from engine.data.preparing.dataset import Dataset, prepare
from engine.data.text.text_stream import stream_text
from engine.recipe.reading import Reading
from engine.recipe.recipe import Recipe
from engine.schema import Kind


def write(path: Path, decimal: str, rows: int = 240, seed: int = 0) -> Path:
    """Numbers with gaps and a misfit, whole numbers as a category, words, two kinds of dates."""
    rng = np.random.default_rng(seed)
    lines = ["size;grade;colour;seen;born;code;label"]
    for row in range(rows):
        size = f"{rng.normal(50, 20):.3f}".replace(".", decimal)
        size = {0: "", 1: "NA", 2: "broken"}.get(row % 60, size)
        seen = f"{rng.integers(1, 29):02}/{rng.integers(1, 13):02}/20{rng.integers(10, 24)}"
        born = "" if row % 50 == 3 else f"19{rng.integers(50, 99)}-0{rng.integers(1, 10)}-11 06:30"
        cells = [
            size,
            str(rng.integers(1, 4)),
            rng.choice(["red", " green", "blue ", "?"]),
            seen,
            born,
            f"00{rng.integers(1, 9)}",
            rng.choice(["no", "yes"]),
        ]
        lines.append(";".join(cells))
    path.write_text("\n".join(lines) + "\n")
    return path


def prepared(path: Path) -> Dataset:
    table = open_table(path, Reading())
    schema = infer_schema(table)
    recipe = complete(Recipe().with_target("label"), schema)
    for name, kind in (("grade", Kind.CATEGORY), ("code", Kind.CATEGORY)):
        recipe = recipe.with_column(recipe.column(name).model_copy(update={"kind": kind}))
    return prepare(table, recipe, schema)


def streamed(dataset: Dataset, path: Path) -> list[Arrays]:
    stream = stream_text(path, Reading())
    return [
        dataset.preparation.transform(batch, with_target=True, decimal=stream.reading.decimal)
        for batch in stream
    ]


@pytest.mark.parametrize("decimal", [".", ","])
def test_the_stream_of_a_file_gives_what_its_table_gives(tmp_path: Path, decimal: str) -> None:
    path = write(tmp_path / "rows.csv", decimal)
    dataset = prepared(path)
    assert dataset.preparation.columns == ("size", "grade", "colour", "seen", "born", "code")
    assert dict(dataset.preparation.inputs.categories) == {"grade": 4, "colour": 5, "code": 9}
    table = open_table(path, Reading())
    whole = dataset.preparation.transform(table, with_target=True)
    parts = streamed(dataset, path)
    assert np.array_equal(np.concatenate([p.numbers for p in parts]), whole.numbers)
    assert np.array_equal(np.concatenate([p.codes for p in parts]), whole.codes)
    assert np.array_equal(np.concatenate([p.target for p in parts]), whole.target)
    part = whole.numbers[dataset.parts.train]
    assert np.array_equal(part, dataset.train.numbers)
    frame = table.frame()
    assert np.array_equal(
        dataset.preparation.transform(frame, with_target=True).numbers, whole.numbers
    )


def test_a_file_with_another_decimal_mark_is_read_in_its_own(tmp_path: Path) -> None:
    dataset = prepared(write(tmp_path / "point.csv", "."))
    other = write(tmp_path / "comma.csv", ",")
    same = write(tmp_path / "same.csv", ".")
    first, second = streamed(dataset, other), streamed(dataset, same)
    assert np.array_equal(first[0].numbers, second[0].numbers)
    opened = dataset.preparation.transform(open_table(other, Reading()), with_target=True)
    assert np.array_equal(opened.numbers, np.concatenate([p.numbers for p in second]))


def test_batches_give_what_the_whole_gives(tmp_path: Path) -> None:
    path = write(tmp_path / "rows.csv", ".")
    dataset = prepared(path)
    table = open_table(path, Reading())
    whole = dataset.preparation.transform(table, with_target=False)
    rows = np.arange(table.rows)
    pieces = [
        dataset.preparation.transform(table, with_target=False, rows=rows[start : start + 7])
        for start in range(0, len(rows), 7)
    ]
    assert np.array_equal(np.concatenate([p.numbers for p in pieces]), whole.numbers)
    assert np.array_equal(np.concatenate([p.codes for p in pieces]), whole.codes)


def test_text_among_numbers_is_told_with_its_count(tmp_path: Path) -> None:
    path = write(tmp_path / "rows.csv", ".")
    dataset = prepared(path)
    columns = dict(
        zip(
            dataset.preparation.columns,
            ["tall", "2", "red", "someday", "1950-01-11", "009"],
            strict=True,
        )
    )
    batch = pa.record_batch({name: [cell, cell] for name, cell in columns.items()})
    arrays = dataset.preparation.transform(batch, with_target=False)
    assert [str(warning) for warning in arrays.warnings] == [
        "“size”: 2 cells are not numbers and count as missing.",
        "“seen”: 2 cells are not dates and count as missing.",
        "“code”: 2 cells have values that training rows did not have; they count as unknown.",
    ]
