"""How a file was read where a run must not tell: corrections of rows hold lines of the file.

A run whose recipe hides columns keeps no corrections. They lie beside the secret keys, readable by
their owner only, so that the run's table can be read again on this machine.
"""

from __future__ import annotations

from pathlib import Path

from pydantic import ValidationError

from engine.files import write_secret, writing
from engine.paths import key_folder
from engine.recipe.reading import Reading


def keep_reading(fingerprint: str, reading: Reading) -> None:
    """Keep how the table of that fingerprint was read. Raises `DiskFull` or `WriteFailed`."""
    path = _path(fingerprint)
    with writing(path):
        path.parent.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        path.parent.mkdir(mode=0o700, exist_ok=True)
    write_secret(path, reading.model_dump_json(indent=2).encode())


def kept_reading(fingerprint: str) -> Reading | None:
    """How the table of that fingerprint was read, if it was kept."""
    try:
        return Reading.model_validate_json(_path(fingerprint).read_bytes())
    except (OSError, ValidationError):
        return None


def _path(fingerprint: str) -> Path:
    return key_folder() / "readings" / f"{fingerprint}.json"
