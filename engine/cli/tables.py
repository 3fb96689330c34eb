"""Tables named on the command line: files, or bundled samples by name."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from engine.data.samples import sample
from engine.errors import UnknownSample
from engine.recipe.reading import Reading

if TYPE_CHECKING:
    from engine.data.table import Table


def table_path(name: str) -> Path:
    """The file `name`, or the file of the sample of that name.

    Raises `UnknownSample` for a bare word that is neither; opening a path tells when it is missing.
    """
    path = Path(name).expanduser()
    if path.exists() or path.suffix or path.name != name:
        return path
    return sample(_sample_name(name)).path


def default_target(name: str) -> str:
    """The target that belongs to a sample; empty for a file."""
    if Path(name).expanduser().exists():
        return ""
    try:
        return sample(_sample_name(name)).target
    except UnknownSample:
        return ""


def _sample_name(name: str) -> str:
    return name.replace("-", "_").casefold()


def opened_table(names: Sequence[str], reading: Reading) -> Table:
    """The table of a file or sample, or of several files of the same columns.

    Raises the errors of `ReadError`.
    """
    from engine.data.open import open_files

    return open_files([table_path(name).absolute() for name in names], reading)
