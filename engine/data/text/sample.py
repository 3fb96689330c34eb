"""A small sample of a file's bytes, from which its encoding and dialect are told."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

from engine.errors import FileEmpty, FileIsFolder, FileMissing, NoPermission, NotATable
from engine.messages import N_

HEAD = 256 * 1024
BLOCK = 32 * 1024
BLOCKS = 15

SIGNATURES: tuple[tuple[bytes, str], ...] = (
    (b"FEA1", N_("It looks like an old Feather file, from before Arrow had a format of its own.")),
    (b"7z\xbc\xaf\x27\x1c", N_("It looks like a 7z archive.")),
    (b"\xfd7zXZ\x00", N_("It looks like an xz archive.")),
    (b"Rar!\x1a\x07", N_("It looks like a RAR archive.")),
    (b"\x89HDF\r\n", N_("It looks like an HDF5 file.")),
    (b"\x93NUMPY", N_("It looks like a NumPy array.")),
    (b"%PDF-", N_("It looks like a PDF document.")),
    (b"\x89PNG", N_("It looks like a PNG image.")),
    (b"\xff\xd8\xff", N_("It looks like a JPEG image.")),
    (b"\x7fELF", N_("It looks like a program.")),
)


@dataclass(frozen=True, slots=True)
class FileSample:
    """The head of a file and blocks spread over the rest."""

    path: Path
    size: int
    modified: int
    """Time of the last change in nanoseconds."""
    head: bytes
    blocks: tuple[bytes, ...]

    @property
    def complete(self) -> bool:
        """Whether the head is the whole file."""
        return len(self.head) == self.size

    def digest(self) -> str:
        """A hash of the path, the size, the time of change and the sampled bytes."""
        digest = hashlib.blake2b(digest_size=12)
        digest.update(f"{self.path}\0{self.size}\0{self.modified}\0".encode())
        for part in (self.head, *self.blocks):
            digest.update(part)
        return digest.hexdigest()


def take_sample(path: Path) -> FileSample:
    """Read the sample.

    Raises `FileMissing`, `FileIsFolder`, `NoPermission`, `FileEmpty` or `NotATable`.
    """
    try:
        if path.is_dir():
            raise FileIsFolder(str(path))
        if path.exists() and not path.is_file():
            raise NotATable(str(path), 0, N_("It is a device, not a file."))
        with path.open("rb") as file:
            stat = path.stat()
            head = file.read(HEAD)
            blocks = []
            if stat.st_size > HEAD:
                step = max(BLOCK, (stat.st_size - HEAD) // BLOCKS)
                for start in range(HEAD, stat.st_size - BLOCK // 2, step):
                    file.seek(max(start, min(start + step, stat.st_size) - BLOCK))
                    blocks.append(file.read(BLOCK))
    except FileNotFoundError:
        raise FileMissing(str(path)) from None
    except PermissionError:
        raise NoPermission(str(path)) from None
    if not head.strip(b" \t\r\n\v\f\0"):
        raise FileEmpty(str(path))
    return FileSample(path, stat.st_size, stat.st_mtime_ns, head, tuple(blocks))


def refuse_binary(sample: FileSample, wide: bool) -> None:
    """Raise `NotATable` for bytes that no text file has.

    `wide` says that the encoding has two bytes a character, so that NUL bytes are to be expected.
    """
    for signature, looks_like in SIGNATURES:
        if sample.head.startswith(signature):
            raise NotATable(str(sample.path), 0, looks_like)
    if wide:
        return
    text = sample.head.rstrip(b"\0")  # files that were made larger than what they hold
    zeros = text.count(0)
    control = len(text.translate(None, delete=_TEXT_BYTES)) - zeros
    if control > max(1, len(text) // 500) or zeros > max(1, len(text) // 20):
        position = next(i for i, byte in enumerate(text) if byte not in _TEXT_BYTES)
        raise NotATable(str(sample.path), position, "")


_TEXT_BYTES = bytes(
    byte for byte in range(256) if byte >= 32 or byte in b"\t\n\v\f\r\x1a\x1b\x1c\x1d\x1e\x1f"
)
