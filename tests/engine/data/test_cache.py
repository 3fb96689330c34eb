"""The cache of converted tables: bounded, listed, clearable, and never a table in use removed."""

from __future__ import annotations

import errno
import gc
import os
import subprocess
import sys
from pathlib import Path

import pyarrow as pa
import pytest

from engine.data import cache
from engine.data.cache import cached_tables, clear_cache, folder_size, limit, set_limit
from engine.data.in_use import make_private
from engine.data.open import open_table
from engine.data.table import Table
from engine.errors import CacheDiskFull, FileMissing
from engine.paths import table_cache


def table_file(folder: Path, name: str = "data.csv", rows: int = 1) -> Path:
    path = folder / name
    path.write_text("a,b\n" + "".join(f"{name[0]}{i},{i}\n" for i in range(rows)))
    return path


def closed(path: Path) -> Path:
    """The folder of a table that was opened and let go."""
    return open_table(path).folder


def made_older(folder: Path, seconds: float) -> None:
    mark = folder / "table.json"
    os.utime(mark, (mark.stat().st_mtime - seconds,) * 2)


@pytest.mark.parametrize("name", ["table.arrow", "table.json", "misfits.arrow", "rejects.arrow"])
@pytest.mark.parametrize("damage", [b"broken", None])
def test_a_damaged_table_is_made_again(tmp_path: Path, name: str, damage: bytes | None) -> None:
    path = table_file(tmp_path, rows=50)
    folder = closed(path)
    if damage is None:
        (folder / name).unlink()
    else:
        (folder / name).write_bytes((folder / name).read_bytes()[:-30] + damage)
    table = open_table(path)
    assert table.column("b").to_pylist() == list(range(50))
    assert not table.rejects
    assert not table.misfits


def test_a_changed_file_is_read_again(tmp_path: Path) -> None:
    path = table_file(tmp_path, rows=3)
    first = open_table(path)
    path.write_text("a,b\nx,7\n")
    again = open_table(path)
    assert again.fingerprint != first.fingerprint
    assert again.column("b").to_pylist() == [7]


def test_loading_a_folder_that_is_gone_is_a_missing_file(tmp_path: Path) -> None:
    folder = closed(table_file(tmp_path))
    assert Table.load(folder).names == ("a", "b")
    clear_cache()
    with pytest.raises(FileMissing):
        Table.load(folder)


def test_the_least_recently_used_table_goes_first(tmp_path: Path) -> None:
    folders = [closed(table_file(tmp_path, f"{'abc'[i]}.csv")) for i in range(3)]
    for age, folder in zip((30, 10, 20), folders, strict=True):
        made_older(folder, age)
    cache.evict(folder_size(folders[0]) * 2 + 100)
    assert [folder.exists() for folder in folders] == [False, True, True]
    assert 0 < cache.cache_size() <= 2 * folder_size(folders[1]) + 100


def test_loading_a_table_counts_as_use(tmp_path: Path) -> None:
    folders = [closed(table_file(tmp_path, f"{'abc'[i]}.csv")) for i in range(2)]
    for age, folder in zip((30, 10), folders, strict=True):
        made_older(folder, age)
    Table.load(folders[0])
    assert [table.folder for table in cached_tables()] == folders


def test_a_table_in_use_is_never_removed(tmp_path: Path) -> None:
    kept = open_table(table_file(tmp_path, "kept.csv"))
    gone = closed(table_file(tmp_path, "gone.csv"))
    assert {t.path: t.in_use for t in cached_tables()} == {
        str(tmp_path / "kept.csv"): True,
        str(tmp_path / "gone.csv"): False,
    }
    done = clear_cache()
    assert (done.tables, done.kept) == (1, 1)
    assert done.size > 0
    assert kept.folder.exists()
    assert not gone.exists()
    cache.evict(0)
    assert Table.load(kept.folder).rows == 1
    del kept
    clear_cache()
    assert not cached_tables()


def test_a_table_that_another_process_uses_stays(tmp_path: Path) -> None:
    folder = closed(table_file(tmp_path))
    program = (
        "import sys; from pathlib import Path; from engine.data.table import Table\n"
        "table = Table.load(Path(sys.argv[1])); print('ready', flush=True); sys.stdin.read()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", program, str(folder)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as other:
        assert other.stdout is not None
        assert other.stdout.readline().strip() == b"ready"
        assert clear_cache().kept == 1
        other.kill()
        other.wait()
        assert list(folder.glob("used-by-*"))  # killed: its mark is left, and counts for nothing
    assert clear_cache().tables == 1
    assert not folder.exists()


def test_unfinished_tables_of_killed_processes_go_after_a_day(tmp_path: Path) -> None:
    table = open_table(table_file(tmp_path))
    for name, age in ((".old.tmp", 2), (".new.tmp", 0.1)):
        folder = table_cache() / name
        folder.mkdir()
        os.utime(folder, (folder.stat().st_mtime - age * 86400,) * 2)
    cache.evict(0)
    assert {each.name for each in table_cache().iterdir()} == {table.fingerprint, ".new.tmp"}


def test_the_limit_is_kept_and_holds_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert cache.SMALLEST_LIMIT <= limit() <= cache.DEFAULT_LIMIT
    monkeypatch.setattr(cache, "SMALLEST_LIMIT", 10)
    old, new = (closed(table_file(tmp_path, f"{'abc'[i]}.csv", rows=100)) for i in range(2))
    made_older(old, 10)
    set_limit(folder_size(new) + 10)
    assert limit() == folder_size(new) + 10
    assert not old.exists()
    assert new.exists()
    (table_cache().parent / "cache.json").write_text("{")
    assert limit() <= cache.DEFAULT_LIMIT


def test_a_table_larger_than_the_limit_is_opened_all_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cache, "limit", lambda: 10)
    closed(table_file(tmp_path, "first.csv"))
    second = open_table(table_file(tmp_path, "second.csv"))
    assert [t.path for t in cached_tables()] == [str(second.path)]


def test_old_tables_make_room_on_a_disk_that_gets_full(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = closed(table_file(tmp_path, "old.csv"))
    monkeypatch.setattr(cache, "_free", lambda: 0 if old.exists() else 10**12)
    open_table(table_file(tmp_path, "new.csv"))
    assert not old.exists()


def test_a_full_disk_is_told_and_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Full:
        def __init__(self, *arguments: object) -> None:
            raise OSError(errno.ENOSPC, "No space left on device")

    path = table_file(tmp_path)
    monkeypatch.setattr(pa, "OSFile", Full)
    with pytest.raises(CacheDiskFull) as caught:
        open_table(path)
    assert "no room for the converted table" in str(caught.value)
    assert not list(table_cache().iterdir())


def test_a_private_table_goes_as_soon_as_the_last_user_lets_go_of_it(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("a,b\n1,2\n")
    table = open_table(path)
    other = Table.load(table.folder)
    make_private(table.folder)
    folder = table.folder
    cache.evict()
    assert folder.exists()
    del table
    gc.collect()
    assert folder.exists()
    del other
    gc.collect()
    assert not folder.exists()
    assert open_table(path).rows == 1  # made again


def test_a_private_table_of_a_process_that_ended_is_gone(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("a,b\n1,2\n")
    code = (
        "import sys\nfrom pathlib import Path\n"
        "from engine.data.in_use import make_private\nfrom engine.data.open import open_table\n"
        "table = open_table(Path(sys.argv[1]))\nmake_private(table.folder)\nprint(table.folder)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(path)], capture_output=True, text=True, check=True
    )
    assert not Path(done.stdout.strip()).exists()


def test_a_private_table_of_a_killed_process_goes_with_the_next_conversion(tmp_path: Path) -> None:
    for name in ("a", "b"):
        (tmp_path / f"{name}.csv").write_text(f"{name},y\n1,2\n")
    folder = open_table(tmp_path / "a.csv").folder
    gc.collect()
    make_private(folder)
    assert folder.exists()
    open_table(tmp_path / "b.csv")
    assert not folder.exists()
