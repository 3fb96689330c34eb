"""Arrow files: the IPC file format (also known as Feather) and the IPC stream."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa

from engine.data.formats.kinds import ARROW
from engine.data.formats.rows import Ask, Format, Rows
from engine.data.formats.typed_rows import TypedRows, damage_told
from engine.data.progress import Cancelled, Progress

_FILE, _STREAM = b"ARROW1", b"\xff\xff\xff\xff"


class Arrow(Format):
    """Record batches one after the other."""

    kind = ARROW

    def recognises(self, path: Path, head: bytes) -> bool:
        return head.startswith(_FILE) or (head.startswith(_STREAM) and _begins_a_stream(head))

    def open(self, ask: Ask) -> Rows:
        return ArrowRows(ask)


def _begins_a_stream(head: bytes) -> bool:
    """Whether the length of the schema that follows is plausible."""
    length = int.from_bytes(head[4:8], "little")
    return 0 < length < 1 << 28 and length % 8 == 0


class ArrowRows(TypedRows):
    """The rows of an Arrow file or stream."""

    def __init__(self, ask: Ask) -> None:
        with ask.path.open("rb") as file:
            self._is_stream = not file.read(6).startswith(_FILE)
        with damage_told(str(ask.path), ARROW), pa.OSFile(str(ask.path), "rb") as source:
            opened = pa.ipc.open_stream if self._is_stream else pa.ipc.open_file
            super().__init__(ask, ARROW, opened(source).schema)

    def _batches(
        self, progress: Progress, cancelled: Cancelled
    ) -> Iterator[tuple[pa.RecordBatch, int, int]]:
        with pa.OSFile(str(self.path), "rb") as source:
            size = source.size()
            if self._is_stream:
                for batch in pa.ipc.open_stream(source):
                    yield batch, source.tell(), size
                return
            reader = pa.ipc.open_file(source)
            for number in range(reader.num_record_batches):
                batch = reader.get_batch(number)
                yield batch, size * (number + 1) // reader.num_record_batches, size
