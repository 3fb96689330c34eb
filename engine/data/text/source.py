"""The bytes of a file as UTF-8, counted, checked and cancellable."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Self

import numpy as np
import pyarrow as pa

from engine.data.progress import Cancelled, Progress, never, nothing
from engine.data.text.encoding import Decoder
from engine.errors import Cancelled as CancelledError
from engine.errors import FileMissing, NoPermission, Undecodable

CHUNK = 4 << 20


class Source:
    """A readable binary stream over a file, without byte order mark, in UTF-8.

    With `lenient`, bytes that do not fit the encoding are read as Windows-1252 and counted in
    `misfits`; otherwise they raise `Undecodable`.
    """

    def __init__(
        self,
        path: Path,
        encoding: str,
        *,
        skip: int = 0,
        leave: int = 0,
        lenient: bool = True,
        progress: Progress = nothing,
        cancelled: Cancelled = never,
    ) -> None:
        """Open the file.

        `skip` is the number of UTF-8 bytes at the start to leave out, `leave` that of the file's own
        bytes at its end.
        """
        self.path = path
        self.encoding = encoding
        self.closed = False
        self.zeros = 0
        """NUL characters that were left out."""
        self.watch: Callable[[bytes], None] | None = None
        """Called with everything that is read, just before it is handed out."""
        self._progress = progress
        self._cancelled = cancelled
        try:
            self._file = path.open("rb", buffering=0)
            self._size = path.stat().st_size
        except FileNotFoundError:
            raise FileMissing(str(path)) from None
        except PermissionError:
            raise NoPermission(str(path)) from None
        self._passes_through = encoding in ("utf-8", "utf-8-sig")
        self._decoder = Decoder(encoding, lenient=lenient)
        self._done = 0
        self._left = self._size - leave
        self._held = b""
        self._cut = b""  # the bytes of a character whose end was not read yet
        self._skip = skip
        self._ended = False

    def read(self, size: int = -1) -> bytes:
        """Up to `size` bytes; no bytes at the end.

        Raises `Cancelled` or `Undecodable`.
        """
        if size < 0:
            return b"".join(self)
        # Filled up: the CSV reader takes what it gets for a block, and a row must not span three.
        while len(self._held) < size and not self._ended:
            # No more than is wanted: what is left over would be copied again with every block.
            chunk = self._next_chunk(min(size - len(self._held), CHUNK) + self._skip)
            wanted = chunk[self._skip :]
            self._skip -= len(chunk) - len(wanted)
            self._held = self._held + wanted if self._held else wanted
        data, self._held = self._held[:size], self._held[size:]
        if self.watch is not None:
            self.watch(data)
        return data

    def __iter__(self) -> Iterator[bytes]:
        while chunk := self.read(CHUNK):
            yield chunk

    def _next_chunk(self, size: int) -> bytes:
        if self._cancelled():
            raise CancelledError
        raw = self._file.read(min(size, max(0, self._left - self._done)))
        self._done += len(raw)
        self._ended = not raw
        self._progress(self._done, self._size)
        if self._cut:
            raw, self._cut = self._cut + raw, b""
        if self._passes_through and self._decoder.is_between_characters:
            end = len(raw) if raw.isascii() or self._ended else _last_character(raw)
            if is_utf8(raw, end):
                self._cut = raw[end:]
                self._decoder.passed(end)
                return self._without_zeros(raw[:end])
        try:
            text = self._decoder.decode(raw, final=self._ended)
        except UnicodeDecodeError as error:
            raise self._undecodable(len(error.object) - error.start) from None
        return self._without_zeros(text.encode("utf-8", "replace"))

    def _without_zeros(self, data: bytes) -> bytes:
        """The text without NUL characters, which no reader takes and no table means."""
        if b"\0" not in data:
            return data
        self.zeros += data.count(b"\0")
        return data.replace(b"\0", b"")

    @property
    def misfits(self) -> int:
        """Places where bytes did not fit the encoding."""
        return self._decoder.misfits

    def misfit_lines(self) -> tuple[int, ...]:
        """The first lines with such places, counted from 1; none where a line end is no one byte."""
        places = self._decoder.places
        if not places or self.encoding.startswith(("utf-16", "utf-32")):
            return ()
        lines: list[int] = []
        before, line, after_return = 0, 1, False
        with self.path.open("rb") as file:
            for place in places:
                while before < place and (chunk := file.read(min(place - before, CHUNK))):
                    split = after_return and chunk.startswith(b"\n")
                    line += chunk.count(b"\n") + chunk.count(b"\r") - chunk.count(b"\r\n") - split
                    after_return = chunk.endswith(b"\r")
                    before += len(chunk)
                lines.append(line)
        return tuple(dict.fromkeys(lines))

    def _undecodable(self, bytes_after: int) -> Undecodable:
        position = self._done - bytes_after
        line = 1
        with self.path.open("rb") as file:
            while position > 0 and (chunk := file.read(min(position, CHUNK))):
                line += chunk.count(b"\n")
                position -= len(chunk)
        return Undecodable(str(self.path), self.encoding, line)

    def readable(self) -> bool:
        """Always; pyarrow asks."""
        return True

    def writable(self) -> bool:
        """Never; pyarrow asks."""
        return False

    def seekable(self) -> bool:
        """Never; pyarrow asks."""
        return False

    def close(self) -> None:
        """Close the file."""
        self.closed = True
        self._file.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *raised: object) -> None:
        self.close()


def is_utf8(data: bytes, end: int) -> bool:
    """Whether the first `end` bytes are characters in UTF-8: told without making a text of them."""
    if data.isascii():
        return True
    places = pa.py_buffer(np.array([0, end], dtype=np.int32))
    try:
        pa.StringArray.from_buffers(1, places, pa.py_buffer(data)).validate(full=True)
    except pa.ArrowInvalid:
        return False
    return True


def _last_character(data: bytes) -> int:
    """Where the last character begins, unless it may be whole: then the length of the data."""
    for length in range(1, min(4, len(data) + 1)):
        byte = data[-length]
        if byte < 0x80:
            break
        if byte >= 0xC0:  # the first of two, three or four bytes
            wanted = 2 if byte < 0xE0 else 3 if byte < 0xF0 else 4
            return len(data) - length if length < wanted else len(data)
    return len(data)
