"""Speed and memory of reading CSV files: `python -m tests.benchmarks.loading [--megabytes 100 1000]`.

`--wide 1000 10000` reads a table of so many rows and columns instead.

Generates files with numbers, categories, dates, text and missing values in a temporary folder and
reads them, in one run, with Trainyard and with readers that only parse: pandas (C and pyarrow engines),
polars and DuckDB (`pip install trainyard[bench]` has the two). Every reading takes place in a process of
its own, after the imports, with the file in the page cache; the readers take turns, and the median of
the rounds is printed.

first     until the first rows can be shown: what a person waits for. The others show what they have read.
typed     until the table is there with its types: for Trainyard checked, every row accounted for, every
          cell that does not fit noted, and written to its cache.
peak      the most memory that the process held (its high-water mark), and what of it is beyond the imports.
again     opening the unchanged file a second time, in a new process.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path

from gui.worker_process import SPARING
from tests.benchmarks.made_tables import DATES, write_table, write_wide_table

TRAINYARD = "Trainyard"
_DATES = [f"date_{i}" for i in range(DATES)]
Clock = Callable[[], float]


def trainyard(path: Path, clock: Clock) -> float | None:
    """Open, with the first rows told of; when these came (not from the cache)."""
    from engine.data.open import open_table

    first: list[float] = []
    table = open_table(path, first_rows=lambda rows: first.append(clock()))
    assert table.rows
    return first[0] if first else None


def pandas_c(path: Path, clock: Clock) -> float | None:
    """pandas' own parser; dates are parsed, for all the others do it too."""
    import pandas

    with path.open(encoding="utf-8") as file:
        names = file.readline().rstrip().split(",")
    pandas.read_csv(path, parse_dates=[name for name in _DATES if name in names])
    return None


def pandas_pyarrow(path: Path, clock: Clock) -> float | None:
    """pandas around Arrow's parser, with Arrow types."""
    import pandas

    pandas.read_csv(path, engine="pyarrow", dtype_backend="pyarrow")
    return None


def polars(path: Path, clock: Clock) -> float | None:
    """polars, dates parsed."""
    import polars  # type: ignore[import-not-found, unused-ignore]

    polars.read_csv(path, try_parse_dates=True)
    return None


def duckdb(path: Path, clock: Clock) -> float | None:
    """DuckDB into an Arrow table."""
    import duckdb  # type: ignore[import-not-found, unused-ignore]

    duckdb.sql(f"select * from read_csv('{path}')").to_arrow_table()
    return None


READERS: dict[str, tuple[Callable[[Path, Clock], float | None], tuple[str, ...]]] = {
    # pyarrow imports pandas with the first array that it makes; the window does so before.
    TRAINYARD: (trainyard, ("pandas", "engine.data.open")),
    "pandas, C engine": (pandas_c, ("pandas",)),
    "pandas, pyarrow engine": (pandas_pyarrow, ("pandas", "pyarrow.csv")),
    "polars": (polars, ("polars",)),
    "DuckDB": (duckdb, ("duckdb", "pyarrow")),
}


def measure(reader: str, path: Path) -> None:
    """Read in this process and print the figures as JSON."""
    read, modules = READERS[reader]
    for module in modules:
        __import__(module)
    before = _peak()
    started = time.perf_counter()

    def clock() -> float:
        return time.perf_counter() - started

    first = read(path, clock)
    print(json.dumps({"first": first, "typed": clock(), "before": before, "peak": _peak()}))


def _peak() -> float:
    """The most memory held so far, in MB."""
    status = Path("/proc/self/status")
    if status.exists():  # what getrusage tells there begins with the memory of the parent process
        fields = dict(line.split(":", 1) for line in status.read_text().splitlines())
        return int(fields["VmHWM"].split()[0]) / 1024
    held = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return held / (1024 * 1024 if sys.platform == "darwin" else 1024)


def in_process(reader: str, path: Path) -> dict[str, float]:
    """The figures of one reading."""
    command = [sys.executable, "-m", "tests.benchmarks.loading", "--reader", reader, "--file", path]
    # As in the window, where tables are read in a process of their own.
    environment = (SPARING if reader == TRAINYARD and sys.platform == "linux" else {}) | os.environ
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=environment)
    if done.returncode:
        raise SystemExit(f"{reader} failed:\n{done.stderr}")
    found: dict[str, float] = json.loads(done.stdout)
    return found


def rounds_of(
    readers: list[str], path: Path, cache: Path, rounds: int
) -> dict[str, dict[str, float]]:
    """The median figures of each reader; they take turns."""
    all_found: dict[str, list[dict[str, float]]] = {reader: [] for reader in readers}
    for turn in range(rounds):
        for place in range(len(readers)):
            reader = readers[(turn + place) % len(readers)]
            if reader == TRAINYARD:
                subprocess.run(["rm", "-rf", cache], check=True)
            found = in_process(reader, path)
            if reader == TRAINYARD:
                found["again"] = in_process(reader, path)["typed"]
            else:
                found["first"] = found["again"] = found["typed"]
            all_found[reader].append(found)
    return {
        reader: {key: statistics.median(each[key] for each in found) for key in found[0]}
        for reader, found in all_found.items()
    }


def compare(path: Path, cache: Path, readers: list[str], rounds: int) -> None:
    """Print a table of all readers and the ratios that are aimed at."""
    path.read_bytes()  # into the page cache
    figures = rounds_of(readers, path, cache, rounds)
    print(f"{'':24}{'first s':>9}{'typed s':>9}{'peak MB':>9}{'beyond':>8}{'again s':>9}")
    for reader, found in figures.items():
        beyond = found["peak"] - found["before"]
        print(
            f"{reader:24}{found['first']:9.3f}{found['typed']:9.2f}{found['peak']:9,.0f}"
            f"{beyond:8,.0f}{found['again']:9.3f}"
        )
    own = figures.pop(TRAINYARD)
    if not figures:
        return
    fastest = min(figures, key=lambda reader: figures[reader]["typed"])
    print(f"typed / {fastest}: {own['typed'] / figures[fastest]['typed']:.2f} (goal 1.5)")
    other = figures.get("pandas, C engine")
    if other is not None:
        print(f"peak / pandas, C engine: {own['peak'] / other['peak']:.2f} (goal 0.25)")
    print(f"first rows: {own['first']:.3f} s (goal 0.3); again: {own['again']:.3f} s (goal 0.2)\n")


def main() -> None:
    """Generate each file, compare the readers on it, delete it."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--megabytes", type=int, nargs="*", default=[100, 1000])
    parser.add_argument("--wide", type=int, nargs=2, metavar=("ROWS", "COLUMNS"))
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--reader", choices=list(READERS), help=argparse.SUPPRESS)
    parser.add_argument("--file", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.reader:
        measure(options.reader, options.file)
        return
    readers = [r for r, (_, modules) in READERS.items() if find_spec(modules[0]) is not None]
    for absent in READERS.keys() - readers:
        print(f"{absent} is not installed, so it is left out: pip install trainyard[bench]")
    with tempfile.TemporaryDirectory() as folder:
        cache = Path(folder, "cache")
        os.environ["TRAINYARD_CACHE"] = str(cache)
        if options.wide:
            path = Path(folder, "wide.csv")
            rows, columns = options.wide
            write_wide_table(path, rows, columns)
            print(f"{rows:,} rows, {columns:,} columns, {os.cpu_count()} cores")
            compare(path, cache, readers, options.rounds)
        for megabytes in [] if options.wide else options.megabytes:
            path = Path(folder, f"{megabytes}.csv")
            rows = write_table(path, megabytes * 10**6)
            print(f"{megabytes:,} MB, {rows:,} rows, {os.cpu_count()} cores")
            compare(path, cache, readers, options.rounds)
            path.unlink()


if __name__ == "__main__":
    main()
