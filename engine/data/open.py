"""Opening a file as a Table: detect, read, cast, keep in the cache."""

from __future__ import annotations

import hashlib
import itertools
import json
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import numpy as np
import pyarrow as pa

from engine.data.ahead import ahead
from engine.data.cache import cached, discard, new_entry, scratch_folder
from engine.data.cells.cell_types import CellType
from engine.data.cells.convert import THREADS, Converter
from engine.data.first_rows import FirstTold, TellFirst
from engine.data.formats.choosing import listed
from engine.data.formats.file_list import files_behind, require_text_name, write_file_list
from engine.data.formats.registry import open_rows
from engine.data.formats.rows import Ask, Rows
from engine.data.progress import Cancelled, Progress, Progression, never, nothing
from engine.data.rejects import Repair
from engine.data.table import CACHE_VERSION, SourceFile, Table, TableInfo
from engine.data.text.sample import FileSample, take_sample
from engine.errors import Cancelled as CancelledError
from engine.errors import FileChanged, FileMissing, HeaderOnly, PartNotChosen
from engine.files import write_atomic
from engine.paths import default_workspace
from engine.recipe.reading import Reading

_PASSES = 3
"""How often a file is read at most until the types suit all of its cells."""
_ROWS_WORTH_A_CALL = 1000
_POOL_BYTES = 16 << 20
"""Shorter batches are put together up to these bounds before they are converted."""


def open_table(
    path: Path,
    reading: Reading | None = None,
    *,
    progress: Progress = nothing,
    cancelled: Cancelled = never,
    must_choose: bool = False,
    first_rows: TellFirst | None = None,
) -> Table:
    """The table in a file or folder, from the cache if nothing has changed since.

    Args:
        path: A file of any format in `engine.data.formats`, a folder of them, or a list of them.
        reading: What is known of its layout, and which part is meant; the rest is detected.
        progress: Called with bytes read and bytes in all.
        cancelled: Asked between blocks; a cancelled call leaves nothing behind.
        must_choose: Raise `PartNotChosen` instead of taking the first of several parts.
        first_rows: Told of the first rows as soon as they are known; not when the table comes from
            the cache.

    Raises:
        Cancelled, DiskFull, WriteFailed: Nothing is left behind.
        ReadError: The table cannot be read.
    """
    reading = reading or Reading()
    path = Path(path).absolute()
    samples = tuple(take_sample(file) for file in files_behind(path))
    fingerprint = _fingerprint(path, samples, reading)
    size = sum(sample.size for sample in samples)
    folder = cached(fingerprint)
    if folder is not None:
        try:
            table = Table.load(folder)
        except FileMissing:  # damaged: make it again
            discard(folder)
        else:
            if must_choose and reading.part is None and len(table.parts) > 1:
                raise PartNotChosen(str(path), listed(table.parts), table.parts)
            progress(size, size)
            return table

    told = Progression(progress, size)
    with scratch_folder() as scratch:
        ask = Ask(path, path, reading, scratch, told.opening, cancelled, must_choose)
        first = FirstTold(first_rows, size)
        first.peek(ask)
        rows = open_rows(ask)
        rows.reading = rows.reading.model_copy(update={"columns": reading.columns})
        with new_entry(fingerprint, expected=size) as folder:
            _convert(rows, first, samples, fingerprint, folder, told.reading, cancelled)
    return Table.load(folder.parent / fingerprint)


def open_files(
    paths: Sequence[Path],
    reading: Reading | None = None,
    *,
    progress: Progress = nothing,
    cancelled: Cancelled = never,
    must_choose: bool = False,
    first_rows: TellFirst | None = None,
) -> Table:
    """The rows of several files of the same columns as one table; a single path is just opened.

    The list of the files is kept in the workspace, so that the table can be opened again.

    Raises the same errors as `open_table`.
    """
    return open_table(
        joined_path(paths),
        reading,
        progress=progress,
        cancelled=cancelled,
        must_choose=must_choose,
        first_rows=first_rows,
    )


def joined_path(paths: Sequence[Path]) -> Path:
    """A path that stands for all of these: the only one, or that of a list kept in the workspace.

    Raises `NameNotText`, `DiskFull` or `WriteFailed`.
    """
    if len(paths) == 1:
        require_text_name(paths[0])
        return paths[0]
    files = [file for path in paths for file in files_behind(Path(path).absolute())]
    name = f"{files[0].stem} + {len(files) - 1}"
    return write_file_list(files, default_workspace() / "joined", name)


def open_text(text: str, name: str) -> Table:
    """The table in a text, for instance from the clipboard; the text is kept in the workspace.

    Raises the same errors as `open_table`.
    """
    return open_table(pasted_path(text, name))


def pasted_path(text: str, name: str) -> Path:
    """A file with that text, kept in the workspace. Raises `DiskFull` or `WriteFailed`."""
    data = text.encode("utf-8", "replace")
    digest = hashlib.blake2b(data, digest_size=4).hexdigest()
    stem = "".join(c if c.isalnum() or c in " -_" else "_" for c in Path(name).stem).strip()
    path = default_workspace() / "pasted" / f"{stem or 'pasted'}-{digest}.csv"
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        write_atomic(path, data)
    return path


def _fingerprint(path: Path, samples: Sequence[FileSample], reading: Reading) -> str:
    digest = hashlib.blake2b(digest_size=12)
    # A reading without a part is written as it was before there were parts.
    asked = reading.model_dump_json(exclude={"part"} if reading.part is None else None)
    digests = "\0".join(sample.digest() for sample in samples)
    digest.update(f"{CACHE_VERSION}\0{digests}\0{asked}".encode())
    if samples[0].path != path:
        digest.update(f"\0{path}".encode())
    for sample in samples:
        log = sample.path.with_name(f"{sample.path.name}-wal")
        if sample.head.startswith(b"SQLite") and log.exists():
            stat = log.stat()
            digest.update(f"\0{stat.st_size}\0{stat.st_mtime_ns}".encode())
    return digest.hexdigest()


def _convert(
    rows: Rows,
    first: FirstTold,
    samples: Sequence[FileSample],
    fingerprint: str,
    folder: Path,
    progress: Progress,
    cancelled: Cancelled,
) -> None:
    types: list[CellType] = []
    for attempt in itertools.count(1):
        stream = first.watch(rows, rows.read(progress, cancelled))
        with closing(ahead(stream)) as read:
            batches = _pooled(read)
            begun = list(itertools.islice(batches, 1))
            # Only now, when the first rows are on their way to the screen.
            types = types or rows.plan(begun[0] if begun else None)
            converter = Converter(
                rows.names, types, typed=rows.types is not None, asked=rows.reading.columns
            )
            _write_cells(
                itertools.chain(begun, batches),
                converter,
                folder / "table.arrow",
                cancelled,
            )
        better = converter.verdict(
            rows.reading.decimal or ".", thousands=rows.thousands, last=attempt >= _PASSES - 1
        )
        if better == types or (attempt >= _PASSES and not converter.is_hopeless):
            break
        types = better
    for sample in samples:
        _refuse_changed(sample)
    if rows.rows == 0:
        raise HeaderOnly(str(rows.origin), len(rows.names))
    _write_report(rows, converter, folder)
    info = TableInfo(
        path=str(rows.origin),
        size=sum(sample.size for sample in samples),
        files=tuple(
            SourceFile(path=str(sample.path), size=sample.size, modified=sample.modified)
            for sample in samples
        ),
        format=rows.kind.name,
        parts=rows.parts if len(rows.parts) > 1 else (),
        file_column=rows.file_column,
        fingerprint=fingerprint,
        reading=rows.reading,
        detection=tuple(
            reason.to_json() for reason in (*rows.why, *rows.remarks, *converter.doubts())
        ),
        detected=tuple(each.to_json() for each in rows.detected),
        names=rows.names,
        types=tuple(types),
        cells=tuple(tally.facts for tally in converter.tallies),
        rows=rows.rows,
        sizes={each.name: each.stat().st_size for each in folder.iterdir()},
        left_out=rows.left_out,
        renamed=rows.renamed,
        first_line=rows.line_map.first_line,
    )
    (folder / "table.json").write_text(info.model_dump_json(), encoding="utf-8")


def _pooled(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    """Short batches put together: of ten thousand columns each call has to be worth its while."""
    pool: list[pa.RecordBatch] = []
    rows = size = 0
    for batch in batches:
        if not pool and batch.num_rows >= _ROWS_WORTH_A_CALL:
            yield batch
            continue
        pool.append(batch)
        rows, size = rows + batch.num_rows, size + batch.get_total_buffer_size()
        if rows >= _ROWS_WORTH_A_CALL or size >= _POOL_BYTES:
            yield from _together(pool)
            pool, rows, size = [], 0, 0
    yield from _together(pool)


def _together(pool: list[pa.RecordBatch]) -> list[pa.RecordBatch]:
    return pool if len(pool) < 2 else [pa.concat_batches(pool)]


def _write_cells(
    batches: Iterable[pa.RecordBatch], converter: Converter, path: Path, cancelled: Cancelled
) -> None:
    with (
        pa.OSFile(str(path), "wb") as sink,
        pa.ipc.new_file(sink, converter.schema) as writer,
        ThreadPoolExecutor(THREADS, thread_name_prefix="casting") as pool,
    ):
        for batch in batches:
            if cancelled():  # the reader may have come to the end of the file long ago
                raise CancelledError
            writer.write_batch(converter.convert(batch, pool))
    if cancelled():
        raise CancelledError


def _refuse_changed(sample: FileSample) -> None:
    try:
        stat = sample.path.stat()
    except FileNotFoundError:
        return  # deleted after the last byte was read: all of it is here
    if (stat.st_size, stat.st_mtime_ns) != (sample.size, sample.modified):
        raise FileChanged(str(sample.path))


def _write_report(read: Rows, converter: Converter, folder: Path) -> None:
    rejects = read.rejects
    _write_columns(
        folder / "rejects.arrow",
        line=pa.array([reject.line for reject in rejects], pa.int64()),
        text=pa.array([reject.text for reject in rejects], pa.string()),
        reason=pa.array([json.dumps(reject.reason.to_json()) for reject in rejects], pa.string()),
        file=pa.array([reject.file for reject in rejects], pa.string()),
    )
    _write_repairs(read.repairs, folder / "repairs.arrow")
    line_map = read.line_map
    _write_columns(folder / "skipped.arrow", record=pa.array(line_map.skipped))
    _write_columns(
        folder / "broken.arrow", record=pa.array(line_map.broken), breaks=pa.array(line_map.breaks)
    )
    misfits = pa.table(
        {
            "row": pa.chunked_array(_misfit_rows(converter), pa.int64()),
            "column": pa.chunked_array(_misfit_columns(converter), pa.int64()),
            "text": pa.chunked_array(
                [cells for tally in converter.tallies for cells in tally.cells], pa.string()
            ),
        }
    ).sort_by([("row", "ascending"), ("column", "ascending")])
    _write_columns(
        folder / "misfits.arrow",
        **{name: misfits.column(name).combine_chunks() for name in misfits.column_names},
    )


def _write_repairs(repairs: Sequence[Repair], path: Path) -> None:
    if not repairs:
        return
    _write_columns(
        path,
        line=pa.array([repair.line for repair in repairs], pa.int64()),
        text=pa.array([repair.text for repair in repairs], pa.string()),
        became=pa.array([repair.became for repair in repairs], pa.list_(pa.string())),
        reason=pa.array([json.dumps(repair.reason.to_json()) for repair in repairs], pa.string()),
        file=pa.array([repair.file for repair in repairs], pa.string()),
        row=pa.array([repair.row for repair in repairs], pa.int64()),
        by_hand=pa.array([repair.by_hand for repair in repairs], pa.bool_()),
    )


def _misfit_rows(converter: Converter) -> list[pa.Array]:
    return [pa.array(rows) for tally in converter.tallies for rows in tally.rows]


def _misfit_columns(converter: Converter) -> Iterator[pa.Array]:
    for position, tally in enumerate(converter.tallies):
        for rows in tally.rows:
            yield pa.array(np.full(len(rows), position, dtype=np.int64))


def _write_columns(path: Path, **columns: pa.Array) -> None:
    table = pa.table(columns)
    with pa.OSFile(str(path), "wb") as sink, pa.ipc.new_file(sink, table.schema) as writer:
        writer.write_table(table)
