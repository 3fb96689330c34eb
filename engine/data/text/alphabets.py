"""Which of several Windows encodings a text is in, by the alphabets that its letters fit.

They have other letters in the same places: ø is ř and ш, ñ is ń and с, £ is Ł and Ј. A language has
either the ones or the others.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import islice, pairwise

# The letters beyond ASCII of each language, in small.
_WESTERN = (
    "áéíñóúü", "àâæçéèêëîïôœùûüÿ", "áâãàçéêíóôõú", "àèéìíîòóùú", "äöüß", "æøåéóô", "åäöé",
    "áðéíóúýþæö", "áéëèïíóöü", "àçéèíïóòúü", "õäöüšž",
)  # fmt: skip
_ALPHABETS = {
    "cp1252": _WESTERN,
    "cp1250": (
        "ąćęłńóśźż", "áčďéěíňóřšťúůýž", "áäčďéíĺľňóôŕšťúýž", "áéíóöőúüű", "ăâîşţ", "čćđšž",
    ),
    "cp1254": ("çğıöşüâîûi̇",),
    "cp850": _WESTERN,  # of DOS
    "cp1251": ("абвгдеёжзийклмнопрстуфхцчшщъыьэюя", "абвгґдеєжзиіїйклмнопрстуфхцчшщьюяў"),
    "cp1253": ("αβγδεζηθικλμνξοπρστυφχψωςάέήίόύώϊϋΐΰ",),
}  # fmt: skip
FAMILIAR = tuple(_ALPHABETS)
"""The encodings that can be told apart here, the most frequent one first."""
LATIN = FAMILIAR[:4]
"""Those of Latin letters."""
_BEYOND = re.compile(rb"[\x80-\xff]")
_LOOKED_AT = 5000
"""Bytes beyond ASCII that are enough to tell."""
_MONEY = "£¥¢"
_OPENING = "¿¡«„‚“‘"
_ANYWHERE = "’–—…"
_DEGREES = re.compile(r"[CFK]?(?![^\W\d_])")
_AMOUNT = re.compile(r"(?:[kmb]n?|bln|mln)?(?![^\W\d_])", re.IGNORECASE)
"""What follows a sign of money that stands before no word: £5, (£), £k, £bn."""


def most_fitting(data: bytes, encodings: Sequence[str]) -> str:
    """The encoding that gives the letters of one language; the first one where several do.

    The encodings must be of `FAMILIAR`, and at least one.
    """
    readings = {name: data.decode(name, "replace") for name in encodings}
    beyond = [match.start() for match in islice(_BEYOND.finditer(data), _LOOKED_AT)]
    places = [p for p in beyond if any(text[p].isalpha() for text in readings.values())]
    return max(encodings, key=lambda name: _fitting(readings[name], name, places))


def is_signs_alone(data: bytes) -> bool:
    """Whether all beyond ASCII are single signs in Windows-1252 that stand in no word: £5, m³, °C."""
    text = data.decode("cp1252", "replace")
    beyond = [match.start() for match in _BEYOND.finditer(data)]
    return (
        "\ufffd" not in text
        and _are_apart(beyond)
        and all(
            text[place] == "µ" or (not _is_letter(text[place]) and _is_sign(text, place))
            for place in beyond
        )
    )


def is_western(data: bytes) -> bool:
    """Whether all beyond ASCII are single letters amid words, or signs, in a Latin encoding.

    Where a character takes two bytes, the second one is beyond ASCII, too, or none of a word.
    """
    beyond = [match.start() for match in _BEYOND.finditer(data)]
    readings = [data.decode(name, "replace") for name in LATIN]
    return _are_apart(beyond) and any(
        all(
            _is_in_word(text, place) if _is_letter(text[place]) else _is_sign(text, place)
            for place in beyond
        )
        for text in readings
    )


def _are_apart(places: Sequence[int]) -> bool:
    return all(right - left > 1 for left, right in pairwise(places))


def is_chinese(data: bytes) -> bool:
    """Whether what may be Korean has many Chinese characters in it, as only Chinese does."""
    text = data.decode("cp949", "replace")
    chinese = sum("\u4e00" <= character <= "\u9fff" for character in text)
    korean = sum("\uac00" <= character <= "\ud7a3" for character in text)
    return 5 * chinese > chinese + korean


def _fitting(text: str, encoding: str, places: Iterable[int]) -> float:
    """How many of the characters at these places fit the language that they fit best.

    Letters of its other languages count half as much again; so do signs, which belong to all.
    """
    letters: list[str] = []
    signs = 0
    for place in places:
        character = text[place]
        if not _is_letter(character):
            signs += _is_sign(text, place)
        elif _is_in_word(text, place) == (encoding in LATIN):
            letters.append(character.lower())
    counts = Counter(letters)
    fits = [sum(counts[each] for each in counts if each in one) for one in _ALPHABETS[encoding]]
    known = sum(counts[each] for each in counts if any(each in one for one in _ALPHABETS[encoding]))
    return max(fits) + known / 2 + 1.5 * signs


def _is_in_word(text: str, place: int) -> bool:
    """Whether a letter of ASCII is next, as it nearly always is to one that is not."""
    beside = text[max(0, place - 1) : place] + text[place + 1 : place + 2]
    return any(each.isascii() and each.isalpha() for each in beside)


def _is_letter(character: str) -> bool:
    return character.isalpha() and character not in "ªº"


def _is_sign(text: str, place: int) -> bool:
    """Whether the character may be a sign there: it stands in no word, as that of m³ does not."""
    before, after = text[place - 1 : place], text[place + 1 : place + 2]
    if text[place] in _MONEY:
        return not before.isalpha() and _AMOUNT.match(text, place + 1) is not None
    if text[place] in _ANYWHERE:
        return True
    if text[place] in _OPENING:
        return not before.isalpha()
    if text[place] == "°":
        return _DEGREES.match(text, place + 1) is not None
    return not after.isalpha()
