"""What the window remembers between starts."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
from PySide6.QtCore import QByteArray

from engine.files import write_atomic
from gui.settings import RECENTS, Settings


def test_choices_are_there_after_a_restart(tmp_path: Path) -> None:
    settings = Settings(tmp_path)
    settings.change(theme="dark", language="zh_CN", text_size=1.25)
    settings.finish()
    choices = Settings(tmp_path).choices
    assert (choices.theme, choices.language, choices.text_size) == ("dark", "zh_CN", 1.25)


def test_a_damaged_file_counts_as_no_choices(tmp_path: Path) -> None:
    (tmp_path / "settings.json").write_text("{ broken")
    assert Settings(tmp_path).choices.theme == "system"


def test_the_newest_table_comes_first_and_only_once(tmp_path: Path) -> None:
    settings = Settings(tmp_path)
    for name in ("a.csv", "b.csv", "a.csv"):
        settings.remember(tmp_path / name, 10, 2, None)
    settings.remember(tmp_path / "a.csv", 10, 2, "label")
    settings.finish()
    recents = Settings(tmp_path).choices.recents
    assert [Path(recent.path).name for recent in recents] == ["a.csv", "b.csv"]
    assert recents[0].target == "label"


def test_every_part_of_a_file_is_listed_by_itself(tmp_path: Path) -> None:
    settings = Settings(tmp_path)
    for part in ("First", "Second", "First"):
        settings.remember(tmp_path / "book.xlsx", 10, 2, None, part)
    settings.finish()
    recents = Settings(tmp_path).choices.recents
    assert [recent.part for recent in recents] == ["First", "Second"]


def test_the_list_of_tables_is_bounded_and_can_be_emptied(tmp_path: Path) -> None:
    settings = Settings(tmp_path)
    for number in range(RECENTS + 3):
        settings.remember(tmp_path / f"{number}.csv", 1, 1, None)
    assert len(settings.choices.recents) == RECENTS
    settings.forget(settings.choices.recents[2])
    assert len(settings.choices.recents) == RECENTS - 1
    settings.forget()
    settings.finish()
    assert Settings(tmp_path).choices.recents == ()


def test_a_disk_that_cannot_be_written_costs_only_the_memory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from engine.errors import DiskFull

    def full(path: Path, data: bytes) -> None:
        raise DiskFull(str(path))

    monkeypatch.setattr("gui.settings.write_atomic", full)
    settings = Settings(tmp_path)
    settings.change(theme="dark")
    settings.finish()
    assert settings.choices.theme == "dark"


def test_a_slow_disk_does_not_stop_the_window_and_the_last_choice_stays(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    gate = threading.Event()

    def slow(path: Path, data: bytes) -> None:
        gate.wait(60)
        write_atomic(path, data)

    monkeypatch.setattr("gui.settings.write_atomic", slow)
    settings = Settings(tmp_path)
    for theme in ("light", "dark", "light", "dark"):
        settings.change(theme=theme)
    assert not (tmp_path / "settings.json").exists()
    gate.set()
    settings.finish()
    assert Settings(tmp_path).choices.theme == "dark"


def test_geometry_is_kept(tmp_path: Path) -> None:
    assert Settings(tmp_path).geometry("window").isEmpty()
    settings = Settings(tmp_path)
    settings.set_geometry("window", QByteArray(b"\x01\x02"))
    del settings
    assert Settings(tmp_path).geometry("window") == QByteArray(b"\x01\x02")
