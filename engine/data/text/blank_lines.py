"""Whether lines without any value are blank lines, or lines of delimiters alone."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import chain
from typing import NamedTuple


class EmptyLines(NamedTuple):
    """Which lines without any value a file has."""

    blank: bool
    bare: bool
    """Lines of delimiters alone."""


def find_empty_lines(chunks: Iterable[bytes], delimiter: str, width: int) -> EmptyLines:
    """Look through a UTF-8 stream of lines with `width` fields."""
    bare = delimiter.encode() * (width - 1)
    ends = (b"\n", b"\r")
    bare_lines = [a + bare + b for a in ends for b in ends]
    blank_lines = [b"\n\n", b"\n\r", b"\r\r"]
    found_blank = found_bare = False
    keep = len(bare) + 2
    tail = b"\n"
    for chunk in chain(chunks, (b"\n",)):
        data = tail + chunk
        last = chunk == b"\n"
        found_bare = found_bare or any(needle in data for needle in bare_lines)
        inner = data[:-1] if last and data[-2:-1] in ends else data
        found_blank = found_blank or any(needle in inner for needle in blank_lines)
        tail = data[-keep:]
    return EmptyLines(found_blank, found_bare)
