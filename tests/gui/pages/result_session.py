"""A session that needs neither disk nor worker, for the tests of the pages about one run."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import QApplication, QWidget

from engine.errors import RunNotFound, TrainyardError
from engine.messages import N_
from engine.recipe.columns import ColumnSpec
from engine.recipe.recipe import Recipe
from engine.schema import Kind, Role, Task
from engine.store.info import RunInfo
from engine.store.summary import RunSummary, Status
from gui import theme
from gui.notices import Notices


class FakeJob(QObject):
    """A job that ends when the test says so."""

    progress = Signal(float)
    finished = Signal(object)
    failed = Signal(object)

    def __init__(self, task: Any) -> None:
        super().__init__()
        self.task = task
        self.is_cancelled = False

    def cancel(self) -> None:
        self.is_cancelled = True


class FakeTable:
    """Rows whose cells say where they are."""

    fingerprint = "f1"
    path = Path("/data/adult.csv")
    rows = 48_842
    names = ("age", "workclass", "hours-per-week", "income")

    def cells(self, name: str, start: int, stop: int) -> list[str | None]:
        texts = {"age": "{}", "workclass": "Private {}", "hours-per-week": "{}"}
        return [texts[name].format(row % 80) if row % 7 else None for row in range(start, stop)]


@dataclass
class FakeFolder:
    path: Path
    run: RunSummary
    own_recipe: Recipe

    @property
    def id(self) -> str:
        return self.run.id

    def info(self) -> RunInfo:
        return RunInfo(
            id=self.run.id,
            number=self.run.number,
            name=self.run.name,
            created=self.run.created,
            dataset=self.run.dataset,
            table_path="/data/adult.csv",
            table_folder="/nowhere",
            fingerprint="f1",
            target=self.run.target,
            task=self.run.task,
            trunk=self.run.trunk,
            epochs=self.run.epochs,
            device="cpu",
            seed=0,
        )

    def recipe(self) -> Recipe:
        return self.own_recipe

    def resolved(self) -> Recipe:
        return self.own_recipe


@dataclass
class FakeWorkspace:
    session: FakeSession
    missing: set[str] = field(default_factory=set)

    def run(self, run: str) -> FakeFolder:
        summary = self.session.run(run)
        if summary is None or run in self.missing:
            raise RunNotFound(run, "/workspace")
        return FakeFolder(Path("/workspace/runs") / run, summary, self.session.run_recipe)


RECIPE = Recipe(
    columns=(
        ColumnSpec(name="age", kind=Kind.NUMBER, role=Role.FEATURE),
        ColumnSpec(name="workclass", kind=Kind.CATEGORY, role=Role.FEATURE),
        ColumnSpec(name="hours-per-week", kind=Kind.NUMBER, role=Role.FEATURE),
        ColumnSpec(name="income", kind=Kind.CATEGORY, role=Role.TARGET),
    )
)


class FakeSession(QObject):
    """The signals and properties of `gui.session.Session` that the result pages use."""

    tableChanged = Signal()  # noqa: N815
    profileChanged = Signal()  # noqa: N815
    recipeChanged = Signal()  # noqa: N815
    columnChanged = Signal()  # noqa: N815
    pageChanged = Signal()  # noqa: N815
    runsChanged = Signal()  # noqa: N815
    runUpdated = Signal(str)  # noqa: N815
    focusChanged = Signal()  # noqa: N815
    overlayChanged = Signal()  # noqa: N815
    modelFileChanged = Signal()  # noqa: N815
    failed = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.runs: tuple[RunSummary, ...] = ()
        self.focus: str | None = None
        self.overlay: dict[str, int] = {}
        self.table: Any = FakeTable()
        self.schema: Any = None
        self.profile: Any = None
        self.column: str | None = None
        self.model_file: Path | None = None
        self.recipe = RECIPE
        self.run_recipe = RECIPE
        self.workspace = FakeWorkspace(self)
        self.jobs: list[FakeJob] = []
        self.test_rows = 7327

    def run(self, run: str | None) -> RunSummary | None:
        return next((each for each in self.runs if each.id == run), None)

    def history(self, run: str) -> Any:
        started = SimpleNamespace(
            train_rows=34189,
            validation_rows=7326,
            test_rows=self.test_rows,
            parameters=1_200_000,
        )
        return SimpleNamespace(started=started, best_epoch=56)

    def set_focus(self, run: str | None) -> None:
        self.focus = run
        if run is not None:
            self.overlay.setdefault(run, len(self.overlay))
        self.focusChanged.emit()

    def select_column(self, name: str | None) -> None:
        self.column = name
        self.columnChanged.emit()

    def open(self, path: Path) -> None:
        self.model_file = path
        self.modelFileChanged.emit()

    def ask(self, task: Any) -> FakeJob:
        job = FakeJob(task)
        self.jobs.append(job)
        return job

    def add(self, summary: RunSummary) -> None:
        self.runs = (summary, *self.runs)
        self.runsChanged.emit()
        self.set_focus(summary.id)


def a_run(number: int, status: Status = Status.DONE, **changes: Any) -> RunSummary:
    values: dict[str, Any] = {
        "id": f"run{number}",
        "number": number,
        "name": f"mlp-{number}",
        "status": status,
        "created": 1_700_000_000.0 + number,
        "dataset": "adult",
        "target": "income",
        "task": Task.BINARY,
        "trunk": "mlp",
        "epoch": 72,
        "epochs": 100,
        "monitor": "loss",
        "best": 0.31,
        "device": "cpu",
    }
    return RunSummary(**(values | changes))


class TooBad(TrainyardError):
    """An error with both sentences."""

    found = N_("The worker is gone.")
    advice = N_("Ask again.")


@pytest.fixture
def session(qapp: QApplication) -> FakeSession:
    if not qapp.styleSheet() or theme.is_dark():  # restyling the program takes a while
        theme.apply(qapp, "light")
    return FakeSession()


@pytest.fixture
def window(qtbot: Any, session: FakeSession) -> QWidget:
    """Where the page is shown; notices need one."""
    widget = QWidget()
    qtbot.addWidget(widget)
    widget.resize(1100, 760)
    return widget


def shown(page_class: Any, session: FakeSession, window: QWidget, qtbot: Any) -> Any:
    """The page in a visible window."""
    page = page_class(session, Notices(window))
    page.setParent(window)
    page.resize(window.size())
    page.inspector().setParent(window)
    page.inspector().resize(288, 700)
    page.inspector().show()
    with qtbot.waitExposed(window):
        window.show()
    return page


def nameless(page: QWidget) -> list[str]:
    """Visible controls that the keyboard reaches and a screen reader could not name."""
    found = []
    for widget in page.findChildren(QWidget):
        if widget.isVisible() and widget.focusPolicy() & Qt.FocusPolicy.TabFocus:
            reader = QAccessible.queryAccessibleInterface(widget)
            if not reader.text(QAccessible.Text.Name):
                found.append(f"{type(widget).__name__} {widget.objectName()}")
    return found
