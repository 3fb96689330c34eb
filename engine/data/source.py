"""The bytes of a file as UTF-8, counted, checked and cancellable."""

from __future__ import annotations

import codecs
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Self

from engine.data.progress import Cancelled, Progress, never, nothing
from engine.errors import Cancelled as CancelledError
from engine.errors import FileMissing, NoPermission, Undecodable

CHUNK = 1 << 20


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
        lenient: bool = True,
        progress: Progress = nothing,
        cancelled: Cancelled = never,
    ) -> None:
        """Open the file; `skip` is the number of UTF-8 bytes at the start to leave out."""
        self.path = path
        self.encoding = encoding
        self.misfits = 0
        self.closed = False
        self._lenient = lenient
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
        self._decoder = codecs.getincrementaldecoder(encoding)("strict")
        self._done = 0
        self._held = b""
        self._skip = skip
        self._ended = False
        if encoding == "utf-8-sig":
            self._file.seek(len(codecs.BOM_UTF8))
            self._decoder = codecs.getincrementaldecoder("utf-8")("strict")

    def read(self, size: int = -1) -> bytes:
        """Up to `size` bytes; no bytes at the end.

        Raises `Cancelled` or `Undecodable`.
        """
        if size < 0:
            return b"".join(self)
        while not self._held and not self._ended:
            chunk = self._next_chunk(min(size, CHUNK))
            self._held = chunk[self._skip :]
            self._skip -= len(chunk) - len(self._held)
        data, self._held = self._held[:size], self._held[size:]
        return data

    def __iter__(self) -> Iterator[bytes]:
        while chunk := self.read(CHUNK):
            yield chunk

    def _next_chunk(self, size: int) -> bytes:
        if self._cancelled():
            raise CancelledError
        raw = self._file.read(size)
        self._done += len(raw)
        self._ended = not raw
        self._progress(self._done, self._size)
        if self._passes_through and raw.isascii() and not self._decoder.getstate()[0]:
            return raw
        return self._decode(raw)

    def _decode(self, raw: bytes) -> bytes:
        """The chunk as UTF-8; bytes that do not fit are decoded one by one.

        A decoder that fails keeps its state from before the call, so the good part is fed again.
        """
        parts: list[str] = []
        while True:
            try:
                parts.append(self._decoder.decode(raw, final=self._ended))
            except UnicodeDecodeError as error:
                held = self._decoder.getstate()[0]
                data = held + raw
                if not self._lenient:
                    raise self._undecodable(len(data) - error.start) from None
                self.misfits += 1
                self._decoder.setstate((b"", self._decoder.getstate()[1]))
                parts.append(self._decoder.decode(data[: error.start]))
                parts.append(data[error.start : error.end].decode("cp1252", "replace"))
                raw = data[error.end :]
                continue
            return "".join(parts).encode("utf-8", "replace")

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

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()
