"""The values of a reading in words, and what can be chosen for each."""

from __future__ import annotations

import re
from typing import Any

from gui.i18n import tr

ENCODINGS = (
    "utf-8",
    "utf-16",
    "gb18030",
    "gbk",
    "big5",
    "shift_jis",
    "cp932",
    "euc_jp",
    "cp949",
    "cp1252",
    "iso8859-1",
    "iso8859-15",
    "cp1250",
    "cp1251",
    "koi8-r",
    "cp1253",
    "cp1254",
    "cp437",
    "mac-roman",
)
"""Names as Python's codecs have them; any other one can be typed."""

RUNS = "  "


def encoding_name(name: str) -> str:
    """An encoding as people know it."""
    regions = {
        "utf-8": tr("UTF-8"),
        "utf-8-sig": tr("UTF-8 with BOM"),
        "utf-16": tr("UTF-16"),
        "utf-16-le": tr("UTF-16, low byte first"),
        "utf-16-be": tr("UTF-16, high byte first"),
        "gb18030": tr("GB18030 (Chinese)"),
        "gbk": tr("GBK (simplified Chinese)"),
        "big5": tr("Big5 (traditional Chinese)"),
        "shift_jis": tr("Shift-JIS (Japanese)"),
        "cp932": tr("Windows-932 (Japanese)"),
        "euc_jp": tr("EUC-JP (Japanese)"),
        "cp949": tr("Windows-949 (Korean)"),
        "cp1252": tr("Windows-1252 (Western Europe)"),
        "iso8859-1": tr("Latin-1 (Western Europe)"),
        "iso8859-15": tr("Latin-9 (Western Europe, €)"),
        "cp1250": tr("Windows-1250 (Central Europe)"),
        "cp1251": tr("Windows-1251 (Cyrillic)"),
        "koi8-r": tr("KOI8-R (Russian)"),
        "cp1253": tr("Windows-1253 (Greek)"),
        "cp1254": tr("Windows-1254 (Turkish)"),
        "cp437": tr("DOS-437 (Western Europe)"),
        "mac-roman": tr("Mac Roman (Western Europe)"),
    }
    return regions.get(name, name.upper().replace("_", "-"))


def mark_name(mark: str) -> str:
    """A character that divides, quotes or groups, by its name."""
    names = {
        "": tr("none"),
        ",": tr("comma"),
        ";": tr("semicolon"),
        "\t": tr("tab"),
        "|": tr("vertical bar"),
        " ": tr("space"),
        ":": tr("colon"),
        RUNS: tr("repeated spaces"),
        ".": tr("point"),
        "'": tr("apostrophe"),
        '"': tr("quotation mark"),
        "\\": tr("backslash"),
    }
    return names.get(mark, mark)


def value_name(field: str, value: Any) -> str:
    """What a property of a `Reading` is set to, in words; empty for `None`."""
    if value is None:
        return ""
    match field:
        case "encoding":
            return re.split(r" \(|（", encoding_name(value))[0].rstrip()
        case "header":
            return tr("names") if value else tr("data")
        case "repair":
            return tr("set right") if value else tr("kept out")
        case "skip_lines" | "header_rows" | "footer_lines" | "part":
            return str(value)
    return mark_name(value)


def marked(mark: str) -> str:
    """A name of a character with the character itself, where it can be seen."""
    shown = mark if mark.strip() else ""
    name = mark_name(mark)
    name = name[:1].upper() + name[1:]
    return f"{name}  {shown}" if shown and shown != mark_name(mark) else name
