"""ZIP archives: several files, each a table or not."""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from engine.data.formats.containers import Container
from engine.data.formats.kinds import ZIP, may_be_table
from engine.data.formats.rows import Ask
from engine.data.formats.typed_rows import first_line
from engine.data.formats.unpacking import BrokenArchiveError, copy_bounded
from engine.errors import FileDamaged, FileEncrypted, PartMissing

_ENCRYPTED = 0x1


class Zip(Container):
    """A member is a part. Folders and what systems add for themselves are none."""

    kind = ZIP

    def recognises(self, head: bytes) -> bool:
        return head.startswith((b"PK\x03\x04", b"PK\x05\x06"))

    def members(self, ask: Ask) -> tuple[str, ...]:
        with _opened(ask.path) as archive:
            names = [each.filename for each in archive.infolist() if _is_content(each)]
        tables = [name for name in names if may_be_table(Path(name).name)]
        return tuple(tables or names)  # a name without an ending may still be a table

    def unpack(self, ask: Ask, member: str, destination: Path) -> None:
        with _opened(ask.path) as archive:
            try:
                info = archive.getinfo(member)
            except KeyError:
                known = ", ".join(self.members(ask))
                raise PartMissing(str(ask.path), member, known) from None
            if info.flag_bits & _ENCRYPTED:
                raise FileEncrypted(str(ask.path), self.kind.name)
            with archive.open(info) as source:
                read = _Counted(source)
                # The size that the archive states is not believed: what comes out is counted.
                packed = max(1, info.compress_size)
                copy_bounded(
                    ask,
                    read,
                    destination,
                    packed,
                    lambda: packed * read.count // max(1, info.file_size),
                )


class _Counted:
    def __init__(self, source: IO[bytes]) -> None:
        self._source = source
        self.count = 0

    def read(self, size: int, /) -> bytes:
        try:
            data = self._source.read(size)
        except (zipfile.BadZipFile, zlib.error, EOFError) as error:
            raise BrokenArchiveError(str(error)) from error
        self.count += len(data)
        return data


def _is_content(info: zipfile.ZipInfo) -> bool:
    parts = Path(info.filename).parts
    return not info.is_dir() and "__MACOSX" not in parts and not parts[-1].startswith(".")


@contextmanager
def _opened(path: Path) -> Iterator[zipfile.ZipFile]:
    try:
        with zipfile.ZipFile(path) as archive:
            yield archive
    except (zipfile.BadZipFile, BrokenArchiveError, NotImplementedError, RuntimeError) as error:
        raise FileDamaged(str(path), ZIP.name, first_line(error)) from error
