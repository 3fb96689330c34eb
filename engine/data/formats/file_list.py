"""Several files that are one table: a folder, or a small file that lists them."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from pathlib import Path

from engine.data.formats.kinds import FILE_LIST, may_be_table
from engine.errors import FileDamaged, FileIsFolder, FileMissing, NameNotText, NoPermission
from engine.files import write_atomic

_MARK = b'{"trainyard_files":'
_LARGEST = 16 << 20


def files_behind(path: Path) -> tuple[Path, ...]:
    """The files that make up the table at `path`: itself, those in a folder, those in a list.

    Raises `FileIsFolder` for a folder without tables, `FileDamaged`, `NameNotText` or `NoPermission`.
    """
    require_text_name(path)
    if path.is_dir():
        try:
            files = tuple(sorted(f for f in path.iterdir() if f.is_file() and may_be_table(f.name)))
        except PermissionError:
            raise NoPermission(str(path)) from None
        if not files:
            raise FileIsFolder(str(path))
        for file in files:
            require_text_name(file)
        return files
    if path.suffix in FILE_LIST.extensions and path.is_file():
        return _listed(path)
    return (path,)


def require_text_name(path: Path) -> None:
    """Raise `NameNotText` for a path that is no text, so that no recipe or run could name it."""
    name = str(path)
    try:
        name.encode()
    except UnicodeEncodeError:
        raise NameNotText(name.encode(errors="surrogateescape").decode(errors="replace")) from None


def bytes_of(files: Sequence[Path]) -> int:
    """The size of all files together.

    Raises `FileMissing` or `NoPermission`.
    """
    total = 0
    for file in files:
        try:
            total += file.stat().st_size
        except PermissionError:
            raise NoPermission(str(file)) from None
        except OSError:
            raise FileMissing(str(file)) from None
    return total


def write_file_list(files: Sequence[Path], folder: Path, name: str) -> Path:
    """Write a list of files into `folder`; the same files give the same list.

    Raises `DiskFull` or `WriteFailed`.
    """
    paths = [str(file.absolute()) for file in files]
    digest = hashlib.blake2b("\0".join(paths).encode(), digest_size=4).hexdigest()
    path = folder / digest / f"{name}{FILE_LIST.extensions[0]}"
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        write_atomic(path, json.dumps({"trainyard_files": paths}, separators=(",", ":")).encode())
    return path


def short_names(files: Sequence[Path]) -> tuple[str, ...]:
    """What tells the files apart: their names, with as many folders as it takes."""
    depth = 1
    longest = max(len(file.parts) for file in files)
    while depth < longest:
        names = ["/".join(file.parts[-depth:]) for file in files]
        if len(set(names)) == len(set(files)):
            return tuple(names)
        depth += 1
    return tuple(map(str, files))


def _listed(path: Path) -> tuple[Path, ...]:
    with path.open("rb") as file:
        data = file.read(_LARGEST)
    if not data.startswith(_MARK):
        return (path,)
    try:
        paths = json.loads(data)["trainyard_files"]
        return tuple(Path(each) for each in paths) or (path,)
    except (ValueError, TypeError) as error:
        raise FileDamaged(str(path), FILE_LIST.name, str(error)) from None
