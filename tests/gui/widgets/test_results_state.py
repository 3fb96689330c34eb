"""What a result page shows while its answer is on the way."""

from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QLabel, QScrollArea, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from gui.widgets.results_state import AnswerView


def page(qtbot: QtBot) -> tuple[QScrollArea, AnswerView]:
    """A view in a page that scrolls, with a body far larger than the page."""
    view = AnswerView()
    wide = QWidget()
    wide.setMinimumSize(2000, 3000)
    view.body.addWidget(wide)
    body = QWidget()
    QVBoxLayout(body).addWidget(view)
    area = QScrollArea()
    area.setWidgetResizable(True)
    area.setWidget(body)
    area.resize(600, 400)
    qtbot.addWidget(area)
    area.show()
    return area, view


def scrolls(area: QScrollArea) -> bool:
    return area.horizontalScrollBar().maximum() + area.verticalScrollBar().maximum() > 0


def test_the_loading_line_stands_in_the_middle_however_large_the_hidden_answer_is(
    qtbot: QtBot,
) -> None:
    area, view = page(qtbot)
    view.show_body()
    qtbot.waitUntil(lambda: scrolls(area))
    view.show_loading("Scoring run 2", 0.2)
    qtbot.waitUntil(lambda: any(t.isVisible() for t in view.findChildren(QLabel)))
    qtbot.waitUntil(lambda: not scrolls(area))
    (text,) = (t for t in view.findChildren(QLabel) if t.text() == "Scoring run 2")
    middle = text.mapTo(area.viewport(), QPoint(text.width() // 2, 0)).x()
    assert abs(middle - area.viewport().width() / 2) <= 2


def test_a_short_wait_moves_nothing(qtbot: QtBot) -> None:
    area, view = page(qtbot)
    view.show_body()
    qtbot.waitUntil(lambda: scrolls(area))
    area.verticalScrollBar().setValue(700)
    view.show_loading("Scoring run 2", 0.0)
    view.show_body()
    qtbot.waitUntil(view.is_showing_body)
    assert area.verticalScrollBar().value() == 700
