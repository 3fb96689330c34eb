"""Short ways to say rows, columns and dividing lines."""

from __future__ import annotations

from typing import Literal

from PySide6.QtWidgets import QBoxLayout, QFrame, QHBoxLayout, QLayout, QVBoxLayout, QWidget


def row(
    *items: QWidget | QLayout | int | None,
    spacing: int = 8,
    margins: int | tuple[int, int, int, int] = 0,
) -> QHBoxLayout:
    """Items side by side; a number is a gap in px, None takes the space that is left."""
    return _fill(QHBoxLayout(), items, spacing, margins)  # type: ignore[return-value]


def column(
    *items: QWidget | QLayout | int | None,
    spacing: int = 8,
    margins: int | tuple[int, int, int, int] = 0,
) -> QVBoxLayout:
    """Items below each other; a number is a gap in px, None takes the space that is left."""
    return _fill(QVBoxLayout(), items, spacing, margins)  # type: ignore[return-value]


def rule(direction: Literal["line", "column"] = "line") -> QFrame:
    """A dividing line, 1 px."""
    frame = QFrame()
    frame.setProperty("rule", direction)
    return frame


def _fill(
    layout: QBoxLayout,
    items: tuple[QWidget | QLayout | int | None, ...],
    spacing: int,
    margins: int | tuple[int, int, int, int],
) -> QBoxLayout:
    layout.setSpacing(spacing)
    sides = (margins,) * 4 if isinstance(margins, int) else margins
    layout.setContentsMargins(*sides)
    for item in items:
        if item is None:
            layout.addStretch(1)
        elif isinstance(item, int):
            layout.addSpacing(item)
        elif isinstance(item, QLayout):
            layout.addLayout(item)
        else:
            layout.addWidget(item)
    return layout
