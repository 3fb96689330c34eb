"""The report as PDF, set by Typst: tagged, with its fonts, the recipe attached to it."""

from __future__ import annotations

import json
import re
import unicodedata
from typing import Any

import typst

from engine.errors import ChineseFontMissing
from engine.languages import translator
from engine.messages import N_
from engine.paths import resource
from engine.report.document import Document
from engine.report.figures.svg import FONTS
from engine.report.fonts import FREE, LATIN, chinese_family, has_chinese, known_fonts

ATTACHED = N_("(attached to this file)")
_WIDTH = re.compile(r'width="([\d.]+)"')
_NO_INK = {"Cc", "Cs", "Co", "Cn"}


def as_pdf(document: Document) -> bytes:
    """The whole file.

    Raises `ChineseFontMissing` for a report in Chinese where no font has its characters. In one in
    English names in characters that no font has come out as boxes.
    """
    family = chinese_family() if has_chinese(document) else None
    if family is None and document.language == "zh_CN":
        raise ChineseFontMissing(", ".join(FREE))
    fonts = [LATIN, *([family] if family is not None else [])]
    plain = _plain(document.model_dump())
    for section in plain["sections"]:
        for block in section["blocks"]:
            for figure in block.get("figures", ()):
                figure["svg"] = figure["svg"].replace(FONTS, ", ".join(f"'{f}'" for f in fonts))
                found = _WIDTH.search(figure["svg"])
                figure["px"] = float(found[1]) if found else 380.0
    return typst.compile(
        resource("report", "card.typ").read_bytes(),
        font_paths=known_fonts(),
        format="pdf",
        sys_inputs={
            "document": json.dumps(plain),
            "fonts": json.dumps(fonts),
            "attached": translator(document.language)(ATTACHED, "", 1),
        },
        pdf_standards="1.7",
    )


def _plain(value: Any) -> Any:
    """The same without characters that have no shape, which a PDF cannot hold."""
    if isinstance(value, str):
        return "".join(c for c in value if c in "\n\t" or unicodedata.category(c) not in _NO_INK)
    if isinstance(value, list | tuple):
        return [_plain(each) for each in value]
    if isinstance(value, dict):
        return {key: _plain(each) for key, each in value.items()}
    return value
