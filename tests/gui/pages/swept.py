"""A session over a small table, with a sweep that was really trained, and pages shown for real."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget

from engine.data.open import open_table
from engine.pipeline.training import train_run
from engine.plans.plan import Plan
from engine.plans.sweep import Choices, Range, Sweep, SweptField
from engine.recipe.recipe import Recipe
from engine.store.run_folder import RunFolder
from engine.store.workspace import Workspace
from tests.engine.trained import SMALL, flowers, merged

RATE = "training.optimizer.learning_rate"
SWEEP = Sweep(
    fields=(
        SweptField(path=RATE, domain=Range(low=1e-4, high=1e-1, log=True)),
        SweptField(path="model.trunk.widths", domain=Choices(values=((8,), (8, 8)))),
    ),
    trials=3,
)


def quick_recipe() -> Recipe:
    """One epoch of a small network."""
    return Recipe.model_validate(merged(SMALL, {"training": {"epochs": 1}})).with_target("kind")


def make_quick(session: Any, **split: Any) -> None:
    """Give the open table a recipe that trains in no time."""
    recipe = quick_recipe().model_copy(update={"reading": session.recipe.reading})
    session.edit(recipe.with_split(**split), "quick")
    session.set_target("kind")


def trained(home: Path, csv: Path, plan: Plan | None = None) -> RunFolder:
    """A run that is done, trained in this process."""
    if not csv.exists():
        flowers(csv, rows=60)
    workspace = Workspace(home)
    try:
        run = workspace.create(quick_recipe(), open_table(csv), plan=plan)
    finally:
        workspace.close()
    train_run(run)
    return run


def shown(page: Any, qtbot: Any) -> QWidget:
    """A window around a page."""
    window = QWidget()
    window.resize(1280, 800)
    qtbot.addWidget(window)
    page.setParent(window)
    page.resize(window.size())
    with qtbot.waitExposed(window):
        window.show()
    page.show()
    return window


def drag(widget: Any, start: QPointF, end: QPointF) -> None:
    """Press the left button, move, and let go."""
    target = widget.viewport()
    left = Qt.MouseButton.LeftButton
    QTest.mousePress(target, left, Qt.KeyboardModifier.NoModifier, _point(start))
    for share in (0.3, 0.7, 1.0):
        QTest.mouseMove(target, _point(start + (end - start) * share))
    QTest.mouseRelease(target, left, Qt.KeyboardModifier.NoModifier, _point(end))


def _point(at: QPointF) -> QPoint:
    return QPoint(round(at.x()), round(at.y()))
