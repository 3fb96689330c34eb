"""Pictures of what is said while something is held over the window, and of what comes of it.

    python -m tests.drops OUT [light|dark] [en|zh_CN] [CASE ...]

Real drag and drop events over a real window; ends with status 1 if a case does not come out.
"""

from __future__ import annotations

import os
import sys
import tempfile
from itertools import product
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QApplication, QLabel, QWidget

from gui import i18n, theme
from gui.i18n import Language
from gui.main_window import MainWindow
from gui.session import Session
from gui.settings import Settings
from tests.drop_cases import CASES, TABLE, Case, write
from tests.screens import LANGUAGES, THEMES, pause, wait

_MOUSE = (Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier)


def hold(window: QWidget, data: object) -> bool:
    """Drag it over the middle of the window; whether it is taken."""
    action, button, keys = _MOUSE
    middle = QPoint(window.width() // 2, window.height() // 2)
    event = QDragEnterEvent(middle, action, data, button, keys)
    QApplication.sendEvent(window, event)
    return event.isAccepted()


def let_go(window: QWidget, data: object) -> None:
    """Drop it there."""
    action, button, keys = _MOUSE
    middle = QPointF(window.width() / 2, window.height() / 2)
    QApplication.sendEvent(window, QDropEvent(middle, action, data, button, keys))


def said(window: QWidget) -> str:
    """All that can be read in the window."""
    return "\n".join(
        each.text() for each in window.findChildren(QLabel) if each.isVisibleTo(window)
    )


def picture(case: Case, out: Path, mode: theme.Mode, language: Language, over_table: bool) -> bool:
    """Hold, photograph, let go, wait, photograph; whether it came out as it has to."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        os.environ["TRAINYARD_HOME"] = str(folder / "home")
        os.environ["TRAINYARD_CACHE"] = str(folder / "cache")
        session = Session(folder / "home")
        window = MainWindow(session, Settings(folder / "home"))
        window.resize(1440, 900)
        window.show()
        try:
            if over_table:
                session.open(write(folder / "before.csv", TABLE))
                wait(lambda: session.profile is not None)
            before = session.table
            data = case.make(folder)
            hold(window, data)
            pause(0.3)
            name = f"{case.name}-{'table' if over_table else 'start'}-{mode}-{language}"
            window.grab().save(str(out / f"{name}-held.png"))
            if case.between is not None:
                case.between(folder)
            let_go(window, data)
            if case.rows:
                wait(lambda: session.table is not before and session.profile is not None)
                came_out = session.table is not None and session.table.rows == case.rows
            else:
                told = said(window)  # in other languages, whatever is said
                wait(
                    lambda: case.says in said(window) if language == "en" else said(window) != told
                )
                came_out = session.table is before
            pause(0.5)
            window.grab().save(str(out / f"{name}-dropped.png"))
        finally:
            session.close()
            window.close_for_rebuild()
    return came_out


def main() -> int:
    """Make the pictures."""
    out = Path(sys.argv[1])
    out.mkdir(parents=True, exist_ok=True)
    modes = [mode for mode in THEMES if mode in sys.argv[2:]] or ["light"]
    languages = [each for each in LANGUAGES if each in sys.argv[2:]] or ["en"]
    wanted = set(sys.argv[2:]) - {*THEMES, *LANGUAGES}
    app = QApplication.instance() or QApplication([])
    assert isinstance(app, QApplication)
    bad = []
    for mode, language in product(modes, languages):
        i18n.set_language(language)
        theme.apply(app, mode)
        for case in CASES:
            if wanted and case.name not in wanted:
                continue
            for over_table in (False, True):
                came_out = picture(case, out, mode, language, over_table)
                place = "over a table" if over_table else ""
                print(case.name, mode, language, place, came_out, flush=True)
                if not came_out:
                    bad.append(case.name)
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
