from PySide6.QtGui import QPaintEvent
from pytestqt.qtbot import QtBot

from gui.widgets.progress import ProgressBar


class Watched(ProgressBar):
    """Counts how often it is painted."""

    painted = 0

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        self.painted += 1
        super().paintEvent(event)


def test_progress_waits_for_the_next_frame(qtbot: QtBot) -> None:
    bar = Watched("Reading", 100)
    qtbot.addWidget(bar)
    bar.show()
    qtbot.waitExposed(bar)
    qtbot.waitUntil(lambda: bar.painted > 0)
    before = bar.painted
    for share in (0.1, 0.2, 0.3):
        bar.set_share(share)
    assert bar.painted == before, "nothing is painted in the middle of something else"
    qtbot.waitUntil(lambda: bar.painted > before)
    assert bar.value() == 300
