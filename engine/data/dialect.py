"""How a text table is laid out: dialect, preamble, header, decimal mark, number of columns."""

from __future__ import annotations

import codecs
import io
from dataclasses import dataclass, field

from engine.data.delimiters import find_dialect
from engine.data.encoding import (
    Decoder,
    Encoding,
    detect_encoding,
    normal_name,
    with_byte_order,
)
from engine.data.header import (
    has_header,
    header_rows,
    joined_names,
    raw_names,
    table_width,
    unique_names,
)
from engine.data.preamble import divided, preamble_records
from engine.data.records import Dialect, count_lines, parse_records
from engine.data.sample import FileSample, refuse_binary
from engine.data.shapes import COMMAED, DOTTED, GROUPED_BY_COMMA, INTEGER
from engine.errors import HeaderOnly, Undecodable
from engine.messages import Message, message, message_n
from engine.recipe.reading import Reading

_SEEN_FOR_DECIMAL = 500


@dataclass(frozen=True, slots=True)
class Layout:
    """A resolved reading, the columns, and where the rows begin."""

    reading: Reading
    """Without a `None` in it."""
    dialect: Dialect
    explicit_encoding: bool
    names: tuple[str, ...]
    """One per column, unique, none blank."""
    header: tuple[str, ...]
    """The last line of the header as it stands in the file; empty without a header."""
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


@dataclass(frozen=True, slots=True)
class _Head:
    """What stands above the rows."""

    rows: list[list[str]]
    """The lines of the header."""
    skipped: int
    """Lines above it."""
    end: int
    """Characters before the first row."""
    body: list[list[str]]


def detect_layout(sample: FileSample, reading: Reading) -> Layout:
    """Resolve everything in `reading` that is not given.

    Raises `NotATable`, `Undecodable` or `HeaderOnly`.
    """
    encoding = _encoding(sample, reading)
    refuse_binary(sample, encoding.is_wide)
    text = _head_text(sample, encoding.name)
    start = _offset_of_line(text, reading.skip_lines or 0)
    dialect, reasons = find_dialect(text[start:], reading)
    why = [encoding.reason, *reasons]
    head = _head(text, start, dialect, reading, sample, why)
    header = bool(head.rows)
    width = table_width(head.rows[-1] if header else None, head.body)
    above = [_undamaged(row, width) for row in head.rows]
    names, dropped = raw_names(joined_names(above), width, head.body)
    unique, renamed = unique_names(names, header=header)
    kept = width - dropped
    last = [cell.strip() for cell in above[-1]] if header else []
    if dropped:
        why.append(message("Delimiters at the end of the lines were left out."))
    rows = [r for r in head.body if len(r) == width and [cell.strip() for cell in r] != last]
    rows += _spread_rows(sample, encoding.name, dialect, width)
    decimal = reading.decimal or _decimal(rows, dialect.delimiter)
    why.append(message("Decimal mark “{mark}”.", mark=decimal))
    return Layout(
        reading=Reading(
            encoding=encoding.name,
            delimiter=dialect.delimiter,
            quote=dialect.quote,
            escape=dialect.escape,
            comment=dialect.comment,
            skip_lines=head.skipped,
            header=header,
            header_rows=max(1, len(head.rows)),
            decimal=decimal,
        ),
        dialect=dialect,
        explicit_encoding=reading.encoding is not None,
        names=unique,
        header=tuple(last),
        dropped=dropped,
        renamed=renamed if header else (),
        header_bytes=len(text[: head.end].encode("utf-8")),
        header_lines=count_lines(text[: head.end]),
        sample=tuple(tuple(row[:kept]) for row in rows),
        why=tuple(why),
    )


def _head(
    text: str,
    start: int,
    dialect: Dialect,
    reading: Reading,
    sample: FileSample,
    why: list[Message],
) -> _Head:
    """The header and what stands above it; adds the reasons to `why`."""
    records, ends = parse_records(text[start:], dialect, whole=sample.complete)
    if not records:
        bare = text[start:].strip("\r\n")
        records, ends = [dialect.parse_loosely(bare)], [len(text) - start]
    above = preamble_records(records) if reading.skip_lines is None else 0
    if above:
        start += ends[above - 1]
        ends = [end - ends[above - 1] for end in ends[above:]]
        records = records[above:]
    skipped = count_lines(text[:start])
    if skipped:
        why.append(
            message_n(
                "{count} line above the table was left out.",
                "{count} lines above the table were left out.",
                skipped,
            )
        )
    header, reason = has_header(records, reading.header)
    why.append(reason)
    count = (reading.header_rows or header_rows(records)) if header else 0
    count = min(count, len(records))
    if count > 1:
        why.append(
            message(
                "Header of {count} lines: words stand above values in all of them.", count=count
            )
        )
    body = records[count:]
    if not body and sample.complete:
        raise HeaderOnly(str(sample.path), len(records[0]))
    end = start + ends[count - 1] if count else start
    return _Head(records[:count], skipped, end, body)


def _undamaged(header: list[str], width: int) -> list[str]:
    """A line of the header, divided by another delimiter if the table's does not divide it."""
    if len(header) == 1 and width > 2:
        return divided(header[0], width) or header
    return header


def _offset_of_line(text: str, lines: int) -> int:
    """The character at which the line after so many lines begins."""
    if not lines:
        return 0
    return sum(map(len, io.StringIO(text, newline="").readlines()[:lines]))


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
    name = with_byte_order(name, sample)
    return Encoding(name, message("Encoding {name}: chosen.", name=name))


def _head_text(sample: FileSample, encoding: str) -> str:
    """The head as the text that a `Source` makes of it, so that places in it agree."""
    text = Decoder(encoding, lenient=True).decode(sample.head, final=sample.complete)
    return text.replace("\0", "")


def _spread_rows(
    sample: FileSample, encoding: str, dialect: Dialect, width: int
) -> list[list[str]]:
    """Rows of the right length from the blocks after the head."""
    rows: list[list[str]] = []
    wide = encoding.startswith(("utf-16", "utf-32"))
    for block in sample.blocks:
        if wide:
            continue  # a block may begin amid a character
        text = block.decode(encoding, "ignore")
        start = max(text.find("\n"), text.find("\r") if "\n" not in text else -1)
        records, _ = parse_records(text[start + 1 :], dialect, whole=False)
        rows += [record for record in records if len(record) == width]
    return rows


def _decimal(rows: list[list[str]], delimiter: str) -> str:
    """The comma where cells like 1,5 are met and ones like 1.5 hardly."""
    commas = dots = 0
    for row in rows[:: max(1, len(rows) // _SEEN_FOR_DECIMAL)]:
        for cell in row:
            text = cell.strip()
            if "," in text and COMMAED.fullmatch(text):
                commas += not (delimiter == "," and GROUPED_BY_COMMA.fullmatch(text))
            elif "." in text and DOTTED.fullmatch(text) and not INTEGER.fullmatch(text):
                dots += 1
    return "," if commas > dots else "."
