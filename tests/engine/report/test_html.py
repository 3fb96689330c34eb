from __future__ import annotations

import re
from html.parser import HTMLParser
from xml.etree import ElementTree

import pytest

from engine.languages import Language
from engine.report.compose import compose
from engine.report.document import Figures, Table
from engine.report.facts import RunFacts
from engine.report.html import as_html
from engine.report.words import figure, interval
from tests.engine.report.conftest import NASTY

VOID = {"meta", "link", "img", "br", "hr"}


class Page(HTMLParser):
    """Tags, addresses and texts of a page; unbalanced tags are refused."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.addresses: list[str] = []
        self.attributes: set[str] = set()
        self.texts: list[str] = []
        self.open: list[str] = []
        self.feed(text)
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        for name, value in attrs:
            self.attributes.add(name)
            if name in ("href", "src", "xlink:href", "action", "srcset"):
                self.addresses.append(value or "")
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.open.pop()

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.texts.append(data.strip())


@pytest.fixture(params=["en", "zh_CN"])
def language(request: pytest.FixtureRequest) -> Language:
    return request.param


def test_a_page_runs_nothing_and_asks_nobody(facts: RunFacts, language: Language) -> None:
    text = as_html(compose(facts, language)).decode()
    page = Page(text)
    assert not page.tags & {"script", "iframe", "object", "embed", "link", "base", "form"}
    assert all(address.startswith("#") for address in page.addresses)
    assert not [name for name in page.attributes if name.startswith("on")]
    assert "url(" not in text
    assert "@import" not in text
    found = set(re.findall(r"\w+://[^\s\"'<]+", text))
    assert found <= {"http://www.w3.org/2000/svg"}


def test_names_from_the_table_are_text_only(facts: RunFacts) -> None:
    text = as_html(compose(facts, "en")).decode()
    assert NASTY not in text
    assert any(NASTY in each for each in Page(text).texts)


def test_every_metric_is_told_as_evaluation_found_it(facts: RunFacts, language: Language) -> None:
    document = compose(facts, language)
    scores = next(section for section in document.sections if section.name == "scores")
    table = next(block for block in scores.blocks if isinstance(block, Table))
    assert facts.evaluation is not None
    told = [row[1:3] for row in table.rows]
    assert told == [(figure(m.value), interval(m.low, m.high)) for m in facts.evaluation.metrics]
    texts = Page(as_html(document).decode()).texts
    assert all(cell in texts for row in told for cell in row)


def test_pictures_are_well_formed_and_told_in_words(facts: RunFacts) -> None:
    pictures = [
        picture
        for section in compose(facts, "en").sections
        for block in section.blocks
        if isinstance(block, Figures)
        for picture in block.figures
    ]
    assert len(pictures) >= 6
    for picture in pictures:
        root = ElementTree.fromstring(picture.svg)
        assert root.attrib["aria-label"]
        assert picture.title


def test_chinese_is_chinese(facts: RunFacts) -> None:
    english, chinese = compose(facts, "en"), compose(facts, "zh_CN")
    assert [s.name for s in english.sections] == [s.name for s in chinese.sections]
    assert 'lang="zh-CN"' in as_html(chinese).decode()
    table = next(b for s in chinese.sections for b in s.blocks if isinstance(b, Table))
    assert [row[0] for row in table.rows][1] == "准确率"
