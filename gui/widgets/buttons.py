"""Buttons of the design: plain, primary, small, link, icon only."""

from __future__ import annotations

from typing import Literal

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QPushButton, QSizePolicy, QToolButton

from gui.icons import icon as make_icon

_GAP = 3
"""Px between icon and text beyond those of the style."""


def button(
    text: str,
    icon: str = "",
    primary: bool = False,
    small: bool = False,
    tooltip: str = "",
    *,
    tone: Literal["", "warn", "err"] = "",
) -> QPushButton:
    """A push button, 28 px high (24 when small); `text` is a verb."""
    result = QPushButton(text)
    result.setProperty("primary", primary)
    result.setProperty("small", small)
    result.setProperty("tone", tone)
    result.setSizePolicy(QSizePolicy.Policy.Minimum, QSizePolicy.Policy.Fixed)
    result.setAutoDefault(False)
    if icon:
        result.setIcon(make_icon(icon, "onaccent" if primary else tone or "text", gap=_GAP))
        result.setIconSize(QSize(16 + _GAP, 16))
    if tooltip:
        result.setToolTip(tooltip)
    return result


def link_button(text: str, tooltip: str = "") -> QPushButton:
    """A text that acts when it is clicked."""
    result = QPushButton(text)
    result.setProperty("link", True)
    result.setCursor(Qt.CursorShape.PointingHandCursor)
    result.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
    result.setAutoDefault(False)
    result.setToolTip(tooltip)
    return result


def icon_button(
    icon: str,
    name: str,
    *,
    framed: bool = False,
    tone: str = "text",
    size: int = 24,
    tooltip: str = "",
) -> QToolButton:
    """A square button with an icon only; `name` is its accessible name and, by default, its tooltip."""
    result = QToolButton()
    result.setIcon(make_icon(icon, tone))
    result.setIconSize(QSize(16, 16))
    result.setFixedSize(size, size)
    result.setProperty("framed", framed)
    result.setAccessibleName(name)
    result.setToolTip(tooltip or name)
    result.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    return result
