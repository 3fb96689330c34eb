"""A real session with a window that holds the Model page and its inspector.

Only the question to the worker is answered in this process, so that a test need not wait for one; the
answer comes from the same `summarize` that the worker calls.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QApplication, QHBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from engine.data.preparing.inputs import Inputs
from engine.models import summary
from engine.models.sizes import sizes
from engine.recipe.model import ModelSpec
from engine.recipe.training import Training
from engine.tasks import SizesTask, SummarizeTask
from engine.training.probed_step import probed_step
from gui import theme
from gui.notices import Notices
from gui.pages.model.inspector import ModelInspector
from gui.pages.model.page import ModelPage
from gui.session import Session

LONG = 60_000


@dataclass
class Stage:
    """What a test works with."""

    session: Session
    page: ModelPage
    inspector: ModelInspector
    window: QWidget


class Answer(QObject):
    """A task that is answered at the next turn of the event loop."""

    progress = Signal(float)
    finished = Signal(object)
    failed = Signal(object)

    def __init__(self, task: SummarizeTask | SizesTask, parent: QObject) -> None:
        super().__init__(parent)
        self._task = task
        QTimer.singleShot(0, self._answer)

    def _answer(self) -> None:
        task = self._task
        inputs = Inputs(task.numbers, task.categories, task.outputs, task.encoders)
        if isinstance(task, SizesTask):
            self.finished.emit(sizes(task.models, inputs).model_dump(mode="json"))
            return
        found = summary.summarize(
            task.recipe,
            inputs,
            task.train_rows,
            task.target_task,
            step_of=probed_step if task.timed else None,
        )
        self.finished.emit(found.model_dump(mode="json"))


@pytest.fixture
def table(tmp_path: Path) -> Path:
    """300 rows: two numbers (one with holes), two categories, a label of two classes."""
    lines = ["size,age,colour,town,label"]
    for i in range(300):
        age = "" if i % 5 == 0 else str(20 + i * 7 % 50)
        lines.append(f"{i * 37 % 101 / 4},{age},{'rgb'[i % 3]},town {i % 12},{i % 2}")
    path = tmp_path / "table.csv"
    path.write_text("\n".join(lines) + "\n")
    return path


@pytest.fixture
def open_page(
    qtbot: QtBot, qapp: QApplication, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Callable[..., Stage]]:
    """Opens a file and shows the page; with `worker=True` a real worker is asked.

    The network is an MLP; with `auto=True` it is left to Auto, as it is for a new table.
    """
    theme.apply(qapp, "light")
    monkeypatch.setattr(summary, "PROBE_SECONDS", 0.0)
    stages: list[Stage] = []

    def open_file(path: Path | None, *, worker: bool = False, auto: bool = False) -> Stage:
        session = Session(tmp_path / "home")
        if not worker:
            monkeypatch.setattr(session, "ask", lambda task: Answer(task, session))
        window = QWidget()
        page = ModelPage(session, Notices(window))
        inspector = page.inspector()
        assert isinstance(inspector, ModelInspector)
        inspector.setFixedWidth(288)
        layout = QHBoxLayout(window)
        layout.addWidget(page, 1)
        layout.addWidget(inspector)
        for keys, act in (("Ctrl+Z", session.undo), ("Ctrl+Y", session.redo)):
            QShortcut(QKeySequence(keys), window).activated.connect(act)
        window.resize(1300, 800)
        stages.append(Stage(session, page, inspector, window))
        if path is not None:
            with qtbot.waitSignals([session.tableChanged, session.profileChanged], timeout=LONG):
                session.open(path)
            session.set_target("label")
            if not auto:  # the same small network in every test
                plain = {"model": ModelSpec(), "training": Training()}
                session._recipes.amend(session.recipe.model_copy(update=plain), session.schema)
        session.show_page("model")
        with qtbot.waitActive(window):
            window.show()
            window.activateWindow()
        if path is not None:
            settle(qtbot, stages[-1])
        return stages[-1]

    yield open_file
    for stage in stages:
        stage.page.probe.set_active(active=False)
        stage.session.close()
        stage.window.close()
        stage.window.deleteLater()
    QApplication.processEvents()


def settle(qtbot: QtBot, stage: Stage) -> None:
    """Wait until the network shown is that of the recipe in force."""
    probe = stage.page.probe
    qtbot.waitUntil(lambda: probe.summary is not None and not probe.is_waiting, timeout=LONG)
    QApplication.processEvents()
