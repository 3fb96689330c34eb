"""Booleans in words: yes and no in several languages and spellings."""

from __future__ import annotations

from collections.abc import Mapping

_PAIRS = (
    ("yes", "no"), ("y", "n"), ("true", "false"), ("t", "f"), ("on", "off"), ("ja", "nein"),
    ("oui", "non"), ("sí", "no"), ("si", "no"), ("sim", "não"), ("да", "нет"), ("是", "否"), ("有", "无"),
    ("对", "错"), ("真", "假"), ("はい", "いいえ"),
)  # fmt: skip
YES = frozenset(yes for yes, _ in _PAIRS) | {"1"}
NO = frozenset(no for _, no in _PAIRS) | {"0"}
"""In lower case."""
_DIGITS = frozenset("01")


def spelling(words: Mapping[str, int]) -> tuple[str, str] | None:
    """The most frequent spellings of yes and of no, if these words say both.

    `words` are different texts with their counts. A pair like yes and no has to be among them; once
    it is, other spellings (Y, TRUE, 1) count too. Any further word is for the caller to judge.
    """
    sides: dict[str, tuple[str, int]] = {}
    seen = {word.casefold() for word in words}
    if not any(yes in seen and no in seen for yes, no in _PAIRS):
        return None
    for word, count in words.items():
        if word in _DIGITS:
            continue
        lower = word.casefold()
        side = "yes" if lower in YES else "no" if lower in NO else ""
        if side and count > sides.get(side, ("", 0))[1]:
            sides[side] = (word, count)
    return sides["yes"][0], sides["no"][0]


def says_yes_or_no(word: str) -> bool:
    """Whether the word is a yes or a no in any spelling."""
    lower = word.casefold()
    return lower in YES or lower in NO
