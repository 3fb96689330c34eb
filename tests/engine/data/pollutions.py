"""Files that are broken in one way each, made from a clean table, and how much a loader saves of it.

The kinds follow the survey behind the Pollock benchmark (Vitagliano et al., VLDB 2023); the table,
the generator and the scoring are this project's own.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache

ROWS = 60
_PLACES = (
    ("Harbour", "Old lighthouse, north pier"), ("Market", 'Stall 12, under the "Blue Arch"'),
    ("Station", "Platform 3; night trains only"), ("Museum", "Maya's wing: closed on Mondays"),
    ("Library", "Reading room, second floor"), ("Garden", "Greenhouses and a 9\" sundial"),
)  # fmt: skip
_NAMES = ("Iris Vang", "Tom O'Hara", "Lena Brandt", "Ravi Rao", "Chen Wei", "Ana Costa")


@dataclass(frozen=True)
class Polluted:
    """A broken file and what should be read from it."""

    kind: str
    name: str
    data: bytes
    header: tuple[str, ...] | None
    """None: the file has no names."""
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class Loaded:
    """What a loader made of a file; no header where it found none."""

    header: tuple[str, ...] | None
    rows: Sequence[Sequence[str]]


@dataclass
class Writer:
    """Writes a table; every part can be changed for all rows or for one."""

    delimiter: str = ","
    quote: str = '"'
    escape: str | None = None
    """None: quotes are doubled."""
    end: str = "\r\n"
    quoted: Callable[[str], bool] | None = None
    row_delimiters: dict[int, str] = field(default_factory=dict)

    def cell(self, text: str) -> str:
        special = (self.delimiter.strip(" ") or " ", self.quote, "\r", "\n")
        needed = any(mark in text for mark in special if mark)
        if not self.quote or not (needed or (self.quoted is not None and self.quoted(text))):
            return text
        escape = self.quote if self.escape is None else self.escape
        if escape and escape != self.quote:
            text = text.replace(escape, escape * 2)
        return self.quote + text.replace(self.quote, escape + self.quote) + self.quote

    def line(self, cells: Sequence[str], number: int = -1) -> str:
        delimiter = self.row_delimiters.get(number, self.delimiter)
        return delimiter.join(map(self.cell, cells))

    def text(self, rows: Sequence[Sequence[str]]) -> str:
        return "".join(self.line(row, i) + self.end for i, row in enumerate(rows))


@cache
def clean() -> tuple[tuple[str, ...], tuple[tuple[str, ...], ...]]:
    """The header and the rows: dates, times, counts, codes, prices, texts, links, a blank column."""
    rng = random.Random(7)
    rows = []
    for number in range(ROWS):
        place, about = _PLACES[number % len(_PLACES)]
        rows.append(
            (
                f"{number % 28 + 1:02}.{number % 12 + 1:02}.2021",
                f"{number % 24:02}:{15 * (number % 4):02}",
                str(rng.randint(0, 400)),
                f"{place[:2].upper()}-{rng.randint(1000, 9999)}",
                f"{rng.uniform(1, 99):.2f}",
                _NAMES[rng.randrange(len(_NAMES))],
                f"{about}, visit {number}",
                f"https://visits.example/{number}",
                "",
            )
        )
    header = ("Day", "Hour", "Guests", "Code", "Fee", "Guide", "About", "Link", "Remark")
    return header, tuple(rows)


def all_pollutions(step: int = 1) -> Iterator[Polluted]:
    """Every broken file; `step` passes over rows between those that are broken one by one."""
    yield from _of_the_file()
    yield from _of_the_dialect()
    yield from _of_the_head_and_foot()
    for row in range(0, ROWS + 1, step):
        yield from _of_a_row(row)


def _polluted(
    kind: str,
    text: str | bytes,
    *,
    name: str = "",
    header: Sequence[str] | bool | None = True,
    rows: Sequence[Sequence[str]] | None = None,
) -> Polluted:
    names, all_rows = clean()
    data = text if isinstance(text, bytes) else text.encode()
    expected = names if header is True else (tuple(header) if header else None)
    kept = all_rows if rows is None else tuple(map(tuple, rows))
    return Polluted(kind, name or kind, data, expected, kept)


def _lines(writer: Writer | None = None) -> list[str]:
    header, rows = clean()
    writer = writer or Writer()
    return [writer.line(row, i) + writer.end for i, row in enumerate((header, *rows))]


def _of_the_file() -> Iterator[Polluted]:
    header, rows = clean()
    lines = _lines()
    text = "".join(lines)
    yield _polluted("clean", text)
    yield _polluted("no payload", b"", header=None, rows=())
    yield _polluted("header only", lines[0], rows=())
    yield _polluted("one row", "".join(lines[:2]), rows=rows[:1])
    yield _polluted("no header", "".join(lines[1:]), header=None)
    yield _polluted("no final line end", text.rstrip("\r\n"))
    yield _polluted("two final line ends", text + "\r\n")
    yield _polluted("blank lines between rows", "\r\n".join(lines))
    yield _polluted("NUL at the end", text.encode() + b"\0" * 200)
    yield _polluted("NUL within", text.encode().replace(b"Harbour", b"Har\0bour", 3))
    yield _polluted("byte order mark", text.encode("utf-8-sig"))
    yield _polluted("utf-16", text.encode("utf-16"))
    for end, name in (("\n", "LF"), ("\r", "CR")):
        yield _polluted("record end", "".join(_lines(Writer(end=end))), name=name)
    mixed = [line.rstrip("\r\n") + ("\r\n", "\n")[i % 2] for i, line in enumerate(lines)]
    yield _polluted("record end", "".join(mixed), name="mixed LF and CRLF")
    broken = [(*row[:6], row[6].replace(", ", "\n", 1), *row[7:]) for row in rows]
    yield _polluted("quoted line ends", Writer().text([header, *broken]), rows=broken)


def _of_the_dialect() -> Iterator[Polluted]:
    header, rows = clean()
    table = [header, *rows]
    for delimiter in (";", "\t", "|", ":", " ", ", "):
        writer = Writer(delimiter=delimiter)
        if delimiter == " ":
            writer.quoted = lambda cell: not cell
        yield _polluted("delimiter", writer.text(table), name=repr(delimiter))
    words = [[cell.replace(" ", "_") or "-" for cell in row] for row in table]
    widths = [max(map(len, column)) for column in zip(*words, strict=True)]
    aligned = ["  ".join(c.ljust(w) for c, w in zip(row, widths, strict=True)) for row in words]
    yield _polluted("delimiter", "\n".join(aligned) + "\n", name="repeated spaces", rows=words[1:])
    yield _polluted("quote", Writer(quote="'").text(table), name="apostrophe")
    yield _polluted("quote", Writer(quoted=lambda cell: True).text(table), name="everywhere")
    yield _polluted(
        "quote", Writer(quote="'", escape="").text(table), name="apostrophe, bare within"
    )
    yield _polluted("escape", Writer(escape="\\").text(table), name="backslash")
    yield _polluted("escape", Writer(escape="").text(table), name="none")
    padded = "".join(line.rstrip("\r\n") + "   \r\n" for line in _lines())
    yield _polluted("blanks", padded, name="at line ends")


def _of_the_head_and_foot() -> Iterator[Polluted]:
    header, rows = clean()
    text, writer = "".join(_lines()), Writer()
    width = len(header)
    title = ["Visits of the season", *[""] * (width - 1)]
    blank = [""] * width
    yield _polluted("preamble", writer.text([title, blank]) + text, name="delimited, blank row")
    yield _polluted("preamble", writer.text([title] * 3) + text, name="delimited")
    yield _polluted("preamble", "Visits of the season\r\n\r\n" + text, name="one line, blank line")
    loose = "Visits of the season\r\nMade by: the harbour, 2021\r\n\r\n"
    yield _polluted("preamble", loose + text, name="lines")
    yield _polluted("comments", "# Visits of the season\r\n# made 2021\r\n" + text, name="above")
    lines = _lines()
    lines[20:20] = ["# spring, with guests\r\n"]
    yield _polluted("comments", "# Visits\r\n" + "".join(lines), name="above and between")
    groups = ["When", "", "Count", "", "", "Who", "", "", "Note"]
    of = ["When", "When", "Count", "Count", "Count", "Who", "Who", "Who", "Note"]
    joined = [" ".join(pair) for pair in zip(of, header, strict=True)]
    yield _polluted("header of rows", writer.text([groups]) + text, name="groups", header=joined)
    units = ["d.m.y", "h:m", "persons", "text", "euro", "text", "text", "url", "text"]
    joined = [f"{name} {unit}" for name, unit in zip(header, units, strict=True)]
    yield _polluted(
        "header of rows", writer.text([header, units, *rows]), name="units", header=joined
    )
    joined = [f"{name} {name}" for name in header]
    yield _polluted(
        "header of rows", writer.text([header, header, *rows]), name="twice", header=joined
    )
    small = [row[:3] for row in (header, *rows)]
    large = [(*row, "more") for row in (header, *rows)]
    yield _polluted("second table", text + writer.text(small), name="narrower")
    yield _polluted("second table", text + "\r\n" + writer.text(small), name="narrower, blank line")
    yield _polluted("second table", text + writer.text(large), name="wider")
    yield _polluted(
        "second table", text + writer.text((header, *rows)), name="same", rows=rows + rows
    )
    yield _polluted("footer", text + "\r\nSource: the harbour office\r\n", name="line")
    notes = [blank, blank, ["Counted by hand", *blank[1:]]]
    yield _polluted("footer", text + writer.text(notes), name="delimited, blank rows")
    yield _polluted("footer", text + writer.text([blank] * 40), name="blank rows")
    more = [(*row[:-1], "none", "more") for row in (header, *rows)]
    yield _polluted("second table", text + writer.text(more), name="wider, all filled")
    named = "# Visits\r\n# " + ",".join(header) + "\r\n" + "".join(_lines()[1:])
    yield _polluted("comments", named, name="with the names")
    yield _polluted("footer", text + "Counted by hand, twice\r\n", name="with a delimiter")


def _of_a_row(row: int) -> Iterator[Polluted]:
    header, rows = clean()
    table = (header, *rows)
    lines = _lines()
    cells = [Writer().cell(cell) for cell in table[row]]
    place = "header" if row == 0 else "row"

    def with_line(line: str) -> str:
        return "".join([*lines[:row], line + "\r\n", *lines[row + 1 :]])

    for column in range(len(cells)):
        more = ",".join([*cells[:column], "", *cells[column:]])
        yield _polluted(f"{place}: extra delimiter", with_line(more), name=f"{row},{column}")
        if column:
            less = ",".join(
                [*cells[: column - 1], cells[column - 1] + cells[column], *cells[column + 1 :]]
            )
            yield _polluted(f"{place}: missing delimiter", with_line(less), name=f"{row},{column}")
        bare = table[row][column]
        stray = cells[column][0] + '"' + cells[column][1:] if cells[column] != bare else '"' + bare
        damaged = [*table[row][:column], '"' + bare, *table[row][column + 1 :]]
        expected: list[Sequence[str]] = [*table]
        expected[row] = damaged
        yield _polluted(
            f"{place}: stray quote",
            with_line(",".join([*cells[:column], stray, *cells[column + 1 :]])),
            name=f"{row},{column}",
            header=expected[0],
            rows=expected[1:],
        )
    other = Writer(row_delimiters={row: ";"})
    yield _polluted(f"{place}: other delimiter", "".join(_lines(other)), name=str(row))


# Scores ------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Score:
    """How a loader did: 1 is all, 0 nothing."""

    loaded: float
    header: float
    records: float
    cells: float

    @property
    def mean(self) -> float:
        return (self.loaded + self.header + self.records + self.cells) / 4


def score(polluted: Polluted, loaded: Loaded | None) -> Score:
    """F1 of names, of whole records and of cells, as multisets; None: the loader failed."""
    if loaded is None:
        return Score(0, 0, 0, 0)
    header = 1.0 if polluted.header is None and loaded.header is None else 0.0
    if polluted.header is not None:
        header = f1(polluted.header, loaded.header or ())
    rows = [tuple(map(_normal, row)) for row in loaded.rows]
    expected = [tuple(map(_normal, row)) for row in polluted.rows]
    return Score(
        1.0,
        header,
        f1(expected, rows),
        f1([c for row in expected for c in row], [c for row in rows for c in row]),
    )


def f1(expected: Sequence[object], found: Sequence[object]) -> float:
    """The harmonic mean of precision and recall of two multisets."""
    if not expected and not found:
        return 1.0
    common = (Counter(expected) & Counter(found)).total()
    return 2 * common / (len(expected) + len(found))


def _normal(cell: str) -> str:
    return " ".join(cell.split())
