"""How a text table is laid out: dialect, preamble, header, decimal mark, number of columns."""

from __future__ import annotations

import codecs
import io
from dataclasses import dataclass, field, replace

from engine.data.text.about_layout import about_footer, about_names_left_over, about_tables_below
from engine.data.text.delimiters import find_dialect
from engine.data.text.detection import Detected, chosen, found
from engine.data.text.encoding import (
    Decoder,
    Encoding,
    codec_within,
    detect_encoding,
    normal_name,
    with_byte_order,
)
from engine.data.text.footer import Footer, bytes_of_last_lines, find_footer
from engine.data.text.header import (
    has_header,
    header_rows,
    is_value,
    joined_names,
    raw_names,
    table_width,
    unique_names,
    values_below,
)
from engine.data.text.number_marks import find_decimal, find_thousands
from engine.data.text.preamble import divided, preamble_records, stated_delimiter
from engine.data.text.reading_checks import refuse_contradictions, refuse_missing_lines
from engine.data.text.records import Dialect, count_lines, parse_records
from engine.data.text.sample import FileSample, refuse_binary
from engine.errors import ReadingUnfit
from engine.messages import N_, message, message_n
from engine.recipe.reading import Reading


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
    """The cells of the last line of the header; empty without a header."""
    header_text: str
    """That line as it stands in the file."""
    dropped: int
    """Fields at the end of every row that are blank and have no name (trailing delimiters)."""
    renamed: tuple[tuple[str, str], ...]
    """Header names that were blank or taken, and what they became."""
    header_bytes: int
    """Bytes before the first row, in UTF-8, without byte order mark."""
    header_lines: int
    footer_bytes: int
    """Bytes of the file below the table."""
    size: int
    """Bytes of the file; only a file of this size has that footer."""
    sample: tuple[tuple[str, ...], ...]
    """Rows from the head and all over the file, all of the right length."""
    why: tuple[Detected, ...] = field(default=())

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
    start: int
    """Characters before the header."""
    end: int
    """Characters before the first row."""
    body: list[list[str]]
    ends: list[int] = field(default_factory=list)
    """Characters before the end of each record of the body."""
    text: str = ""
    """The last line of the header as it stands in the file."""


def detect_layout(sample: FileSample, reading: Reading) -> Layout:
    """Resolve everything in `reading` that is not given.

    Raises `NotATable`, `Undecodable` or `ReadingUnfit`.
    """
    refuse_contradictions(reading, str(sample.path))
    encoding = _encoding(sample, reading)
    refuse_binary(sample, encoding.is_wide)
    text = _head_text(sample, encoding.name)
    start = _offset_of_line(text, reading.skip_lines or 0, sample)
    footer = _chosen_footer(sample, encoding.name, reading)
    if sample.complete and footer.bytes:
        text = _head_text(_without_end(sample, footer.bytes), encoding.name)
    stated = stated_delimiter(text) if reading.skip_lines is None else None
    if stated is not None and reading.delimiter in (None, stated.delimiter):
        start = stated.end
        dialect, reasons = find_dialect(
            text[start:], reading.model_copy(update={"delimiter": stated.delimiter})
        )
        told = message("Delimiter: the first line of the file says it.")
        reasons[0] = found("delimiter", told, 0.99)
    else:
        dialect, reasons = find_dialect(text[start:], reading)
    why = [Detected("encoding", encoding.reason, encoding.confidence), *reasons]
    head = _head(text, start, dialect, reading, sample, why)
    header = bool(head.rows)
    width = table_width(head.rows[-1] if header else None, head.body)
    above = [_undamaged(row, width) for row in head.rows]
    names, dropped = raw_names(joined_names(above), width, head.body)
    unique, renamed = unique_names(names, header=header)
    kept = width - dropped
    last = [cell.strip() for cell in above[-1]] if header else []
    rows = [r for r in head.body if len(r) == width and [cell.strip() for cell in r] != last]
    rows += _spread_rows(sample, encoding.name, dialect, width)
    if reading.footer_lines is None:
        footer = find_footer(sample, encoding.name, dialect, width)
        rows = rows if not footer.lines else [row for row in rows if sum(map(bool, row)) > 1]
    why += about_footer(footer, reading)
    if reading.footer_lines is None:
        why += about_tables_below(head.body, head.ends, text)
    why += about_names_left_over(above[-1] if header else [], names, width)
    if dropped:
        told = message("Delimiters at the end of the lines were left out.")
        why.append(found("delimiter", told, 0.98))
    decimal, reason = find_decimal(rows, dialect.delimiter, reading)
    why.append(reason)
    thousands = reading.thousands
    if thousands is None:
        thousands = find_thousands(rows, decimal)
    else:
        why.append(chosen("thousands", message("Mark between thousands: chosen.")))
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
            thousands=thousands,
            footer_lines=footer.lines,
            repair=reading.repair is not False,
            columns=reading.columns,
            fixes=reading.fixes,
        ),
        dialect=dialect,
        explicit_encoding=reading.encoding is not None,
        names=unique,
        header=tuple(last),
        header_text=head.text,
        dropped=dropped,
        renamed=renamed if header else (),
        header_bytes=len(text[: head.end].encode("utf-8")),
        header_lines=count_lines(text[: head.end]),
        footer_bytes=footer.bytes,
        size=sample.size,
        sample=tuple(tuple(row[:kept]) for row in rows),
        why=tuple(why),
    )


def _chosen_footer(sample: FileSample, encoding: str, reading: Reading) -> Footer:
    lines = reading.footer_lines or 0
    size = bytes_of_last_lines(sample.path, lines, codec_within(encoding, sample.head))
    if size is None:
        refuse_missing_lines(str(sample.path), lines, 0, below=True)
    return Footer(lines, size or 0)


def _without_end(sample: FileSample, size: int) -> FileSample:
    """The sample of the file without its last bytes, where the head is all of it."""
    return replace(sample, head=sample.head[: len(sample.head) - size])


def _head(
    text: str,
    start: int,
    dialect: Dialect,
    reading: Reading,
    sample: FileSample,
    why: list[Detected],
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
    if reading.skip_lines is not None:
        why.append(chosen("skip_lines", message("Lines above the table: chosen.")))
    elif skipped:
        told = message_n(
            "{count} line above the table was left out.",
            "{count} lines above the table were left out.",
            skipped,
        )
        why.append(found("skip_lines", told, 0.9))
    commented = _names_in_comment(text[start:], records, dialect, reading)
    if commented is not None:
        names, line = commented
        told = message("Header: the comment above the first row names the columns.")
        why.append(found("header", told, 0.85))
        end = start + _start_of_record(text[start:], dialect)
        body_ends = [start + each for each in ends]
        return _Head([names], skipped, start, end, records, body_ends, line)
    header, reason = has_header(records, reading.header)
    why.append(reason)
    count = (reading.header_rows or header_rows(records)) if header else 0
    if reading.header_rows is not None and header:
        refuse_long_header(sample, count, len(records))
        why.append(chosen("header_rows", message("Lines of the header: chosen.")))
    elif count > 1:
        told = message(
            "Header of {count} lines: words stand above values in all of them.", count=count
        )
        why.append(found("header_rows", told, 0.85))
    end = start + ends[count - 1] if count else start
    last = text[start + (ends[count - 2] if count > 1 else 0) : end]
    body_ends = [start + each for each in ends[count:]]
    return _Head(records[:count], skipped, start, end, records[count:], body_ends, _last_line(last))


def refuse_long_header(sample: FileSample, wanted: int, found: int) -> None:
    """Raise `ReadingUnfit` for a header of more lines than the file has."""
    if wanted > found:
        problem = N_("A header of {value} lines is more than there are.")
        raise ReadingUnfit(str(sample.path), problem, str(wanted))


def _names_in_comment(
    text: str, records: list[list[str]], dialect: Dialect, reading: Reading
) -> tuple[list[str], str] | None:
    """The names in the last comment above the first record, if it names as many columns.

    The first record must not be a header by itself.
    """
    width = table_width(None, records)
    if not dialect.comment or reading.header is False or width < 2:
        return None
    above = text[: _start_of_record(text, dialect)].splitlines()
    line = next((line for line in reversed(above) if line.startswith(dialect.comment)), None)
    if line is None:
        return None
    names = [cell.strip() for cell in dialect.parse_loosely(line.lstrip(dialect.comment).strip())]
    if len(names) != width or not all(names) or any(map(is_value, names)):
        return None
    first, rest = [cell.strip() for cell in records[0]], records[1:]
    if not any(map(is_value, first)) and values_below(first, rest):
        return None
    return names, line


def _start_of_record(text: str, dialect: Dialect) -> int:
    """The characters of blank lines and comments at the start of the text."""
    offset = 0
    for line in io.StringIO(text, newline=""):
        if line.strip("\r\n") and not (dialect.comment and line.startswith(dialect.comment)):
            return offset
        offset += len(line)
    return offset


def _last_line(text: str) -> str:
    """The last line with something in it, without its end."""
    lines = text.strip("\r\n").splitlines()
    return lines[-1] if lines else ""


def _undamaged(header: list[str], width: int) -> list[str]:
    """A line of the header, divided by another delimiter if the table's does not divide it."""
    if len(header) == 1 and width > 2:
        return divided(header[0], width) or header
    return header


def _offset_of_line(text: str, lines: int, sample: FileSample) -> int:
    """The character at which the line after so many lines begins."""
    if not lines:
        return 0
    all_lines = io.StringIO(text, newline="").readlines()
    refuse_missing_lines(str(sample.path), lines, len(all_lines))
    return sum(map(len, all_lines[:lines]))


def _encoding(sample: FileSample, reading: Reading) -> Encoding:
    if reading.encoding is None:
        return detect_encoding(sample)
    try:
        name = normal_name(reading.encoding)
    except LookupError:
        problem = N_("“{value}” is the name of no encoding.")
        raise ReadingUnfit(str(sample.path), problem, reading.encoding) from None
    if name in ("utf-8", "utf-8-sig"):  # whether there is a mark is for the file to say
        marked = sample.head.startswith(codecs.BOM_UTF8)
        name = "utf-8-sig" if marked else "utf-8"
    name = with_byte_order(name, sample)
    return Encoding(name, message("Encoding {name}: chosen.", name=name), 1.0)


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
