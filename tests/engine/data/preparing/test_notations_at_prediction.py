"""New files are read in the notations that training fixed for each column."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from engine.data.columns.infer import complete, infer_schema
from engine.data.open import open_table
from engine.data.preparing.arrays import Arrays
from engine.data.preparing.dataset import prepare
from engine.data.preparing.preparation import Preparation
from engine.recipe.column_families import Fill, Scaling
from engine.recipe.reading import CellFix, ColumnReading, DateOrder, Reading
from engine.recipe.recipe import Recipe
from engine.schema import Kind, Role

ROWS = 60


def fitted(folder: Path, cells: Sequence[str], wish: ColumnReading | None = None) -> Preparation:
    """Trained on a column `v` with these cells, over and over, and on nothing else."""
    path = folder / "train.tsv"
    rows = [f"{cells[i % len(cells)]}\t{i % 2}" for i in range(ROWS)]
    path.write_text("\n".join(["v\ttarget", *rows]), encoding="utf-8")
    table = open_table(path, Reading(columns=(wish,) if wish else ()))
    schema = infer_schema(table)
    recipe = complete(Recipe(reading=table.reading).with_target("target"), schema)
    spec = recipe.column("v")
    if spec.kind is Kind.NUMBER:
        spec = spec.model_copy(
            update={"scale": Scaling.default("none"), "missing": Fill.default("zero")}
        )
        recipe = recipe.with_column(spec)
    return prepare(table, recipe, schema).preparation


def predicted(preparation: Preparation, cells: Sequence[str | None]) -> Arrays:
    batch = pa.record_batch([pa.array(cells, pa.string())], names=["v"])
    return preparation.transform(batch, with_target=False)


@pytest.mark.parametrize(
    ("cells", "new", "numbers"),
    [
        (["5.5kg", "70 kg", "82"], ["6kg", "7.5 kg", "8"], [6, 7.5, 8]),
        (["$5.20", "$1,234.50", "-$3"], ["$7", "-$1,000.5"], [7, -1000.5]),
        (["12%", "7.5 %", "30%"], ["29%", "1"], [29, 1]),
        (["1,5", "2,25", "3,75"], ["4,5", "5"], [4.5, 5]),
        (["1 234,5", "89,25", "2 000"], ["3 000,5", "7"], [3000.5, 7]),
        (["(5)", "17", "(8.5)"], ["(9)", "3"], [-9, 3]),
        (["\u22125", "17", "8"], ["\u22129", "-3"], [-9, -3]),
    ],
)
def test_numbers_keep_their_notation(
    tmp_path: Path, cells: list[str], new: list[str], numbers: list[float]
) -> None:
    arrays = predicted(fitted(tmp_path, cells), new)
    assert arrays.numbers[:, 0].tolist() == pytest.approx(numbers)
    assert arrays.warnings == ()


def test_another_unit_is_told(tmp_path: Path) -> None:
    arrays = predicted(fitted(tmp_path, ["5kg", "70kg", "82kg"]), ["11lb", "6kg"])
    assert arrays.numbers[:, 0].tolist() == [0, 6]
    assert len(arrays.warnings) == 1


def test_yes_and_no_are_known_in_every_spelling(tmp_path: Path) -> None:
    preparation = fitted(tmp_path, ["yes", "no", "Yes"])
    arrays = predicted(preparation, ["yes", "YES", "y", "1", "TRUE", "no", "N", "0", "maybe"])
    codes = arrays.codes[:, 0].tolist()
    assert codes == [codes[0]] * 5 + [codes[5]] * 3 + [0]
    assert codes[0] != codes[5] != 0
    typed = preparation.transform(pd.DataFrame({"v": [True, False]}), with_target=False)
    assert typed.codes[:, 0].tolist() == [codes[0], codes[5]]
    counted = preparation.transform(pd.DataFrame({"v": [1, 0]}), with_target=False)
    assert counted.codes[:, 0].tolist() == [codes[0], codes[5]]


@pytest.mark.parametrize("order", list(DateOrder))
def test_dates_keep_the_order_that_was_fixed(tmp_path: Path, order: DateOrder) -> None:
    cells = [f"{1 + i % 12:02}/{1 + i % 11:02}/2021" for i in range(ROWS)]
    preparation = fitted(tmp_path, cells, ColumnReading(name="v", dates=order))
    found = predicted(preparation, ["03/04/2021", "2021-04-03", "2021-03-04"]).numbers
    known = predicted(preparation, ["04/03/2021"]).numbers
    assert not np.array_equal(found[0], known[0])
    year = preparation.fitted[0].cell_type.date_format
    assert year == ("%d/%m/%Y" if order is DateOrder.DAY_FIRST else "%m/%d/%Y")


def test_the_order_of_a_new_file_does_not_change_that_of_training(tmp_path: Path) -> None:
    preparation = fitted(tmp_path, [f"{1 + i % 28:02}/{1 + i % 12:02}/2021" for i in range(ROWS)])
    arrays = predicted(preparation, ["12/25/2021", "05/06/2021"])
    assert len(arrays.warnings) == 1  # no 25th month


def test_moments_as_numbers_are_read_from_text_and_from_typed_cells(tmp_path: Path) -> None:
    seconds = [1_600_000_000 + 86_400 * i for i in range(ROWS)]
    path = tmp_path / "train.tsv"
    rows = [f"{second}\t{i % 2}" for i, second in enumerate(seconds)]
    path.write_text("\n".join(["created_at\ttarget", *rows]))
    table = open_table(path)
    schema = infer_schema(table)
    assert schema["created_at"].kind is Kind.DATE
    preparation = prepare(
        table, complete(Recipe().with_target("target"), schema), schema
    ).preparation
    texts = pd.DataFrame({"created_at": [str(second) for second in seconds]})
    from_text = preparation.transform(texts, with_target=False)
    from_ints = preparation.transform(pd.DataFrame({"created_at": seconds}), with_target=False)
    assert np.array_equal(from_text.numbers, from_ints.numbers)


def test_missing_texts_and_fixes_of_training_hold(tmp_path: Path) -> None:
    wish = ColumnReading(name="v", missing=("-999", "x"), fixes=(CellFix(found="3O", value="30"),))
    preparation = fitted(tmp_path, ["1", "2", "-999", "3O", "x"], wish)
    arrays = predicted(preparation, ["-999", "x", "3O", "4"])
    assert arrays.numbers[:, 0].tolist() == [0, 0, 30, 4]
    assert arrays.warnings == ()
    typed = preparation.transform(pd.DataFrame({"v": [-999, 4]}), with_target=False)
    assert typed.numbers[:, 0].tolist() == [0, 4]


def test_a_preparation_keeps_the_notations_when_it_is_saved(tmp_path: Path) -> None:
    preparation = fitted(tmp_path, ["$5.20", "($1,234.50)", "$3"])
    preparation.save(tmp_path / "saved")
    loaded = Preparation.load(tmp_path / "saved")
    assert loaded == preparation
    assert predicted(loaded, ["($2,000)"]).numbers[:, 0].tolist() == [-2000]


def test_a_column_of_texts_that_is_used_as_numbers_keeps_its_unit(tmp_path: Path) -> None:
    path = tmp_path / "train.tsv"
    words = ["12 kg", "about", "15 kg", "heavy", "17 kg", "light"]
    path.write_text("\n".join(["v\ttarget", *(f"{words[i % 6]}\t{i % 2}" for i in range(ROWS))]))
    table = open_table(path)
    schema = infer_schema(table)
    recipe = complete(Recipe(reading=table.reading).with_target("target"), schema)
    spec = recipe.column("v").model_copy(
        update={
            "kind": Kind.NUMBER,
            "scale": Scaling.default("none"),
            "missing": Fill.default("zero"),
            "role": Role.FEATURE,
        }
    )
    preparation = prepare(table, recipe.with_column(spec), schema).preparation
    arrays = predicted(preparation, ["20 kg", "heavy"])
    assert arrays.numbers[:, 0].tolist() == [20, 0]
    assert len(arrays.warnings) == 1
