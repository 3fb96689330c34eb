"""What is written of predictions: other formats, chosen columns, harmless text, names, streams."""

from __future__ import annotations

import io
import os
import random
import struct
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from engine.data.preparing.arrays import Arrays
from engine.data.spreadsheet_text import harmless, harmless_cells
from engine.errors import (
    Cancelled,
    ColumnMissing,
    FileEmpty,
    FormatNotWritten,
    OutputsNotGiven,
    TooLargeForExcel,
)
from engine.outputs import Output, Outputs
from engine.predictor import predict_file as predict_file_module
from engine.predictor.decision import Conformal, Decision
from engine.predictor.outputs import given_outputs, sets_as_text
from engine.predictor.predict_file import predict_file
from engine.predictor.predict_stream import predict_stream
from engine.predictor.predictor import Predictor
from engine.predictor.table_writers import CsvWriter, numbers_as_text
from tests.engine.trained import flowers, read_csv, trained_run, write_csv

HEADER = ["length", "width", "place", "note"]
ROWS = [
    ["2.5", "-1", "coast", "=1+1"],
    ["01.50", "1e3", "nowhere", 'say "hi", there'],
    ["", "007", "", "two\nlines"],
    ["3,5", "-0.0", "hills", "空"],
]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("writing")


@pytest.fixture(scope="module")
def predictor(folder: Path) -> Predictor:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TRAINYARD_CACHE", str(folder / "cache"))
        run = trained_run(folder / "w", flowers(folder / "flowers.csv", rows=90, classes=2), "kind")
        return Predictor.load(run.path)


@pytest.fixture
def decided(predictor: Predictor) -> Iterator[Predictor]:
    before = predictor.decision
    predictor.decision = Decision(
        threshold=0.3,
        conformal=Conformal(coverage=0.9, reach=0.8, rows=20),
        least_confidence=0.6,
    )
    yield predictor
    predictor.decision = before


@pytest.fixture
def source(tmp_path: Path) -> Path:
    return write_csv(tmp_path / "in.csv", HEADER, ROWS)


def test_parquet_keeps_text_as_text_and_numbers_as_numbers(
    predictor: Predictor, source: Path, tmp_path: Path
) -> None:
    predict_file(predictor, source, tmp_path / "out.parquet")
    predict_file(predictor, source, tmp_path / "out.csv")
    found = pq.read_table(tmp_path / "out.parquet").to_pylist()
    assert [[row[name] or "" for name in HEADER] for row in found] == ROWS
    _, lines = read_csv(tmp_path / "out.csv")
    assert [row["P(kind 0)"] for row in found] == [float(line[5]) for line in lines]
    again = predict_file(predictor, tmp_path / "out.parquet", tmp_path / "again.parquet")
    assert again.header[-1] == "P(kind 1) 2"
    assert pq.read_schema(tmp_path / "again.parquet").field("P(kind 0)").type == pa.float64()


def test_excel_holds_plain_numbers_as_numbers_and_no_formula(
    predictor: Predictor, source: Path, tmp_path: Path
) -> None:
    report = predict_file(predictor, source, tmp_path / "out.xlsx")
    found = pd.read_excel(tmp_path / "out.xlsx", engine="calamine", dtype=object)
    assert tuple(found.columns) == report.header
    assert found["length"].fillna("").tolist() == [2.5, "01.50", "", "3,5"]
    assert found["width"].tolist() == [-1, "1e3", "007", "-0.0"]
    assert found["note"].tolist() == [row[3] for row in ROWS]
    assert found["P(kind 0)"].tolist() == pytest.approx([float(r[5]) for r in report.preview])
    assert sorted(p.name for p in tmp_path.iterdir() if p.is_file()) == ["in.csv", "out.xlsx"]


def test_more_rows_than_a_sheet_holds_are_told_before_any_is_predicted(
    predictor: Predictor, source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(predict_file_module, "EXCEL_ROWS", 5)
    predict_file(predictor, source, tmp_path / "fits.xlsx")
    write_csv(source, HEADER, [*ROWS, ROWS[0]])
    monkeypatch.setattr(Predictor, "outputs", None)
    with pytest.raises(TooLargeForExcel, match=r"out\.xlsx would have more"):
        predict_file(predictor, source, tmp_path / "out.xlsx")
    assert not (tmp_path / "out.xlsx").exists()


def test_cancelling_leaves_nothing_of_any_format(
    predictor: Predictor, source: Path, tmp_path: Path
) -> None:
    write_csv(source, HEADER, ROWS * 100)
    batches = 0

    def outputs(self: Predictor, arrays: Arrays) -> Any:
        nonlocal batches
        batches += 1
        return np.zeros((len(arrays), 1), np.float32)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("engine.data.text.fast_rows.BLOCK", 256)
        patch.setattr(Predictor, "outputs", outputs)
        for name in ("out.csv", "out.parquet", "out.xlsx"):
            batches = 0
            with pytest.raises(Cancelled):
                predict_file(predictor, source, tmp_path / name, cancelled=lambda: batches > 1)  # noqa: B023
            assert batches > 1
    assert [p.name for p in tmp_path.iterdir() if p.is_file()] == ["in.csv"]
    with pytest.raises(FormatNotWritten, match=r"\.docx"):
        predict_file(predictor, source, tmp_path / "out.docx")


def test_only_what_is_chosen_is_added(decided: Predictor, source: Path, tmp_path: Path) -> None:
    given = given_outputs(decided.preparation, decided.decision)
    assert given == (Output.PREDICTION, Output.PROBABILITIES, Output.SET, Output.FLAG, Output.SURE)
    names = {
        Output.PREDICTION: ["kind (predicted)"],
        Output.PROBABILITIES: ["P(kind 0)", "P(kind 1)"],
        Output.SET: ["kind (set)"],
        Output.FLAG: ["P(kind 1) > 0.3"],
        Output.SURE: ["kind (sure)"],
    }
    whole = predict_file(decided, source, tmp_path / "a.csv", outputs=Outputs(threshold_flag=True))
    assert list(whole.header[4:]) == [name for output in given for name in names[output]]
    for output in given:
        report = predict_file(decided, source, tmp_path / "b.csv", outputs=Outputs.only(output))
        assert list(report.header[4:]) == names[output]
        places = [whole.header.index(name) for name in names[output]]
        assert [r[4:] for r in report.preview] == [
            tuple(r[place] for place in places) for r in whole.preview
        ]
    flags = [row[whole.header.index("P(kind 1) > 0.3")] for row in whole.preview]
    shares = [float(row[whole.header.index("P(kind 1)")]) for row in whole.preview]
    assert flags == ["yes" if share > 0.3 else "no" for share in shares]
    with pytest.raises(OutputsNotGiven, match="interval"):
        predict_file(decided, source, tmp_path / "c.csv", outputs=Outputs.only(Output.INTERVAL))


def test_names_that_the_file_has_already_are_told(
    predictor: Predictor, source: Path, tmp_path: Path
) -> None:
    predict_file(predictor, source, tmp_path / "once.csv")
    report = predict_file(predictor, tmp_path / "once.csv", tmp_path / "twice.csv")
    [told] = [str(w) for w in report.warnings if "already" in str(w)]
    assert "kind (predicted) 2, P(kind 0) 2, P(kind 1) 2" in told


def test_numbers_as_text_give_back_exactly_the_same_numbers() -> None:
    chance = random.Random(0)
    numbers = [struct.unpack("<d", chance.randbytes(8))[0] for _ in range(3000)]
    numbers += [chance.random() for _ in range(3000)] + [0.0, -0.0, 1.0, 1e22, float("inf")]
    column = pa.array(numbers, pa.float64())
    found = [float(text) if text else float("nan") for text in numbers_as_text(column).to_pylist()]
    np.testing.assert_array_equal(found, numbers)
    assert numbers_as_text(pa.array([0.5, float("nan")]), ",").to_pylist() == ["0,5", None]


def test_harmless_columns_are_harmless_cells() -> None:
    texts = ["=a", "+1", "-1,5", "-1-1", "@x", "\tx", "\rx", "\n=1", "a=b", "", "+49 30", "-.5e-3"]
    texts += ["\0x", "-inf", "'=a", "+", "1", "－1"]
    found = harmless_cells(pa.array(texts)).to_pylist()
    expected = [harmless(text) for text in texts]
    expected[texts.index("-inf")] = "'-inf"  # a number to Python, a name to a spreadsheet
    assert found == expected


def test_quotes_are_where_a_reader_of_csv_needs_them() -> None:
    target = io.BytesIO()
    with CsvWriter(target, ["a;b", 'c"d'], delimiter=";") as writer:
        writer.write([pa.array(["x;y", None, " z "]), pa.array(['"', "a\rb", "ü"])])
        writer.write([pa.array([], pa.string())] * 2)
    assert target.getvalue().decode() == '"a;b";"c""d"\n"x;y";""""\n;"a\rb"\n z ;ü\n'


def test_sets_are_named_row_by_row() -> None:
    members = np.random.default_rng(0).random((200, 11)) > 0.5
    classes = tuple(f"class {i}" for i in range(11))
    expected = [
        "; ".join(c for c, inside in zip(classes, row, strict=True) if inside) for row in members
    ]
    assert sets_as_text(members, classes).tolist() == expected
    assert len(sets_as_text(members[:0], classes)) == 0


def test_a_stream_comes_out_as_the_file_does(
    predictor: Predictor, source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lines = [*ROWS, ["1", "2", "3", "4", "too", "long"], *ROWS] * 20
    write_csv(source, HEADER, lines)
    report = predict_file(predictor, source, tmp_path / "out.csv", harmless_formulas=True)
    monkeypatch.setattr("engine.predictor.predict_stream._FIRST", 300)
    monkeypatch.setattr("engine.predictor.predict_stream._PIECE", 500)
    out = io.BytesIO()
    streamed = predict_stream(
        predictor, io.BytesIO(source.read_bytes()), out, harmless_formulas=True
    )
    found = pd.read_csv(io.BytesIO(out.getvalue()), dtype=dict.fromkeys(HEADER, str))
    whole = pd.read_csv(tmp_path / "out.csv", dtype=dict.fromkeys(HEADER, str))
    pd.testing.assert_frame_equal(found, whole, rtol=1e-5)
    assert (streamed.rows, streamed.quarantined) == (report.rows, report.quarantined) == (160, 20)
    assert streamed.quarantined_lines == report.quarantined_lines
    assert streamed.warnings == report.warnings


def test_rows_of_a_pipe_come_out_while_it_is_still_open(predictor: Predictor) -> None:
    read_in, write_in = os.pipe()
    read_out, write_out = os.pipe()

    def work() -> None:
        with os.fdopen(read_in, "rb", buffering=0) as incoming, os.fdopen(write_out, "wb") as out:
            predict_stream(predictor, incoming, out)

    thread = threading.Thread(target=work)
    thread.start()
    try:
        row = b"2.5,-1,coast\n"
        os.write(write_in, b"length,width,place\n" + row * 60)
        with os.fdopen(read_out, "rb") as found:
            assert found.readline().startswith(b"length,width,place,kind (predicted)")
            first = [found.readline() for _ in range(60)]
            os.write(write_in, row)
            assert found.readline() == first[0]
            os.close(write_in)
            assert found.read() == b""
    finally:
        thread.join(60)


def test_streams_of_other_formats_and_bad_ones_are_met(
    predictor: Predictor, source: Path, tmp_path: Path
) -> None:
    predict_file(predictor, source, tmp_path / "a.parquet", outputs=Outputs.only(Output.PREDICTION))
    out = io.BytesIO()
    report = predict_stream(predictor, io.BytesIO((tmp_path / "a.parquet").read_bytes()), out)
    assert report.rows == 4
    assert out.getvalue().count(b"kind (predicted) 2") == 1
    with pytest.raises(FileEmpty):
        predict_stream(predictor, io.BytesIO(), out)
    with pytest.raises(ColumnMissing):
        predict_stream(predictor, io.BytesIO(b"a,b\n1,2\n3,4\n"), out)
