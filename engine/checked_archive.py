"""Archives that come from elsewhere: model files and run files, checked before anything of them is used.

A zip whose entries are stored, never compressed, lie one behind the other and fill the file to its last
byte: so it cannot grow, nothing hides between them, and what is claimed of sizes can be held against the
file's own. A manifest in it tells size and hash of every other entry. Names never become paths here.

What is found wrong is told by `ArchiveFlaw`; whoever knows what the file should have been names it, with
`flaws_told`.
"""

from __future__ import annotations

import hashlib
import json
import math
import stat
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from pydantic import BaseModel, ConfigDict

from engine.errors import FileMissing, NoPermission, TrainyardError

MANIFEST = "manifest.json"
_CHUNK = 1 << 20
_SAID = 200
"""Letters of what others say that are passed on."""
_JSON_VALUES = 2_000_000
_JSON_DEPTH = 100
_ENTRY_BYTES = 1 << 10
"""Of the zip's directory, for an entry: no name here is longer."""
_LOCAL = struct.Struct("<4s5H3I2H")
"""An entry's own header (PKWARE, APPNOTE.TXT, 4.3.7)."""
_END = struct.Struct("<4s4H2IH")
"""The end of the directory (4.3.16)."""
_END_64 = struct.Struct("<4sQ2H2I4Q")
"""The same for files beyond 4 GB (4.3.14), followed by what says where it is (4.3.15)."""
_LOCATOR_BYTES = 20
_LOCAL_MAGIC, _END_MAGIC, _END_64_MAGIC = b"PK\3\4", b"PK\5\6", b"PK\6\6"
_FULL = 0xFFFFFFFF
BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    EOFError,
    ValueError,
    KeyError,
    TypeError,
    NotImplementedError,
    RuntimeError,
    OverflowError,
)
"""What the readers of zips, of JSON and of tensors raise where bytes are not as they should be."""


class ArchiveFlaw(Exception):
    """Why an archive is refused, as the end of a sentence."""


class NoArchive(Exception):
    """It is no such archive at all."""


class Entry(BaseModel):
    """What the manifest says of another entry."""

    model_config = ConfigDict(frozen=True)

    size: int
    sha256: str


@contextmanager
def flaws_told(
    path: Path,
    *,
    another: Callable[[str], TrainyardError],
    damaged: Callable[[str, str], TrainyardError],
) -> Iterator[None]:
    """Turn what is wrong with a file that should have been an archive of a kind into errors.

    Args:
        path: The file.
        another: It is something else; made from the path.
        damaged: It is one, but not whole; made from the path and why.

    Raises:
        FileMissing, NoPermission: There is no such file, or it cannot be read.
    """
    try:
        yield
    except NoArchive:
        raise another(str(path)) from None
    except ArchiveFlaw as flaw:
        raise damaged(str(path), str(flaw)) from flaw
    except FileNotFoundError:
        raise FileMissing(str(path)) from None
    except PermissionError:
        raise NoPermission(str(path)) from None
    except OSError as error:
        raise damaged(str(path), error.strerror or type(error).__name__) from error


@dataclass(frozen=True, slots=True)
class Limits:
    """What an archive of a kind may hold."""

    entries: int
    """How many, the manifest among them."""
    manifest: int
    """Bytes of the manifest."""
    accepts: Callable[[str], bool]
    """Whether a name may occur."""


class CheckedArchive:
    """An archive whose directory and manifest have been read; nothing else has."""

    def __init__(self, archive: zipfile.ZipFile, limits: Limits, size: int) -> None:
        self._archive = archive
        self._files: Mapping[str, Entry] = {}
        self.names = _names(archive, limits, size)
        """Those of all entries but the manifest."""
        if archive.getinfo(MANIFEST).file_size > limits.manifest:
            raise ArchiveFlaw("its manifest is too large")
        self.manifest = parsed_json(archive.read(MANIFEST))
        """As plain values; whoever knows the format looks at it."""

    def expect(self, files: Mapping[str, Entry]) -> None:
        """What the manifest says of the entries. Raises `ArchiveFlaw` unless it speaks of each and no other."""
        for name in sorted(files.keys() ^ set(self.names)):
            raise ArchiveFlaw(f"“{name}” is missing, or not in its manifest")
        for name, entry in files.items():
            if self._archive.getinfo(name).file_size != entry.size:
                raise ArchiveFlaw(f"“{name}” was altered")
        self._files = files

    def chunks(self, name: str) -> Iterator[bytes]:
        """An entry, a part at a time. Raises `ArchiveFlaw` at its end if it was altered."""
        digest = hashlib.sha256()
        with self._archive.open(name) as source:
            while chunk := source.read(_CHUNK):
                digest.update(chunk)
                yield chunk
        if digest.hexdigest() != self._files[name].sha256:
            raise ArchiveFlaw(f"“{name}” was altered")

    def read(self, name: str, limit: int | None = None) -> bytes:
        """A whole entry. Raises `ArchiveFlaw` if it was altered or has more than `limit` bytes."""
        if limit is not None and self._files[name].size > limit:
            raise ArchiveFlaw(f"“{name}” is too large")
        return b"".join(self.chunks(name))


@contextmanager
def checked_archive(path: Path, limits: Limits) -> Iterator[CheckedArchive]:
    """An archive to read from.

    Raises `NoArchive`, `ArchiveFlaw`, and `OSError` where the file cannot be read; inside the block
    what damaged bytes make others raise becomes `ArchiveFlaw` too.
    """
    found = path.stat()
    if not stat.S_ISREG(found.st_mode):  # a pipe would never end
        raise NoArchive
    try:
        with path.open("rb") as file:
            if file.read(4) != _LOCAL_MAGIC:
                raise NoArchive
            _require_small_directory(file, found.st_size, limits)
            with zipfile.ZipFile(file) as archive:
                if MANIFEST not in archive.namelist():
                    raise NoArchive
                _require_nothing_else(file, archive, found.st_size)
                yield CheckedArchive(archive, limits, found.st_size)
    except BROKEN as error:
        raise ArchiveFlaw(first_line(error)) from error


def first_line(error: object) -> str:
    """The beginning of what a library says of damaged bytes, to be put into a sentence."""
    said = (str(error).strip().splitlines() or [type(error).__name__])[0].rstrip(":.")
    return said if len(said) <= _SAID else f"{said[:_SAID]} …"


def require_plain_json(data: bytes) -> None:
    """Refuse JSON that would take much more memory than its bytes, or more stack than there is.

    Raises `ArchiveFlaw`.
    """
    if data.count(b",") + data.count(b"[") + data.count(b"{") > _JSON_VALUES:
        raise ArchiveFlaw(f"it holds more than {_JSON_VALUES:,} values")


def parsed_json(data: bytes) -> Any:
    """The plain values in a JSON text of bounded size and depth, without NaN.

    Raises `ArchiveFlaw` or `ValueError`.
    """
    require_plain_json(data)
    try:
        found = json.loads(data, parse_constant=_constant)
    except RecursionError:
        raise ArchiveFlaw("it holds lists in lists without end") from None
    _require_shallow(found)
    return found


def _constant(name: str) -> float:
    if name == "NaN":
        raise ArchiveFlaw("it holds NaN in place of a number")
    return -math.inf if name.startswith("-") else math.inf


def _require_shallow(value: Any) -> None:
    level, depth = [value], 0
    while level:
        depth += 1
        if depth > _JSON_DEPTH:
            raise ArchiveFlaw("it holds lists in lists without end")
        level = [inner for each in level for inner in _inside(each)]


def _inside(value: Any) -> Iterable[Any]:
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return (each for each in inner if isinstance(each, dict | list))


def _names(archive: zipfile.ZipFile, limits: Limits, size: int) -> tuple[str, ...]:
    infos = archive.infolist()
    names = [info.filename for info in infos]
    if len(infos) > limits.entries:
        raise ArchiveFlaw(f"it has {len(infos)} entries")
    if len({name.casefold() for name in names}) != len(names):
        raise ArchiveFlaw("an entry occurs twice")
    if sum(info.file_size for info in infos) > size:
        raise ArchiveFlaw("its entries are larger than the file")
    for info in infos:
        name = info.orig_filename  # before the reader cut it at a zero byte
        if name != MANIFEST and not (name == info.filename and limits.accepts(name)):
            raise ArchiveFlaw(f"it holds an unknown entry “{_shown(name)}”")
        if info.compress_type != zipfile.ZIP_STORED or info.flag_bits & ~0x0800:
            raise ArchiveFlaw(f"“{name}” is compressed or encrypted")
        if info.compress_size != info.file_size:
            raise ArchiveFlaw(f"“{name}” has another size than it says")
        if stat.S_IFMT(info.external_attr >> 16) not in (0, stat.S_IFREG):
            raise ArchiveFlaw(f"“{name}” is no plain file")
    return tuple(name for name in names if name != MANIFEST)


def _shown(name: str) -> str:
    return "".join(c if c.isprintable() else "�" for c in name[:100])


def _require_small_directory(file: IO[bytes], size: int, limits: Limits) -> None:
    """Before a reader makes an object of each of its entries; the file must end with it."""
    if size < _END.size:
        raise ArchiveFlaw("its end is missing")
    file.seek(size - _END.size)
    end = _END.unpack(file.read(_END.size))
    magic, entries, length = end[0], end[4], end[5]
    if magic != _END_MAGIC or end[7]:
        raise ArchiveFlaw("its end is missing")
    if _FULL in (length, end[6]) or entries == 0xFFFF:
        start = size - _END.size - _LOCATOR_BYTES - _END_64.size
        if start < 0:
            raise ArchiveFlaw("its end is missing")
        file.seek(start)
        end = _END_64.unpack(file.read(_END_64.size))
        if end[0] != _END_64_MAGIC:
            raise ArchiveFlaw("its end is missing")
        entries, length = end[7], end[8]
    if entries > limits.entries:
        raise ArchiveFlaw(f"it has {entries} entries")
    if length > limits.entries * _ENTRY_BYTES or length > size:
        raise ArchiveFlaw("its directory is too large")
    file.seek(0)


def _require_nothing_else(file: IO[bytes], archive: zipfile.ZipFile, size: int) -> None:
    """Entries lie one behind the other from the first byte to the directory: no other file around them."""
    place = 0
    for info in sorted(archive.infolist(), key=lambda each: each.header_offset):
        if info.header_offset != place:
            raise ArchiveFlaw("it holds something beside its entries")
        file.seek(place)
        local = _LOCAL.unpack(file.read(_LOCAL.size))
        place += _LOCAL.size + local[9] + local[10] + info.compress_size
        if local[0] != _LOCAL_MAGIC or place > size:
            raise ArchiveFlaw("its entries are larger than the file")
    if place != archive.start_dir:
        raise ArchiveFlaw("it holds something beside its entries")
