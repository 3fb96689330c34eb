"""Rows that come with Arrow types: what Parquet and Arrow files have in common."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pyarrow as pa

from engine.data.cells.stored import plain, stored_type
from engine.data.formats.kinds import Kind
from engine.data.formats.rows import Ask, Rows, plain_line_map, resolved
from engine.data.progress import Cancelled, Progress
from engine.data.text.header import unique_names
from engine.errors import Cancelled as CancelledError
from engine.errors import FileDamaged, HeaderOnly
from engine.messages import Message, message, message_n

BATCH = 65_536
_NAMED = 5


class TypedRows(Rows):
    """Column types are the file's own; a pass is a walk over its batches."""

    def __init__(self, ask: Ask, kind: Kind, schema: pa.Schema) -> None:
        super().__init__(ask)
        self.kind = kind
        if not len(schema):
            raise HeaderOnly(str(ask.path), 0)
        self.reading = resolved()
        self.names, self.renamed = unique_names(
            [name.strip() for name in schema.names], header=True
        )
        self.types = tuple(stored_type(field.type) for field in schema)
        self.why = (
            message("The types of the columns are those of the {format} file.", format=kind.name),
            *_told(schema, self.names),
        )

    def _batches(
        self, progress: Progress, cancelled: Cancelled
    ) -> Iterator[tuple[pa.RecordBatch, int, int]]:
        """Each batch with the bytes done and the bytes in all."""
        raise NotImplementedError

    def _read(self, progress: Progress, cancelled: Cancelled) -> Iterator[pa.RecordBatch]:
        self.rows, total = 0, self.path.stat().st_size
        with damage_told(str(self.path), self.kind):
            for batch, done, total in self._batches(progress, cancelled):
                if cancelled():
                    raise CancelledError
                for start in range(0, batch.num_rows, BATCH):  # a batch of a file can be all of it
                    piece = batch.slice(start, BATCH)
                    self.rows += piece.num_rows
                    yield pa.record_batch(piece.columns, names=list(self.names))
                progress(done, total)
        progress(total, total)
        self.line_map = plain_line_map(1)


class damage_told:  # noqa: N801 - used like a function
    """Turn what pyarrow says of a broken file into `FileDamaged`."""

    def __init__(self, path: str, kind: Kind) -> None:
        self._path, self._kind = path, kind

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        if isinstance(error, (pa.ArrowException, OSError, ValueError)) and not isinstance(
            error, (PermissionError, FileNotFoundError)
        ):
            raise FileDamaged(self._path, self._kind.name, first_line(error)) from error


def first_line(error: BaseException) -> str:
    """What a library says, in one line without the full stop."""
    lines = str(error).strip().splitlines()
    return (lines[0] if lines else type(error).__name__).strip().rstrip(".")[:200]


_Test = Callable[[pa.DataType], bool]


def _told(schema: pa.Schema, names: tuple[str, ...]) -> Iterator[Message]:
    """What becomes of types that a table does not store as they are."""
    types = [plain(field.type) for field in schema]

    def of(test: _Test) -> tuple[int, str]:
        found = [name for name, kind in zip(names, types, strict=True) if test(kind)]
        shown = ", ".join(found[:_NAMED]) + (" …" if len(found) > _NAMED else "")
        return len(found), shown

    count, columns = of(pa.types.is_boolean)
    if count:
        yield message_n(
            "{count} column of truth values is read as the words True and False: {columns}.",
            "{count} columns of truth values are read as the words True and False: {columns}.",
            count,
            columns=columns,
        )
    count, columns = of(pa.types.is_decimal)
    if count:
        yield message_n(
            "{count} column of decimals is read as numbers with about sixteen digits: {columns}.",
            "{count} columns of decimals are read as numbers with about sixteen digits: {columns}.",
            count,
            columns=columns,
        )
    count, columns = of(lambda kind: pa.types.is_timestamp(kind) and kind.tz is not None)
    if count:
        yield message_n(
            "{count} column of times with a zone is read in UTC: {columns}.",
            "{count} columns of times with a zone are read in UTC: {columns}.",
            count,
            columns=columns,
        )
    count, columns = of(pa.types.is_duration)
    if count:
        yield message_n(
            "{count} column of durations is read in seconds: {columns}.",
            "{count} columns of durations are read in seconds: {columns}.",
            count,
            columns=columns,
        )
    count, columns = of(pa.types.is_nested)
    if count:
        yield message_n(
            "{count} column of nested values is read as JSON text: {columns}.",
            "{count} columns of nested values are read as JSON text: {columns}.",
            count,
            columns=columns,
        )
    count, columns = of(
        lambda kind: "binary" in str(kind),
    )
    if count:
        yield message_n(
            "{count} column of bytes is read as text where it is some, else as its size: {columns}.",
            "{count} columns of bytes are read as text where they are some, else as their sizes: {columns}.",
            count,
            columns=columns,
        )
