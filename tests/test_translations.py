"""Both languages are complete: every text of the code is translated, none is stale or doubtful."""

from __future__ import annotations

import pytest

from tests.translations import (
    FOLDER,
    LANGUAGES,
    collected,
    compiled,
    fields,
    read,
    texts,
    translations,
)


@pytest.fixture(scope="module")
def wanted() -> dict:
    return texts(collected())


def test_texts_are_found_in_engine_and_window(wanted: dict) -> None:
    assert "Something went wrong." in wanted
    assert ("{count} run", "{count} runs") in wanted


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_text_is_translated(language: str, wanted: dict) -> None:
    known = texts(read(language))
    assert [text for text in wanted if text not in known] == []
    assert [text for text, message in known.items() if not all(translations(message))] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_translation_is_stale_or_fuzzy(language: str, wanted: dict) -> None:
    catalog = read(language)
    known = texts(catalog)
    assert [text for text in known if text not in wanted] == []
    assert [text for text, message in known.items() if message.fuzzy] == []
    assert list(catalog.obsolete) == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_translations_show_the_same_facts(language: str) -> None:
    wrong = []
    for message in texts(read(language)).values():
        originals = message.id if isinstance(message.id, (tuple, list)) else (message.id,)
        expected = set.union(*(fields(text) for text in originals))
        wrong += [text for text in translations(message) if text and fields(text) != expected]
    assert wrong == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_compiled_file_is_up_to_date(language: str) -> None:
    assert (FOLDER / f"{language}.mo").read_bytes() == compiled(read(language))
