"""Tables named on the command line: files, or bundled samples by name."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from engine.errors import UnknownSample
from engine.recipe.recipe import Reading

if TYPE_CHECKING:
    from engine.data.table import Table


def table_path(name: str) -> Path:
    """The file `name`, or the file of the sample of that name.

    A file in the current folder comes first. Opening the path tells when there is none.
    """
    path = Path(name).expanduser()
    if not path.exists() and path.name == name and not path.suffix:
        from engine.data.samples import sample

        return sample(name).path
    return path


def default_target(name: str) -> str:
    """The target that belongs to a sample; empty for a file."""
    if Path(name).expanduser().exists():
        return ""
    from engine.data.samples import sample

    try:
        return sample(name).target
    except UnknownSample:
        return ""


def opened_table(name: str, reading: Reading) -> Table:
    """The table of a file or sample.

    Raises the errors of `ReadError`.
    """
    from engine.data.open import open_table

    return open_table(table_path(name).absolute(), reading)
