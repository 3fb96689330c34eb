"""The theme: tokens become palette, fonts, style sheet and marks."""

from __future__ import annotations

import json
import re

import pytest
from PySide6.QtGui import QFontInfo, QPalette
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from engine.paths import resource
from gui import i18n, theme

TOKENS = json.loads(resource("style", "tokens.json").read_text("utf-8"))


@pytest.fixture(autouse=True)
def light_again(qapp: QApplication):
    yield
    i18n.set_language("en")
    theme.apply(qapp, "light")


@pytest.mark.parametrize("mode", ["light", "dark"])
def test_palette_and_colours_are_the_tokens(qapp: QApplication, mode: theme.Mode) -> None:
    theme.apply(qapp, mode)
    assert theme.is_dark() == (mode == "dark")
    assert theme.colour("accent").name().upper() == TOKENS[mode]["accent"]
    assert qapp.palette().color(QPalette.ColorRole.Window).name().upper() == TOKENS[mode]["window"]
    assert theme.run_colour(0).name().upper() == TOKENS[mode]["r1"]
    assert theme.run_colour(6) == theme.run_colour(0)


@pytest.mark.parametrize("mode", ["light", "dark"])
def test_style_sheet_is_filled_in(qapp: QApplication, mode: theme.Mode) -> None:
    theme.apply(qapp, mode)
    sheet = qapp.styleSheet()
    assert "@" not in sheet
    for path in re.findall(r"url\(([^)]+)\)", sheet):
        assert resource("style", mode).as_posix() in path
        assert resource("style", mode, path.rsplit("/", 1)[1]).exists()


@pytest.mark.parametrize("mode", ["light", "dark"])
def test_marks_have_colours_of_the_theme(mode: str) -> None:
    for mark in resource("style", mode).glob("*.svg"):
        colours = re.findall(r"#[0-9A-Fa-f]{6}", mark.read_text("utf-8"))
        assert colours
        assert set(colours) <= set(TOKENS[mode].values()), mark


def test_texts_are_set_in_the_bundled_font_and_scaled(qapp: QApplication) -> None:
    theme.apply(qapp, "light", 1.5)
    assert QFontInfo(theme.font("body")).family() == "Inter"
    assert theme.font("small").pixelSize() == 18
    assert theme.font("title").weight() == 600
    assert theme.text_width("111", "body") == theme.text_width("888", "body")


def test_chinese_captions_are_larger(qapp: QApplication, qtbot: QtBot) -> None:
    theme.apply(qapp, "light")
    assert theme.font("caption").pixelSize() == 11
    i18n.set_language("zh_CN")
    assert theme.font("caption").pixelSize() == 12
