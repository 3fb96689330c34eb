"""A table three times larger than the memory allowed: `python -m tests.benchmarks.beyond_memory`.

Generates a CSV file, then opens, profiles, filters, sorts it and trains one epoch on it without a
window, each step in a process of its own, as a window and its worker would. Prints for every step the
time and the most memory it held, and ends with exit code 1 if one fails or takes more than is allowed.

The limit is `RLIMIT_DATA`, which the kernel enforces for any user: private writable memory beyond it
cannot be had, and the step fails with an error. Pages of mapped files (the cache, prepared rows on disk)
do not count, since the kernel takes them back whenever it likes; that is what a control group does
too, so that the two differ little. `RLIMIT_AS` would forbid mapping a large file at all, and a control
group needs rights that a benchmark should not ask for. Where systemd runs, a group is had like this:

    systemd-run --user --scope -p MemoryMax=1G -p MemorySwapMax=0 \
        python -m tests.benchmarks.beyond_memory --megabytes 1024 --limited-by-caller

`RLIMIT_DATA` counts what is reserved, not what is used, so Arrow is told to use the allocator of the
system, and that one to give back what is freed.

The libraries alone (torch, Arrow, pandas, scikit-learn) hold some 400 MB of private memory. With
`--on-top` the limit is what a step may take beyond them, which allows for a small file and a short run.
"""

from __future__ import annotations

import argparse
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import psutil

from tests.benchmarks.made_tables import write_table

TIMES_LARGER = 3
_TARGET = "answer"
_POLL_SECONDS = 0.01
NOTHING_RESERVED = {
    "ARROW_DEFAULT_MEMORY_POOL": "system",
    "MALLOC_MMAP_THRESHOLD_": str(1 << 17),
    "MALLOC_ARENA_MAX": "2",
    "OPENBLAS_NUM_THREADS": "1",
}
"""40 MB of buffers are reserved for another thread of OpenBLAS, and nothing here multiplies matrices with it."""


def open_it(path: Path) -> str:
    """Read, check, type and cache the file."""
    from engine.data.open import open_table

    table = open_table(path)
    assert table.rows_in == table.rows
    return f"{table.rows:,} rows"


def profile_it(path: Path) -> str:
    """Every figure of every column, split by the target."""
    from engine.data.columns.infer import infer_schema
    from engine.data.open import open_table
    from engine.data.profiling.profile import profile

    table = open_table(path)
    figures = profile(table, infer_schema(table), target=_TARGET)
    return f"{len(figures.columns)} columns"


def filter_it(path: Path) -> str:
    """A range and a level."""
    from engine.data.open import open_table
    from engine.data.rows.filters import LevelsFilter, RangeFilter
    from engine.data.rows.row_view import visible_rows

    filters = (
        RangeFilter(column="number_0", low=0.0, high=1.0),
        LevelsFilter(column="city_0", values=("Oslo", "Paris")),
    )
    rows = visible_rows(open_table(path), filters)
    assert rows is not None
    assert len(rows)
    return f"{len(rows):,} rows remain"


def sort_it(path: Path) -> str:
    """All rows by a number, then by a text."""
    from engine.data.open import open_table
    from engine.data.rows.filters import Sort
    from engine.data.rows.row_view import visible_rows

    table = open_table(path)
    rows = visible_rows(table, (), (Sort(column="number_3", descending=True),))
    assert rows is not None
    assert len(rows) == table.rows
    first = table.cells("number_3", int(rows[0]), int(rows[0]) + 1)[0]
    return f"largest {first}"


def train_it(path: Path) -> str:
    """One epoch of a small network, as a run with its folder, log and checkpoints."""
    from engine.data.columns.infer import complete, infer_schema
    from engine.data.open import open_table
    from engine.events import EpochEnded, Noted, RunEvent, RunFinished
    from engine.paths import default_workspace
    from engine.pipeline.training import train_run
    from engine.recipe.recipe import Recipe
    from engine.store.workspace import Workspace

    table = open_table(path)
    recipe = Recipe(reading=table.reading).with_target(_TARGET)
    recipe = complete(recipe, infer_schema(table))
    model = recipe.model.model_copy(
        update={"trunk": recipe.model.trunk.model_copy(update={"widths": (32,)})}
    )
    training = recipe.training.model_copy(update={"epochs": 1, "batch_size": 4096, "device": "cpu"})
    recipe = recipe.model_copy(update={"model": model, "training": training})
    run = Workspace(default_workspace()).create(recipe, table)
    del table
    events: list[RunEvent] = []
    ending = train_run(run, watch=events.append)
    assert isinstance(ending, RunFinished), ending
    ended = [event for event in events if isinstance(event, EpochEnded)]
    on_disk = any(isinstance(e, Noted) and "lie on disk" in str(e.message) for e in events)
    return f"validation loss {ended[0].validation[0]:.4f}, rows {'on disk' if on_disk else 'in memory'}"


STEPS: dict[str, Callable[[Path], str]] = {
    "open": open_it,
    "profile": profile_it,
    "filter": filter_it,
    "sort": sort_it,
    "train": train_it,
}


def peak_of(process: subprocess.Popen[str]) -> tuple[float, float]:
    """The most private and the most file-backed memory that a process held, in MB."""
    private, mapped = 0, 0
    while process.poll() is None:
        try:
            status = Path(f"/proc/{process.pid}/status").read_text()
        except OSError:
            break
        fields = dict(line.split(":", 1) for line in status.splitlines() if ":" in line)
        if "RssAnon" in fields:
            private = max(private, int(fields["RssAnon"].split()[0]))
            mapped = max(mapped, int(fields["RssFile"].split()[0]))
        time.sleep(_POLL_SECONDS)
    return private / 1024, mapped / 1024


def import_all() -> int:
    """Import what any step needs; the private memory that is taken then, in bytes."""
    import pandas  # noqa: F401
    import sklearn.metrics
    import sklearn.model_selection  # noqa: F401
    import torch

    import engine.pipeline.training
    import engine.training.loop  # noqa: F401

    torch.zeros(300, 300) @ torch.zeros(300, 300)  # its threads are there, too
    torch.optim.AdamW([torch.zeros(2, requires_grad=True)])
    return int(psutil.Process().memory_info().data)


def limited(step: str, path: Path, limit: int | None, on_top: bool) -> bool:
    """Carry out a step in a process with a memory limit and print how it went."""
    command = [sys.executable, "-m", "tests.benchmarks.beyond_memory", "--step", step]
    if limit is not None:
        command += ["--bytes", str(limit)]
    if on_top:
        command.append("--on-top")
    started = time.perf_counter()
    process = subprocess.Popen(
        [*command, "--file", str(path)], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    private, mapped = peak_of(process)
    seconds = time.perf_counter() - started
    assert process.stdout is not None
    said = process.stdout.read().strip()
    process.stdout.close()
    is_done = process.wait() == 0
    outcome = said if is_done else f"FAILED ({process.returncode})"
    print(f"{step:10}{seconds:9.1f}{private:12,.0f}{mapped:12,.0f}   {outcome}", flush=True)
    if not is_done:
        print(said)
    return is_done


def main() -> int:
    """Generate the file and carry out all steps; the exit code."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--megabytes", type=int, default=1024, help="of memory that are allowed")
    parser.add_argument("--limited-by-caller", action="store_true", help="impose no limit")
    parser.add_argument("--on-top", action="store_true", help="of what the libraries take")
    parser.add_argument("--only", nargs="*", default=list(STEPS), choices=list(STEPS))
    parser.add_argument("--step", choices=list(STEPS), help=argparse.SUPPRESS)
    parser.add_argument("--file", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--bytes", type=int, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.step:
        if options.bytes is not None:
            allowed = options.bytes + (import_all() if options.on_top else 0)
            resource.setrlimit(resource.RLIMIT_DATA, (allowed, allowed))
        print(STEPS[options.step](options.file))
        return 0
    limit = options.megabytes << 20
    with tempfile.TemporaryDirectory() as folder:
        os.environ["TRAINYARD_HOME"] = str(Path(folder, "workspace"))
        os.environ["TRAINYARD_CACHE"] = str(Path(folder, "cache"))
        os.environ.update(NOTHING_RESERVED)
        path = Path(folder, "large.csv")
        rows = write_table(path, TIMES_LARGER * limit)
        size = path.stat().st_size
        print(f"{size / 2**20:,.0f} MB, {rows:,} rows; {options.megabytes:,} MB of memory allowed")
        print(f"{'':10}{'seconds':>9}{'private MB':>12}{'mapped MB':>12}")
        steps = [step for step in STEPS if step in options.only]
        imposed = None if options.limited_by_caller else limit
        done = [limited(step, path, imposed, options.on_top) for step in steps]
        return 0 if all(done) else 1


if __name__ == "__main__":
    sys.exit(main())
