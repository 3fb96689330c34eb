"""The program around the window: theme, language, start-up in stages, errors nobody caught."""

from __future__ import annotations

import gc
import signal
import sys
import traceback
from pathlib import Path
from types import TracebackType

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QGuiApplication, QIcon
from PySide6.QtWidgets import QApplication
from shiboken6 import delete

from engine.paths import default_workspace, resource
from engine.recipe.reading import Reading
from gui import i18n, theme
from gui.app.ahead import import_ahead
from gui.app.collector import Collector
from gui.app.keep_awake import KeepAwake
from gui.app.launcher_progress import LauncherProgress
from gui.app.request import OpenRequest
from gui.app.run_ends import RunEnds
from gui.app.single_instance import SingleInstance
from gui.i18n import tr
from gui.main_window import MainWindow
from gui.session import Session
from gui.settings import Settings

_SIZE = (1440, 900)
_IMPORTS_AFTER_MS = 1000
"""By then the pages are made."""
_LOOKS = ("theme", "language", "text_size")
"""Choices for which the window is made anew."""
_MINIMIZED = Qt.WindowState.WindowMinimized


class Program(QObject):
    """One session, one window at a time."""

    painted = Signal()
    """The first window is on screen."""
    settingsChanged = Signal()  # noqa: N815 - Qt's naming
    """A choice was made in the settings."""

    def __init__(self, app: QApplication, workspace: Path) -> None:
        super().__init__()
        self._app = app
        self.settings = Settings(workspace)
        self._dress()
        self.session = Session(workspace)
        self.window = self._make_window()
        QGuiApplication.styleHints().colorSchemeChanged.connect(self._on_system_theme)
        app.aboutToQuit.connect(self.session.close)

    def show(self) -> None:
        """Show the window, then load what its first paint did not need."""
        geometry = self.settings.geometry("window")
        if geometry.isEmpty() or not self.window.restoreGeometry(geometry):
            self.window.resize(*_SIZE)
        self.window.installEventFilter(self)
        self.window.show()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Paint:
            watched.removeEventFilter(self)
            QTimer.singleShot(0, self, self._after_first_paint)
        return False

    def open(self, line: str) -> None:
        """Open what an `OpenRequest` asks for; without a name only come to the front."""
        request = OpenRequest.from_line(line)
        path = request.path
        window = self.window
        window.setWindowState(window.windowState() & ~_MINIMIZED)
        window.raise_()
        window.activateWindow()
        if not path:
            return
        from engine.data.samples import samples

        name = path.replace("-", "_")
        if name in {sample.name for sample in samples()} and not Path(path).exists():
            self.session.open_sample(name)
        else:
            window.open(Path(path), request.reading)

    def rebuild(self) -> None:
        """Make the window anew: another theme, language or text size holds from here on."""
        old = self.window
        place, state = old.geometry(), old.windowState()
        old.close_for_rebuild()
        # Gone before the new look is applied: styling it once more would only take time.
        delete(old)
        self._dress()
        self.window = self._make_window()
        self.window.setGeometry(place)
        self.window.setWindowState(state)
        self.window.show()
        self.window.load_rest()

    def report(self, kind: type[BaseException], error: BaseException) -> None:
        """Tell about an error that nobody caught; the details went to the terminal."""
        self.window.notices.show(
            tr("Something went wrong in the window"),
            tr(
                "{kind}: {error}. Your data and runs are not affected.",
                kind=kind.__name__,
                error=str(error),
            ),
            "err",
        )

    def _make_window(self) -> MainWindow:
        window = MainWindow(self.session, self.settings)
        window.choiceMade.connect(self._on_choice)
        return window

    def _dress(self) -> None:
        choices = self.settings.choices
        chosen = choices.language
        i18n.set_language(i18n.system_language() if chosen == "system" else chosen)
        theme.apply(self._app, choices.theme, choices.text_size)

    def _after_first_paint(self) -> None:
        self.painted.emit()
        self.session.start()
        QTimer.singleShot(0, self, self._load_rest)

    def _load_rest(self) -> None:
        QTimer.singleShot(_IMPORTS_AFTER_MS, self, lambda: import_ahead(self, _freeze))
        self.window.load_rest()

    def _on_choice(self, field: str, value: object) -> None:
        if getattr(self.settings.choices, field) == value:
            return
        self.settings.change(**{field: value})
        self.settingsChanged.emit()
        if field in _LOOKS:
            # Not now: the menu or dialog that sent this belongs to the window that goes.
            QTimer.singleShot(0, self, self.rebuild)

    def _on_system_theme(self) -> None:
        if self.settings.choices.theme == "system" and theme.system_is_dark() != theme.is_dark():
            self.rebuild()


def main(path: str | None, reading: Reading | None = None) -> int:
    """Run the program; a second start hands its file to the first."""
    app = QApplication(sys.argv[:1])
    app.setApplicationName("trainyard")
    app.setApplicationDisplayName("Trainyard")
    app.setDesktopFileName("trainyard")
    app.setWindowIcon(QIcon(str(resource("icons", "train.svg"))))
    workspace = default_workspace()
    instance = SingleInstance(workspace, app)
    request = OpenRequest.of(path, reading)
    if not instance.is_first(request.to_line()):
        return 0
    program = Program(app, workspace)
    instance.called.connect(program.open)
    sys.excepthook = error_hook(program)
    # Ctrl-C in the terminal ends the window; Python would notice it only at its next own step.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    if request.path:
        program.painted.connect(lambda: program.open(request.to_line()))
    Collector(app)
    RunEnds(program.session, program.settings, app)
    LauncherProgress(program.session, app, app)
    awake = KeepAwake(program.session, program.settings, app)
    program.settingsChanged.connect(awake.refresh)
    program.show()
    status = app.exec()
    awake.close()
    instance.release()
    return status


def _freeze() -> None:
    """Take everything that start-up made out of the collector's sight: full collections stall."""
    gc.collect()
    gc.freeze()


def error_hook(program: Program):  # type: ignore[no-untyped-def]
    """What becomes of errors that nobody caught."""

    def report(
        kind: type[BaseException], error: BaseException, trace: TracebackType | None
    ) -> None:
        traceback.print_exception(kind, error, trace)
        # A painter that a failed paintEvent leaves behind would still paint, and Qt would crash.
        traceback.clear_frames(trace)
        program.report(kind, error)

    return report
