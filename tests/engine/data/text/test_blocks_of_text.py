"""Characters of several bytes at the edge of what is read at once cost neither rows nor the fast reader."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.data.text import fast_rows
from engine.data.text.source import CHUNK, Source
from engine.data.text.text_stream import stream_text

HEADER = b"name,city\n"


def rows_around_the_edge(shift: int) -> bytes:
    """Lines of two-byte characters that stand across the end of the first chunk, for some shift."""
    line = "ÄÄÄÄ,ÖÖÖÖÖÖ\n".encode()
    return HEADER + b"x" * shift + b",y\n" + line * (4 * CHUNK // len(line))


@pytest.mark.parametrize("shift", [1, 2])
def test_the_fast_reader_goes_on_over_the_edge(tmp_path: Path, shift: int) -> None:
    path = tmp_path / "edge.csv"
    data = rows_around_the_edge(shift)
    path.write_bytes(data)
    stream = stream_text(path)
    rows = sum(batch.num_rows for batch in stream)
    assert rows == data.count(b"\n") - 1
    assert not stream.tolerant
    assert not stream.rejects


@pytest.mark.parametrize("shift", [1, 2])
def test_every_reading_but_the_last_is_full(tmp_path: Path, shift: int) -> None:
    path = tmp_path / "edge.csv"
    data = rows_around_the_edge(shift)
    path.write_bytes(data)
    with Source(path, "utf-8", skip=len(HEADER)) as source:
        pieces = [source.read(CHUNK)]
        while pieces[-1]:
            pieces.append(source.read(CHUNK))
    assert [len(piece) for piece in pieces[:-2]] == [CHUNK] * (len(pieces) - 2)
    assert b"".join(pieces) == data[len(HEADER) :]


def test_blocks_are_small_where_memory_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "edge.csv"
    path.write_bytes(rows_around_the_edge(1))
    batches = [batch.num_rows for batch in stream_text(path)]
    monkeypatch.setenv("TRAINYARD_MEMORY", str(100 << 20))
    smaller = [batch.num_rows for batch in stream_text(path)]
    assert sum(smaller) == sum(batches)
    assert max(smaller) < max(batches) / 2
    assert fast_rows.BLOCK == CHUNK
