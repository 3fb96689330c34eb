"""Texts of the window: facts are filled in, counts choose the wording."""

from __future__ import annotations

import pytest

from engine.errors import TooFewRows
from engine.messages import message, message_n
from gui import i18n
from gui.i18n import render, tr, trn


@pytest.fixture(autouse=True)
def english():
    i18n.set_language("en")
    yield
    i18n.set_language("en")


def test_facts_are_formatted_for_people() -> None:
    assert tr("{rows} × {columns}", rows=48842, columns=15) == "48,842 × 15"
    assert tr("{x} left", x=-0.5) == "\u22120.5 left"


def test_the_count_chooses_the_wording() -> None:
    assert trn("{count} row", "{count} rows", 1) == "1 row"
    assert trn("{count} row", "{count} rows", 2000) == "2,000 rows"


def test_messages_and_errors_of_the_engine_are_rendered() -> None:
    assert render(message("{name} read", name="a.csv")) == "a.csv read"
    assert render(message_n("{count} line", "{count} lines", 3)) == "3 lines"
    assert render(TooFewRows(1, 10)).startswith("1 rows can be used")


def test_a_fact_is_never_taken_for_a_template() -> None:
    assert tr("Reading {name}", name="{evil}.csv") == "Reading {evil}.csv"


def test_a_text_without_translation_stays_english() -> None:
    i18n.set_language("zh_CN")
    assert i18n.language() == "zh_CN"
    assert tr("A text that no catalogue has") == "A text that no catalogue has"
    assert tr("") == ""


def test_qt_speaks_the_language_too(qapp) -> None:
    from PySide6.QtCore import QCoreApplication

    i18n.set_language("zh_CN")
    assert QCoreApplication.translate("QPlatformTheme", "Cancel") == "取消"
    i18n.set_language("en")
    assert QCoreApplication.translate("QPlatformTheme", "Cancel") == "Cancel"
