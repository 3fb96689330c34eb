"""Glances at bytes never miss what the exact questions find."""

from __future__ import annotations

import sys

import pyarrow as pa
import pyarrow.compute as pc
import pytest

from engine.data.cells.cell_bytes import edges_of, may_have_blanks, places_like
from engine.data.cells.shapes import MISSING


def test_every_blank_of_unicode_is_seen_at_either_end() -> None:
    characters = [c for c in map(chr, range(sys.maxunicode + 1)) if not "\ud800" <= c <= "\udfff"]
    for pattern in ("{}x", "x{}"):
        cells = pa.array([pattern.format(c) for c in characters])
        trimmed = pc.not_equal(pc.utf8_trim_whitespace(cells), cells)
        blanks = cells.filter(trimmed)
        assert len(blanks) > 20
        for cell in blanks:
            assert may_have_blanks(edges_of(pa.array([cell.as_py()]))), repr(cell.as_py())


@pytest.mark.parametrize("cells", [[], [None], [""], ["", None, ""], ["a", "", None, "北京"]])
def test_lengths_are_those_of_the_texts(cells: list[str | None]) -> None:
    array = pa.array(cells, pa.string())
    assert edges_of(array).lengths.tolist() == [len((cell or "").encode()) for cell in cells]
    assert not may_have_blanks(edges_of(array))


def test_slices_are_looked_at_alone() -> None:
    cells = pa.array([" a", "b", "c "])
    assert may_have_blanks(edges_of(cells))
    assert not may_have_blanks(edges_of(cells.slice(1, 1)))
    assert edges_of(cells.slice(1)).first.tobytes() == b"bc"


def test_cells_like_tokens_are_all_found() -> None:
    others = ["Oslo", "Norway and more", "0", "x" * 300]
    cells = [each for pair in zip(MISSING, others * len(MISSING), strict=False) for each in pair]
    found = places_like(edges_of(pa.array(cells)), MISSING).tolist()
    assert set(range(0, len(cells), 2)) <= set(found)
    assert not places_like(edges_of(pa.array(others)), ("NULL", "n/a")).tolist()
