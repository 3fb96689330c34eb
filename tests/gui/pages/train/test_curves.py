"""What curves look like, pixel by pixel."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PySide6.QtGui import QColor, QImage, QPainter
from PySide6.QtSvg import QSvgGenerator
from PySide6.QtWidgets import QApplication, QStyleOptionGraphicsItem
from pytestqt.qtbot import QtBot

from gui import theme
from gui.pages.train.curve import Curve
from gui.pages.train.curves import CurveLayer
from gui.pages.train.levels import Levels
from gui.pages.train.live_plot import LivePlot
from gui.pages.train.raster import Raster
from gui.pages.train.series import Numbers

RED, BLUE = QColor(200, 0, 0), QColor(0, 0, 200)
SIZE = 50_000


@pytest.fixture
def plot(qtbot: QtBot, qapp: QApplication) -> Iterator[LivePlot]:
    theme.apply(qapp, "light")
    made = LivePlot("a plot", left_width=40, x_title="", format_x=str, format_y=str)
    qtbot.addWidget(made)
    made.resize(460, 240)
    with qtbot.waitExposed(made):
        made.show()
    made.setXRange(0, SIZE, padding=0)
    made.setYRange(-5, 5, padding=0)
    return made


def curve(values: Numbers, colour: QColor = RED, **look: object) -> Curve:
    x = np.arange(len(values), dtype=float)
    return Curve(x, values, Levels(values), colour, **look)  # type: ignore[arg-type]


def painted(plot: LivePlot, *curves: Curve, ratio: float = 1.0) -> NDArray[np.uint8]:
    """The layer alone, as (rows, columns, blue green red alpha)."""
    layer = CurveLayer(plot.view, 1)
    layer.set_curves(curves)
    size = layer.boundingRect().size() * ratio
    image = QImage(round(size.width()), round(size.height()), QImage.Format.Format_ARGB32)
    image.setDevicePixelRatio(ratio)
    image.fill(0)
    painter = QPainter(image)
    layer.paint(painter, QStyleOptionGraphicsItem())
    painter.end()
    pixels = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), -1, 4).copy()
    layer.scene().removeItem(layer)
    return pixels


def noise(seed: int = 0) -> Numbers:
    return np.random.default_rng(seed).normal(0, 0.5, SIZE)


@pytest.mark.parametrize("ratio", [1.0, 2.0])
def test_a_single_peak_among_many_points_is_seen_in_its_place(plot: LivePlot, ratio: float) -> None:
    values = noise()
    values[20_000] = 4.5
    shown = painted(plot, curve(values), ratio=ratio)[..., 3] > 0

    height, width = shown.shape
    column = int(20_000 / SIZE * width)
    peak = int((5 - 4.5) / 10 * height)
    top = np.array([np.flatnonzero(shown[:, c]).min(initial=height) for c in range(width)])
    assert abs(int(top.argmin()) - column) <= 1
    assert abs(int(top.min()) - peak) <= 2
    assert shown.any(axis=0).all()  # no column without a point


def test_missing_values_leave_columns_empty_and_joined_ones_have_no_holes(plot: LivePlot) -> None:
    values = noise()
    values[20_000:30_000] = np.nan
    shown = painted(plot, curve(values))[..., 3] > 0

    filled = shown.any(axis=0)
    width = len(filled)
    assert not filled[int(0.41 * width) : int(0.59 * width)].any()
    assert filled[: int(0.39 * width)].all()
    for c in np.flatnonzero(filled[:-1] & filled[1:]):
        left, right = np.flatnonzero(shown[:, c]), np.flatnonzero(shown[:, c + 1])
        assert left.min() <= right.max() + 1
        assert right.min() <= left.max() + 1


def test_later_curves_cover_earlier_ones_and_dashes_let_them_through(plot: LivePlot) -> None:
    below, above = curve(noise()), curve(noise(1), BLUE)
    covered = painted(plot, below, above)
    through = painted(plot, below, curve(noise(1), BLUE, dashed=True))

    middle = covered.shape[0] // 2
    assert (covered[middle, :, 0] == 200).all()  # blue hides red
    blue = through[middle, :, 0] == 200
    assert 0.4 < blue.mean() < 0.8
    assert (through[middle, ~blue, 2] == 200).all()


def test_a_calm_curve_is_a_soft_line_and_a_faint_one_stays_faint(plot: LivePlot) -> None:
    calm = painted(plot, curve(np.linspace(-4, 4, SIZE)))
    assert len(np.unique(calm[..., 3])) > 10
    faint = painted(plot, curve(noise(), opacity=0.22))
    assert set(np.unique(faint[..., 3])) <= {0, 55, 56, 57}


def test_on_a_logarithmic_axis_what_has_no_logarithm_is_left_out(plot: LivePlot) -> None:
    values = 10 ** np.clip(noise(), -2, 2)
    values[::100] = -1.0
    made = curve(values, log=True)

    assert made.extent(0, SIZE) == pytest.approx((-2, 2), abs=0.3)
    shown = painted(plot, made)[..., 3] > 0
    rows = np.flatnonzero(shown.any(axis=1))
    assert rows.min() / shown.shape[0] > (5 - 2.1) / 10
    assert rows.max() / shown.shape[0] < (5 + 2.1) / 10
    assert shown.any(axis=0).all()


def test_markers_are_on_the_points(plot: LivePlot) -> None:
    values = noise()
    plain, marked = painted(plot, curve(values)), painted(plot, curve(values, marker=1))
    added = (marked[..., 3] > 0) & ~(plain[..., 3] > 0)
    assert added.any() or (marked == plain).all()
    calm = np.full(SIZE, 2.0)
    marked = painted(plot, curve(calm, marker=2))[..., 3] > 0
    assert (marked.sum(axis=0) > 3).sum() > 10


def test_a_drawing_has_lines_even_of_noise(plot: LivePlot, tmp_path: Path) -> None:
    layer = CurveLayer(plot.view, 1)
    layer.set_curves([curve(noise())])
    generator = QSvgGenerator()
    path = tmp_path / "curve.svg"
    generator.setFileName(str(path))
    painter = QPainter(generator)
    layer.paint(painter, QStyleOptionGraphicsItem())
    painter.end()
    text = path.read_text(encoding="utf-8")
    assert "<image" not in text
    assert "<path" in text or "<polyline" in text
    layer.scene().removeItem(layer)


@pytest.mark.parametrize("height", [100, 254, 255, 600])
def test_columns_beyond_the_picture_are_cut(height: int) -> None:
    raster = Raster(4, height)
    top = np.array([-50, 5, height + 3, height - 2])
    bottom = np.array([3, 7, height + 9, height + 40])
    raster.add(np.arange(4), top, bottom, RED)
    image = raster.image(1.0)
    shown = [[image.pixelColor(x, y).alpha() > 0 for y in range(height)] for x in range(4)]

    assert [sum(column) for column in shown] == [4, 3, 0, 2]
    assert shown[0][:4] == [True] * 4
    assert shown[3][-2:] == [True, True]
