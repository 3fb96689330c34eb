"""Fill and ink of heat-map cells, from the sequential ramp of the theme."""

from __future__ import annotations

from PySide6.QtGui import QColor

from gui import theme

RAMP = ("s0", "s1", "s2", "s3", "s4", "s5")


def fill(share: float) -> QColor:
    """The colour for a share from 0 to 1, between the steps of the ramp."""
    position = min(max(share, 0.0), 1.0) * (len(RAMP) - 1)
    step = min(int(position), len(RAMP) - 2)
    low, high = theme.colour(RAMP[step]), theme.colour(RAMP[step + 1])
    part = position - step
    return QColor.fromRgbF(
        low.redF() + (high.redF() - low.redF()) * part,
        low.greenF() + (high.greenF() - low.greenF()) * part,
        low.blueF() + (high.blueF() - low.blueF()) * part,
    )


def ink(background: QColor) -> QColor:
    """The text colour that stands out more on `background`: dark or light."""
    dark = QColor(theme.colour("sunken" if theme.is_dark() else "text"))
    light = QColor(theme.colour("text" if theme.is_dark() else "surface"))
    return max((dark, light), key=lambda colour: contrast(colour, background))


def contrast(one: QColor, other: QColor) -> float:
    """WCAG 2 contrast ratio, 1 to 21."""
    bright, dim = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (bright + 0.05) / (dim + 0.05)


def _luminance(colour: QColor) -> float:
    channels = (colour.redF(), colour.greenF(), colour.blueF())
    red, green, blue = (
        c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
