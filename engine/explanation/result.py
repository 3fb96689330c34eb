"""What an explanation found. Free of torch and numpy: the window reads these."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict

from engine.tasks import Part


class _Result(BaseModel):
    model_config = ConfigDict(frozen=True)


class ColumnImportance(_Result):
    """How much worse the metric gets when the values of one column are shuffled among the rows."""

    name: str
    mean: float
    """Mean loss in the metric over the repeats; positive: the model uses the column."""
    low: float
    high: float
    """Smallest and largest of the repeats."""


class Importance(_Result):
    """Permutation importance of the feature columns, the greatest first."""

    run: str
    part: Part
    rows: int
    """Rows used; a sample where the part is large."""
    repeats: int
    metric: str
    metric_title: str
    score: float
    """The metric with nothing shuffled."""
    higher_is_better: bool
    columns: tuple[ColumnImportance, ...]


class NearRow(_Result):
    """A training row near the row that was asked for."""

    row: int
    """Of the run's table, from 0."""
    distance: float
    """Euclidean, in the last hidden layer."""
    actual: str
    predicted: str
    """Of several targets all of them, in order, with dots between."""


class NearestRows(_Result):
    """Training rows that the network sees as most like a row, the nearest first."""

    run: str
    row: int
    file: str = ""
    """That the row is counted in; empty: the run's table."""
    is_training: bool = False
    """Whether the row itself is one of them; it is not listed."""
    neighbours: tuple[NearRow, ...]
    rows: int
    """Training rows that were looked at: all."""
    usual: float
    """How far training rows are from their own nearest one, in the median of up to 200 of them."""
