"""Opening a file as a Table: detect, read, cast, keep in the cache."""

from __future__ import annotations

import hashlib
import itertools
import json
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import numpy as np
import pyarrow as pa

from engine.data.ahead import ahead
from engine.data.cache import cached, discard, new_entry
from engine.data.convert import Converter, Tally
from engine.data.dialect import Layout, detect_layout
from engine.data.evidence import plan_columns
from engine.data.progress import Cancelled, Progress, never, nothing
from engine.data.sample import FileSample, take_sample
from engine.data.table import CACHE_VERSION, Table, TableInfo
from engine.data.text_stream import TextStream
from engine.errors import FileChanged, FileMissing, HeaderOnly
from engine.files import write_atomic
from engine.messages import Message, message, message_n
from engine.paths import default_workspace
from engine.recipe.recipe import Reading

_PASSES = 3
"""How often a file is read at most until the types suit all of its cells."""


def open_table(
    path: Path,
    reading: Reading | None = None,
    *,
    progress: Progress = nothing,
    cancelled: Cancelled = never,
) -> Table:
    """The table in a file, from the cache if the file has not changed since.

    Args:
        path: A text table.
        reading: What is known of its layout; the rest is detected.
        progress: Called with bytes read and bytes in all.
        cancelled: Asked between blocks; a cancelled call leaves nothing behind.

    Raises:
        Cancelled, FileMissing, FileIsFolder, NoPermission, FileEmpty, NotATable, HeaderOnly,
        Undecodable, FileChanged, DiskFull, WriteFailed.
    """
    reading = reading or Reading()
    sample = take_sample(Path(path).absolute())
    fingerprint = _fingerprint(sample, reading)
    folder = cached(fingerprint)
    if folder is not None:
        try:
            table = Table.load(folder)
        except FileMissing:  # damaged: make it again
            discard(folder)
        else:
            progress(sample.size, sample.size)
            return table
    layout = detect_layout(sample, reading)
    with new_entry(fingerprint) as folder:
        _convert(sample, layout, fingerprint, folder, progress, cancelled)
    return Table.load(folder.parent / fingerprint)


def open_text(text: str, name: str) -> Table:
    """The table in a text, for instance from the clipboard; the text is kept in the workspace.

    Raises the same errors as `open_table`.
    """
    data = text.encode("utf-8", "replace")
    digest = hashlib.blake2b(data, digest_size=4).hexdigest()
    stem = "".join(c if c.isalnum() or c in " -_" else "_" for c in Path(name).stem).strip()
    path = default_workspace() / "pasted" / f"{stem or 'pasted'}-{digest}.csv"
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        write_atomic(path, data)
    return open_table(path)


def _fingerprint(sample: FileSample, reading: Reading) -> str:
    digest = hashlib.blake2b(digest_size=12)
    digest.update(f"{CACHE_VERSION}\0{sample.digest()}\0{reading.model_dump_json()}".encode())
    return digest.hexdigest()


def _convert(
    sample: FileSample,
    layout: Layout,
    fingerprint: str,
    folder: Path,
    progress: Progress,
    cancelled: Cancelled,
) -> None:
    decimal = layout.reading.decimal or "."
    types = plan_columns(layout.sample, len(layout.names), decimal, layout.names)
    for attempt in itertools.count(1):
        stream = TextStream(sample.path, layout, progress=progress, cancelled=cancelled)
        converter = Converter(layout.names, types)
        _write_cells(stream, converter, folder / "table.arrow")
        better = converter.verdict(decimal)
        if better == types or attempt == _PASSES:
            break
        types = better
    _refuse_changed(sample)
    if stream.rows == 0:
        raise HeaderOnly(str(sample.path), len(layout.names))
    _write_report(stream, converter, folder)
    why = list(layout.why)
    if stream.misfit_bytes:
        why.append(
            message_n(
                "In {count} place the bytes do not fit the encoding; they were read as Windows-1252.",
                "In {count} places the bytes do not fit the encoding; they were read as Windows-1252.",
                stream.misfit_bytes,
            )
        )
    if stream.zeros:
        why.append(
            message_n(
                "{count} NUL character was left out.",
                "{count} NUL characters were left out.",
                stream.zeros,
            )
        )
    if stream.mended:
        why.append(
            message_n(
                "{count} damaged row was set right: a stray quote, or a delimiter too many or too few.",
                "{count} damaged rows were set right: a stray quote, or a delimiter too many or too few.",
                stream.mended,
            )
        )
    why += [
        _ambiguous_dates(name, tally)
        for name, tally in zip(layout.names, converter.tallies, strict=True)
        if tally.is_ambiguous
    ]
    info = TableInfo(
        path=str(sample.path),
        size=sample.size,
        modified=sample.modified,
        fingerprint=fingerprint,
        reading=layout.reading,
        detection=tuple(reason.to_json() for reason in why),
        names=layout.names,
        types=tuple(types),
        tokens=tuple(dict(tally.tokens) for tally in converter.tallies),
        rows=stream.rows,
        renamed=layout.renamed,
        first_line=layout.header_lines + 1,
    )
    (folder / "table.json").write_text(info.model_dump_json(), encoding="utf-8")


def _ambiguous_dates(name: str, tally: Tally) -> Message:
    form = tally.cell_type.date_format
    if form.find("%d") < form.find("%m"):
        return message(
            "{column}: no date tells day from month; the day is read first.", column=name
        )
    return message("{column}: no date tells day from month; the month is read first.", column=name)


def _write_cells(stream: TextStream, converter: Converter, path: Path) -> None:
    with (
        pa.OSFile(str(path), "wb") as sink,
        pa.ipc.new_file(sink, converter.schema) as writer,
        closing(ahead(stream)) as batches,
    ):
        for batch in batches:
            writer.write_batch(converter.convert(batch))


def _refuse_changed(sample: FileSample) -> None:
    try:
        stat = sample.path.stat()
    except FileNotFoundError:
        return  # deleted after the last byte was read: all of it is here
    if (stat.st_size, stat.st_mtime_ns) != (sample.size, sample.modified):
        raise FileChanged(str(sample.path))


def _write_report(stream: TextStream, converter: Converter, folder: Path) -> None:
    rejects = stream.rejects
    _write_columns(
        folder / "rejects.arrow",
        line=pa.array([reject.line for reject in rejects], pa.int64()),
        text=pa.array([reject.text for reject in rejects], pa.string()),
        reason=pa.array([json.dumps(reject.reason.to_json()) for reject in rejects], pa.string()),
    )
    line_map = stream.line_map
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
