"""Parquet files."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa

from engine.data.formats.kinds import PARQUET
from engine.data.formats.rows import Ask, Format, Rows
from engine.data.formats.typed_rows import BATCH, TypedRows, damage_told
from engine.data.progress import Cancelled, Progress
from engine.errors import FileEncrypted

_MAGIC, _ENCRYPTED = b"PAR1", b"PARE"


class Parquet(Format):
    """Columns in row groups, read one batch at a time."""

    kind = PARQUET

    def recognises(self, path: Path, head: bytes) -> bool:
        return head.startswith((_MAGIC, _ENCRYPTED))

    def open(self, ask: Ask) -> Rows:
        return ParquetRows(ask)


class ParquetRows(TypedRows):
    """The rows of a Parquet file."""

    def __init__(self, ask: Ask) -> None:
        import pyarrow.parquet as pq  # what it brings takes 10 MB, and few files are Parquet

        with ask.path.open("rb") as file:
            if file.read(4) == _ENCRYPTED:
                raise FileEncrypted(str(ask.path), PARQUET.name)
        with damage_told(str(ask.path), PARQUET), pq.ParquetFile(ask.path) as source:
            super().__init__(ask, PARQUET, source.schema_arrow)

    def _batches(
        self, progress: Progress, cancelled: Cancelled
    ) -> Iterator[tuple[pa.RecordBatch, int, int]]:
        import pyarrow.parquet as pq

        size, done = self.path.stat().st_size, 0
        with pq.ParquetFile(self.path, pre_buffer=False, buffer_size=1 << 20) as source:
            rows = max(1, source.metadata.num_rows)
            for batch in source.iter_batches(batch_size=BATCH, use_threads=False):
                done += batch.num_rows
                yield batch, size * done // rows, size
