"""The plot: quiet axes, a grid of its own, a true minus, the theme's colours."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QWheelEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from gui import theme
from gui.widgets.painters import paint_bar, paint_histogram, paint_sparkline
from gui.widgets.plot import Plot, pen


@pytest.fixture
def plot(qapp: QApplication, qtbot: QtBot) -> Plot:
    theme.apply(qapp, "light")
    widget = Plot("Loss", x_title="epoch")
    widget.resize(400, 240)
    qtbot.addWidget(widget)
    widget.show()
    return widget


def test_a_curve_and_the_grid_are_drawn(plot: Plot, qtbot: QtBot) -> None:
    plot.line("r1", 2.0).setData(np.arange(10.0), np.arange(10.0) - 4)
    qtbot.wait(50)
    image = plot.grab().toImage()
    colours = {image.pixelColor(x, y).name() for x in range(0, 400, 1) for y in range(0, 240, 3)}
    assert theme.colour("r1").name() in colours
    assert theme.colour("grid").name() in colours
    assert plot.accessibleName() == "Loss"


def test_ticks_have_a_true_minus_and_can_be_formatted(qtbot: QtBot) -> None:
    plot = Plot("Share", format_y=lambda value: f"{value:.0%}")
    qtbot.addWidget(plot)
    left, bottom = plot.getAxis("left"), plot.getAxis("bottom")
    assert left.tickStrings([0.4], 1.0, 0.1) == ["40%"]
    assert bottom.tickStrings([-2.0], 1.0, 1.0)[0].startswith("\u2212")


def test_the_wheel_scrolls_the_page_and_not_the_plot(plot: Plot) -> None:
    before = plot.viewRange()
    wheel = QWheelEvent(
        QPointF(200, 100), QPointF(200, 100), QPoint(), QPoint(0, 120), Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(plot.viewport(), wheel)
    assert plot.viewRange() == before


def test_a_double_click_asks_for_a_reset(plot: Plot, qtbot: QtBot) -> None:
    with qtbot.waitSignal(plot.reset):
        qtbot.mouseDClick(plot.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(200, 100))


def test_validation_is_dashed() -> None:
    assert pen("r1").dashPattern() == []
    assert pen("r1", 2.2, dashed=True).dashPattern() == [2.5, 1.75]


@pytest.mark.parametrize("values", [[], [0, 0], [1], [float("nan"), 1.0, 2.0], list(range(200))])
def test_small_pictures_take_any_values(qapp: QApplication, values: list[float]) -> None:
    image = QImage(60, 20, QImage.Format.Format_RGB32)
    painter = QPainter(image)
    finite = [value for value in values if value == value]
    paint_histogram(painter, QRectF(0, 0, 60, 20), finite, QColor("red"))
    paint_sparkline(painter, QRectF(0, 0, 60, 20), values, QColor("red"))
    paint_bar(painter, QRectF(0, 0, 60, 6), 2.0, QColor("red"))
    painter.end()
