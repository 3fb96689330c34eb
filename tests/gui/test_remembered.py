"""What is kept about files: saved whole, read back, bounded, and never a reason to fail."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from engine.data.rows.filters import LevelsFilter, RangeFilter, Sort
from engine.recipe.reading import Reading
from engine.recipe.recipe import Recipe
from gui import remembered
from gui.remembered import ColumnLayout, DamagedMemoryError, FileMemory, MemoryFolder


def full(path: Path) -> FileMemory:
    return FileMemory(
        path=str(path),
        part="Sheet2",
        stamp="1:2",
        reading=Reading(delimiter=";", part="Sheet2"),
        recipe=Recipe().with_target("label"),
        page="prepare",
        tab="problems",
        column="size",
        filters=(RangeFilter(column="size", low=1), LevelsFilter(column="b", values=("x",))),
        sorts=(Sort(column="size", descending=True),),
        layout=ColumnLayout(order=("b", "a"), hidden=("c",), frozen=("b",), widths={"a": 120}),
        dismissed=("constant:c",),
    )


def test_what_is_saved_comes_back_as_it_was(tmp_path: Path) -> None:
    folder, file = MemoryFolder(tmp_path), tmp_path / "a.csv"
    folder.save(full(file))
    assert folder.load(file, "Sheet2") == full(file)


def test_every_part_of_a_file_is_remembered_by_itself(tmp_path: Path) -> None:
    folder, file = MemoryFolder(tmp_path), tmp_path / "book.xlsx"
    folder.save(full(file))
    assert folder.load(file, None) is None
    assert folder.load(file, "Sheet1") is None
    assert folder.load(tmp_path / "other.xlsx", "Sheet2") is None


@pytest.mark.parametrize(
    "content", [b"", b"{", b"[1]", b'{"trainyard_memory": 2}', b'{"page": 7}', b"\xff\xfe\x00"]
)
def test_a_damaged_or_later_memory_is_told_apart_from_none(tmp_path: Path, content: bytes) -> None:
    folder, file = MemoryFolder(tmp_path), tmp_path / "a.csv"
    folder.save(full(file))
    kept = next((tmp_path / "files").iterdir())
    kept.write_bytes(content)
    with pytest.raises(DamagedMemoryError):
        folder.load(file, "Sheet2")
    folder.save(full(file))
    assert folder.load(file, "Sheet2") == full(file)


def test_the_file_not_opened_for_the_longest_time_is_forgotten_first(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(remembered, "KEPT", 3)
    folder = MemoryFolder(tmp_path)
    for age, name in enumerate(("new", "older", "oldest")):
        path = tmp_path / name
        before = set((tmp_path / "files").glob("*")) if (tmp_path / "files").exists() else set()
        folder.save(FileMemory(path=str(path)))
        made = set((tmp_path / "files").glob("*")) - before
        os.utime(made.pop(), (1000 - age, 1000 - age))
    folder.save(FileMemory(path=str(tmp_path / "newest")))
    assert folder.load(tmp_path / "oldest", None) is None
    for name in ("newest", "new", "older"):
        assert folder.load(tmp_path / name, None) is not None


def test_forgetting_leaves_nothing(tmp_path: Path) -> None:
    folder, file = MemoryFolder(tmp_path), tmp_path / "a.csv"
    folder.save(full(file))
    folder.forget(file, "Sheet2")
    assert folder.load(file, "Sheet2") is None
    folder.forget(file, "Sheet2")


def test_a_folder_that_cannot_be_written_costs_the_memory_and_nothing_else(tmp_path: Path) -> None:
    (tmp_path / "files").write_text("in the way")
    folder = MemoryFolder(tmp_path)
    folder.save(FileMemory(path=str(tmp_path / "a.csv")))
    with pytest.raises(DamagedMemoryError):
        folder.load(tmp_path / "a.csv", None)


def test_a_field_that_there_is_not_is_refused() -> None:
    with pytest.raises(ValueError, match="pages"):
        FileMemory(path="a").updated(pages="data")


def test_columns_that_are_gone_leave_the_layout() -> None:
    layout = ColumnLayout(order=("b", "a"), hidden=("a",), frozen=("b",), widths={"a": 1, "b": 2})
    assert layout.without({"a"}) == ColumnLayout(order=("b",), frozen=("b",), widths={"b": 2})
