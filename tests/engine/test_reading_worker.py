"""The worker process that opens tables: the same tables as `open_table`, told of while they are read."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from engine.data.columns.infer import infer_schema
from engine.data.first_rows import FIRST_ROWS
from engine.data.open import open_table
from engine.data.table import Table
from engine.errors import Cancelled, FileMissing, HeaderOnly, PartNotChosen
from engine.paths import table_cache
from engine.recipe.reading import Reading
from engine.tasks import CancelTask, Failure, Opened, OpenTask, Ready
from tests.engine.warm import Warm

PATIENCE = 60


@pytest.fixture
def reader() -> Iterator[Warm]:
    made = Warm("--read")
    assert isinstance(made.reply(), Ready)
    yield made
    assert made.process.stdin is not None
    assert made.process.stdout is not None
    made.process.stdin.close()
    assert made.process.wait(PATIENCE) == 0
    made.process.stdout.close()


@pytest.fixture
def long_file(tmp_path: Path) -> Path:
    path = tmp_path / "long.csv"
    path.write_text("number,word\n" + "1.5,a word\n" * 500_000)
    return path


def failure(answer: object) -> Exception:
    assert isinstance(answer, Failure)
    return answer.exception()


def test_it_opens_the_same_table_as_the_engine(reader: Warm, tmp_path: Path) -> None:
    path = tmp_path / "mixed.csv"
    rows = [f"{row},5;word {row % 7};2024-01-{row % 28 + 1:02}" for row in range(60)]
    path.write_text("\n".join(["size;kind;day", ";word 2;2024-02-01", *rows]) + "\n")
    opened = Opened.model_validate(reader.ask(OpenTask(path=str(path))))
    there = Table.load(Path(opened.folder))
    here = open_table(path)
    assert there.folder == here.folder
    assert opened.columns == infer_schema(here)
    first = FIRST_ROWS.validate_python(reader.first[0].value)
    assert first.path == path
    assert first.names == ("size", "kind", "day")
    assert first.rows[:2] == ((None, "word 2", "2024-02-01"), ("0,5", "word 0", "2024-01-01"))
    assert first.reading.delimiter == ";"

    reader.first.clear()
    reading = Reading(delimiter=",")
    other = Opened.model_validate(reader.ask(OpenTask(path=str(path), reading=reading)))
    assert Table.load(Path(other.folder)).reading.delimiter == ","
    assert Opened.model_validate(reader.ask(OpenTask(path=str(path)))) == opened


def test_what_is_wrong_with_a_file_is_told_and_the_next_one_is_opened(
    reader: Warm, tmp_path: Path
) -> None:
    error = failure(reader.ask(OpenTask(path=str(tmp_path / "nowhere.csv"))))
    assert isinstance(error, FileMissing)
    bare = tmp_path / "bare.csv"
    bare.write_text("a,b\n")
    assert isinstance(failure(reader.ask(OpenTask(path=str(bare)))), HeaderOnly)
    bare.write_text("a,b\n1,2\n3,4\n")
    assert Opened.model_validate(reader.ask(OpenTask(path=str(bare)))).columns.rows == 2


def test_the_tables_to_choose_from_arrive_one_by_one(reader: Warm, tmp_path: Path) -> None:
    path = tmp_path / "two.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("one.csv", "a,b\n1,2\n3,4\n")
        archive.writestr("two.csv", "c,d\n1,2\n3,4\n")
    error = failure(reader.ask(OpenTask(path=str(path), must_choose=True)))
    assert isinstance(error, PartNotChosen)
    assert error.choices == ("one.csv", "two.csv")


def test_an_opening_that_is_given_up_leaves_nothing_behind_and_the_next_one_goes_on(
    reader: Warm, long_file: Path
) -> None:
    error = failure(reader.ask(OpenTask(path=str(long_file)), CancelTask()))
    assert isinstance(error, Cancelled)
    assert list(table_cache().iterdir()) == []
    opened = Opened.model_validate(reader.ask(OpenTask(path=str(long_file))))
    assert opened.columns.rows == 500_000


def test_an_opening_that_nobody_waits_for_any_more_ends_with_the_window(long_file: Path) -> None:
    reader = Warm("--read")
    assert isinstance(reader.reply(), Ready)
    reader.send(OpenTask(path=str(long_file)).model_dump_json())
    reader.process.communicate(timeout=PATIENCE)
    assert reader.process.returncode == 0
    assert [each.name for each in table_cache().iterdir() if each.name.startswith(".")] == []


def test_a_reader_imports_no_torch(tmp_path: Path) -> None:
    path = tmp_path / "small.csv"
    path.write_text("a,b\n1,2\n3,4\n")
    code = (
        "import sys; from engine.worker.warming_up import warm_up_for_tables; warm_up_for_tables();"
        "from engine.data.columns.infer import infer_schema; from engine.data.open import open_table;"
        f"infer_schema(open_table(__import__('pathlib').Path({str(path)!r})));"
        "print([name for name in ('torch', 'sklearn', 'PySide6') if name in sys.modules])"
    )
    root = Path(__file__).resolve().parents[2]
    told = subprocess.run(
        [sys.executable, "-c", code], cwd=root, capture_output=True, text=True, check=True
    )
    assert told.stdout.strip() == "[]"
