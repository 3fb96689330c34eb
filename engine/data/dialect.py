"""How a text table is laid out: delimiter, quote, header, decimal mark, number of columns."""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from engine.data.encoding import Decoder, Encoding, detect_encoding, normal_name
from engine.data.sample import FileSample, refuse_binary
from engine.data.shapes import (
    COMMAED,
    DOTTED,
    GROUPED_BY_COMMA,
    INTEGER,
    date_formats,
    is_missing_token,
    is_number,
)
from engine.errors import HeaderOnly, Undecodable
from engine.messages import N_, Message, message
from engine.recipe.recipe import Reading

DELIMITERS = (",", ";", "\t", "|")
_REASONS = {
    ",": N_("Delimiter comma: {columns} columns in {share}% of the sampled lines."),
    ";": N_("Delimiter semicolon: {columns} columns in {share}% of the sampled lines."),
    "\t": N_("Delimiter tab: {columns} columns in {share}% of the sampled lines."),
    "|": N_("Delimiter bar: {columns} columns in {share}% of the sampled lines."),
}
_SCORED_RECORDS = 300
_SCORED_TEXT = 128 * 1024


@dataclass(frozen=True, slots=True)
class Layout:
    """A resolved reading, the columns, and where the rows begin."""

    reading: Reading
    """Without a `None` in it."""
    explicit_encoding: bool
    names: tuple[str, ...]
    """One per column, unique, none blank."""
    dropped: int
    """Fields at the end of every row that are blank and have no name (trailing delimiters)."""
    renamed: tuple[tuple[str, str], ...]
    """Header names that were blank or taken, and what they became."""
    header_bytes: int
    """Bytes before the first row, in UTF-8, without byte order mark."""
    header_lines: int
    sample: tuple[tuple[str, ...], ...]
    """Rows from the head and all over the file, all of the right length."""
    why: tuple[Message, ...] = field(default=())

    @property
    def width(self) -> int:
        """Number of fields that a row has in the file."""
        return len(self.names) + self.dropped


def detect_layout(sample: FileSample, reading: Reading) -> Layout:
    """Resolve everything in `reading` that is not given.

    Raises `NotATable`, `Undecodable` or `HeaderOnly`.
    """
    encoding = _encoding(sample, reading)
    refuse_binary(sample, encoding.is_wide)
    head = _head_text(sample, encoding.name)
    quote = reading.quote if reading.quote is not None else _quote(head)
    why = [encoding.reason]
    if reading.delimiter is not None:
        delimiter = reading.delimiter
        why.append(message("Delimiter: chosen."))
    else:
        delimiter, reason = _delimiter(head, quote)
        why.append(reason)
    records, ends = parse_records(head, delimiter, quote, whole=sample.complete)
    if not records:
        records, ends = [head.strip("\r\n").split(delimiter)], [len(head)]
    header, reason = judge_header(records, reading.header)
    why.append(reason)
    body = records[1:] if header else records
    if not body and sample.complete:
        raise HeaderOnly(str(sample.path), len(records[0]))
    width = _width(records[0] if header else None, body)
    first = records[0] if header else []
    raw_names, dropped = _raw_names(first, width, body)
    names, renamed = unique_names(raw_names, header=header)
    rows = [row for row in body if len(row) == width]
    rows += _spread_rows(sample, encoding.name, delimiter, quote, width)
    kept = width - dropped
    decimal = reading.decimal or _decimal(rows, delimiter)
    why.append(message("Decimal mark “{mark}”.", mark=decimal))
    if dropped:
        why.append(message("Delimiters at the end of the lines were left out."))
    header_text = head[: ends[0]] if header else ""
    return Layout(
        reading=Reading(
            encoding=encoding.name, delimiter=delimiter, quote=quote, header=header, decimal=decimal
        ),
        explicit_encoding=reading.encoding is not None,
        names=names,
        dropped=dropped,
        renamed=renamed if header else (),
        header_bytes=len(header_text.encode("utf-8")),
        header_lines=count_lines(header_text),
        sample=tuple(tuple(row[:kept]) for row in rows),
        why=tuple(why),
    )


def count_lines(text: str) -> int:
    """Number of line ends: LF, CRLF or CR."""
    return text.count("\n") + text.count("\r") - text.count("\r\n")


def _encoding(sample: FileSample, reading: Reading) -> Encoding:
    if reading.encoding is None:
        return detect_encoding(sample)
    try:
        name = normal_name(reading.encoding)
    except LookupError:
        raise Undecodable(str(sample.path), reading.encoding, 1) from None
    if name in ("utf-8", "utf-8-sig"):  # whether there is a mark is for the file to say
        marked = sample.head.startswith(codecs.BOM_UTF8)
        name = "utf-8-sig" if marked else "utf-8"
    return Encoding(name, message("Encoding {name}: chosen.", name=name))


def _head_text(sample: FileSample, encoding: str) -> str:
    """The head as the text that a `Source` makes of it, so that places in it agree."""
    return Decoder(encoding, lenient=True).decode(sample.head, final=sample.complete)


def parse_records(
    text: str, delimiter: str, quote: str, *, whole: bool, limit: int = 100_000
) -> tuple[list[list[str]], list[int]]:
    """Records of the text, and the offset at which each ends; blank lines are passed over.

    The last record is left out unless the text is the `whole` file, for it may be cut.
    """
    records: list[list[str]] = []
    ends: list[int] = []
    lines = _Lines(text)
    try:
        for record in csv_reader(lines, delimiter, quote):
            if record:
                records.append(record)
                ends.append(lines.position)
                if len(records) >= limit:
                    return records, ends
    except csv.Error:  # a field longer than the reader's limit: an unclosed quote
        pass
    if not whole and len(records) > 1:
        records.pop()
        ends.pop()
    return records, ends


class _Lines:
    """The lines of a text, one by one, with the position reached."""

    def __init__(self, text: str) -> None:
        self._file = io.StringIO(text, newline="")
        self.position = 0

    def __iter__(self) -> _Lines:
        return self

    def __next__(self) -> str:
        line = self._file.readline()
        if not line:
            raise StopIteration
        self.position += len(line)
        return line


def csv_reader(lines: Iterable[str], delimiter: str, quote: str) -> Iterator[list[str]]:
    """Python's reader; an empty `quote` means that no character quotes."""
    if quote:
        return csv.reader(lines, delimiter=delimiter, quotechar=quote)
    return csv.reader(lines, delimiter=delimiter, quoting=csv.QUOTE_NONE, quotechar=None)


def _quote(text: str) -> str:
    """The double quote, unless single quotes stand around fields and double ones nowhere."""
    if '"' in text:
        return '"'
    single = len(re.findall(r"(?:^|[,;\t|])'[^'\r\n]*'(?=[,;\t|\r\n]|$)", text, re.MULTILINE))
    return "'" if single >= 3 and single * 2 >= text.count("'") // 2 else '"'


def _delimiter(text: str, quote: str) -> tuple[str, Message]:
    best, best_score, columns, share = ",", 0.0, 1, 1.0
    for delimiter in DELIMITERS:
        if delimiter not in text:
            continue
        records, _ = parse_records(
            text[:_SCORED_TEXT], delimiter, quote, whole=False, limit=_SCORED_RECORDS
        )
        if not records:
            continue
        width, count = Counter(map(len, records)).most_common(1)[0]
        if width < 2:
            continue
        usual = count / len(records)
        score = usual * _known_share(records) * width / (width + 1)
        if score > best_score:
            best, best_score, columns, share = delimiter, score, width, usual
    if best_score < 0.15:
        return ",", message("One column: no delimiter divides the lines evenly.")
    return best, Message(_REASONS[best], {"columns": columns, "share": round(100 * share)})


def _known_share(records: list[list[str]]) -> float:
    """Share of cells that look like one value; words count, cells with another delimiter do not."""
    good = total = 0.0
    for record in records:
        for cell in record:
            text = cell.strip()
            total += 1
            if not text or is_number(text) or is_missing_token(text):
                good += 1
            elif not any(delimiter in text for delimiter in DELIMITERS):
                good += 0.9 if len(text) <= 40 else 0.6
            else:
                good += 0.3 if " " in text else 0.1
    return good / total if total else 0.0


def judge_header(records: list[list[str]], given: bool | None) -> tuple[bool, Message]:
    """Whether the first record holds names, and why; `given` is what a person says."""
    if given is not None:
        return given, message("Header: chosen.")
    first = [cell.strip() for cell in records[0]]
    rest = records[1:200]
    filled = [cell for cell in first if cell]
    values = [c for c in filled if is_number(c) or is_missing_token(c) or date_formats(c)]
    if not filled:
        return bool(rest), message("Header: the first line is blank, so it names nothing.")
    if values:
        if _counts_up(first) or (_years(values) and len(values) < len(filled)):
            return True, message("Header: the first line counts the columns.")
        return False, message("No header: the first line holds values.")
    if rest and _repeats_below(first, rest) and not _values_below(first, rest):
        return False, message("No header: words of the first line come again below.")
    return True, message("Header: the first line holds names.")


def _counts_up(cells: list[str]) -> bool:
    """Whether the cells are 0, 1, 2 … or 1, 2, 3 … (a blank one may stand before them)."""
    numbers = cells[1:] if cells and not cells[0] else cells
    if len(numbers) < 3 or not all(cell.isdecimal() for cell in numbers):
        return False
    start = int(numbers[0])
    return start in (0, 1) and all(int(n) == start + i for i, n in enumerate(numbers))


def _years(cells: list[str]) -> bool:
    return len(cells) >= 2 and all(cell.isdecimal() and 1800 <= int(cell) <= 2200 for cell in cells)


def _repeats_below(first: list[str], rest: list[list[str]]) -> bool:
    """Whether most words of the first line stand again in their own columns."""
    hits = 0
    for position, cell in enumerate(first):
        below = {row[position].strip() for row in rest if len(row) > position}
        hits += bool(cell) and cell in below
    return hits * 2 >= len(first)


def _values_below(first: list[str], rest: list[list[str]]) -> bool:
    """Whether some column is numbers or dates below a word in the first line."""
    for position in range(len(first)):
        below = [row[position].strip() for row in rest if len(row) > position]
        filled = [cell for cell in below if cell and not is_missing_token(cell)]
        values = sum(1 for cell in filled if is_number(cell) or date_formats(cell))
        if filled and values * 10 >= len(filled) * 9:
            return True
    return False


def _width(header: list[str] | None, body: list[list[str]]) -> int:
    """Number of fields in a row: the usual one; the header's on a tie."""
    counts = Counter(len(row) for row in body)
    if header is not None:
        if not counts:
            return len(header)
        if 2 * counts[len(header)] >= sum(counts.values()):
            return len(header)
    if not counts:
        return 1
    most = max(counts.values())
    usual = [width for width, count in counts.items() if count == most]
    return len(header) if header is not None and len(header) in usual else max(usual)


def _raw_names(header: list[str], width: int, body: list[list[str]]) -> tuple[list[str], int]:
    """The header's names for `width` fields, and how many blank fields at the end to leave out."""
    names = [name.strip() for name in header]
    rows = [row for row in body if len(row) == width]
    blank_end = 0
    while blank_end < width - 1:
        position = width - 1 - blank_end
        named = position < len(names) and names[position]
        if named or not rows or any(row[position].strip() for row in rows) or not header:
            break
        blank_end += 1
    if len(names) == width - 1 and not blank_end:
        names.insert(0, "")  # row names without a heading, as R writes them
    names = names[:width] + [""] * (width - len(names))
    return names[: width - blank_end], blank_end


def unique_names(
    raw: list[str], *, header: bool
) -> tuple[tuple[str, ...], tuple[tuple[str, str], ...]]:
    """Names that are all different and none blank, and which ones had to be changed for it."""
    taken = {name for name in raw if name}
    used: set[str] = set()
    names: list[str] = []
    renamed: list[tuple[str, str]] = []
    for position, name in enumerate(raw):
        new = name or f"column {position + 1}"
        number = 2
        while new in used or (new != name and new in taken):
            new = f"{name or f'column {position + 1}'} ({number})"
            number += 1
        used.add(new)
        names.append(new)
        if header and new != name:
            renamed.append((name, new))
    return tuple(names), tuple(renamed)


def _spread_rows(
    sample: FileSample, encoding: str, delimiter: str, quote: str, width: int
) -> list[list[str]]:
    """Rows of the right length from the blocks after the head."""
    rows: list[list[str]] = []
    wide = encoding.startswith(("utf-16", "utf-32"))
    for block in sample.blocks:
        if wide:
            continue  # a block may begin amid a character
        text = block.decode(encoding, "ignore")
        start = max(text.find("\n"), text.find("\r") if "\n" not in text else -1)
        records, _ = parse_records(text[start + 1 :], delimiter, quote, whole=False)
        rows += [record for record in records if len(record) == width]
    return rows


def _decimal(rows: list[list[str]], delimiter: str) -> str:
    """The comma where cells like 1,5 are met and ones like 1.5 hardly."""
    commas = dots = 0
    for row in rows[:2000]:
        for cell in row:
            text = cell.strip()
            if "," in text and COMMAED.fullmatch(text):
                commas += not (delimiter == "," and GROUPED_BY_COMMA.fullmatch(text))
            elif "." in text and DOTTED.fullmatch(text) and not INTEGER.fullmatch(text):
                dots += 1
    return "," if commas > dots else "."
