"""From what a person writes to plain Python syntax, in which nothing is left but stand-ins and operators.

Names of columns become `c0`, `c1` …, texts become `t0`, `t1` …, and `=`, `<>`, `AND`, `≤` become what
Python calls them. What Python's parser is given is therefore ASCII, and every character of it knows where
it came from, so that an error can name the place in the text as it was written.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass, field
from difflib import get_close_matches

from engine.errors import ExpressionInvalid
from engine.messages import Message, message

LONGEST = 10_000
"""Characters."""
DEEPEST = 60
"""Brackets within brackets."""
MISSING = "missing"
"""The stand-in for what follows `is`."""

_MISSING_WORDS = frozenset({"missing", "null", "none", "na", "empty"})
_WORDS = {"and": "and", "or": "or", "not": "not", "in": "in", "is": "is"}
_TRUTHS = {"true": "True", "false": "False"}
_NUMBER = re.compile(r"(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?")
_DOTTED = re.compile(r"[^\W\d]\w*(\.\w+)*")
_WORD = re.compile(r"[^\W\d]\w*")
_OPERATORS = {
    "==": "==", "!=": "!=", "<>": "!=", "<=": "<=", ">=": ">=", "**": "**", "//": "//",
    "&&": "and", "||": "or", "=": "==", "<": "<", ">": ">", "+": "+", "-": "-", "*": "*",
    "/": "/", "%": "%", "(": "(", ")": ")", ",": ",", "&": "and", "|": "or", "!": "not",
    "≤": "<=", "≥": ">=", "≠": "!=", "−": "-",
}  # fmt: skip


@dataclass(slots=True)
class Rewritten:
    """Python syntax, and what its stand-ins stand for."""

    source: str = ""
    places: list[int] = field(default_factory=list)
    """For each character of `source` its place in the text, from 0."""
    columns: list[str] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)

    def place(self, offset: int) -> int:
        """Where in the text the character at `offset` of the source came from."""
        return self.places[min(max(offset, 0), len(self.places) - 1)] if self.places else 0

    def column_of(self, name: str) -> str | None:
        """The column that a stand-in stands for."""
        return _entry(name, "c", self.columns)

    def text_of(self, name: str) -> str | None:
        """The text that a stand-in stands for."""
        return _entry(name, "t", self.texts)


def _entry(name: str, letter: str, entries: list[str]) -> str | None:
    known = name[:1] == letter and name[1:].isdigit() and int(name[1:]) < len(entries)
    return entries[int(name[1:])] if known else None


def invalid(
    text: str, place: int, problem: Message, advice: Message | None = None
) -> ExpressionInvalid:
    """The error for something at `place` (from 0) in the text."""
    return ExpressionInvalid(text, place + 1, problem, advice or message(""))


def rewrite(text: str, columns: Collection[str], functions: Collection[str]) -> Rewritten:
    """The text as Python syntax.

    Raises `ExpressionInvalid` for unknown names, open quotes and characters that mean nothing.
    """
    if len(text) > LONGEST:
        raise invalid(
            text, LONGEST, message("The expression is longer than {most} characters.", most=LONGEST)
        )
    return _Rewriter(text, columns, functions).run()


class _Rewriter:
    def __init__(self, text: str, columns: Collection[str], functions: Collection[str]) -> None:
        self._text = text
        self._columns = columns
        self._functions = functions
        self._at = 0
        self._done = Rewritten()
        self._before = ""
        self._open: list[tuple[str, int]] = []

    def run(self) -> Rewritten:
        while self._at < len(self._text):
            character = self._text[self._at]
            if character.isspace():
                self._at += 1
            elif character in "\"'“‘":
                self._take_text(character)
            elif character == "`":
                self._take_quoted_name("`")
            elif character == "[" and self._before not in ("in", "list"):
                self._take_quoted_name("]")
            elif character in "[]":
                self._take_bracket(character)
            elif self._take_number() or self._take_word() or self._take_operator():
                pass
            else:
                raise self._error(
                    self._at, message("“{found}” means nothing here.", found=character)
                )
        if self._open:
            _, place = self._open[-1]
            raise self._error(place, message("This bracket is not closed."))
        return self._done

    def _error(
        self, place: int, problem: Message, advice: Message | None = None
    ) -> ExpressionInvalid:
        return invalid(self._text, place, problem, advice)

    def _put(self, token: str, length: int, before: str = "") -> None:
        self._done.source += f"{token} "
        self._done.places += [self._at] * (len(token) + 1)
        self._before = before or token
        self._at += length

    # Texts and names ----------------------------------------------------------------------------

    def _take_text(self, quote: str) -> None:
        end = {"“": "”", "‘": "’"}.get(quote, quote)
        value, at = "", self._at + 1
        while at < len(self._text) and self._text[at] != end:
            if self._text[at] == "\\" and self._text[at + 1 : at + 2] in ("\\", end):
                at += 1
            value += self._text[at]
            at += 1
        if at >= len(self._text):
            raise self._error(
                self._at,
                message("This text is not closed."),
                message("Put {quote} at its end.", quote=end),
            )
        self._done.texts.append(value)
        self._put(f"t{len(self._done.texts) - 1}", at + 1 - self._at, "value")

    def _take_quoted_name(self, end: str) -> None:
        stop = self._text.find(end, self._at + 1)
        # A name may hold brackets itself: the longest one that is known counts.
        while end == "]" and stop >= 0 and self._text[self._at + 1 : stop] not in self._columns:
            further = self._text.find(end, stop + 1)
            if further < 0 or self._text[self._at + 1 : further] not in self._columns:
                break
            stop = further
        if stop < 0:
            raise self._error(self._at, message("This name of a column is not closed."))
        name = self._text[self._at + 1 : stop]
        if name not in self._columns and name.strip() in self._columns:
            name = name.strip()
        if name not in self._columns:
            raise self._unknown(name, self._at)
        self._put_column(name, stop + 1 - self._at)

    def _put_column(self, name: str, length: int) -> None:
        if name not in self._done.columns:
            self._done.columns.append(name)
        self._put(f"c{self._done.columns.index(name)}", length, "value")

    def _unknown(self, name: str, place: int) -> ExpressionInvalid:
        # A text that lacks its quotes is as likely as a name that is misspelt.
        if self._before in ("==", "!=", "list"):
            advice = message('If it is a text, put it in quotes: "{name}".', name=name)
        else:
            advice = _closest(name, self._columns)
        return self._error(place, message("There is no column “{name}”.", name=name), advice)

    # Words, numbers, operators ------------------------------------------------------------------

    def _take_word(self) -> bool:
        dotted = _DOTTED.match(self._text, self._at)
        if dotted is None:
            return False
        if dotted[0] in self._columns and "." in dotted[0]:
            self._put_column(dotted[0], len(dotted[0]))
            return True
        match = _WORD.match(self._text, self._at)
        assert match is not None
        word, lower = match[0], match[0].lower()
        if lower in _MISSING_WORDS and self._follows_is():
            self._put(MISSING, len(word), "value")
        elif lower in _WORDS:
            self._put(_WORDS[lower], len(word))
        elif self._text[match.end() :].lstrip()[:1] == "(":
            if lower not in self._functions:
                raise self._error(
                    self._at,
                    message("There is no function “{name}”.", name=word),
                    _closest(lower, self._functions),
                )
            self._put(lower, len(word))
        elif word in self._columns:
            self._put_column(word, len(word))
        elif lower in _TRUTHS:
            self._put(_TRUTHS[lower], len(word), "value")
        else:
            raise self._unknown(word, self._at)
        return True

    def _follows_is(self) -> bool:
        return self._done.source.endswith(("is ", "is not "))

    def _take_number(self) -> bool:
        match = _NUMBER.match(self._text, self._at)
        if match is None:
            return False
        after = self._text[match.end() : match.end() + 1]
        if after.isalnum() or after in ("_", "."):
            raise self._error(
                self._at,
                message("“{found}” is not a number.", found=match[0] + after),
                message("Put texts in quotes, and names that begin with a digit in backticks."),
            )
        digits = match[0]
        if digits.isdigit():
            digits = digits.lstrip("0") or "0"
        self._put(digits, len(match[0]), "value")
        return True

    def _take_operator(self) -> bool:
        for length in (2, 1):
            found = self._text[self._at : self._at + length]
            if found not in _OPERATORS:
                continue
            if found == "(":
                self._deeper("(", self._before in ("in", "list"))
            elif found == ")":
                self._shallower("(")
            is_in_list = found == "," and bool(self._open) and self._open[-1][0] in ("[", "(in")
            before = "list" if is_in_list else ("value" if found == ")" else "")
            if found == "(" and self._open[-1][0] == "(in":
                before = "list"
            self._put(_OPERATORS[found], length, before)
            return True
        return False

    def _take_bracket(self, character: str) -> None:
        if character == "[":
            self._deeper("[", is_list=False)
            self._put("[", 1, "list")
        else:
            self._shallower("[")
            self._put("]", 1, "value")

    def _deeper(self, bracket: str, is_list: bool) -> None:
        self._open.append(("(in" if is_list else bracket, self._at))
        if len(self._open) > DEEPEST:
            raise self._error(
                self._at,
                message("There are more than {most} brackets within brackets.", most=DEEPEST),
            )

    def _shallower(self, bracket: str) -> None:
        if not self._open or self._open[-1][0][0] != bracket:
            raise self._error(self._at, message("This bracket was not opened."))
        self._open.pop()


def _closest(name: str, known: Collection[str]) -> Message:
    folded = {each.casefold(): each for each in known}
    found = get_close_matches(name.casefold(), list(folded), n=1, cutoff=0.5)
    if found:
        return message("The closest name is “{closest}”.", closest=folded[found[0]])
    shown = sorted(known)[:12]
    return message("Known are: {names}.", names=", ".join(shown)) if shown else message("")
