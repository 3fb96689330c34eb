"""Files that begin well and are damaged, locked or made to do harm."""

from __future__ import annotations

import gzip
import itertools
import os
import sqlite3
import zipfile
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from engine.data.formats import unpacking
from engine.data.open import open_table
from engine.errors import (
    Cancelled,
    DiskFull,
    FileDamaged,
    FileEmpty,
    FileEncrypted,
    FileMissing,
    HeaderOnly,
    NoParts,
    NotATable,
    ReadError,
    UnpacksTooLarge,
)
from engine.paths import table_cache
from tests.engine.data.formats.test_formats import CSV, arrow_file, arrow_stream, saved, zstd
from tests.engine.data.formats_made import database, workbook, zipped


def sound_file(folder: Path, kind: str) -> bytes:
    many = pa.table({"n": list(range(5000)), "s": [f"text {i}" for i in range(5000)]})
    match kind:
        case "gz":
            return gzip.compress(CSV + os.urandom(20_000).hex().encode() + b"\n")
        case "zst":
            return zstd(CSV + os.urandom(20_000).hex().encode() + b"\n")
        case "zip":
            return zipped({"t.csv": CSV * 50})
        case "xlsx":
            return workbook({"S": [["a", "b"], *([i, f"t{i}"] for i in range(500))]})
        case "parquet":
            pq.write_table(many, folder / "sound")
        case "arrow":
            return arrow_file(folder, many).read_bytes()
        case "stream":
            return arrow_stream(folder, many).read_bytes()
        case "db":
            values = ",".join(f"({i}, 'text {i}')" for i in range(3000))
            database(folder / "sound", f"create table t(n, s); insert into t values {values}")
    return (folder / "sound").read_bytes()


KINDS = ("gz", "zst", "zip", "xlsx", "parquet", "arrow", "stream", "db")


def refused(path: Path) -> ReadError:
    with pytest.raises(ReadError) as caught:
        open_table(path)
    assert not list(table_cache().glob("*"))
    assert getattr(caught.value, "path", "") == str(path)
    return caught.value


@pytest.mark.parametrize("kind", KINDS)
def test_half_a_file_is_damaged(tmp_path: Path, kind: str) -> None:
    data = sound_file(tmp_path, kind)
    error = refused(saved(tmp_path, f"half.{kind}", data[: len(data) // 2]))
    assert isinstance(error, FileDamaged)
    assert "\n" not in error.problem


@pytest.mark.parametrize("kind", KINDS)
def test_changed_bytes_never_end_in_anything_but_a_table_or_an_error_for_people(
    tmp_path: Path, kind: str
) -> None:
    data = bytearray(sound_file(tmp_path, kind))
    for number, at in enumerate(range(len(data) // 40, len(data), len(data) // 12)):
        changed = bytearray(data)
        changed[at : at + 8] = b"\xa5" * 8
        try:
            open_table(saved(tmp_path, f"{number}.{kind}", bytes(changed)))
        except ReadError:
            continue


def test_nothing_inside_is_told(tmp_path: Path) -> None:
    assert isinstance(refused(saved(tmp_path, "a.csv.gz", gzip.compress(b""))), FileEmpty)
    assert isinstance(refused(saved(tmp_path, "a.zip", zipped({}))), NoParts)
    assert isinstance(refused(saved(tmp_path, "a.xlsx", workbook({"S": []}))), HeaderOnly)
    assert isinstance(refused(saved(tmp_path, "b.xlsx", workbook({"S": [["a", "b"]]}))), HeaderOnly)
    assert isinstance(refused(database(tmp_path / "a.db", "create table t(a, b)")), HeaderOnly)
    assert isinstance(refused(database(tmp_path / "b.db", "pragma user_version=1")), NoParts)
    pq.write_table(pa.table({"a": pa.array([], pa.int64())}), tmp_path / "a.parquet")
    assert isinstance(refused(tmp_path / "a.parquet"), HeaderOnly)
    assert isinstance(refused(saved(tmp_path, "a.jsonl", b"{}\n{}\n")), HeaderOnly)


def test_a_binary_member_is_named_after_the_archive(tmp_path: Path) -> None:
    path = saved(tmp_path, "a.zip", zipped({"picture.png": b"\x89PNG\r\n\x1a\n\0\0"}))
    assert isinstance(refused(path), NotATable)


def locked_zip(path: Path) -> Path:
    """An archive whose member says that it is encrypted."""
    data = bytearray(zipped({"t.csv": CSV}))
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.find(mark) + offset] |= 1
    path.write_bytes(bytes(data))
    return path


def locked_workbook(path: Path) -> Path:
    """The shell that Office puts around a workbook with a password, broken behind its directory."""
    directory = "EncryptedPackage".encode("utf-16-le")
    path.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600) + directory + bytes(600))
    return path


def locked_parquet(path: Path) -> Path:
    path.write_bytes(b"PARE" + bytes(100) + b"PARE")
    return path


@pytest.mark.parametrize("make", [locked_zip, locked_workbook, locked_parquet])
def test_a_password_is_told(tmp_path: Path, make: Callable[[Path], Path]) -> None:
    assert isinstance(refused(make(tmp_path / "locked")), FileEncrypted)


@pytest.mark.parametrize("pack", [gzip.compress, zstd, lambda data: zipped({"t.csv": data})])
def test_a_bomb_is_stopped_while_it_unpacks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, pack: Callable[[bytes], bytes]
) -> None:
    monkeypatch.setattr(unpacking, "GIGABYTES", 0)
    error = refused(saved(tmp_path, "bomb", pack(b"a,b\n" + b"0,0\n" * 2_000_000)))
    assert isinstance(error, UnpacksTooLarge)


def test_a_workbook_that_unpacks_to_too_much_is_not_unpacked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(unpacking, "GIGABYTES", 0)
    path = saved(tmp_path, "b.xlsx", workbook({"S": [["a", "b"], [1, 2]]}))
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/media/huge.bin", bytes(3_000_000))
    assert isinstance(refused(path), UnpacksTooLarge)


def test_packings_are_opened_three_deep(tmp_path: Path) -> None:
    data = CSV
    for _ in range(3):
        data = gzip.compress(data)
    assert open_table(saved(tmp_path, "3.gz", data)).rows == 3
    with pytest.raises(NotATable):
        open_table(saved(tmp_path, "4.gz", gzip.compress(data)))


@pytest.mark.parametrize("kind", [*KINDS, "jsonl"])
def test_cancelling_leaves_nothing_behind(tmp_path: Path, kind: str) -> None:
    rows = ['{"n": 1, "s": "text"}'] * 60_000 if kind == "jsonl" else None
    data = "\n".join(rows).encode() if rows else sound_file(tmp_path, kind)
    path = saved(tmp_path, f"t.{kind}", data)
    for moment in (0, 1):
        calls = itertools.count()
        with pytest.raises(Cancelled):
            open_table(path, cancelled=lambda calls=calls, m=moment: next(calls) >= m)
        assert not list(table_cache().glob("*"))
        if kind not in ("gz", "zst", "zip", "jsonl"):
            break


@pytest.mark.parametrize("kind", KINDS)
def test_progress_runs_forward_to_the_size(tmp_path: Path, kind: str) -> None:
    path = saved(tmp_path, f"t.{kind}", sound_file(tmp_path, kind))
    seen: list[tuple[int, int]] = []
    open_table(path, progress=lambda done, total: seen.append((done, total)))
    assert seen == sorted(seen)
    assert seen[-1] == (path.stat().st_size,) * 2


def test_a_disk_that_fills_while_unpacking_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = Path.open

    def full(self: Path, mode: str = "r", *more: object, **named: object) -> object:
        if mode == "wb" and table_cache() in self.parents:
            raise OSError(28, "No space left on device")
        return real(self, mode, *more, **named)  # type: ignore[call-overload]

    monkeypatch.setattr(Path, "open", full)
    with pytest.raises(DiskFull):
        open_table(saved(tmp_path, "t.csv.gz", gzip.compress(CSV)))
    assert not list(table_cache().glob("*"))


def test_a_file_of_a_list_that_is_gone_is_named(tmp_path: Path) -> None:
    path = saved(tmp_path, "x.files", b'{"trainyard_files":["/nowhere/t.csv"]}')
    with pytest.raises(FileMissing) as caught:
        open_table(path)
    assert caught.value.path == "/nowhere/t.csv"


# Databases -----------------------------------------------------------------------------------------


def test_a_database_that_others_write_to_is_read_up_to_the_last_commit(tmp_path: Path) -> None:
    path = tmp_path / "x.db"
    writer = sqlite3.connect(path)
    writer.executescript("pragma journal_mode=wal; create table t(n); insert into t values (1)")
    writer.execute("insert into t values (2)")
    try:
        assert open_table(path).rows == 1
        writer.commit()
        assert open_table(path).rows == 2
    finally:
        writer.close()


def test_text_that_is_not_utf8_is_read_all_the_same(tmp_path: Path) -> None:
    rows = "insert into t values (1, 'é'), (2, cast(x'e9ff' as text)), (3, null)"
    table = open_table(database(tmp_path / "x.db", f"create table t(n, s); {rows}"))
    assert table.column("s").to_pylist() == ["é", "éÿ", None]


def test_a_view_that_never_ends_can_be_cancelled(tmp_path: Path) -> None:
    endless = "with recursive c(n) as (select 1 union all select n + 1 from c) select sum(n) from c"
    path = database(tmp_path / "x.db", f"create view v as {endless}")
    calls = itertools.count()
    with pytest.raises(Cancelled):
        open_table(path, cancelled=lambda: next(calls) > 20)


def test_a_view_can_do_nothing_but_select(tmp_path: Path) -> None:
    path = database(tmp_path / "x.db", "create view v as select load_extension('x') as n")
    with pytest.raises(FileDamaged):
        open_table(path)
