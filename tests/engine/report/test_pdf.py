from __future__ import annotations

import re
import zlib

import pytest

from engine.errors import ChineseFontMissing
from engine.report import fonts, pdf
from engine.report.compose import compose
from engine.report.document import Document, Section, Text
from engine.report.facts import RunFacts
from engine.report.pdf import as_pdf


def unpacked(data: bytes) -> bytes:
    """The file with all its streams inflated."""
    found = [data]
    for start in re.finditer(rb"stream\r?\n", data):
        try:
            found.append(zlib.decompressobj().decompress(data[start.end() :]))
        except zlib.error:
            continue
    return b"\n".join(found)


def document(text: str, language: str = "en") -> Document:
    section = Section(name="one", title="One", blocks=(Text(text=text),))
    return Document.model_validate(
        {
            "language": language,
            "title": "A card",
            "subtitle": "",
            "sections": (section,),
            "footer": "end",
        }
    )


def test_a_pdf_has_pages_fonts_and_the_recipe(facts: RunFacts) -> None:
    data = as_pdf(compose(facts, "en"))
    assert data.startswith(b"%PDF-1.7")
    assert data.rstrip().endswith(b"%%EOF")
    inside = unpacked(data)
    assert len(re.findall(rb"/Type\s*/Page\b", inside)) >= 3
    assert b"/EmbeddedFiles" in inside
    assert b"recipe.json" in inside
    assert b'"trainyard": 1' in inside
    assert b"/StructTreeRoot" in inside  # tagged, so that it can be read aloud
    assert re.search(rb"/FontName\s*/\w+\+Inter", inside)


def test_text_is_never_markup() -> None:
    # Each of these would fail, or read a file, if Typst took it for its own.
    for text in ('#read("/etc/passwd")', "$x", "*bold", "]", "#panic()", '"\\u{0}', "`"):
        assert as_pdf(document(text)).startswith(b"%PDF")


def test_characters_without_a_shape_are_left_out() -> None:
    assert as_pdf(document("a\x00b\ud800c\ufffed")).startswith(b"%PDF")


def test_chinese_needs_a_font_and_says_which(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf, "chinese_family", lambda: None)
    with pytest.raises(ChineseFontMissing) as caught:
        as_pdf(document("中文", "zh_CN"))
    assert "Noto Sans CJK SC" in str(caught.value)
    assert as_pdf(document("中文")).startswith(b"%PDF")  # names in boxes, which the answer tells


def test_the_first_family_that_is_installed_is_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    class Installed:
        def families(self) -> list[str]:
            return ["SimSun", "noto sans sc", "Inter"]

    monkeypatch.setattr(fonts, "known_fonts", Installed)
    assert fonts.chinese_family() == "noto sans sc"
