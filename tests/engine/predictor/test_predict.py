"""Predicting frames and files: the run's own test metric again, and every kind of odd file."""

from __future__ import annotations

import errno
import gzip
import os
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import accuracy_score, mean_squared_error

from engine.data.columns.infer import infer_schema
from engine.errors import (
    Cancelled,
    ColumnMissing,
    DiskFull,
    FileMissing,
    HeaderOnly,
    NotAModelFile,
    RunDamaged,
    RunUntrained,
    WriteFailed,
)
from engine.events import RunFinished
from engine.paths import table_cache
from engine.pipeline.tables import table_of
from engine.predictor.part import part_rows
from engine.predictor.predict_file import predict_file
from engine.predictor.predictor import Predictor
from engine.recipe.reading import Reading, RowFix
from engine.store.run_folder import RunFolder
from tests.engine.data.formats_made import workbook, zipped
from tests.engine.trained import flowers, new_run, prices, read_csv, trained_run, write_csv


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("predict")


@pytest.fixture(scope="module")
def run(folder: Path) -> RunFolder:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TRAINYARD_CACHE", str(folder / "cache"))
        return trained_run(folder / "w", flowers(folder / "flowers.csv"), "kind")


@pytest.fixture
def predictor(run: RunFolder) -> Predictor:
    return Predictor.load(run.path)


def ended(run: RunFolder) -> RunFinished:
    event = list(run.events())[-1]
    assert isinstance(event, RunFinished)
    return event


def test_predicting_the_test_rows_gives_the_test_metric_exactly(
    run: RunFolder, predictor: Predictor, folder: Path, tmp_path: Path
) -> None:
    table = table_of(run)
    rows = part_rows(predictor, table, infer_schema(table), "test").rows
    lines = (folder / "flowers.csv").read_text().splitlines()
    source = tmp_path / "test.csv"
    source.write_text("\n".join([lines[0], *(lines[row + 1] for row in rows)]) + "\n")
    predict_file(predictor, source, tmp_path / "out.csv")
    found = pd.read_csv(tmp_path / "out.csv")
    assert accuracy_score(found["kind"], found["kind (predicted)"]) == ended(run).test[1]
    shares = found[[f"P({label})" for label in predictor.classes]].to_numpy()
    actual = found["kind"].map({label: i for i, label in enumerate(predictor.classes)}).to_numpy()
    loss = -np.log(shares[np.arange(len(shares)), actual]).mean()
    assert loss == pytest.approx(ended(run).test[0], rel=1e-12)


def test_predicted_values_give_the_error_of_the_run(tmp_path: Path) -> None:
    path = prices(tmp_path / "prices.csv")
    run = trained_run(tmp_path / "w", path, "price")
    predictor = Predictor.load(run.path)
    table = table_of(run)
    rows = part_rows(predictor, table, infer_schema(table), "test").rows
    predict_file(predictor, path, tmp_path / "out.csv")
    found = pd.read_csv(tmp_path / "out.csv").iloc[rows]
    rmse = mean_squared_error(found["price"], found["price (predicted)"]) ** 0.5
    assert rmse == pytest.approx(ended(run).test[1], rel=1e-12)


def test_the_original_columns_come_out_as_they_were(predictor: Predictor, tmp_path: Path) -> None:
    header = ["width", "odd, name", "length", "place", "note"]
    rows = [
        ["01.50", "007", " 2.0 ", "coast", "a “quote”, and, commas"],
        ["1e0", "", "3", "coast", 'with "quotes"'],
        ["-0.10", "=1+1", "+4", "coast", "two\nlines"],
        ["", "x", "NA", "", "空"],
    ]
    source = write_csv(tmp_path / "in.csv", header, rows)
    report = predict_file(predictor, source, tmp_path / "out.csv")
    found_header, found = read_csv(tmp_path / "out.csv")
    assert found_header[:5] == header
    assert [row[:5] for row in found] == rows
    assert found_header[5:] == ["kind (predicted)", "P(kind 0)", "P(kind 1)", "P(kind 2)"]
    assert all(sum(map(float, row[6:])) == pytest.approx(1) for row in found)
    assert report.rows == 4
    assert report.header == tuple(found_header)
    assert [list(row) for row in report.preview] == found
    [extra] = [str(w) for w in report.warnings if "odd, name" in str(w)]
    assert "kept but not used" in extra


def test_a_missing_column_is_named_and_nothing_is_written(
    predictor: Predictor, tmp_path: Path
) -> None:
    source = write_csv(tmp_path / "in.csv", ["width", "Length"], [[1, 2], [3, 4]])
    with pytest.raises(ColumnMissing) as caught:
        predict_file(predictor, source, tmp_path / "out.csv")
    assert "length, place" in str(caught.value)
    assert "in.csv" in str(caught.value)
    assert "width, Length" in str(caught.value)
    assert not (tmp_path / "out.csv").exists()


def test_a_column_of_another_type_is_counted_once_for_the_whole_file(
    predictor: Predictor, tmp_path: Path
) -> None:
    rows = [["long" if i % 2 else i, 1, "nowhere" if i % 4 == 0 else "coast"] for i in range(1, 81)]
    source = write_csv(tmp_path / "in.csv", ["length", "width", "place"], rows)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("engine.data.text.fast_rows.BLOCK", 256)
        report = predict_file(predictor, source, tmp_path / "out.csv")
    texts = [str(warning) for warning in report.warnings]
    assert len(texts) == 3
    assert any("“length”: 34 of 40 values lie far outside" in text for text in texts)
    assert any("“length”: 40 cells" in text for text in texts)
    assert any("“place”: 20 cells" in text for text in texts)
    assert report.rows == 80


def test_rows_that_cannot_be_read_are_quarantined(predictor: Predictor, tmp_path: Path) -> None:
    source = tmp_path / "in.csv"
    source.write_text("length,width,place\n1,2,coast\n1,2,3,4,5\n2,3,coast\n4\n5,6,hills\n")
    report = predict_file(predictor, source, tmp_path / "out.csv")
    assert (report.rows, report.quarantined) == (3, 2)
    assert report.quarantined_lines == (3, 5)
    assert [row[0] for row in read_csv(tmp_path / "out.csv")[1]] == ["1", "2", "5"]


def test_semicolons_and_decimal_commas_come_back_as_such(
    predictor: Predictor, tmp_path: Path
) -> None:
    point = write_csv(
        tmp_path / "point.csv", ["length", "width", "place"], [[2.25, -1.5, "coast"]] * 5
    )
    comma = tmp_path / "comma.csv"
    comma.write_text("length;width;place\n" + "2,25;-1,5;coast\n" * 5)
    predict_file(predictor, point, tmp_path / "a.csv")
    predict_file(predictor, comma, tmp_path / "b.csv")
    _, expected = read_csv(tmp_path / "a.csv")
    header, found = read_csv(tmp_path / "b.csv", ";")
    assert header[:3] == ["length", "width", "place"]
    assert found[0][:3] == ["2,25", "-1,5", "coast"]
    assert [cell.replace(",", ".") for cell in found[0][3:]] == expected[0][3:]


def test_predicting_twice_keeps_the_first_predictions(
    predictor: Predictor, folder: Path, tmp_path: Path
) -> None:
    predict_file(predictor, folder / "flowers.csv", tmp_path / "once.csv")
    predict_file(predictor, tmp_path / "once.csv", tmp_path / "twice.csv")
    header, rows = read_csv(tmp_path / "twice.csv")
    assert header[-4:] == ["kind (predicted) 2", "P(kind 0) 2", "P(kind 1) 2", "P(kind 2) 2"]
    assert [row[5:9] for row in rows] == [row[9:] for row in rows]


def test_text_that_a_spreadsheet_would_run_is_made_harmless_only_on_request(
    predictor: Predictor, tmp_path: Path
) -> None:
    rows = [
        ["=cmd()", "-1.5", "2", "coast"],
        ["@x", "+3", "2", "coast"],
        ["plain", "1", "2", "coast"],
    ]
    source = write_csv(tmp_path / "in.csv", ["note", "width", "length", "place"], rows)
    predict_file(predictor, source, tmp_path / "a.csv")
    predict_file(predictor, source, tmp_path / "b.csv", harmless_formulas=True)
    assert [row[0] for row in read_csv(tmp_path / "a.csv")[1]] == ["=cmd()", "@x", "plain"]
    found = read_csv(tmp_path / "b.csv")[1]
    assert [row[0] for row in found] == ["'=cmd()", "'@x", "plain"]
    assert [row[1] for row in found] == ["-1.5", "+3", "1"]


def test_cancelling_and_a_full_disk_leave_the_former_file(
    predictor: Predictor, folder: Path, tmp_path: Path
) -> None:
    destination = tmp_path / "out.csv"
    destination.write_text("former")
    with pytest.raises(Cancelled):
        predict_file(predictor, folder / "flowers.csv", destination, cancelled=lambda: True)

    def full(descriptor: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(os, "fsync", full)
        with pytest.raises(DiskFull, match=r"out\.csv"):
            predict_file(predictor, folder / "flowers.csv", destination)
    with pytest.raises(WriteFailed, match="to be predicted"):
        predict_file(predictor, folder / "flowers.csv", folder / "flowers.csv")
    assert destination.read_text() == "former"
    assert [p.name for p in tmp_path.iterdir()] == ["out.csv"]


def test_progress_reaches_the_end(predictor: Predictor, folder: Path, tmp_path: Path) -> None:
    seen: list[tuple[int, int]] = []
    predict_file(
        predictor,
        folder / "flowers.csv",
        tmp_path / "out.csv",
        progress=lambda done, total: seen.append((done, total)),
    )
    assert seen[-1][0] == seen[-1][1] == (folder / "flowers.csv").stat().st_size


def test_a_frame_in_any_order_gives_the_same_as_a_file(
    predictor: Predictor, folder: Path, tmp_path: Path
) -> None:
    predict_file(predictor, folder / "flowers.csv", tmp_path / "out.csv")
    frame = pd.read_csv(folder / "flowers.csv")[["place", "width", "length"]]
    found = predictor.predict(frame)
    assert found.columns[0] == "kind (predicted)"
    _, rows = read_csv(tmp_path / "out.csv")
    assert found["kind (predicted)"].tolist() == [row[5] for row in rows]
    assert found["P(kind 0)"].tolist() == pytest.approx([float(row[6]) for row in rows], abs=1e-6)
    with pytest.raises(ColumnMissing):
        predictor.predict(frame[["place"]])


def test_corrections_of_the_training_file_hold_where_line_and_text_agree(
    predictor: Predictor, tmp_path: Path
) -> None:
    damaged = "3,1,coast, north"
    rows = ["length,width,place", "1,1,coast", "2,1,coast", damaged, "4,1,coast"]
    source = tmp_path / "in.csv"
    source.write_text("\n".join(rows) + "\n")
    fix = RowFix(line=4, found=damaged, text='3,1,"coast, north"')
    asked = Reading(fixes=(fix,))
    report = predict_file(predictor, source, tmp_path / "out.csv", reading=asked)
    assert (report.rows, report.quarantined) == (4, 0)
    assert any("corrected by hand" in str(warning) for warning in report.warnings)
    source.write_text("\n".join([*rows[:2], *rows[3:]]) + "\n")
    report = predict_file(predictor, source, tmp_path / "out.csv", reading=asked)
    assert (report.rows, report.quarantined) == (2, 1)


def test_a_file_with_a_header_only_is_told(predictor: Predictor, tmp_path: Path) -> None:
    source = tmp_path / "in.csv"
    source.write_text("length,width,place\n")
    with pytest.raises(HeaderOnly):
        predict_file(predictor, source, tmp_path / "out.csv")
    assert not (tmp_path / "out.csv").exists()


def test_what_is_no_model_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FileMissing):
        Predictor.load(tmp_path / "none.trainyard")
    with pytest.raises(NotAModelFile):
        Predictor.load(tmp_path)
    run = new_run(tmp_path / "w", flowers(tmp_path / "flowers.csv"), "kind")
    with pytest.raises(RunUntrained):
        Predictor.load(run.path)


def test_a_damaged_checkpoint_is_refused(tmp_path: Path) -> None:
    run = trained_run(tmp_path / "w", flowers(tmp_path / "flowers.csv"), "kind")
    [weights] = (run.checkpoints / "best").glob("*.safetensors")
    weights.write_bytes(weights.read_bytes()[:100])
    with pytest.raises(RunDamaged):
        Predictor.load(run.path)


# Formats -----------------------------------------------------------------------------------------


def as_parquet(path: Path, frame: pd.DataFrame) -> None:
    frame.astype({"length": "float32"}).to_parquet(path, index=False)


def as_workbook(path: Path, frame: pd.DataFrame) -> None:
    rows = [list(frame.columns), *frame.to_numpy().tolist()]
    path.write_bytes(workbook({"Other": [["a"], [1]], "New": rows}))


def as_json_lines(path: Path, frame: pd.DataFrame) -> None:
    frame.to_json(path, orient="records", lines=True)


def as_database(path: Path, frame: pd.DataFrame) -> None:
    with closing(sqlite3.connect(path)) as connection:
        frame.to_sql("flowers", connection, index=False)


def as_packed(path: Path, frame: pd.DataFrame) -> None:
    path.write_bytes(gzip.compress(frame.to_csv(index=False).encode()))


def as_folder(path: Path, frame: pd.DataFrame) -> None:
    path.mkdir()
    frame[:100].to_csv(path / "1.csv", index=False)
    frame[100:].to_json(path / "2.jsonl", orient="records", lines=True)


@pytest.mark.parametrize(
    ("write", "part"),
    [
        (as_parquet, None),
        (as_workbook, "New"),
        (as_json_lines, None),
        (as_database, None),
        (as_packed, None),
        (as_folder, None),
    ],
)
def test_every_format_gives_the_predictions_of_the_csv(
    predictor: Predictor,
    folder: Path,
    tmp_path: Path,
    write: Callable[[Path, pd.DataFrame], None],
    part: str | None,
) -> None:
    predict_file(predictor, folder / "flowers.csv", tmp_path / "expected.csv")
    write(tmp_path / "new", pd.read_csv(folder / "flowers.csv"))
    seen: list[tuple[int, int]] = []
    report = predict_file(
        predictor,
        tmp_path / "new",
        tmp_path / "out.csv",
        part=part,
        progress=lambda done, total: seen.append((done, total)),
    )
    expected, found = (pd.read_csv(tmp_path / f"{name}.csv") for name in ("expected", "out"))
    assert report.rows == 240
    assert found["kind (predicted)"].equals(expected["kind (predicted)"])
    assert np.allclose(found["P(kind 0)"], expected["P(kind 0)"], rtol=1e-5)
    assert found["length"].equals(expected["length"])
    assert seen[-1][0] == seen[-1][1]
    assert not list(table_cache().glob(".*"))


def test_the_table_that_was_predicted_is_told_where_there_are_several(
    predictor: Predictor, folder: Path, tmp_path: Path
) -> None:
    data = (folder / "flowers.csv").read_bytes()
    (tmp_path / "new.zip").write_bytes(zipped({"a.csv": data, "b.csv": data}))
    report = predict_file(predictor, tmp_path / "new.zip", tmp_path / "out.csv")
    assert any("2 tables; “a.csv” was predicted" in str(warning) for warning in report.warnings)
