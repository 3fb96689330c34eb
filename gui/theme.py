"""The look: tokens.json becomes the palette, the fonts and one style sheet.

Painted widgets ask `colour` and `font` while they paint. After a change of theme, language or text
size the window is built anew, so nothing here has to be told to follow.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from typing import Literal, TypeAlias

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QFont, QFontDatabase, QFontMetricsF, QGuiApplication, QPalette
from PySide6.QtWidgets import QApplication, QStyleFactory

from engine.paths import resource
from gui import i18n

Mode: TypeAlias = Literal["light", "dark", "system"]
TextStyle: TypeAlias = Literal[
    "display", "number", "title", "section", "body", "small", "caption", "axis", "mono"
]

_SIZES: dict[str, float] = {
    "display": 22,
    "number": 21,
    "title": 15,
    "section": 12.5,
    "body": 13,
    "small": 12,
    "caption": 11,
    "axis": 11,
    "mono": 12,
}
_CHINESE_SIZES: dict[str, float] = {"caption": 12, "axis": 11.5}
_SEMIBOLD = frozenset({"display", "number", "title", "section"})
_ROLES: dict[QPalette.ColorRole, str] = {
    QPalette.ColorRole.Window: "window",
    QPalette.ColorRole.Base: "surface",
    QPalette.ColorRole.AlternateBase: "sunken",
    QPalette.ColorRole.ToolTipBase: "raised",
    QPalette.ColorRole.ToolTipText: "text",
    QPalette.ColorRole.Button: "surface",
    QPalette.ColorRole.Highlight: "selected",
    QPalette.ColorRole.HighlightedText: "text",
    QPalette.ColorRole.Midlight: "line",
    QPalette.ColorRole.Mid: "line2",
    QPalette.ColorRole.Dark: "ctl",
    QPalette.ColorRole.Light: "surface",
    QPalette.ColorRole.Shadow: "axis",
    QPalette.ColorRole.WindowText: "text",
    QPalette.ColorRole.Text: "text",
    QPalette.ColorRole.ButtonText: "text",
    QPalette.ColorRole.BrightText: "err",
    QPalette.ColorRole.PlaceholderText: "muted",
    QPalette.ColorRole.Accent: "accent",
    QPalette.ColorRole.Link: "accentText",
    QPalette.ColorRole.LinkVisited: "accentText",
}
_TEXT_ROLES = (
    QPalette.ColorRole.WindowText,
    QPalette.ColorRole.Text,
    QPalette.ColorRole.ButtonText,
    QPalette.ColorRole.HighlightedText,
)


@dataclass
class _InForce:
    dark: bool = False
    text_scale: float = 1.0
    colours: dict[str, QColor] = field(default_factory=dict)
    fonts: dict[tuple[str, int | None, str], QFont] = field(default_factory=dict)
    """Made once each: painting asks for them some thousand times a second."""


_in_force = _InForce()


@cache
def _tokens() -> dict[str, dict[str, str]]:
    data: dict[str, dict[str, str]] = json.loads(
        resource("style", "tokens.json").read_text("utf-8")
    )
    return data


@cache
def _load_fonts() -> None:
    for file in sorted(resource("fonts").glob("Inter-*.otf")):
        QFontDatabase.addApplicationFont(str(file))


def apply(app: QApplication, mode: Mode, text_scale: float = 1.0) -> None:
    """Give the whole program the theme `mode` with texts at `text_scale` (0.9 to 1.5)."""
    _in_force.dark = system_is_dark() if mode == "system" else mode == "dark"
    _in_force.text_scale = text_scale
    _in_force.colours = {name: QColor(value) for name, value in _colours().items()}
    _in_force.fonts.clear()
    _load_fonts()
    if not app.property("fusion"):
        # Once: a style sheet wraps the style and hides its name.
        app.setStyle(QStyleFactory.create("Fusion"))
        app.setProperty("fusion", True)
    app.setPalette(_palette())
    app.setFont(font("body"))
    app.setStyleSheet(_style_sheet())


@contextmanager
def painting_light() -> Iterator[None]:
    """What is painted inside has the light colours, whatever theme the program has."""
    before = _in_force.dark, _in_force.colours
    _in_force.dark, _in_force.colours = False, {}
    try:
        yield
    finally:
        _in_force.dark, _in_force.colours = before


def system_is_dark() -> bool:
    """Whether the desktop asks for a dark look."""
    return QGuiApplication.styleHints().colorScheme() == Qt.ColorScheme.Dark


def is_dark() -> bool:
    """Whether the dark theme is in force."""
    return _in_force.dark


def text_scale() -> float:
    """The factor by which texts are larger than designed."""
    return _in_force.text_scale


def grown(size: int) -> int:
    """A length that grows with the text size, and never shrinks below the design's."""
    return round(size * max(1.0, _in_force.text_scale))


def colour(token: str) -> QColor:
    """A colour of the theme in force by its name in tokens.json, e.g. `accent`."""
    if not _in_force.colours:
        _in_force.colours = {name: QColor(value) for name, value in _colours().items()}
    return QColor(_in_force.colours[token])


def run_colour(slot: int) -> QColor:
    """The hue of overlay slot 0 to 5; higher slots use the hues again."""
    return colour(f"r{slot % 6 + 1}")


def _colours() -> dict[str, str]:
    return {
        **_tokens()["dark" if _in_force.dark else "light"],
        "shadow": "#80000000" if _in_force.dark else "#24102024",
    }


def pixels(style: TextStyle) -> float:
    """The size of a text style in px, in the language and text size in force."""
    chinese = _CHINESE_SIZES.get(style) if i18n.language() == "zh_CN" else None
    return (chinese or _SIZES[style]) * _in_force.text_scale


def font(style: TextStyle = "body", weight: int | None = None) -> QFont:
    """The font of a text style, with tabular figures; `weight` 400, 500 or 600 overrides its own."""
    key = (style, weight, i18n.language())
    if key not in _in_force.fonts:
        _in_force.fonts[key] = _make_font(style, weight)
    return QFont(_in_force.fonts[key])


def text_width(text: str, style: TextStyle = "body", weight: int | None = None) -> float:
    """How wide `text` is in px."""
    return QFontMetricsF(font(style, weight)).horizontalAdvance(text)


def _make_font(style: TextStyle, weight: int | None) -> QFont:
    result = QFont()
    result.setFamilies(_tokens()["type"]["mono" if style == "mono" else "family"])  # type: ignore[arg-type]
    size = pixels(style)
    if size == int(size):
        result.setPixelSize(int(size))
    else:  # a pixel size is whole in Qt, a point size need not be
        screen = QGuiApplication.primaryScreen()
        result.setPointSizeF(size * 72 / (screen.logicalDotsPerInchY() if screen else 96))
    result.setWeight(QFont.Weight(weight or (600 if style in _SEMIBOLD else 400)))
    result.setFeature(QFont.Tag("tnum"), 1)
    return result


def _palette() -> QPalette:
    palette = QPalette()
    for role, token in _ROLES.items():
        palette.setColor(role, colour(token))
    for role in _TEXT_ROLES:
        palette.setColor(QPalette.ColorGroup.Disabled, role, colour("muted"))
    return palette


def _style_sheet() -> str:
    template = resource("style", "trainyard.qss").read_text("utf-8")
    values = dict(_colours())
    values |= {f"px_{style}": f"{round(pixels(style))}px" for style in _SIZES}  # type: ignore[arg-type]
    values["marks"] = resource("style", "dark" if _in_force.dark else "light").as_posix()
    return re.sub(r"@(\w+)", lambda match: values[match[1]], template)
