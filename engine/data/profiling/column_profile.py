"""The figures of columns: plain numbers, and for each whether it comes from all rows or a sample."""

from __future__ import annotations

from dataclasses import dataclass

from engine.schema import Kind

Point = tuple[float, float, float, float]
"""A value of the column, the target there, and the ends of its 95% interval."""
Estimate = tuple[float, float, float]
"""The target at one level, and the ends of its 95% interval."""

_OF_SAMPLE = frozenset({
    "quartiles", "outliers", "histogram", "top", "by_class", "target_rate", "target_mean",
    "level_target", "correlation", "length_histogram",
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class Spacing:
    """How the different moments of a date column follow each other."""

    step: float
    """The commonest time between two neighbours in seconds."""
    unit: str
    """What that is: `second`, `minute`, `hour`, `day`, `week`, `month`, `quarter`, `year` or empty."""
    share: float
    """The share of neighbours that are one step apart."""
    largest_gap: tuple[float, float]
    """Its two ends, in seconds since 1970."""
    resolution: float = 0.0
    """Moments were rounded to so many seconds because there are too many of them; 0: not at all."""

    @property
    def is_regular(self) -> bool:
        """Whether (nearly) all neighbours are one step apart."""
        return self.share >= 0.99


@dataclass(frozen=True, slots=True)
class ColumnProfile:
    """The figures of one column; a figure that its kind has not is `None` or empty."""

    name: str
    kind: Kind
    rows: int
    missing: int
    distinct: int
    distinct_exact: bool = True
    """Otherwise estimated to about 3%."""
    minimum: float | None = None
    """Dates as seconds since 1970, here and in the figures below."""
    maximum: float | None = None
    mean: float | None = None
    deviation: float | None = None
    """Of a sample: divided by n − 1."""
    skew: float | None = None
    """Adjusted Fisher-Pearson: 0 when both tails are alike, positive with a long tail upwards."""
    zeros: int | None = None
    negatives: int | None = None
    quartiles: tuple[float, float, float] | None = None
    outliers: int | None = None
    """Values more than 1.5 times the distance of the quartiles away from them."""
    histogram: tuple[int, ...] = ()
    edges: tuple[float, ...] = ()
    """One more than bars; a bar holds its left edge, the last one its right edge too."""
    top: tuple[tuple[str, int], ...] = ()
    """The most frequent values with their counts."""
    counted: int = 0
    """Values that the counts of `histogram` and `top` come from."""
    shortest: int | None = None
    longest: int | None = None
    """Lengths of texts in characters."""
    mean_length: float | None = None
    length_histogram: tuple[int, ...] = ()
    length_edges: tuple[float, ...] = ()
    by_class: tuple[tuple[int, ...], ...] = ()
    """For each class of the target the counts of `histogram`, or else of `top`."""
    classes: tuple[str, ...] = ()
    target_rate: tuple[Point, ...] = ()
    """The share of the last of two classes along the column."""
    target_mean: tuple[Point, ...] = ()
    """The mean of a number as target along the column."""
    level_target: tuple[Estimate | None, ...] = ()
    """For each of `top` the share of the last of two classes, or the mean of a number as target."""
    correlation: float | None = None
    """Pearson's, with a number as target or with the last of two classes."""
    spacing: Spacing | None = None
    """How dates follow each other."""
    sample: int = 0
    """Rows that the figures come from which `is_exact` denies; 0: all rows."""

    def is_exact(self, figure: str) -> bool:
        """Whether the figure of that name comes from all rows."""
        if figure == "distinct":
            return self.distinct_exact
        return not (self.sample and figure in _OF_SAMPLE)


@dataclass(frozen=True, slots=True)
class Profile:
    """The figures of all columns."""

    columns: dict[str, ColumnProfile]
    rows: int
    """Rows that were profiled: all of the table, or those of a filter."""
    sampled: bool
    """Whether distributions and quartiles come from a sample; see `ColumnProfile.is_exact`."""
