"""Pieces of SVG as text.

Colours are attributes, so that they hold in print; classes let a page in dark colours give others.
"""

from __future__ import annotations

import unicodedata
from xml.sax.saxutils import escape

FONTS = "Inter, 'Noto Sans CJK SC', 'Microsoft YaHei', 'PingFang SC', sans-serif"
COLOURS = {
    "text": "#182123",
    "muted": "#5D6A6E",
    "axis": "#9FABAE",
    "grid": "#E4E9E9",
    "s1": "#0B6670",
    "s2": "#C2540A",
    "s3": "#674414",
    "soft": "#9CC8CB",
    "plain": "#87949A",
}
"""By class."""
SIZE = 11
"""Of letters, in px of the picture."""


def clean(text: str) -> str:
    """Text that XML can hold: characters that it forbids are left out."""
    return "".join(c for c in text if c in "\t\n" or (c >= " " and c not in "\ufffe\uffff"))


def escaped(text: str) -> str:
    """Text as it stands between tags or in an attribute."""
    return escape(clean(text).replace("\n", " "), {'"': "&quot;"})


def number(value: float) -> str:
    """A coordinate, to a tenth of a px."""
    text = f"{value:.1f}".removesuffix(".0")
    return "0" if text == "-0" else text


def width_of(text: str, size: float = SIZE) -> float:
    """About how wide a text is, px."""
    wide = sum(unicodedata.east_asian_width(c) in "WF" for c in text)
    return size * (wide + 0.56 * (len(text) - wide))


def shortened(text: str, most: float, size: float = SIZE) -> str:
    """The text, cut with an ellipsis where it is wider than `most` px."""
    if width_of(text, size) <= most:
        return text
    while text and width_of(text + "…", size) > most:
        text = text[:-1]
    return text.rstrip() + "…"


def text(
    x: float,
    y: float,
    words: str,
    *,
    anchor: str = "start",
    look: str = "muted",
    size: float = SIZE,
    turned: bool = False,
    bold: bool = False,
) -> str:
    """Words at a place of their baseline."""
    turn = f' transform="rotate(-90 {number(x)} {number(y)})"' if turned else ""
    weight = ' font-weight="600"' if bold else ""
    fill = COLOURS.get(look, look)
    kind = f' class="t-{look}"' if look in COLOURS else ""
    return (
        f'<text x="{number(x)}" y="{number(y)}" text-anchor="{anchor}" font-size="{size:g}" '
        f'fill="{fill}"{kind}{weight}{turn}>{escaped(words)}</text>'
    )


def path(
    points: str,
    look: str,
    *,
    width: float = 1.5,
    dashes: str = "",
    filled: bool = False,
    opacity: float = 1.0,
) -> str:
    """A line, or an area."""
    colour = COLOURS.get(look, look)
    seen = f' opacity="{opacity:g}"' if opacity < 1 else ""
    if filled:
        return f'<path class="f-{look}" d="{points}" fill="{colour}"{seen}/>'
    dashed = f' stroke-dasharray="{dashes}"' if dashes else ""
    return (
        f'<path class="l-{look}" d="{points}" fill="none" stroke="{colour}" '
        f'stroke-width="{width:g}" stroke-linejoin="round"{dashed}{seen}/>'
    )


def rectangle(x: float, y: float, width: float, height: float, look: str) -> str:
    """A filled one."""
    colour = COLOURS.get(look, look)
    return (
        f'<rect class="f-{look}" x="{number(x)}" y="{number(y)}" width="{number(max(0.0, width))}" '
        f'height="{number(max(0.0, height))}" fill="{colour}"/>'
    )


def line(x1: float, y1: float, x2: float, y2: float, look: str, dashes: str = "") -> str:
    """A straight thin line."""
    return path(
        f"M{number(x1)} {number(y1)}L{number(x2)} {number(y2)}", look, width=1, dashes=dashes
    )


def picture(width: float, height: float, parts: list[str], told: str) -> str:
    """A whole picture."""
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {number(width)} {number(height)}" '
        f'width="{number(width)}" height="{number(height)}" font-family="{FONTS}" role="img" '
        f'aria-label="{escaped(told)}">' + "".join(parts) + "</svg>"
    )
