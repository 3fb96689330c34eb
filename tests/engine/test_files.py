"""Atomic writes: the old content or the new, never a half."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from engine.errors import DiskFull, WriteFailed
from engine.files import (
    atomic_file,
    atomic_folder,
    clear_temporaries,
    write_atomic,
    write_plain,
)


def refuse(code: int, after: int = 0):
    """A stand-in for `os.write` or `os.fsync` that fails from the `after`-th call on."""
    calls = 0

    def function(descriptor: int, *data: bytes) -> int:
        nonlocal calls
        calls += 1
        if calls > after:
            raise OSError(code, os.strerror(code))
        return len(data[0]) if data else 0

    return function


def test_a_file_is_replaced_whole(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    write_atomic(path, b"old")
    write_atomic(path, b"new")
    assert path.read_bytes() == b"new"
    assert [p.name for p in tmp_path.iterdir()] == ["a.json"]


@pytest.mark.parametrize("function", ["write", "fsync"])
@pytest.mark.parametrize(
    ("code", "error"),
    [(errno.ENOSPC, DiskFull), (errno.EDQUOT, DiskFull), (errno.EIO, WriteFailed)],
)
def test_a_failed_write_leaves_the_old_content_and_no_litter(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, function: str, code: int, error: type
) -> None:
    path = tmp_path / "a.json"
    write_atomic(path, b"old")
    with monkeypatch.context() as patch:
        patch.setattr(os, function, refuse(code))
        with pytest.raises(error) as caught:
            write_atomic(path, b"new")
    assert str(path) in str(caught.value)
    assert path.read_bytes() == b"old"
    assert [p.name for p in tmp_path.iterdir()] == ["a.json"]


def test_short_writes_are_continued(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write = os.write
    monkeypatch.setattr(os, "write", lambda fd, data: write(fd, bytes(data)[:3]))
    write_atomic(tmp_path / "a", b"0123456789")
    assert (tmp_path / "a").read_bytes() == b"0123456789"


def test_a_missing_folder_is_told(tmp_path: Path) -> None:
    with pytest.raises(WriteFailed, match="No such file"):
        write_atomic(tmp_path / "nowhere" / "a", b"")


def test_an_interrupted_block_leaves_the_old_file(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    write_atomic(path, b"old")

    def interrupted() -> None:
        with atomic_file(path) as temporary:
            temporary.write_bytes(b"half")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert path.read_bytes() == b"old"
    assert [p.name for p in tmp_path.iterdir()] == ["a.csv"]


def test_a_link_stays_a_link(tmp_path: Path) -> None:
    (tmp_path / "real").write_bytes(b"old")
    (tmp_path / "link").symlink_to(tmp_path / "real")
    write_atomic(tmp_path / "link", b"new")
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "real").read_bytes() == b"new"


def test_a_new_folder_appears_whole_or_not_at_all(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with atomic_folder(tmp_path / "run") as folder:
        write_plain(folder / "recipe.json", b"{}")
        assert not (tmp_path / "run").exists()
    assert (tmp_path / "run" / "recipe.json").read_bytes() == b"{}"

    def fill() -> None:
        with atomic_folder(tmp_path / "other") as folder:
            write_plain(folder / "recipe.json", b"{}")

    monkeypatch.setattr(os, "write", refuse(errno.ENOSPC))
    with pytest.raises(DiskFull, match="other could"):
        fill()
    assert [p.name for p in tmp_path.iterdir()] == ["run"]


def test_leftovers_of_killed_processes_are_cleared(tmp_path: Path) -> None:
    (tmp_path / "checkpoints" / ".last.1a2b.tmp").mkdir(parents=True)
    (tmp_path / ".run.json.3c4d.tmp").write_bytes(b"half")
    (tmp_path / "run.json").write_bytes(b"whole")
    clear_temporaries(tmp_path)
    assert sorted(p.name for p in tmp_path.rglob("*")) == ["checkpoints", "run.json"]
