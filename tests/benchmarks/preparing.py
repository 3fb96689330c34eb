"""Speed and memory of preparing a table: `python -m tests.benchmarks.preparing [--rows 1000000]`.

Generates one table of 50 columns (30 numbers, a third of them skewed, a third with gaps; 15 categories of
2 to 2,000 levels; 5 dates) and turns it into float32 numbers and int32 codes, fitted on all its rows, in
one run with Trainyard, scikit-learn's ColumnTransformer and polars (`pip install trainyard[bench]`). All
do the same as far as they can: median for what is missing and an input that says so, 20 numbers with
mean 0 and deviation 1, 10 by normal quantiles, categories as codes, dates as elapsed days, year, and
month and weekday as circles. polars has no quantile transformation: there it is a standardisation, which
is less work. A line more shows scikit-learn with one-hot categories, as a dense matrix.

Each one works in a process of its own, with the data in memory (Trainyard also from its own table on
disk); they take turns, and the median of the rounds is printed.

With `--stream 50000000` it prepares that many rows in bounded memory instead: see
`tests.benchmarks.preparing_stream`.

fit        seconds until everything is learned.
transform  seconds until the arrays are there.
peak       the most memory held beyond what was held before, as a multiple of the arrays that come out.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from tests.benchmarks.preparing_stream import WAYS, stream

NUMBERS, SKEWED, CATEGORIES, DATES = 30, 10, 15, 5
LEVELS = (2, 2, 3, 3, 4, 5, 6, 8, 10, 12, 20, 50, 100, 500, 2000)
Result = tuple[float, float, int]
"""Seconds to fit, seconds to transform, bytes of the arrays."""


def write_tables(folder: Path, rows: int) -> None:
    """The same rows as Feather, for frames, and as a table of Trainyard's."""
    import pyarrow as pa
    from pyarrow import csv, feather

    rng = np.random.default_rng(0)
    columns: dict[str, Any] = {}
    for i in range(NUMBERS):
        values = rng.normal(50, 10, rows)
        if i >= NUMBERS - SKEWED:
            values = np.exp(values / 10)
        if i % 3 == 0:
            values[rng.random(rows) < 0.1] = np.nan
        columns[f"number_{i}"] = pa.array(values, from_pandas=True)
    for i, levels in enumerate(LEVELS):
        names = np.array([f"level {k}" for k in range(levels)])
        codes = rng.integers(0, levels, rows)
        absent = rng.random(rows) < (0.05 if i % 3 == 0 else 0)
        indices = pa.array(codes.astype(np.int32), mask=absent)
        dictionary = pa.DictionaryArray.from_arrays(indices, pa.array(names))
        columns[f"category_{i}"] = dictionary.dictionary_decode()
    for i in range(DATES):
        days = rng.integers(10_000, 20_000, rows).astype("datetime64[D]")
        columns[f"date_{i}"] = pa.array(days.astype("datetime64[us]"))
    columns["label"] = pa.array(np.where(rng.random(rows) < 0.3, "yes", "no"))
    table = pa.table(columns)
    feather.write_feather(table, str(folder / "rows.feather"), compression="uncompressed")

    from engine.data.open import open_table

    path = folder / "rows.csv"
    csv.write_csv(table, path)
    open_table(path)


def _names() -> tuple[list[str], list[str], list[str], list[str]]:
    plain = [f"number_{i}" for i in range(NUMBERS - SKEWED)]
    skewed = [f"number_{i}" for i in range(NUMBERS - SKEWED, NUMBERS)]
    return (
        plain,
        skewed,
        [f"category_{i}" for i in range(CATEGORIES)],
        [f"date_{i}" for i in range(DATES)],
    )


def _recipe(source: Any, rows: int) -> tuple[Any, Any]:
    from engine.recipe.columns import ColumnSpec
    from engine.recipe.recipe import Recipe
    from engine.schema import Column, Kind, Role, Schema

    plain, skewed, categories, dates = _names()
    kinds = dict.fromkeys((*plain, *skewed), Kind.NUMBER)
    kinds |= dict.fromkeys(categories, Kind.CATEGORY) | dict.fromkeys(dates, Kind.DATE)
    kinds["label"] = Kind.CATEGORY
    specs = tuple(
        ColumnSpec.model_validate(
            {
                "name": name,
                "kind": kind,
                "role": Role.TARGET if name == "label" else Role.FEATURE,
                "scale": "quantile" if name in skewed else "auto",
            }
        )
        for name, kind in kinds.items()
    )
    columns = tuple(Column(name=name, kind=kind) for name, kind in kinds.items())
    return Recipe(columns=specs), Schema(columns=columns, rows=rows)


def _trainyard(source: Any, rows: int) -> Result:
    from engine.data.preparing.preparation import Preparation

    recipe, schema = _recipe(source, rows)
    calls: list[int] = []
    started = time.perf_counter()
    fitted = Preparation.fit(source, recipe, schema, np.arange(rows))
    between = time.perf_counter()
    arrays = fitted.transform(
        source, with_target=False, progress=lambda done, total: calls.append(done)
    )
    ended = time.perf_counter()
    assert len(calls) > 1
    assert len(arrays) == rows
    return between - started, ended - between, arrays.numbers.nbytes + arrays.codes.nbytes


def trainyard_frame(folder: Path) -> Callable[[], Result]:
    """A pandas frame in memory."""
    frame = _frame(folder)
    return lambda: _trainyard(frame, len(frame))


def trainyard_table(folder: Path) -> Callable[[], Result]:
    """Trainyard's own table, mapped into memory."""
    from engine.data.open import open_table

    table = open_table(folder / "rows.csv")
    return lambda: _trainyard(table, table.rows)


def _frame(folder: Path) -> Any:
    import pandas as pd

    return pd.read_feather(folder / "rows.feather")


def _sklearn(folder: Path, encoder: Any) -> Callable[[], Result]:
    import pandas as pd
    from sklearn.compose import ColumnTransformer
    from sklearn.impute import SimpleImputer
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import FunctionTransformer, QuantileTransformer, StandardScaler

    plain, skewed, categories, dates = _names()

    def calendar(frame: pd.DataFrame) -> Any:
        parts = []
        for name in frame:
            days = frame[name]
            parts += [(days - pd.Timestamp(1997, 5, 19)).dt.days, days.dt.year]
            for turn in (days.dt.month / 12, days.dt.weekday / 7):
                parts += [np.sin(2 * np.pi * turn), np.cos(2 * np.pi * turn)]
        return np.column_stack(parts)

    def work() -> Result:
        fill = SimpleImputer(strategy="median", add_indicator=True)
        quantiles = QuantileTransformer(n_quantiles=1000, output_distribution="normal")
        steps = ColumnTransformer(
            [
                ("plain", make_pipeline(fill, StandardScaler()), plain),
                ("skewed", make_pipeline(fill, quantiles), skewed),
                ("categories", encoder, categories),
                ("dates", make_pipeline(FunctionTransformer(calendar), StandardScaler()), dates),
            ],
            sparse_threshold=0.0,
        )
        frame = work.frame  # type: ignore[attr-defined]
        started = time.perf_counter()
        steps.fit(frame)
        between = time.perf_counter()
        found = steps.transform(frame).astype(np.float32)
        ended = time.perf_counter()
        return between - started, ended - between, found.nbytes

    work.frame = _frame(folder)  # type: ignore[attr-defined]
    return work


def sklearn_codes(folder: Path) -> Callable[[], Result]:
    """scikit-learn's ColumnTransformer, categories as codes."""
    from sklearn.preprocessing import OrdinalEncoder

    encoder = OrdinalEncoder(
        handle_unknown="use_encoded_value", unknown_value=-1, encoded_missing_value=-2
    )
    return _sklearn(folder, encoder)


def sklearn_one_hot(folder: Path) -> Callable[[], Result]:
    """scikit-learn's ColumnTransformer, categories one-hot up to 20 levels, merged beyond."""
    from sklearn.preprocessing import OneHotEncoder

    encoder = OneHotEncoder(
        handle_unknown="infrequent_if_exist",
        max_categories=20,
        sparse_output=False,
        dtype=np.float32,
    )
    return _sklearn(folder, encoder)


def polars(folder: Path) -> Callable[[], Result]:
    """polars expressions, categories as codes, everything standardised."""
    import polars as pl  # type: ignore[import-not-found, unused-ignore]

    plain, skewed, categories, dates = _names()
    frame = pl.read_ipc(folder / "rows.feather")

    def work() -> Result:
        started = time.perf_counter()
        names = [*plain, *skewed]
        medians = frame.select(pl.col(names).median()).row(0, named=True)
        filled = [pl.col(name).fill_null(medians[name]) for name in names]
        means = frame.select(e.mean() for e in filled).row(0)
        spreads = frame.select(e.std(ddof=0) for e in filled).row(0)
        lacking = [name for name in names if frame[name].null_count()]
        levels = {n: frame[n].drop_nulls().unique().sort() for n in categories}
        between = time.perf_counter()
        numbers = [
            ((e - mean) / spread).cast(pl.Float32)
            for e, mean, spread in zip(filled, means, spreads, strict=True)
        ]
        numbers += [pl.col(n).is_null().cast(pl.Float32).alias(f"{n} (missing)") for n in lacking]
        for name in dates:
            day = pl.col(name)
            elapsed = (day - pl.datetime(1997, 5, 19)).dt.total_days()
            numbers.append((elapsed / 2887.0).cast(pl.Float32).alias(f"{name} elapsed"))
            numbers.append((day.dt.year() / 8.0).cast(pl.Float32).alias(f"{name} year"))
            for word, turn in (("month", day.dt.month() / 12), ("day", day.dt.weekday() / 7)):
                angle = turn * (2 * np.pi)
                numbers.append(angle.sin().cast(pl.Float32).alias(f"{name} {word} sin"))
                numbers.append(angle.cos().cast(pl.Float32).alias(f"{name} {word} cos"))
        matrix = frame.select(numbers).to_numpy(order="c")
        coded = frame.select(
            pl.col(n).replace_strict(
                known, pl.int_range(1, len(known) + 1, eager=True, dtype=pl.Int32), default=0
            )
            for n, known in levels.items()
        )
        codes = coded.to_numpy(order="c")
        ended = time.perf_counter()
        return between - started, ended - between, matrix.nbytes + codes.nbytes

    return work


TOOLS: dict[str, Callable[[Path], Callable[[], Result]]] = {
    "Trainyard, frame": trainyard_frame,
    "Trainyard, table": trainyard_table,
    "scikit-learn, codes": sklearn_codes,
    "scikit-learn, one-hot": sklearn_one_hot,
    "polars": polars,
}


class Watch:
    """The most anonymous memory that this process holds while it works, in bytes."""

    def __init__(self) -> None:
        self.before = self.peak = _held()
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)
        self._thread.start()

    def _look(self) -> None:
        while not self._over.wait(0.002):
            self.peak = max(self.peak, _held())

    def end(self) -> int:
        """What was held beyond the beginning."""
        self._over.set()
        self._thread.join()
        return self.peak - self.before


def _held() -> int:
    with Path("/proc/self/status").open() as status:
        for line in status:
            if line.startswith("RssAnon"):
                return int(line.split()[1]) * 1024
    return 0


def measure(tool: str, folder: Path) -> None:
    """Prepare in this process, after the imports, and print the figures."""
    import sklearn.preprocessing  # noqa: F401

    import engine.data.preparing.dataset  # noqa: F401

    work = TOOLS[tool](folder)
    watch = Watch()
    fit, transform, size = work()
    peak = watch.end()
    print(json.dumps({"fit": fit, "transform": transform, "size": size, "peak": peak}))


def in_process(tool: str, folder: Path) -> dict[str, float]:
    """The figures of one tool."""
    command = [sys.executable, "-m", "tests.benchmarks.preparing", "--tool", tool]
    done = subprocess.run(
        [*command, "--folder", folder], capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise SystemExit(f"{tool} failed:\n{done.stderr}")
    found: dict[str, float] = json.loads(done.stdout)
    return found


def main() -> None:
    """Measure and print a table."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--only", nargs="*", choices=list(TOOLS), default=list(TOOLS))
    parser.add_argument("--tool", choices=list(TOOLS))
    parser.add_argument("--folder", type=Path)
    parser.add_argument("--stream", type=int, metavar="ROWS", help="in bounded memory")
    parser.add_argument("--megabytes", type=int, default=1024, help="of memory, with --stream")
    parser.add_argument("--ways", nargs="*", choices=WAYS, default=WAYS[:1], help="with --stream")
    asked = parser.parse_args()
    if asked.stream:
        sys.exit(stream(asked.stream, asked.megabytes, tuple(asked.ways), asked.folder))
    if asked.tool:
        measure(asked.tool, asked.folder)
        return
    with tempfile.TemporaryDirectory(prefix="trainyard-bench-") as name:
        folder = Path(name)
        write_tables(folder, asked.rows)
        rounds: dict[str, list[dict[str, float]]] = {tool: [] for tool in asked.only}
        for turn in range(asked.rounds):
            for place in range(len(asked.only)):
                tool = asked.only[(turn + place) % len(asked.only)]
                rounds[tool].append(in_process(tool, folder))
                print(f"{tool}: {rounds[tool][-1]}", file=sys.stderr, flush=True)
    print(f"{asked.rows:,} rows × {NUMBERS + CATEGORIES + DATES} columns, {asked.rounds} rounds")
    print(f"{'':24}{'fit':>8}{'transform':>11}{'both':>8}{'arrays':>10}{'peak':>8}")
    for tool, found in rounds.items():
        fit, transform, size, peak = (
            statistics.median(one[key] for one in found)
            for key in ("fit", "transform", "size", "peak")
        )
        both = f"{fit:8.2f}{transform:11.2f}{fit + transform:8.2f}"
        print(f"{tool:24}{both}{size / 1e6:7.0f} MB{peak / size:7.2f}×")


if __name__ == "__main__":
    main()
