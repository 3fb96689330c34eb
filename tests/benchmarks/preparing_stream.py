"""Very many rows in bounded memory: `python -m tests.benchmarks.preparing --stream 50000000`.

Generates a Parquet file of 8 mixed columns block by block, opens it, splits it, fits a preparation on its
training rows, transforms all of them and writes them as Parquet. Each step works in a process of its own
under `RLIMIT_DATA` (see `tests.benchmarks.beyond_memory`), so that private memory beyond what is allowed
cannot be had, and the step fails. The same is done with a tenth of the rows under the same limit: where
memory is bounded, both hold about as much at their peak.

Ways to split: `stratified` is what Auto takes; `group` keeps the rows of each of a tenth as many customers
together; `time` goes by a date; `folds` is the third fold of five; `copies` drops rows that are alike.
"""

from __future__ import annotations

import argparse
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

from tests.benchmarks.beyond_memory import NOTHING_RESERVED, import_all, peak_of

WAYS = ("stratified", "group", "time", "folds", "copies")
_BLOCK = 1_000_000
_TENTH = 10
_CITIES = np.array(["Berlin", "Kraków", "New York", "Oslo", "Paris", "São Paulo", "上海"])


def write_rows(path: Path, rows: int) -> None:
    """A Parquet file of so many rows, a million at a time."""
    import pyarrow as pa
    from pyarrow import parquet

    writer = None
    for block, start in enumerate(range(0, rows, _BLOCK)):
        rng = np.random.default_rng(block)
        count = min(_BLOCK, rows - start)
        height = rng.normal(50, 10, count)
        city = rng.integers(0, len(_CITIES), count)
        shop = pa.DictionaryArray.from_arrays(
            pa.array(rng.integers(0, 2000, count).astype(np.int32)),
            pa.array([f"shop {number}" for number in range(2000)]),
        )
        days = rng.integers(15_000, 19_000, count).astype("datetime64[D]")
        columns = {
            "height": pa.array(height, mask=rng.random(count) < 0.1),
            "income": pa.array(np.exp(rng.normal(8, 1, count))),
            "visits": pa.array(rng.integers(0, 10_000, count)),
            "customer": pa.array(rng.integers(0, max(1, rows // _TENTH), count)),
            "city": pa.DictionaryArray.from_arrays(
                pa.array(city.astype(np.int32), mask=rng.random(count) < 0.03), pa.array(_CITIES)
            ).dictionary_decode(),
            "shop": shop.dictionary_decode(),
            "day": pa.array(days.astype("datetime64[us]")),
            "answer": pa.array(
                np.where(height + 5 * city + rng.normal(0, 9, count) > 65, "yes", "no")
            ),
        }
        table = pa.table(columns)
        writer = writer or parquet.ParquetWriter(path, table.schema)
        writer.write_table(table)
    assert writer is not None
    writer.close()


def open_it(path: Path) -> str:
    """Read, type and cache the file."""
    from engine.data.open import open_table

    table = open_table(path)
    return f"{table.rows:,} rows"


def prepare_it(path: Path, way: str) -> str:
    """Split, fit, transform, write."""
    from engine.data.open import open_table
    from engine.data.preparing.dataset import prepare
    from engine.export.prepared import export_dataset
    from engine.pipeline.resolving import resolve
    from engine.recipe.recipe import Recipe
    from engine.recipe.rows import Duplicates
    from engine.recipe.split import SplitMethod
    from engine.schema import Role

    table = open_table(path)
    recipe = Recipe(reading=table.reading).with_target("answer")
    recipe = recipe.with_column(
        recipe.column("income").model_validate({"name": "income", "scale": "quantile"})
    )
    customer = Role.GROUP if way == "group" else Role.IGNORE
    recipe = recipe.with_column(recipe.column("customer").model_copy(update={"role": customer}))
    if way == "time":
        recipe = recipe.with_split(method=SplitMethod.TIME, column="day")
    if way == "folds":
        recipe = recipe.with_split(folds=5, fold=3)
    if way == "copies":
        rows = recipe.rows.model_copy(update={"duplicates": Duplicates.model_validate("drop")})
        recipe = recipe.model_copy(update={"rows": rows})
    began = time.perf_counter()
    found = resolve(recipe, table)
    reached: dict[str, float] = {}

    def noted(done: int, total: int) -> None:
        # Dealing ends at 5 percent and fitting at 35: see `engine.data.preparing.dataset`.
        for name, share in (("split", 5), ("fit", 35), ("transform", 100)):
            if done * 100 >= share * total:
                reached.setdefault(name, time.perf_counter())

    resolved = time.perf_counter()
    dataset = prepare(table, found.recipe, found.schema, progress=noted)
    prepared = time.perf_counter()
    written = export_dataset(dataset, path.with_suffix(".prepared.parquet"), format="parquet")
    ended = time.perf_counter()
    Path(written.path).unlink()
    assert written.rows == sum(map(len, (dataset.train, dataset.validation, dataset.test)))
    spans = {
        "check": resolved - began,
        "split": reached["split"] - resolved,
        "fit": reached["fit"] - reached["split"],
        "transform": prepared - reached["fit"],
        "write": ended - prepared,
    }
    where = "on disk" if dataset.train.is_on_disk else "in memory"
    told = ", ".join(f"{name} {seconds:.1f}" for name, seconds in spans.items())
    return f"{told}; {written.rows:,} rows {where}, {written.size / 1e6:,.0f} MB written"


def limited(step: str, way: str, path: Path, limit: int) -> tuple[bool, float]:
    """One step in a process with a memory limit, told in a line; whether it went well, and its peak in MB."""
    command = [
        sys.executable,
        "-m",
        "tests.benchmarks.preparing_stream",
        "--step",
        step,
        "--way",
        way,
    ]
    began = time.perf_counter()
    process = subprocess.Popen(
        [*command, "--file", str(path), "--bytes", str(limit)],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    private, _ = peak_of(process)
    seconds = time.perf_counter() - began
    assert process.stdout is not None
    said = process.stdout.read().strip()
    process.stdout.close()
    is_done = process.wait() == 0
    print(
        f"  {step} {way if step == 'prepare' else '':12}{seconds:8.1f} s{private:8,.0f} MB   {said if is_done else 'FAILED'}",
        flush=True,
    )
    if not is_done:
        print(said)
    return is_done, private


def stream(rows: int, megabytes: int, ways: tuple[str, ...], folder: Path | None) -> int:
    """Both tables, all steps; the exit code."""
    with tempfile.TemporaryDirectory(prefix="trainyard-bench-", dir=folder) as name:
        os.environ["TRAINYARD_CACHE"] = str(Path(name, "cache"))
        os.environ.update(NOTHING_RESERVED)
        peaks: dict[str, list[float]] = {}
        all_done = True
        for count in (rows // _TENTH, rows):
            path = Path(name, f"rows_{count}.parquet")
            write_rows(path, count)
            size = path.stat().st_size / 1e6
            print(
                f"{count:,} rows × 8 columns, {size:,.0f} MB; {megabytes:,} MB allowed", flush=True
            )
            for step, way in (("open", ""), *(("prepare", way) for way in ways)):
                is_done, peak = limited(step, way, path, megabytes << 20)
                peaks.setdefault(f"{step} {way}".strip(), []).append(peak)
                all_done &= is_done
            path.unlink()
        print(f"Private memory at its peak, {_TENTH} times the rows to the rows:")
        for what, (small, large) in peaks.items():
            print(f"  {what:20}{large / small:6.2f}×")
        return 0 if all_done else 1


def main() -> None:
    """One step, in the process that `limited` starts."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--step", choices=("open", "prepare"), required=True)
    parser.add_argument("--way", default="")
    parser.add_argument("--file", type=Path, required=True)
    parser.add_argument("--bytes", type=int, required=True)
    asked = parser.parse_args()
    resource.setrlimit(resource.RLIMIT_DATA, (asked.bytes, asked.bytes))
    import_all()
    print(open_it(asked.file) if asked.step == "open" else prepare_it(asked.file, asked.way))


if __name__ == "__main__":
    main()
