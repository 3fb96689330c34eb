"""How long evaluating predicted rows takes: metrics with intervals, curves, slices, choosing rows.

    python -m tests.benchmarks.evaluating [--rows 200000] [--kind binary|regression|classes]

Rows are made up; predicting is not part of it. Told are the seconds of all processors together, which
other work on the machine hardly changes, and those on the clock. Ends with status 1 where all of it together
takes more than five seconds of work for a million rows, in proportion.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pyarrow as pa

from engine.evaluation.curves import (
    calibration,
    chance_histogram,
    error_bins,
    normal_quantiles,
    residual_histogram,
    sweep,
)
from engine.evaluation.fairness import Groups, fairness
from engine.evaluation.groups import groups_of
from engine.evaluation.intervals import intervals_of, values_of
from engine.evaluation.measures import ScoredRows, measures_of
from engine.evaluation.row_table import ByChance, RowTable, write_row_table
from engine.evaluation.slices import SliceSearch, least_rows

MOST_SECONDS = 5.0
COLUMNS = 12


def made(rows: int, kind: str) -> ScoredRows:
    """Rows with predictions that are right more often than not."""
    generator = np.random.default_rng(0)
    if kind == "regression":
        actual = generator.normal(size=rows)
        return ScoredRows(actual, actual + generator.normal(size=rows))
    if kind == "binary":
        codes = (generator.random(rows) < 0.3).astype(np.int64)
        chances = 1 / (1 + np.exp(-(generator.normal(size=rows) + 2 * codes - 1)))
        return ScoredRows(codes, chances, (chances > 0.5).astype(np.int64), 2)
    codes = generator.integers(0, 10, rows)
    powers = np.exp(generator.normal(size=(rows, 10)) + 2 * np.eye(10)[codes])
    shares = powers / powers.sum(axis=1, keepdims=True)
    return ScoredRows(codes, shares, shares.argmax(axis=1), 10)


def cells(rows: int) -> dict[str, pa.Array]:
    """Columns to slice by: half of them numbers."""
    generator = np.random.default_rng(1)
    found: dict[str, pa.Array] = {}
    for place in range(COLUMNS):
        if place % 2:
            found[f"number {place}"] = pa.array(generator.normal(size=rows))
        else:
            codes = pa.array(generator.integers(0, 8, rows).astype(np.int32))
            names = pa.array([f"level {level}" for level in range(8)])
            found[f"level {place}"] = pa.DictionaryArray.from_arrays(codes, names)
    return found


def main() -> int:
    """Print seconds of each piece."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--rows", type=int, default=200_000)
    parser.add_argument("--kind", choices=("binary", "regression", "classes"), default="binary")
    asked = parser.parse_args()
    scored, columns = made(asked.rows, asked.kind), cells(asked.rows)
    total = 0.0

    def timed(name: str, work: Callable[[], object]) -> object:
        nonlocal total
        began, worked = time.perf_counter(), time.process_time()
        answer = work()
        took, worked = time.perf_counter() - began, time.process_time() - worked
        total += worked
        print(f"{name:<22}{worked:8.2f} s{took:12.2f} s on the clock")
        return answer

    measures = measures_of(scored)
    values = timed("values", lambda: values_of(measures, scored))
    assert isinstance(values, dict)
    timed("intervals", lambda: intervals_of(measures, scored, values))
    if scored.classes:
        timed("calibration", lambda: calibration(scored))
        losses = 1 - (scored.predictions if scored.is_binary else scored.predictions[:, 0])
    else:
        losses = np.square(scored.errors)
        timed("residuals", lambda: (residual_histogram(scored), error_bins(scored)))
        timed("normal quantiles", lambda: normal_quantiles(scored))
    if scored.is_binary:
        positive = scored.actual == 1
        timed("threshold sweep", lambda: sweep(positive, scored.predictions, None))
        timed("histogram", lambda: chance_histogram(positive, scored.predictions))
    groups = timed(
        "columns grouped",
        lambda: groups_of(tuple(columns), columns.__getitem__, least_rows(asked.rows)),
    )
    assert isinstance(groups, tuple)
    search = SliceSearch(scored, losses, groups, least_rows(asked.rows))
    timed("slices", search.slices)
    if scored.is_binary and scored.chosen is not None:
        rows = Groups(positive, scored.chosen == 1, scored.predictions, scored.right)
        timed("gaps", lambda: fairness(rows, groups))
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "rows.arrow"
        numbers = np.arange(asked.rows)
        chance = scored.predictions if scored.predictions.ndim == 1 else scored.predictions[:, 0]
        own = (scored.actual, scored.predictions if scored.chosen is None else scored.chosen)
        timed("rows kept", lambda: write_row_table(file, numbers, *own, chance, losses, groups))
        began = time.perf_counter()
        table = RowTable.load(file)
        table.worst(table.mask(ByChance(0.2, 0.4)), 200)
        print(f"{'rows chosen (window)':<22}{1000 * (time.perf_counter() - began):8.0f} ms")
    allowed = MOST_SECONDS * asked.rows / 1_000_000
    print(f"{'together':<22}{total:8.2f} s of {max(allowed, 1.0):.1f}")
    return int(total > max(allowed, 1.0))


if __name__ == "__main__":
    sys.exit(main())
