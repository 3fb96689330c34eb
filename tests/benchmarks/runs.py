"""How long a workspace of very many runs takes to list, filter and show.

    python -m tests.benchmarks.runs [--runs N]

Writes so many runs (without training them), then measures: the first listing that reads every folder, one
from the index, one more in the same process (what the window does twice a second), a filter by words, and
in the window's table: the rows, a filter typed, a sort, one changed row, and one that moves with it. Each
time stands beside its limit; the last line says how many are within it.
"""

from __future__ import annotations

import argparse
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from engine.events import to_line
from engine.recipe.recipe import Recipe
from engine.store.info import RunInfo
from engine.store.run_filter import RunFilter, said_of
from engine.store.run_folder import info_json, sealed_recipe
from engine.store.workspace import Workspace
from tests.engine.store.helpers import epoch_ended, finished, started

LIMITS = {
    "list, every folder read": 30_000.0,
    "list, from the index": 1_500.0,
    "list again": 150.0,
    "filter by words": 150.0,
    "rows of the table": 400.0,
    "a filter typed": 200.0,
    "a sort": 300.0,
    "one row changed": 50.0,
    "one row moved": 100.0,
}
"""Milliseconds of processor time for 10,000 runs; other numbers in proportion, at least 5 ms."""
EPOCHS = 20


def main(arguments: list[str]) -> int:
    """Carry out the command line; the exit code, 0 if all are within their limits."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.runs")
    parser.add_argument("--runs", type=int, default=10_000)
    asked = parser.parse_args(arguments)
    memory = Path("/dev/shm")
    within_memory = memory if os.access(memory, os.W_OK) else None
    folder = Path(tempfile.mkdtemp(prefix="trainyard-runs-", dir=within_memory))
    try:
        write_runs(folder, asked.runs)
        times = {**_listing(folder), **_window(folder)}
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    within = 0
    print(f"{asked.runs:,} runs of {EPOCHS} epochs")
    print(f"{'':<26}{'processor':>12}{'of limit':>10}{'clock':>14}")
    for name, took in times.items():
        limit = max(5.0, LIMITS[name] * asked.runs / 10_000)
        within += took.processor <= limit
        share = f"{took.processor / limit:.2f}"
        print(f"{name:<26}{took.processor:>9,.1f} ms{share:>10}{took.clock:>11,.1f} ms")
    print(f"{within}/{len(times)}")
    return 0 if within == len(times) else 1


def write_runs(folder: Path, count: int) -> None:
    """Folders of runs that are done, as training would leave them but for the weights."""
    recipe = sealed_recipe(Recipe().with_target("survived"))
    events = [started(epochs=EPOCHS, at=1.0)]
    events += [epoch_ended(epoch, at=1.0 + epoch) for epoch in range(1, EPOCHS + 1)]  # type: ignore[misc]
    log = "".join(map(to_line, [*events, finished(EPOCHS, EPOCHS)])).encode()
    for number in range(1, count + 1):
        run = folder / "runs" / f"2026-11-22_{number:04d}_titanic_mlp"
        run.mkdir(parents=True)
        info = RunInfo(
            id=run.name,
            number=number,
            name=f"mlp {number % 97}",
            created=1.0 + number,
            dataset="titanic",
            table_path="/data/titanic.csv",
            table_folder="/cache/abc",
            fingerprint="abc",
            target="survived",
            trunk="mlp",
            epochs=EPOCHS,
            device="cpu",
            seed=0,
            tags=("good",) if number % 10 == 0 else (),
            group=f"2026-11-22_{number - number % 50:04d}_titanic_mlp"
            if number % 50 > 40
            else None,
        )
        (run / "run.json").write_bytes(info_json(info))
        (run / "recipe.json").write_bytes(recipe)
        (run / "events.jsonl").write_bytes(log)


@dataclass(frozen=True, order=True)
class Took:
    """Milliseconds: of the processor, which other programs do not lengthen, and by the clock."""

    processor: float
    clock: float


def _timed(work: Callable[[], Any], repeats: int = 1) -> tuple[Took, Any]:
    """The shortest of some times, and what came of it."""
    times, found = [], None
    for _ in range(repeats):
        began, clock = time.process_time(), time.perf_counter()
        found = work()
        processor = (time.process_time() - began) * 1000
        times.append(Took(processor, (time.perf_counter() - clock) * 1000))
    return min(times), found


def _listing(folder: Path) -> dict[str, Took]:
    first = Workspace(folder)
    every, runs = _timed(first.runs)
    first.close()
    second = Workspace(folder)
    index, again = _timed(second.runs)
    assert again == runs
    once_more, _ = _timed(second.runs, 3)
    second.close()
    asked = RunFilter.parse("tag:good mlp 7")
    found, kept = _timed(lambda: [run for run in runs if asked.passes(run, said_of)], 3)
    assert kept
    return {
        "list, every folder read": every,
        "list, from the index": index,
        "list again": once_more,
        "filter by words": found,
    }


def _window(folder: Path) -> dict[str, Took]:
    from PySide6.QtCore import Qt
    from PySide6.QtWidgets import QApplication

    from gui import theme
    from gui.runs_drawer.columns import Column
    from gui.runs_drawer.model import RunsModel
    from gui.runs_drawer.table import RunsTable

    app = QApplication.instance() or QApplication([])
    assert isinstance(app, QApplication)
    theme.apply(app, "light")
    workspace = Workspace(folder)
    runs = workspace.runs()
    workspace.close()
    model = RunsModel()
    table = RunsTable(model)
    table.resize(1440, 200)
    table.show()

    def settle(work: Callable[[], Any]) -> Callable[[], Any]:
        def both() -> Any:
            found = work()
            app.processEvents()
            return found

        return both

    rows, _ = _timed(settle(lambda: model.set_runs(runs)))
    typed, _ = _timed(settle(lambda: model.set_words("tag:good mlp 7")))
    model.set_words("")
    order = Qt.SortOrder.AscendingOrder
    sorted_in, _ = _timed(settle(lambda: table.sortByColumn(Column.NAME, order)))
    other = (runs[0].model_copy(update={"epoch": 3}), *runs[1:])
    changed, _ = _timed(settle(lambda: model.set_runs(other)))
    table.sortByColumn(Column.BEST, order)
    app.processEvents()
    better = (other[0].model_copy(update={"best": 0.01}), *runs[1:])
    moved, _ = _timed(settle(lambda: model.set_runs(better)))
    table.close()
    return {
        "rows of the table": rows,
        "a filter typed": typed,
        "a sort": sorted_in,
        "one row changed": changed,
        "one row moved": moved,
    }


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
