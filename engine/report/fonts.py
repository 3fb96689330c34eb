"""Fonts for PDF: our own for Latin letters, for Chinese ones the best that the system has."""

from __future__ import annotations

import unicodedata
from functools import lru_cache

from typst import Fonts

from engine.paths import resource
from engine.report.document import Document

LATIN = "Inter"
CHINESE = (
    "Noto Sans CJK SC",
    "Noto Sans SC",
    "Source Han Sans SC",
    "Source Han Sans CN",
    "Microsoft YaHei",
    "PingFang SC",
    "Hiragino Sans GB",
    "Heiti SC",
    "WenQuanYi Micro Hei",
    "WenQuanYi Zen Hei",
    "SimHei",
    "DengXian",
    "Noto Serif CJK SC",
    "Source Han Serif SC",
    "Songti SC",
    "SimSun",
    "Droid Sans Fallback",
    "Arial Unicode MS",
)
"""Families that have the characters, those without serifs first."""
FREE = ("Noto Sans CJK SC", "Source Han Sans SC", "WenQuanYi Micro Hei")
"""Those that anyone may install."""


@lru_cache(maxsize=1)
def known_fonts() -> Fonts:
    """All fonts of the system and our own; found once, which takes half a second."""
    return Fonts(font_paths=[resource("fonts")])


def chinese_family() -> str | None:
    """The first family of `CHINESE` that is installed."""
    families = {family.casefold(): family for family in known_fonts().families()}
    return next(
        (families[each.casefold()] for each in CHINESE if each.casefold() in families), None
    )


def has_chinese(document: Document) -> bool:
    """Whether any of its texts has characters of East Asia."""
    return any(unicodedata.east_asian_width(c) == "W" for c in str(document.model_dump()))
