from __future__ import annotations

from engine.languages import listed, sentences, translator


def test_texts_are_translated_without_a_window() -> None:
    assert translator("zh_CN")("Accuracy", "", 1) == "准确率"
    assert translator("en")("Accuracy", "", 1) == "Accuracy"
    assert translator("en")("{count} run", "{count} runs", 2) == "{count} runs"
    assert translator("zh_CN")("", "", 1) == ""  # not the catalogue's header


def test_lists_and_sentences_are_joined_as_the_language_does() -> None:
    assert listed(("a", "b"), "en") == "a, b"
    assert listed(("a", "b"), "zh_CN") == "a、b"
    assert sentences(("A.", "B."), "en") == "A. B."
    assert sentences(("甲。", "乙。"), "zh_CN") == "甲。乙。"
