"""Types hold for every cell of a file, wherever in it the cells stand."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.data.cells import tally
from engine.data.cells.cell_types import CellKind, CellType, cast_cells
from engine.data.cells.convert import Converter
from engine.data.cells.planning import plan_columns
from engine.data.columns.infer import infer_schema
from engine.data.corrections.misfits import retype
from engine.data.open import open_table
from engine.schema import Kind

BLOCK = 50


def settled(cells: list[str | None], seen: int = BLOCK) -> tuple[CellType, Converter, pa.Array]:
    """What a column becomes that is planned on its first cells and comes in small batches."""
    types = plan_columns([(cell or "",) for cell in cells[:seen]], 1, ".", ("v",))
    for attempt in (1, 2, 3):
        converter = Converter(("v",), types)
        batches = [
            converter.convert(pa.record_batch([pa.array(cells[i : i + BLOCK])], names=["v"]))
            for i in range(0, len(cells), BLOCK)
        ]
        better = converter.verdict(".", last=attempt == 2)
        if better == types:
            break
        types = better
    values = pa.Table.from_batches(batches).column(0).combine_chunks()
    return types[0], converter, values


numbers = [str(i) for i in range(1000)]


def test_numbers_that_turn_to_words_late_are_text() -> None:
    cell_type, _, values = settled([*numbers, *(f"word {i}" for i in range(200))])
    assert cell_type.kind is CellKind.TEXT
    assert values.null_count == 0
    assert values[0].as_py() == "0"


def test_a_few_words_late_among_numbers_do_not_fit() -> None:
    cell_type, converter, values = settled([*numbers, "abc", "3O", *numbers])
    assert cell_type.kind is CellKind.INTEGER
    assert converter.tallies[0].facts.misfits == 2
    assert converter.tallies[0].rows[0].tolist() == [1000, 1001]
    assert values.null_count == 2


@pytest.mark.parametrize(
    ("late", "kind", "first"),
    [
        (["1.5", "2.25"], CellKind.NUMBER, 0.0),
        (["1,234", "5,678"], CellKind.NUMBER, 0.0),
        (["(5)", "(7)"], CellKind.INTEGER, 0),
        (["\u22125", "\u22127"], CellKind.INTEGER, 0),
        (["2021-01-05"] * 300, CellKind.TEXT, "0"),
        ([f"0{i}" for i in range(1000, 1100)], CellKind.TEXT, "0"),
        ([str(2**64 + i) for i in range(60)], CellKind.TEXT, "0"),
    ],
)
def test_what_comes_late_decides_with_what_came_first(
    late: list[str], kind: CellKind, first: object
) -> None:
    cell_type, converter, values = settled([*numbers, *late])
    assert cell_type.kind is kind
    assert converter.tallies[0].unfit == 0
    assert values.null_count == 0
    assert values[0].as_py() == first


def test_the_order_of_dates_is_told_by_the_last_of_them() -> None:
    doubtful = [f"{1 + i % 12:02}/{1 + i % 11:02}/2021" for i in range(500)]
    cell_type, converter, _ = settled(doubtful)
    assert converter.tallies[0].facts.ambiguous_dates
    cell_type, converter, _ = settled([*doubtful, "01/25/2021"])
    assert cell_type.date_format == "%m/%d/%Y"
    assert not converter.tallies[0].facts.ambiguous_dates
    cell_type, converter, _ = settled([*doubtful, "25/01/2021"])
    assert cell_type.date_format == "%d/%m/%Y"
    assert not converter.tallies[0].facts.ambiguous_dates


def test_one_word_that_comes_again_and_again_is_a_third_answer() -> None:
    answers = ["yes", "No"] * 300
    assert settled([*answers, "YES", "n"])[0].kind is CellKind.BOOLEAN
    assert settled([*answers, *["maybe"] * 20])[0].kind is CellKind.TEXT
    cell_type, converter, _ = settled([*answers, "yess"])
    assert cell_type.kind is CellKind.BOOLEAN
    assert converter.tallies[0].unfit == 1


def test_spellings_of_yes_and_no_become_one() -> None:
    _, _, values = settled(["Yes", "No", "Yes", "YES", "y", "n", "FALSE", "1", "0", None] * 3)
    assert set(values.to_pylist()) == {"Yes", "No", None}


def test_cells_that_do_not_fit_are_counted_exactly_and_listed_up_to_a_limit(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(tally, "LISTED", 10)
    cells = [f"x{i}" if i % 50 == 0 else str(i) for i in range(5000)]
    _, converter, values = settled(cells)
    found = converter.tallies[0]
    assert found.facts.misfits == values.null_count == 100
    assert sum(map(len, found.rows)) == sum(map(len, found.cells)) == 10


def test_a_column_that_never_settles_becomes_text(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tally, "_LOOKED_AT", 20)
    cells = [*numbers[:100], *(f"{i}.5" for i in range(60)), *(f"w{i}" for i in range(4000))]
    cell_type, converter, values = settled(cells)
    assert cell_type.kind is CellKind.TEXT
    assert values.null_count == 0
    assert not converter.tallies[0].hopeless


cells = st.one_of(
    st.integers(-(10**20), 10**20).map(str),
    st.floats(allow_nan=False, allow_infinity=False, width=32).map(str),
    st.sampled_from(
        ["NA", "?", "", "yes", "no", "01/02/2021", "2021-03-04", "007", "(5)", "5%", "x"]
    ),
)


@given(st.lists(cells, min_size=1, max_size=200), st.integers(1, 60))
@settings(max_examples=60, deadline=None)
def test_every_cell_is_a_value_or_counted(written: list[str], seen: int) -> None:
    given_cells = [cell or None for cell in written]
    cell_type, converter, values = settled(given_cells, seen)
    facts = converter.tallies[0].facts
    blank = given_cells.count(None)
    assert values.null_count == blank + facts.misfits + sum(facts.tokens.values())
    whole, unfit = cast_cells(pa.array(given_cells, pa.string()), cell_type)
    assert whole.equals(values)
    assert int(unfit.sum()) == facts.misfits


def test_a_million_numbers_and_then_words_are_text(tmp_path: Path) -> None:
    rows = np.arange(1_000_000)
    text = "\n".join(map(str, rows.tolist()))
    path = tmp_path / "late.csv"
    path.write_text("v\n" + text + "\n" + "\n".join(f"word {i}" for i in range(60_000)))
    table = open_table(path)
    values = table.column("v")
    assert values.type == pa.string()
    assert (values.null_count, table.rows, len(table.misfits)) == (0, 1_060_000, 0)
    assert values[1_000_000].as_py() == "word 0"


def test_a_column_of_texts_taken_for_numbers_is_counted_without_being_listed(
    tmp_path: Path,
) -> None:
    path = tmp_path / "words.csv"
    path.write_text("v\tw\n" + "\n".join(f"word {i % 977}\t{i % 7}" for i in range(20_000)))
    found = retype(open_table(path), "v", Kind.NUMBER)
    assert found.count == 20_000
    assert len(found.first) == 1000
    assert (found.first[-1].row, found.first[-1].line, found.first[-1].text) == (
        999,
        1001,
        "word 22",
    )


def test_the_reason_says_that_cells_do_not_fit(tmp_path: Path) -> None:
    path = tmp_path / "some.csv"
    path.write_text("v\tw\n" + "\n".join(f"{'x' if i == 7 else i}\t{i % 7}" for i in range(100)))
    reason = infer_schema(open_table(path))["v"].reason
    assert reason is not None
    assert reason.facts == {"count": 1}


def test_wide_digits_are_digits_and_those_of_other_scripts_are_text() -> None:
    wide = str.maketrans("0123456789.-", "０１２３４５６７８９．－")
    cell_type, _, values = settled([str(i / 4).translate(wide) for i in range(100)])
    assert cell_type.kind is CellKind.NUMBER
    assert values.to_pylist() == [i / 4 for i in range(100)]
    arabic = str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")
    cell_type, _, values = settled([str(i).translate(arabic) for i in range(100)])
    assert cell_type.kind is CellKind.TEXT
    assert values.null_count == 0


def test_a_number_of_thousands_of_digits_is_text() -> None:
    cell_type, _, values = settled(["9" * 5000] * 20)
    assert cell_type.kind is CellKind.TEXT
    assert values[0].as_py() == "9" * 5000


def test_cells_that_only_look_like_the_type_make_it_text(monkeypatch: pytest.MonkeyPatch) -> None:
    nothing_fits = pa.nulls(BLOCK, pa.timestamp("us"))
    monkeypatch.setattr(
        "engine.data.cells.cell_types.read_dates",
        lambda cells, form: nothing_fits.slice(0, len(cells)),
    )
    cell_type, _, values = settled(["25/12/2020"] * 100)
    assert cell_type.kind is CellKind.TEXT
    assert values.null_count == 0


def test_zeros_before_numbers_are_seen_behind_blanks() -> None:
    cell_type, _, values = settled([*numbers, *(f" 0{i}" for i in range(1000, 1100))])
    assert cell_type.kind is CellKind.TEXT
    assert values.null_count == 0


def test_chinese_yes_and_no_are_two_classes_though_one_of_them_can_mean_nothing() -> None:
    cell_type, converter, values = settled(["有", "无", "有", ""] * 20)
    assert cell_type.kind is CellKind.BOOLEAN
    assert converter.tallies[0].facts.tokens == {}
    assert set(values.to_pylist()) >= {"有", "无"}


def test_only_the_first_of_many_kept_texts_are_told_one_by_one() -> None:
    names = tuple(f"c{i}" for i in range(30))
    columns = [pa.array(["None", "a", "b"] * 10) for _ in names]
    types = plan_columns(zip(*(c.to_pylist() for c in columns), strict=True), 30, ".", names)
    converter = Converter(names, types)
    converter.convert(pa.record_batch(columns, names=list(names)))
    told = [str(doubt) for doubt in converter.doubts()]
    assert len(told) == 11
    assert told[-1] == "20 more texts like these are kept as values."
