"""Images in a table: columns that hold paths of image files, and blocks of pixel columns."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from itertools import groupby
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from engine.data.table import Table
from engine.schema import ImageBlock

_ENDING = re.compile(r"\.(png|jpe?g|gif|bmp|webp|tiff?|ppm|pgm)$", re.I)
_ENDING_ARROW = r"(?i)\.(png|jpe?g|gif|bmp|webp|tiff?|ppm|pgm)$"
_LOOKED_FOR = 1000
"""Files that are looked for on disk."""
_NUMBERED = re.compile(r"(.*?)[\s_]*(\d+)")
_IN_GRID = re.compile(r"(.*?)[\s_]*(\d+)([x_,:]|c)(\d+)", re.I)
_PIXEL_NAMES = ("pixel", "pixels", "pix", "px", "p", "img", "image", "im", "r", "row", "")
_LEAST_SIDE = 4
_SIDES_UNNAMED = 8
_BRIGHTEST = 255


def is_image_path(text: str) -> bool:
    """Whether the text ends like the name of an image file."""
    return _ENDING.search(text) is not None


def holds_image_paths(values: pa.ChunkedArray) -> bool:
    """Whether (nearly) all of the texts are paths of image files."""
    head = values.slice(0, _LOOKED_FOR).drop_null()
    if not len(head) or pc.sum(pc.match_substring_regex(head, _ENDING_ARROW)).as_py() < 0.9 * len(
        head
    ):
        return False
    filled = len(values) - values.null_count
    return bool(
        (pc.sum(pc.match_substring_regex(values, _ENDING_ARROW)).as_py() or 0) >= 0.9 * filled
    )


def count_files(table: Table, values: pa.ChunkedArray) -> tuple[int, int]:
    """How many of the files exist, beside the table or where the path says, and how many were looked for."""
    filled = values.drop_null()
    places = np.linspace(0, len(filled) - 1, min(len(filled), _LOOKED_FOR)).astype(np.int64)
    folder = table.path if table.path.is_dir() else table.path.parent
    found = sum(_exists(folder, text) for text in filled.take(pa.array(places)).to_pylist())
    return found, len(places)


def _exists(folder: Path, text: str) -> bool:
    try:
        return (folder / text.strip().replace("\\", "/")).is_file()
    except (OSError, ValueError):
        return False


def pixel_blocks(table: Table, numbers: Sequence[str]) -> Iterator[ImageBlock]:
    """Runs of number columns that are named and valued like the pixels of an image.

    Args:
        table: The rows.
        numbers: Names of the number columns, in file order.
    """
    for prefix, run in groupby(numbers, _prefix_of):
        names = list(run)
        shape = _shape_of(names)
        if prefix is None or shape is None:
            continue
        height, width, channels = shape
        named = prefix.lower() in _PIXEL_NAMES
        side = _LEAST_SIDE if named else _SIDES_UNNAMED
        if min(height, width) >= side and (named or _are_bright(table, names)):
            yield ImageBlock(
                name=prefix or "image", columns=tuple(names), width=width, height=height,
                channels=channels,
            )  # fmt: skip


def _prefix_of(name: str) -> str | None:
    match = _IN_GRID.fullmatch(name.strip()) or _NUMBERED.fullmatch(name.strip())
    return None if match is None else match[1]


def _shape_of(names: Sequence[str]) -> tuple[int, int, int] | None:
    """Height, width and channels, if the numbers in the names count all pixels."""
    grid = [_IN_GRID.fullmatch(name.strip()) for name in names]
    if all(grid):
        places = [(int(match[2]), int(match[4])) for match in grid if match is not None]
        first, last = places[0], places[-1]
        height, width = last[0] - first[0] + 1, last[1] - first[1] + 1
        rows = range(first[0], last[0] + 1)
        if places == [(r, c) for r in rows for c in range(first[1], last[1] + 1)]:
            return height, width, 1
        return None
    matches = [_NUMBERED.fullmatch(name.strip()) for name in names]
    counted = [int(match[2]) for match in matches if match is not None]
    if len(counted) < _LEAST_SIDE**2 or counted != list(
        range(counted[0], counted[0] + len(counted))
    ):
        return None
    for channels in (1, 3, 4):
        side = math.isqrt(len(counted) // channels)
        if side * side * channels == len(counted):
            return side, side, channels
    return None


def _are_bright(table: Table, names: Sequence[str]) -> bool:
    """Whether the columns hold whole numbers from 0 to 255 and reach far up."""
    highest = 0
    for name in names:
        values = table.column(name)
        if not pa.types.is_integer(values.type):
            return False
        extremes = pc.min_max(values)
        low, high = extremes["min"].as_py(), extremes["max"].as_py()
        if low is None or low < 0 or high > _BRIGHTEST:
            return False
        highest = max(highest, high)
    return highest > _BRIGHTEST // 2
