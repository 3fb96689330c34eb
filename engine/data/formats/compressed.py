"""gzip and Zstandard: one file, compressed."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa

from engine.data.formats.containers import Container
from engine.data.formats.kinds import GZIP, ZSTANDARD, Kind
from engine.data.formats.rows import Ask
from engine.data.formats.typed_rows import first_line
from engine.data.formats.unpacking import BrokenArchiveError, copy_bounded
from engine.errors import FileDamaged


class Compressed(Container):
    """A stream that one of Arrow's codecs understands; several in one file follow each other."""

    codec: str
    magic: tuple[bytes, ...]

    def recognises(self, head: bytes) -> bool:
        return head.startswith(self.magic)

    def members(self, ask: Ask) -> tuple[str, ...]:
        return (inner_name(ask.origin.name, self.kind),)

    def unpack(self, ask: Ask, member: str, destination: Path) -> None:
        packed = ask.path.stat().st_size
        raw = pa.OSFile(str(ask.path), "rb")
        try:
            with raw, pa.CompressedInputStream(raw, self.codec) as source:
                copy_bounded(ask, source, destination, packed, raw.tell)
        except BrokenArchiveError as error:
            raise FileDamaged(str(ask.path), self.kind.name, first_line(error)) from error


class Gzip(Compressed):
    """Packed with gzip."""

    kind, codec, magic = GZIP, "gzip", (b"\x1f\x8b",)


class Zstandard(Compressed):
    """Packed with zstd."""

    kind, codec = ZSTANDARD, "zstd"
    magic = (b"(\xb5/\xfd", *(bytes((0x50 + i,)) + b"*M\x18" for i in range(16)))


def inner_name(name: str, kind: Kind) -> str:
    """The name without the ending of the packing: data.csv.gz is data.csv inside."""
    for extension in kind.extensions:
        if name.lower().endswith(extension) and len(name) > len(extension):
            return name[: -len(extension)]
    return name
