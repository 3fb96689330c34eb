"""Predicting a large file: rows a second of the whole way, of the Predictor alone, and of raw PyTorch.

    python -m tests.benchmarks.predicting [--rows N] [--kind csv|parquet] [--out csv|parquet]
        [--width W] [--threads T] [--folder PATH] [--rounds R]

A small model is trained on rows of the same kind, then a file of N rows is made and predicted from end to
end in a process of its own, whose memory is told. In the same run prepared rows go through the Predictor
and, as tensors of the same values, through the bare network: the goal is 0.8 of that.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

import numpy as np
import pyarrow as pa
import pyarrow.csv as pc
import pyarrow.parquet as pq

_BLOCK = 250_000
_PLACES = np.array(["north", "south", "east", "west", "the hills", "the coast"])
_TENSOR_ROWS = 400_000


def main(arguments: list[str]) -> int:
    """Carry out the command line."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.predicting")
    parser.add_argument("--rows", type=int, default=200_000)
    parser.add_argument("--kind", choices=("csv", "parquet"), default="csv", help="of the source")
    parser.add_argument("--out", choices=("csv", "parquet", "xlsx"), default="csv")
    parser.add_argument("--width", type=int, default=64, help="of the two layers")
    parser.add_argument(
        "--threads", type=int, default=1, help="of the network; reading goes on beside it"
    )
    parser.add_argument("--rounds", type=int, default=5, help="of the comparison with PyTorch")
    parser.add_argument("--folder", type=Path, default=None, help="where there is room")
    parser.add_argument("--predict", nargs=3, default=None, help=argparse.SUPPRESS)
    asked = parser.parse_args(arguments)
    if asked.predict:
        return _predict(*map(Path, asked.predict), threads=asked.threads)
    folder = Path(tempfile.mkdtemp(prefix="trainyard-predicting-", dir=asked.folder))
    os.environ["TRAINYARD_CACHE"] = str(folder / "cache")
    try:
        _measure(folder, asked)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return 0


def _measure(folder: Path, asked: argparse.Namespace) -> None:
    import torch

    from tests.engine.trained import trained_run

    torch.set_num_threads(asked.threads)
    write_rows(folder / "train.csv", 5_000, "csv", with_target=True)
    trunk = {"kind": "mlp", "widths": [asked.width, asked.width]}
    run = trained_run(folder / "w", folder / "train.csv", "sold", {"model": {"trunk": trunk}})
    source, destination = folder / f"rows.{asked.kind}", folder / f"out.{asked.out}"
    began = time.perf_counter()
    write_rows(source, asked.rows, asked.kind)
    made = time.perf_counter() - began
    print(f"{asked.rows:,} rows, {source.stat().st_size / 1e6:,.0f} MB, made in {made:.1f} s")
    command = [sys.executable, "-m", "tests.benchmarks.predicting", "--threads", str(asked.threads)]
    command += ["--predict", str(run.path), str(source), str(destination)]
    told = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    found = json.loads(told.splitlines()[-1])
    print(
        f"whole way, {asked.kind} to {asked.out}: {found['rows'] / found['seconds']:>12,.0f} rows/s "
        f"({found['seconds']:.1f} s, {found['processor']:.1f} s of processor time, {destination.stat().st_size / 1e6:,.0f} MB written)"
    )
    print(
        f"memory: {found['peak']:,.0f} MB at most, {found['peak'] - found['before']:,.0f} MB more "
        "than before the first row"
    )
    _beside_torch(run.path, source, asked)


def _beside_torch(run: Path, source: Path, asked: argparse.Namespace) -> None:
    """The Predictor and the bare network in turns, over the same prepared rows."""
    import torch

    from engine.predictor.predictor import Predictor
    from engine.training.scoring import BATCH_ROWS

    predictor = Predictor.load(run)
    if asked.kind == "csv":
        with pc.open_csv(source) as reader:
            table = pa.Table.from_batches([reader.read_next_batch() for _ in range(1)])
    else:
        table = pq.read_table(source)
    table = table.slice(0, _TENSOR_ROWS)
    while table.num_rows < min(_TENSOR_ROWS, asked.rows):
        table = pa.concat_tables([table, table]).slice(0, _TENSOR_ROWS)
    arrays = predictor.preparation.transform(table, with_target=False)
    numbers, codes = torch.from_numpy(arrays.numbers), torch.from_numpy(arrays.codes)
    network = predictor.network

    def raw() -> None:
        with torch.inference_mode():
            for start in range(0, len(numbers), BATCH_ROWS):
                network(numbers[start : start + BATCH_ROWS], codes[start : start + BATCH_ROWS])

    times: dict[str, list[float]] = {"raw": [], "predictor": [], "columns": []}
    outputs = predictor.outputs(arrays)
    for _ in range(asked.rounds):
        for name, work in (
            ("raw", raw),
            ("predictor", lambda: predictor.outputs(arrays)),
            ("columns", lambda: predictor.columns(outputs)),
        ):
            began = time.perf_counter()
            work()
            times[name].append(time.perf_counter() - began)
    rows = len(numbers)
    ratio = median(r / p for r, p in zip(times["raw"], times["predictor"], strict=True))
    print(f"PyTorch alone, on tensors:   {rows / median(times['raw']):>12,.0f} rows/s")
    print(f"Predictor, on tensors:       {rows / median(times['predictor']):>12,.0f} rows/s")
    print(f"columns made of its outputs: {rows / median(times['columns']):>12,.0f} rows/s")
    print(f"Predictor by PyTorch: {ratio:.2f} (goal 0.80)")


def write_rows(path: Path, rows: int, kind: str, *, with_target: bool = False) -> None:
    """A narrow table, made in blocks."""
    writer = None
    for start in range(0, rows, _BLOCK):
        block = _block(start, min(_BLOCK, rows - start), with_target=with_target)
        if writer is None:
            make = pc.CSVWriter if kind == "csv" else pq.ParquetWriter
            writer = make(str(path), block.schema)
        writer.write_table(block)
    assert writer is not None
    writer.close()


def _block(seed: int, rows: int, *, with_target: bool) -> pa.Table:
    chance = np.random.default_rng(seed)
    size = chance.normal(100, 30, rows).round(2)
    age = chance.integers(0, 90, rows)
    price = chance.lognormal(3, 1, rows).round(3)
    place = chance.integers(0, len(_PLACES), rows)
    columns = {
        "number": pa.array(np.arange(seed, seed + rows)),
        "size": pa.array(size),
        "age": pa.array(age),
        "price": pa.array(price),
        "place": pa.array(_PLACES[place]),
    }
    if with_target:
        sold = size / 30 + place - age / 20 + chance.normal(0, 1, rows) > 3
        columns["sold"] = pa.array(np.where(sold, "yes", "no"))
    return pa.table(columns)


def _predict(run: Path, source: Path, destination: Path, *, threads: int) -> int:
    import psutil
    import torch

    from engine.predictor.predict_file import predict_file
    from engine.predictor.predictor import Predictor

    torch.set_num_threads(threads)
    predictor = Predictor.load(run)
    before = psutil.Process().memory_info().rss
    began, worked = time.perf_counter(), time.process_time()
    report = predict_file(predictor, source, destination)
    seconds, processor = time.perf_counter() - began, time.process_time() - worked
    peak = _peak()
    found = {"rows": report.rows, "seconds": seconds, "processor": processor}
    print(json.dumps({**found, "peak": peak / 1e6, "before": before / 1e6}))
    return 0


def _peak() -> int:
    """Bytes that this process held at most."""
    import resource

    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
