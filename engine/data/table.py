"""The rows of a file: columnar, typed, on disk and memory-mapped."""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray
from pydantic import (
    BaseModel,
    ConfigDict,
    ValidatorFunctionWrapHandler,
    field_serializer,
    field_validator,
)

from engine.data.cells.cell_facts import CellFacts
from engine.data.cells.cell_types import CellType
from engine.data.formats.file_list import files_behind
from engine.data.formats.kinds import has_lines
from engine.data.in_use import hold, mark_used
from engine.data.rejects import Misfit, Reject, Repair
from engine.data.text.detection import Detected
from engine.data.text.line_map import LineMap
from engine.errors import FileMissing, TrainyardError
from engine.messages import Message
from engine.recipe.reading import Reading

if TYPE_CHECKING:
    import pandas as pd

CACHE_VERSION = 5
"""Part of every fingerprint: a table written in another way is another table."""


class SourceFile(BaseModel):
    """A file of a table, as it was when it was read."""

    model_config = ConfigDict(frozen=True)

    path: str
    size: int
    modified: int
    """Time of the last change in nanoseconds."""

    def is_unchanged(self) -> bool:
        """Whether the file is there and still the same."""
        try:
            stat = Path(self.path).stat()
        except OSError:
            return False
        return (stat.st_size, stat.st_mtime_ns) == (self.size, self.modified)


class TableInfo(BaseModel):
    """`table.json`: what is known of a table beside its cells."""

    model_config = ConfigDict(frozen=True)

    path: str
    size: int
    files: tuple[SourceFile, ...] = ()
    """The file at `path`, or all files in the folder or list there."""
    format: str = "CSV"
    """Its name, the same in all languages."""
    parts: tuple[str, ...] = ()
    """The tables in the file that could have been chosen; none where there is but one."""
    file_column: str = ""
    """The column that says which of several files a row came from; empty for one file."""
    fingerprint: str
    reading: Reading
    detection: tuple[dict[str, Any], ...]
    detected: tuple[dict[str, Any], ...] = ()
    names: tuple[str, ...]
    types: tuple[CellType, ...]
    cells: tuple[CellFacts, ...]
    rows: int
    left_out: int = 0
    """Records that `reading.fixes` leaves out."""
    sizes: dict[str, int] = {}
    """Bytes of the files in the folder, by name: a file of another size is damaged."""
    renamed: tuple[tuple[str, str], ...]
    first_line: int

    @field_serializer("types", "cells", when_used="json")
    def _each_once(self, values: tuple[BaseModel, ...]) -> dict[str, list[Any]]:
        """Thousands of columns have but a few types, and hardly anything was met in their cells."""
        seen: dict[str, int] = {}
        by_identity: dict[int, int] = {}
        places = []
        for value in values:
            if id(value) not in by_identity:
                text = value.model_dump_json()
                by_identity[id(value)] = seen.setdefault(text, len(seen))
            places.append(by_identity[id(value)])
        return {"different": [json.loads(text) for text in seen], "places": places}

    @field_validator("types", "cells", mode="wrap")
    @classmethod
    def _as_written(cls, values: Any, validate: ValidatorFunctionWrapHandler) -> Any:
        if not isinstance(values, dict):  # as earlier versions wrote them
            return validate(values)
        different = validate(values["different"])
        return tuple(different[place] for place in values["places"])


class Table:
    """A table as it was read; it never changes. Made by `engine.data.open.open_table`."""

    def __init__(self, folder: Path, info: TableInfo) -> None:
        self.folder = folder
        self.info = info
        self.path = Path(info.path)
        self.fingerprint = info.fingerprint
        self.reading = info.reading
        self.names = info.names
        self.rows = info.rows
        self.left_out = info.left_out
        self.size = info.size
        self.renamed = info.renamed
        self.format = info.format
        self.parts = info.parts
        self.file_column = info.file_column
        self._data: pa.Table = _mapped(folder / "table.arrow")
        hold(folder, self)

    @classmethod
    def load(cls, folder: Path) -> Self:
        """Open the converted table in `folder`.

        Raises `FileMissing` when it is no longer in the cache or damaged; open the file itself then.
        """
        folder = Path(folder)
        try:
            text = (folder / "table.json").read_text(encoding="utf-8")
            info = TableInfo.model_validate_json(text)
            if any((folder / name).stat().st_size != size for name, size in info.sizes.items()):
                raise ValueError
            table = cls(folder, info)
        except (OSError, ValueError, pa.ArrowInvalid):
            raise FileMissing(str(folder)) from None
        mark_used(folder)
        return table

    @property
    def detection(self) -> tuple[Message, ...]:
        """Why the file was read in this way, one sentence each."""
        return tuple(Message.from_json(entry) for entry in self.info.detection)

    @property
    def detected(self) -> tuple[Detected, ...]:
        """What was found out about a text, property by property; nothing for other formats."""
        return tuple(Detected.from_json(entry) for entry in self.info.detected)

    @cached_property
    def rejects(self) -> tuple[Reject, ...]:
        """The rows that could not be read, in file order."""
        data = _mapped(self.folder / "rejects.arrow").to_pydict()
        reasons = (Message.from_json(json.loads(reason)) for reason in data["reason"])
        files = data.get("file", [""] * len(data["line"]))
        return tuple(map(Reject, data["line"], data["text"], reasons, files))

    @cached_property
    def repairs(self) -> tuple[Repair, ...]:
        """The rows that were set right, in file order: what they were, what they became, and why."""
        path = self.folder / "repairs.arrow"
        if not path.exists():  # read by an earlier version, or not as text
            return ()
        data = _mapped(path).to_pydict()
        return tuple(
            Repair(line, text, tuple(became), Message.from_json(json.loads(reason)), *others)
            for line, text, became, reason, *others in zip(
                *(data[name] for name in ("line", "text", "became", "reason")),
                *(data[name] for name in ("file", "row", "by_hand")),
                strict=True,
            )
        )

    @cached_property
    def misfits(self) -> tuple[Misfit, ...]:
        """The cells that did not fit their column's type and were read as missing, by row.

        Of very many in one column only the first are listed; `cell_facts` has the count.
        """
        data = _mapped(self.folder / "misfits.arrow").to_pydict()
        lines = self.lines(np.array(data["row"], dtype=np.int64)).tolist()
        columns = (self.names[position] for position in data["column"])
        in_lines = [self.has_lines] * len(lines)
        return tuple(map(Misfit, data["row"], lines, columns, data["text"], in_lines))

    @property
    def rows_in(self) -> int:
        """Rows in the file: those kept, those rejected, and those left out by choice."""
        return self.rows + len(self.rejects) + self.left_out

    @cached_property
    def _line_map(self) -> LineMap:
        skipped = _mapped(self.folder / "skipped.arrow")
        broken = _mapped(self.folder / "broken.arrow")
        return LineMap(
            self.info.first_line,
            skipped.column("record").to_numpy(),
            broken.column("record").to_numpy(),
            broken.column("breaks").to_numpy(),
        )

    def lines(self, rows: NDArray[np.int64]) -> NDArray[np.int64]:
        """The lines of the file in which these rows begin, counted from 1."""
        return self._line_map.lines(rows)

    @property
    def has_lines(self) -> bool:
        """Whether places in the file are lines; those of a sheet or a database are rows."""
        return has_lines(self.format)

    @cached_property
    def _places(self) -> dict[str, int]:
        return {name: place for place, name in enumerate(self.names)}

    def cell_type(self, name: str) -> CellType:
        """How the text of that column's cells was turned into values."""
        return self.info.types[self._places[name]]

    def tokens(self, name: str) -> dict[str, int]:
        """The texts of that column that were read as "no value", with their counts."""
        return self.cell_facts(name).tokens

    def cell_facts(self, name: str) -> CellFacts:
        """What was met while that column was read: missing texts, cells that do not fit, doubts."""
        return self.info.cells[self._places[name]]

    def column(self, name: str) -> pa.ChunkedArray:
        """All values of a column: int64, float64, timestamp[us] or string.

        Raises `KeyError` for an unknown name.
        """
        return self._data.column(name)

    def frame(
        self,
        names: Sequence[str] | None = None,
        rows: slice | NDArray[np.int64] | None = None,
    ) -> pd.DataFrame:
        """Columns and rows as a pandas frame of Arrow types (numbered from 0)."""
        import pandas as pd

        data = self._data if names is None else self._data.select(list(names))
        if isinstance(rows, slice):
            start, stop, step = rows.indices(self.rows)
            if step == 1:
                data = data.slice(start, max(0, stop - start))
            else:
                data = data.take(pa.array(np.arange(start, stop, step)))
        elif rows is not None:
            data = data.take(pa.array(rows))
        frame: pd.DataFrame = data.to_pandas(types_mapper=pd.ArrowDtype)
        return frame

    def cells(self, name: str, start: int, stop: int) -> list[str | None]:
        """The cells of rows `start` to `stop` as text to show; `None` where a value is missing."""
        values = self._data.column(name).slice(start, max(0, stop - start))
        cells: list[str | None] = texts(values).to_pylist()
        return cells

    def is_stale(self) -> bool:
        """Whether the file has been deleted or changed since it was read."""
        if not self.info.files:  # read by an earlier version, which did not note them
            return not self.path.exists()
        try:
            files = files_behind(self.path)
        except TrainyardError:
            return True
        same = [str(file) for file in files] == [file.path for file in self.info.files]
        return not same or not all(file.is_unchanged() for file in self.info.files)


def texts(values: pa.ChunkedArray | pa.Array) -> Any:
    """Values as text to show: shortest numbers, dates without midnight."""
    if pa.types.is_string(values.type):
        return values
    if pa.types.is_timestamp(values.type):
        shown = pc.replace_substring_regex(pc.cast(values, pa.string()), r"\.0+$", "")
        return pc.replace_substring_regex(shown, r" 00:00:00$", "")
    return pc.cast(values, pa.string())


def _mapped(path: Path) -> pa.Table:
    with pa.memory_map(str(path)) as source:
        return pa.ipc.open_file(source).read_all()
