"""Curves with more points than pixels, as columns of pixels.

Where a curve has hundreds of points in each column of pixels, all that can be seen of it is how far it
reaches up and down there. Qt would draw each of these strokes with soft edges: 0.3 to 0.8 ms a curve.
Here they are filled in an array of bytes, in some 0.03 ms; a byte is the number of the topmost curve.
"""

from __future__ import annotations

from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QColor, QImage

Places: TypeAlias = NDArray[np.int64]
_OPAQUE = 0xFF000000
MOST = 250
"""Curves in one picture: each has a number in a byte."""


class Raster:
    """A picture of so many pixels of the device; what is added covers what is there."""

    def __init__(self, width: int, height: int) -> None:
        self._numbers = np.zeros((height, width), np.uint8)
        # One more than the last row has to be a number of its own: what is not drawn is there.
        self._kind: Any = np.uint8 if height < 255 else np.uint16
        self._nowhere = int(np.iinfo(self._kind).max)
        self._rows = np.arange(height, dtype=self._kind)[:, None]
        self._colours = [0]

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to show."""
        return len(self._colours) == 1

    @property
    def is_full(self) -> bool:
        """Whether there is no number left for another curve."""
        return len(self._colours) > MOST

    def add(self, columns: Places, top: Places, bottom: Places, colour: QColor) -> None:
        """Fill columns of pixels, each from row `top` to row `bottom`, inclusive; what is outside is cut."""
        height, width = self._numbers.shape
        self._colours.append(colour.rgba() | _OPAQUE)
        if not len(columns):
            return
        high, low = int(top.min()), int(bottom.max())
        if high < 0 or low >= height:
            seen = (bottom >= 0) & (top < height)
            if not seen.any():
                return
            columns, top, bottom = columns[seen], np.maximum(top[seen], 0), bottom[seen]
            bottom = np.minimum(bottom, height - 1)
            high, low = int(top.min()), int(bottom.max())
        first = np.full(width, self._nowhere, self._kind)
        rest = np.zeros(width, self._kind)
        first[columns] = top
        rest[columns] = bottom - top
        rows = slice(high, low + 1)
        across = slice(int(columns[0]), int(columns[-1]) + 1)
        # Above the first row the difference wraps around to a large number.
        inside = (self._rows[rows] - first[across]) <= rest[across]
        part = self._numbers[rows, across]
        np.maximum(part, inside.view(np.uint8) * np.uint8(len(self._colours) - 1), out=part)

    def stamp(self, columns: Places, rows: Places, shape: NDArray[np.bool_]) -> None:
        """Put a square shape, with a pixel in its middle, on points, in the colour added last."""
        height, width = self._numbers.shape
        down, across = np.nonzero(shape)
        radius = shape.shape[0] // 2
        inside = (
            (rows >= radius)
            & (rows < height - radius)
            & (columns >= radius)
            & (columns < width - radius)
        )
        # Those at the edge are few and small; half of one would not be known for what it is.
        starts = (rows[inside] - radius) * width + columns[inside] - radius
        offsets = down * width + across
        self._numbers.reshape(-1)[(starts[:, None] + offsets).ravel()] = len(self._colours) - 1

    def image(self, ratio: float) -> QImage:
        """The picture, `ratio` of its pixels to each one that is painted with."""
        height, width = self._numbers.shape
        pixels = np.take(np.array(self._colours, np.uint32), self._numbers)
        shape = QImage.Format.Format_ARGB32_Premultiplied
        image = QImage(pixels.data, width, height, 4 * width, shape).copy()
        image.setDevicePixelRatio(ratio)
        return image
