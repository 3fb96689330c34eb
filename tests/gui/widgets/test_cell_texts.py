from PySide6.QtGui import QFontMetricsF
from PySide6.QtWidgets import QApplication

from gui import theme
from gui.widgets.cell_texts import CellTexts


def test_what_fits_stays_and_what_does_not_is_cut_off(qapp: QApplication) -> None:
    texts = CellTexts(theme.font("small"))
    metrics = QFontMetricsF(texts.font)
    for text in ("3.14159", "Köln, Mitte", "上海", "A\u0301ngstro\u0308m"):
        assert texts.fitted(text, metrics.horizontalAdvance(text) + 20) == text
        cut = texts.fitted(text * 5, metrics.horizontalAdvance(text) * 2)
        assert cut.endswith("…")
        assert metrics.horizontalAdvance(cut) <= metrics.horizontalAdvance(text) * 2


def test_a_cell_is_one_line_however_long_its_text(qapp: QApplication) -> None:
    texts = CellTexts(theme.font("small"))
    assert texts.fitted("a\nb", 1000) == "a b"
    assert len(texts.fitted("word\n" * 100_000, 1e9)) <= 400
