"""Pictures of every page, light and dark, in English and Chinese.

    python -m tests.screens OUT [light|dark] [en|zh_CN] [PAGE ...]

A real session trains two small runs on bundled samples, then the window is made in each theme and
language, and each page is saved at 1440 × 900 once nothing on it moves any more. Ends with status 1 if
anything went wrong on the way.
"""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
import time
import traceback
from collections.abc import Callable
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QEventLoop, QTimer
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication

from engine.data.rows.filters import LevelsFilter
from engine.data.samples import samples
from engine.recipe.families import Trunk
from engine.recipe.recipe import Recipe
from gui.app.program import Program
from gui.i18n import Language
from gui.pages.data.page import PROFILE, RELATIONS, TABLE, DataPage
from gui.pages.reading.page import ReadingPage
from gui.theme import Mode

SIZE = (1440, 900)
THEMES: tuple[Mode, ...] = ("light", "dark")
LANGUAGES: tuple[Language, ...] = ("en", "zh_CN")
PAGES = ("prepare", "model", "train", "evaluate", "explain", "deploy")
NAMES = (
    "start",
    "data",
    *PAGES,
    "runs",
    "problems",
    "reading",
    "filtered",
    "profile",
    "profile-table",
    "relations",
)
_PATIENCE = 90.0


class Screens:
    """Makes the pictures, one after the other."""

    def __init__(self, out: Path, folder: Path, wanted: tuple[str, ...]) -> None:
        self._out = out
        self._wanted = wanted or NAMES
        self._folder = folder / "data"
        self._folder.mkdir()
        for sample in samples():
            shutil.copy(sample.path, self._folder)
        self._program = Program(_application(), folder / "workspace")
        self._program.settings.change(inspector=True, runs=False)
        self._program.show()
        self._program.window.resize(*SIZE)

    def make(self, themes: tuple[Mode, ...], languages: tuple[Language, ...]) -> None:
        """Train, then save every page in every theme and language."""
        self._train()
        for theme in themes:
            for language in languages:
                self._program.settings.change(theme=theme, language=language, runs=False)
                self._program.rebuild()
                self._program.window.resize(*SIZE)
                self._save_all(f"{theme}-{language}")
        self._program.window.close_for_rebuild()
        self._program.session.close()

    def _train(self) -> None:
        for name in ("wine", "iris", "diabetes", "penguins"):
            self._open(self._folder / f"{name}.csv")
        self._open(self._folder / "breast_cancer.csv")
        for widths in ((64, 64), (16,)):
            self._session.edit(_small(self._session.recipe, widths), "")
            self._session.train()
            wait(lambda: bool(self._session.running))
            wait(lambda: not self._session.running)

    def _save_all(self, suffix: str) -> None:
        session = self._session
        session.close_table()
        self._save("start", suffix)
        self._open(self._folder / "breast_cancer.csv")
        for name in ("data", *PAGES):
            session.show_page(name)
            self._save(name, suffix)
        session.show_page("train")
        self._program.window.actions_.runs.trigger()
        for run in session.runs:
            session.set_overlay(run.id, True)
        self._save("runs", suffix)
        self._program.window.actions_.runs.trigger()
        self._open(_with_problems(self._folder))
        self._program.window.actions_.problems.trigger()
        self._save("problems", suffix)
        session.ask_reading()
        panel = self._program.window.pages.currentWidget()
        assert isinstance(panel, ReadingPage)
        wait(lambda: panel.preview is not None)
        self._save("reading", suffix)
        panel.close_panel()
        self._save_views(suffix)

    def _save_views(self, suffix: str) -> None:
        """The views of the Data page, some of a part of the rows."""
        session = self._session
        self._open(self._folder / "penguins.csv")
        session.show_page("data")
        page = self._program.window.pages.currentWidget()
        assert isinstance(page, DataPage)
        page.show_tab(TABLE)
        session.view.add(LevelsFilter(column="island", values=("Biscoe", "Dream")))
        session.view.sort_by("bill_length_mm", descending=True)
        wait(lambda: not session.view.is_busy and not session.view.is_profiling)
        self._save("filtered", suffix)
        page.show_tab(PROFILE)
        self._save("profile", suffix)
        page.profile.shape.set_value("table")
        page.profile.shape.changed.emit("table")
        self._save("profile-table", suffix)
        page.profile.shape.set_value("cards")
        page.profile.shape.changed.emit("cards")
        session.view.clear()
        session.view.set_sorts(())
        page.show_tab(RELATIONS)
        wait(lambda: page.relations.source.relations is not None)
        self._save("relations", suffix)
        page.show_tab(TABLE)

    def _open(self, path: Path) -> None:
        self._session.open(path)
        wait(lambda: self._session.table is not None and self._session.table.path == path)
        wait(lambda: self._session.profile is not None)

    def _save(self, name: str, suffix: str) -> None:
        if name not in self._wanted:
            return
        window = self._program.window
        pause(0.6)
        before = QImage()
        deadline = time.monotonic() + _PATIENCE
        while time.monotonic() < deadline:
            now = window.centralWidget().grab().toImage()
            if now == before:
                break
            before = now
            pause(0.5)
        window.notices.clear()
        number = NAMES.index(name) + 1
        path = self._out / f"{number:02}-{name}-{suffix}.png"
        window.grab().save(str(path))
        print(path, flush=True)

    @property
    def _session(self):
        return self._program.session


def wait(done: Callable[[], bool]) -> None:
    """Let the window work until `done`."""
    deadline = time.monotonic() + _PATIENCE
    while not done():
        if time.monotonic() > deadline:
            raise TimeoutError("the window did not get there in time")
        pause(0.05)


def pause(seconds: float) -> None:
    """Let the window work."""
    loop = QEventLoop()
    QTimer.singleShot(round(1000 * seconds), loop.quit)
    loop.exec()


def _small(recipe: Recipe, widths: tuple[int, ...]) -> Recipe:
    trunk = Trunk.default("mlp").model_copy(update={"widths": widths})
    model = recipe.model.model_copy(update={"trunk": trunk})
    training = recipe.training.model_copy(update={"epochs": 40, "batch_size": 64})
    return recipe.model_copy(update={"model": model, "training": training})


def _with_problems(folder: Path) -> Path:
    lines = (folder / "penguins.csv").read_text(encoding="utf-8").splitlines()
    lines[20] += ",extra"
    lines[30] += ",extra,more"
    lines[41] = lines[41].rsplit(",", 2)[0]
    path = folder / "penguins_damaged.csv"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def _application() -> QApplication:
    app = QApplication.instance()
    return app if isinstance(app, QApplication) else QApplication(sys.argv[:1])


def main(arguments: list[str]) -> int:
    """Make the pictures that were asked for."""
    if not arguments:
        sys.exit("usage: python -m tests.screens OUT [light|dark] [en|zh_CN] [PAGE ...]")
    out, *rest = arguments
    Path(out).mkdir(parents=True, exist_ok=True)
    themes = tuple(theme for theme in THEMES if theme in rest) or THEMES
    languages = tuple(language for language in LANGUAGES if language in rest) or LANGUAGES
    failures: list[BaseException] = []

    def report(kind, error, trace) -> None:
        traceback.print_exception(kind, error, trace)
        failures.append(error)

    sys.excepthook = report
    with tempfile.TemporaryDirectory() as folder:
        os.environ["TRAINYARD_HOME"] = str(Path(folder, "workspace"))
        os.environ["TRAINYARD_CACHE"] = str(Path(folder, "cache"))
        wanted = tuple(name for name in NAMES if name in rest)
        Screens(Path(out), Path(folder), wanted).make(themes, languages)
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
