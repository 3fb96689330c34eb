"""The cache in the settings: listed, bounded, cleared; what is in use stays."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from engine.cli.app import invoke
from engine.data import cache
from engine.data.cache import cached_tables, limit
from engine.data.open import open_table
from engine.errors import DiskFull
from gui import i18n, theme
from gui.shell import cache_section
from gui.shell.cache_section import CacheSection
from gui.widgets.choice import ComboBox

LEFT = Qt.MouseButton.LeftButton
LONG = 20_000


def opened(folder: Path, *names: str) -> None:
    for name in names:
        (folder / name).write_text(f"a,b\n{name},2\n")
        open_table(folder / name)


@pytest.fixture
def section(qapp: QApplication, qtbot: QtBot) -> Iterator[CacheSection]:
    i18n.set_language("en")
    theme.apply(qapp, "light")
    section = CacheSection()
    qtbot.addWidget(section)
    section.resize(520, 360)
    section.show()
    qtbot.waitExposed(section)
    yield section
    section.wait()


def texts(section: CacheSection, column: int) -> list[str]:
    model = section.list.model()
    return [model.index(row, column).data() for row in range(model.rowCount())]


def click_row(section: CacheSection, qtbot: QtBot, name: str) -> None:
    row = texts(section, 0).index(name)
    at: QPoint = section.list.visualRect(section.list.model().index(row, 0)).center()
    qtbot.mouseClick(section.list.viewport(), LEFT, pos=at)


def test_tables_are_listed_with_size_and_use(section: CacheSection, tmp_path: Path) -> None:
    assert not section.clear.isEnabled()
    opened(tmp_path, "one.csv", "two.csv")
    kept = open_table(tmp_path / "one.csv")
    section.refresh()
    assert texts(section, 0) == ["one.csv", "two.csv"]
    assert texts(section, 3) == ["in use", ""]
    assert all(size.endswith("kB") for size in texts(section, 1))
    assert section.usage.text().endswith("taken")
    assert kept.rows == 1


def test_clear_empties_it_but_for_what_is_in_use(
    section: CacheSection, qtbot: QtBot, tmp_path: Path
) -> None:
    opened(tmp_path, "one.csv", "two.csv")
    kept = open_table(tmp_path / "one.csv")
    section.refresh()
    qtbot.mouseClick(section.clear, LEFT)
    qtbot.waitUntil(lambda: texts(section, 0) == ["one.csv"], timeout=LONG)
    assert kept.folder.exists()
    assert not section.clear.isEnabled()


def test_one_table_is_removed(section: CacheSection, qtbot: QtBot, tmp_path: Path) -> None:
    opened(tmp_path, "one.csv", "two.csv")
    kept = open_table(tmp_path / "one.csv")
    section.refresh()
    assert not section.remove.isEnabled()
    click_row(section, qtbot, "one.csv")
    assert not section.remove.isEnabled()  # it is in use
    click_row(section, qtbot, "two.csv")
    qtbot.mouseClick(section.remove, LEFT)
    qtbot.waitUntil(lambda: texts(section, 0) == ["one.csv"], timeout=LONG)
    assert kept.folder.exists()


def choose(box: ComboBox, value: int) -> None:
    box.set_value(value)
    box.activated.emit(box.currentIndex())


def test_the_limit_is_chosen_and_kept(section: CacheSection, qtbot: QtBot) -> None:
    choose(section.limit, 5 * 10**9)
    qtbot.waitUntil(lambda: limit() == 5 * 10**9 and section.limit.isEnabled(), timeout=LONG)
    assert section.limit.value() == 5 * 10**9


def test_a_limit_that_cannot_be_kept_is_told(
    section: CacheSection, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(size: int) -> None:
        raise DiskFull("cache.json")

    before = limit()
    monkeypatch.setattr(cache_section, "set_limit", full)
    choose(section.limit, 10**9)
    qtbot.waitUntil(lambda: "disk is full" in section.usage.text(), timeout=LONG)
    assert section.limit.value() == before


def test_the_command_line_lists_bounds_and_clears(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    opened(tmp_path, "one.csv")
    assert invoke(["cache", "--limit", "1.5 GB"]) == 0
    printed = capsys.readouterr().out
    assert "one.csv" in printed
    assert "of at most 1.5 GB" in printed
    assert invoke(["cache", "--json"]) == 0
    (listed,) = json.loads(capsys.readouterr().out)
    assert (listed["path"], listed["rows"]) == (str(tmp_path / "one.csv"), 1)
    assert invoke(["cache", "--clear"]) == 0
    assert "deleted: 1" in capsys.readouterr().out
    assert not cached_tables()
    assert invoke(["cache", "--limit", "huge"]) == 2
    assert "huge" in capsys.readouterr().err
    assert cache.limit() == 1_500_000_000
