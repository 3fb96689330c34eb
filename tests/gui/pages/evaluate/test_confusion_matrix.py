from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor

from gui.widgets import heat
from gui.pages.evaluate.confusion_matrix import ConfusionMatrix


@pytest.fixture
def matrix(session: Any, qtbot: Any) -> ConfusionMatrix:
    widget = ConfusionMatrix()
    qtbot.addWidget(widget)
    widget.resize(400, 320)
    widget.set_matrix(["cat", "dog", "fox"], [[8, 1, 1], [0, 5, 0], [2, 0, 0]])
    return widget


def test_arrows_move_and_stay_inside(matrix: ConfusionMatrix, qtbot: Any) -> None:
    for key in (Qt.Key.Key_Left, Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_Right):
        qtbot.keyClick(matrix, key)
    for _ in range(5):
        qtbot.keyClick(matrix, Qt.Key.Key_Down)
    assert "Actual fox, predicted dog: 0 rows" in matrix.accessibleDescription()


def test_space_selects_and_unselects(matrix: ConfusionMatrix, qtbot: Any) -> None:
    heard: list[object] = []
    matrix.selected.connect(heard.append)
    qtbot.keyClick(matrix, Qt.Key.Key_Right)
    qtbot.keyClick(matrix, Qt.Key.Key_Space)
    qtbot.keyClick(matrix, Qt.Key.Key_Space)
    qtbot.keyClick(matrix, Qt.Key.Key_Space)
    qtbot.keyClick(matrix, Qt.Key.Key_Escape)
    assert heard == [(0, 1), None, (0, 1), None]


def test_click_selects_the_cell_under_the_mouse(matrix: ConfusionMatrix, qtbot: Any) -> None:
    point = matrix.cell_centre((2, 0)).toPoint()
    qtbot.mouseClick(matrix, Qt.MouseButton.LeftButton, pos=point)
    assert matrix.selection() == (2, 0)
    assert "100.0% of actual fox" in matrix.accessibleDescription()


def test_new_counts_clear_the_selection(matrix: ConfusionMatrix) -> None:
    matrix.select((1, 1))
    matrix.set_matrix(["a", "b"], [[1, 0], [0, 0]])
    assert matrix.selection() is None
    assert matrix.share((1, 1)) == 0.0


@pytest.mark.parametrize("classes", [1, 2, 10, 30, 100])
def test_any_number_of_classes_paints_and_finds_its_corners(
    matrix: ConfusionMatrix, qtbot: Any, classes: int
) -> None:
    counts = [[9 if i == j else 1 for j in range(classes)] for i in range(classes)]
    matrix.set_matrix([f"class {i}" for i in range(classes)], counts)
    assert not matrix.grab().isNull()
    for cell in ((0, 0), (classes - 1, 0), (classes - 1, classes - 1)):
        matrix.select(None)
        point = matrix.cell_centre(cell).toPoint()
        qtbot.mouseClick(matrix, Qt.MouseButton.LeftButton, pos=point)
        assert matrix.selection() == cell


@pytest.mark.parametrize("share", [0.0, 0.1, 0.3, 0.5, 0.66, 0.8, 0.93, 1.0])
def test_figures_stand_out_from_their_cell(session: Any, share: float) -> None:
    colour = heat.fill(share)
    assert heat.contrast(heat.ink(colour), colour) >= 4.0


def test_contrast_is_that_of_wcag(session: Any) -> None:
    assert heat.contrast(QColor("white"), QColor("black")) == pytest.approx(21)
    assert heat.contrast(QColor("#777777"), QColor("white")) == pytest.approx(4.48, abs=0.01)
