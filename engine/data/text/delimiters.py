"""Which characters set the fields of a text table apart, quote them and escape in them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import NamedTuple

from engine.data.cells.shapes import date_formats, is_missing_token, is_number, without_unit
from engine.data.text.detection import Detected, chosen, found
from engine.data.text.quoting import (
    FEW_QUOTED,
    SingleQuotes,
    about_quote,
    are_single_quotes_likely,
    fields_over_lines,
    quoted_fields,
    what_single_quotes_are,
)
from engine.data.text.records import RUNS, Dialect, parse_records
from engine.messages import N_, Message, message, message_n
from engine.recipe.reading import Reading

DELIMITERS = (",", ";", "\t", "|", ":", " ", RUNS)
_STRONG = (",", ";", "\t", "|")
"""Delimiters that hardly occur within one value."""
_REASONS = {
    ",": N_("Delimiter comma: {columns} columns in {share}% of the sampled lines."),
    ";": N_("Delimiter semicolon: {columns} columns in {share}% of the sampled lines."),
    "\t": N_("Delimiter tab: {columns} columns in {share}% of the sampled lines."),
    "|": N_("Delimiter bar: {columns} columns in {share}% of the sampled lines."),
    ":": N_("Delimiter colon: {columns} columns in {share}% of the sampled lines."),
    " ": N_("Delimiter space: {columns} columns in {share}% of the sampled lines."),
    RUNS: N_("Delimiter repeated spaces: {columns} columns in {share}% of the sampled lines."),
}
_SCORED_RECORDS = 300
_SCORED_TEXT = 128 * 1024
_COMMENTS = ("#", "%", "//")
_WEAKER = 0.6
_EVEN = 0.8
_LEAST = 0.15
_TIME_PARTS = 3
_BEGINS_FIELD = re.compile(r'(?:^|[,;\t| ])"')
_DIGIT = re.compile("[0-9]")
_TIME = re.compile(r"\d{1,2}:\d{2}(:\d{2}([.,]\d+)?)?")


@dataclass(frozen=True, slots=True)
class _Score:
    dialect: Dialect
    score: float
    columns: int
    share: float


class _Try(NamedTuple):
    """How well a quote does."""

    best: _Score | None
    scores: list[_Score]
    escape: str


def find_dialect(text: str, given: Reading) -> tuple[Dialect, list[Detected]]:
    """How the fields of this text are written, and why so; what is `given` is obeyed."""
    why: list[Detected] = []
    comment = given.comment if given.comment is not None else _comment(text)
    body = _without_comments(text, comment)[:_SCORED_TEXT]
    tries = {quote: _best(body, quote, given, comment) for quote in _quotes(body, given)}
    quote, decided = _decide(body, tries)
    best, scores, escape = tries[quote]
    if given.delimiter and best is not None:
        why.append(chosen("delimiter", message("Delimiter: chosen.")))
    elif best is None or best.score < _LEAST:
        score = best.score if best is not None else 0.0
        best = _Score(Dialect(",", quote, escape, comment), 0.0, 1, 1.0)
        told = message("One column: no delimiter divides the lines evenly.")
        why.append(found("delimiter", told, 0.95 - 3 * score))
    else:
        facts = {"columns": best.columns, "share": round(100 * best.share)}
        told = Message(_REASONS[best.dialect.delimiter], facts)
        why.append(found("delimiter", told, best.share * _lead(best, scores)))
    dialect = best.dialect
    if given.quote is not None:
        why.append(chosen("quote", message("Quote: chosen.")))
    else:
        in_single, in_double = quoted_fields(body, dialect.delimiter)
        in_double = in_double or fields_over_lines(body, dialect.delimiter)
        why.append(about_quote(quote, (in_single, in_double), decided))
    if given.escape is not None:
        why.append(chosen("escape", message("Escape: chosen.")))
    elif dialect.escape:
        count = body.count(dialect.escape + dialect.quote)
        told = message(
            "Escape “{escape}”: it stands before {count} quotes.",
            escape=dialect.escape,
            count=count,
        )
        why.append(found("escape", told, (count + 1) / (count + 2)))
    if given.comment is not None:
        why.append(chosen("comment", message("Mark of comments: chosen.")))
    elif dialect.comment:
        marked = sum(line.startswith(dialect.comment) for line in text.splitlines())
        told = message_n(
            "{count} sampled line begins with “{mark}”: a comment.",
            "{count} sampled lines begin with “{mark}”: comments.",
            marked,
            mark=dialect.comment,
        )
        why.append(found("comment", told, 0.9))
    return dialect, why


def _quotes(text: str, given: Reading) -> tuple[str, ...]:
    """The quotes to try."""
    if given.quote is not None:
        return (given.quote,)
    return ("'", '"') if are_single_quotes_likely(text, DELIMITERS[:-1]) else ('"',)


def _best(text: str, quote: str, given: Reading, comment: str) -> _Try:
    """What this quote comes to, with its best delimiter."""
    escapes = [given.escape] if given.escape is not None else _escapes(text, quote)
    scores = [
        _score(text, Dialect(delimiter, quote, escape, comment), strict=given.delimiter is None)
        for delimiter in ([given.delimiter] if given.delimiter else DELIMITERS)
        for escape in escapes
        if delimiter in text or given.delimiter
    ]
    return _Try(max(scores, key=lambda score: score.score, default=None), scores, escapes[-1])


def _decide(text: str, tries: dict[str, _Try]) -> tuple[str, SingleQuotes | None]:
    """The quote, and, where single ones stand around fields, what they are."""
    if len(tries) == 1:
        return next(iter(tries)), None
    single, double = tries["'"].best, tries['"'].best
    if single is None or double is None:
        return '"', None
    in_single, in_double = quoted_fields(text, single.dialect.delimiter)
    if in_single < FEW_QUOTED or in_single <= in_double:
        return '"', None
    if double.dialect.delimiter != single.dialect.delimiter and double.score > single.score:
        return '"', SingleQuotes.CELLS
    other = replace(single.dialect, quote='"', escape=double.dialect.escape)
    whole = len(text) < _SCORED_TEXT
    decided = what_single_quotes_are(text, single.dialect, other, whole=whole)
    return ('"' if decided is SingleQuotes.CELLS else "'"), decided


def _lead(best: _Score, scores: list[_Score]) -> float:
    """How far the best delimiter is ahead of the others: from a half to one."""
    others = (s.score for s in scores if s.dialect.delimiter[0] != best.dialect.delimiter[0])
    return 1 - 0.5 * max(others, default=0.0) / best.score


def _comment(text: str) -> str:
    """The mark of comments: lines that begin with it are unlike rows, in the first line or in all."""
    lines = [line for line in _unquoted_lines(text) if line.strip()]
    for mark in _COMMENTS:
        marked = [line for line in lines if line.startswith(mark)]
        others = [line for line in lines if not line.startswith(mark)]
        if not marked or len(marked) > len(others):
            continue
        usual = Counter(map(_signature, others)).most_common(1)[0][0]
        alike = sum(_signature(line) == usual for line in marked)
        first = lines[0].startswith(mark) and _signature(lines[0]) != usual
        bare = mark == "#" and any(usual) and not any(any(_signature(line)) for line in marked)
        if (first and 2 * alike <= len(marked)) or bare or _names_columns(marked, others, mark):
            return mark
    return ""


def _names_columns(marked: list[str], others: list[str], mark: str) -> bool:
    """Whether the only marked line has as many fields as the others, set apart from its mark."""
    if len(marked) != 1 or not marked[0].startswith(f"{mark} ") or len(others) < FEW_QUOTED:
        return False
    names = marked[0].removeprefix(mark).strip()
    for delimiter in DELIMITERS:
        splits = Dialect(delimiter, "").split
        count = len(splits(names))
        even = sum(len(splits(line.strip())) == count for line in others)
        if count > 1 and even >= _EVEN * len(others):
            return not names.startswith("of ")  # "# of rooms" is a name by itself
    return False


def _unquoted_lines(text: str) -> Iterator[str]:
    """The lines that do not begin within a quoted field; a quote amid a word begins none."""
    quoted = False
    for line in text.splitlines():
        if not quoted:
            yield line
        if line.count('"') % 2 == 1 and (quoted or _BEGINS_FIELD.search(line)):
            quoted = not quoted


def _signature(line: str) -> tuple[int, ...]:
    return tuple(line.count(delimiter) for delimiter in _STRONG)


def _without_comments(text: str, comment: str) -> str:
    if not comment:
        return text
    lines = text.splitlines(keepends=True)
    return "".join(line for line in lines if not line.startswith(comment))


def _escapes(text: str, quote: str) -> list[str]:
    """What may escape: a backslash only where it stands before quotes that it makes literal."""
    if not quote or "\\" not in text:
        return [""]
    edge = r"(?=[,;\t|:\r\n]|$)"
    inside = r"(?=[^\r\n,;\t|:" + quote + "])"
    for_it = len(re.findall(rf"\\{quote}{inside}|\\{quote}{quote}{edge}", text, re.M))
    against = len(
        re.findall(rf"\\{quote}{quote}{inside}|\\{quote}{quote}{quote}{edge}", text, re.M)
    )
    return ["\\"] if for_it > against else [""]


def _score(text: str, dialect: Dialect, *, strict: bool) -> _Score:
    """How evenly the dialect divides the text, into cells that look like values."""
    delimiter, quote = dialect.delimiter, dialect.quote
    if quote and re.search(rf"{re.escape(delimiter)} +{quote}", text) and delimiter.strip():
        dialect = replace(dialect, skips_spaces=True)
    whole = len(text) < _SCORED_TEXT
    records, _ = parse_records(text, dialect, whole=whole, limit=_SCORED_RECORDS)
    widths = Counter(map(len, records))
    wide = {width: count * width / (width + 1) for width, count in widths.items() if width > 1}
    if not wide:
        return _Score(dialect, 0.0, 1, 1.0)
    width = max(wide, key=lambda width: wide[width])
    start = next(place for place, record in enumerate(records) if len(record) == width)
    table = records[start:]
    usual = sum(len(record) == width for record in table) / len(table)
    score = usual * _known_share(table, dialect.quote) * width / (width + 1)
    if delimiter not in _STRONG and strict:
        quoting = _quoting(text, dialect)
        score *= quoting
        # Where quotes stand around fields, texts that are not quoted may be divided by mistake.
        least = _EVEN / 2 if quoting == 1 and quote and quote in text else _EVEN
        if usual < least or not _divides_values(table, width, text, dialect, sure=usual < _EVEN):
            score = 0.0
        score *= _WEAKER
        if delimiter == " " and "  " in text:
            score *= _WEAKER
    return _Score(dialect, score, width, usual)


def _known_share(records: list[list[str]], quote: str) -> float:
    """Share of cells that look like one value; words count.

    Cells with another delimiter hardly do, nor do those with half a pair of quotes.
    """
    good = total = 0.0
    for record in records:
        for cell in record:
            text = cell.strip()
            total += 1
            if not text or is_number(text) or is_missing_token(text):
                good += 1
            elif _DIGIT.search(text) and is_number(without_unit(text)):
                good += 0.95
            elif quote and text.count(quote) % 2 == 1:
                good += 0.1
            elif not any(delimiter in text for delimiter in _STRONG):
                good += 0.9 if len(text) <= 40 else 0.6
            else:
                good += 0.3 if " " in text else 0.1
    return good / total if total else 0.0


def _quoting(text: str, dialect: Dialect) -> float:
    """How many fields quotes stand around, beside the delimiter for which they are the most.

    One, if no delimiter has fields with quotes around them.
    """
    side = 0 if dialect.quote == "'" else 1
    if not dialect.quote or dialect.quote not in text:
        return 1.0
    most = max(quoted_fields(text, delimiter)[side] for delimiter in DELIMITERS[:-1])
    return quoted_fields(text, dialect.delimiter)[side] / most if most >= FEW_QUOTED else 1.0


def _divides_values(
    table: list[list[str]], width: int, text: str, dialect: Dialect, *, sure: bool
) -> bool:
    """Whether spaces or colons set values apart, rather than standing within them.

    Then some column is values throughout (or quoted, unless it has to be `sure`), and the whole
    lines are none.
    """
    lines = [line.strip() for line in text.splitlines()[:_SCORED_RECORDS] if line.strip()]
    if sum(_is_value(line) for line in lines[1:]) * 2 > len(lines):
        return False
    rows = [record for record in table[1:] if len(record) == width]
    for position in range(width):
        cells = [row[position] for row in rows if row[position].strip()]
        if cells and sum(is_number(c) or bool(date_formats(c)) for c in cells) >= 0.9 * len(cells):
            return dialect.delimiter != ":" or width > _TIME_PARTS or not _looks_like_times(rows)
    return not sure and bool(dialect.quote) and text.count(dialect.quote) >= len(lines)


def _looks_like_times(rows: list[list[str]]) -> bool:
    return all(_TIME.search(":".join(row)) is not None for row in rows)


def _is_value(text: str) -> bool:
    return is_number(text) or bool(date_formats(text)) or _TIME.fullmatch(text) is not None
