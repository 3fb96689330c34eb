"""What the rail paints, looked at pixel by pixel."""

from __future__ import annotations

from PySide6.QtCore import QRect
from PySide6.QtGui import QImage

from gui import theme
from gui.main_window import MainWindow


def inked(picture: QImage, area: QRect) -> int:
    """Pixels of the area that are neither background nor selection."""
    plain = {theme.colour("window").rgb(), theme.colour("selected").rgb()}
    return sum(
        picture.pixel(x, y) not in plain
        for x in range(area.left(), area.right())
        for y in range(area.top(), area.bottom())
    )


def test_every_station_shows_its_words_beside_its_mark(window: MainWindow) -> None:
    rail = window.rail
    picture = rail.viewport().grab().toImage()
    for row in range(rail.model().rowCount()):
        place = rail.visualRect(rail.model().index(row, 0))
        assert inked(picture, place.adjusted(0, 4, 40 - place.width(), -4)) > 20
        assert inked(picture, place.adjusted(58, 4, -4, -4)) > 50
