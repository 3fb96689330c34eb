"""The program around the window: stages of start-up, rebuilding, errors nobody caught."""

from __future__ import annotations

import os
import subprocess
import sys
import weakref
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot
from shiboken6 import delete, isValid

from gui import i18n, theme
from gui.app.program import Program, error_hook
from gui.settings import Settings

WAIT = 20_000


@pytest.fixture
def program(qapp: QApplication, qtbot: QtBot) -> Iterator[Program]:
    workspace = Path(os.environ["TRAINYARD_HOME"])
    settings = Settings(workspace)
    settings.change(theme="light", language="en")
    settings.finish()
    program = Program(qapp, workspace)
    yield program
    program.window.close_for_rebuild()
    delete(program.window)
    program.session.close()
    i18n.set_language("en")
    theme.apply(qapp, "light")


def test_the_window_is_painted_before_the_rest_is_loaded(program: Program, qtbot: QtBot) -> None:
    with qtbot.waitSignal(program.painted, timeout=WAIT):
        program.show()
    assert program.window.isVisible()
    qtbot.waitUntil(lambda: program.window.runs.drawer is not None, timeout=WAIT)


def test_nothing_heavy_is_imported_before_the_first_paint() -> None:
    code = (
        "import sys, gui.app.program;"
        "heavy = {'torch', 'pandas', 'numpy', 'pyarrow', 'pyqtgraph', 'sklearn', 'psutil'};"
        "print(sorted(heavy & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_a_named_sample_or_file_is_opened(program: Program, qtbot: QtBot, tmp_path: Path) -> None:
    program.show()
    with qtbot.waitSignal(program.session.tableChanged, timeout=WAIT):
        program.open("breast-cancer")
    assert program.session.target == "diagnosis"
    table = tmp_path / "a.csv"
    table.write_text("a,b\n1,2\n3,4\n5,6\n")
    with qtbot.waitSignal(program.session.tableChanged, timeout=WAIT):
        program.open(str(table))
    program.open("")
    assert program.session.table.path == table


def test_another_theme_rebuilds_the_window_at_the_same_place(
    program: Program, qtbot: QtBot, tmp_path: Path
) -> None:
    program.show()
    program.window.resize(1300, 800)
    table = tmp_path / "a.csv"
    table.write_text("a,b\n1,2\n3,4\n5,6\n")
    with qtbot.waitSignal(program.session.tableChanged, timeout=WAIT):
        program.open(str(table))
    program.session.show_page("prepare")
    old, size = program.window, program.window.size()
    for name in [*old.actions_.pages, "sweep", "queue", "compare"]:
        old.pages.bring(name)
    dark = next(a for a in old.actions_.themes.actions() if a.data() == "dark")
    dark.trigger()
    qtbot.waitUntil(lambda: program.window is not old)
    assert theme.is_dark()
    assert program.window.size() == size
    assert program.window.pages.currentWidget().name == "prepare"
    assert program.window.windowTitle() == "a.csv – Trainyard"
    assert not isValid(old)
    session = program.session
    for signal in (
        session.tableChanged,
        session.profileChanged,
        session.recipeChanged,
        session.columnChanged,
        session.pageChanged,
        session.busyChanged,
        session.runsChanged,
        session.focusChanged,
        session.overlayChanged,
    ):
        signal.emit()  # reaches the new window only; a slot of the old one would raise


def test_another_language_and_text_size_hold_at_once(program: Program, qtbot: QtBot) -> None:
    program.show()
    old = program.window
    old.choiceMade.emit("language", "zh_CN")
    qtbot.waitUntil(lambda: program.window is not old)
    assert i18n.language() == "zh_CN"
    newer = program.window
    newer.choiceMade.emit("text_size", 1.25)
    qtbot.waitUntil(lambda: program.window is not newer)
    assert theme.text_scale() == 1.25


def test_an_error_nobody_caught_becomes_a_notice(program: Program) -> None:
    program.report(ValueError, ValueError("an odd thing"))
    assert "an odd thing" in program.window.notices.shown()[-1].accessibleName()


def test_a_failed_paint_event_leaves_no_painter_behind(
    program: Program, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture
) -> None:
    painters: list[weakref.ref[QPainter]] = []

    class Failing(QWidget):
        def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
            painter = QPainter(self)
            painters.append(weakref.ref(painter))
            raise ValueError("no paint today")

    monkeypatch.setattr(sys, "excepthook", error_hook(program))
    widget = Failing()
    widget.resize(90, 60)
    qtbot.addWidget(widget)
    widget.show()
    qtbot.waitUntil(lambda: bool(painters))
    assert [painter() for painter in painters] == [None] * len(painters)
    assert "no paint today" in program.window.notices.shown()[-1].accessibleName()
    assert "no paint today" in capsys.readouterr().err
