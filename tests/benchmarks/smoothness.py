"""How smooth the window stays while runs train and draw: `python -m tests.benchmarks.smoothness`.

A 5 ms timer notes by how much it comes late, on the Train page: while nothing happens, while one run
trains and is drawn live, while four do, all overlaid; the phases take turns. Printed in ms: the 99th
percentile, the longest gap, and the time of the window's own thread in the worst second. The goal is a
99th percentile of at most 16 ms beyond that of the idle window, and no gap over 100 ms.
"""

from __future__ import annotations

import argparse
import gc
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtWidgets import QApplication

from engine.recipe.families import Trunk
from engine.recipe.recipe import Recipe
from gui.session import Session
from tests.benchmarks.responsiveness import Lateness
from tests.screens import pause

_PATIENCE = 300.0
_SETTLING = 2.0
"""Seconds before a phase is measured: a run that begins shows its page anew."""


def wait(done: Callable[[], bool]) -> None:
    """Let the window work until `done`, on a busy machine too."""
    deadline = time.monotonic() + _PATIENCE
    while not done():
        if time.monotonic() > deadline:
            raise TimeoutError("the window did not get there in time")
        pause(0.05)


def long_run(recipe: Recipe) -> Recipe:
    """A small network that trains for as long as is wanted, with an epoch some ten times a second."""
    trunk = Trunk.default("mlp").model_copy(update={"widths": (64, 64)})
    stopping = recipe.training.early_stopping.model_copy(update={"enabled": False})
    update = {"epochs": 100_000, "early_stopping": stopping, "networks": 1, "time_budget": None}
    return recipe.model_copy(
        update={
            "model": recipe.model.model_copy(update={"trunk": trunk}),
            "training": recipe.training.model_copy(update=update),
        }
    )


class Phases:
    """The window with so many runs, one phase after another."""

    def __init__(self, session: Session, counts: list[int]) -> None:
        self.session = session
        self.lateness = {count: Lateness() for count in counts}
        self.busy: dict[int, list[float]] = {count: [] for count in counts}
        self.epochs = dict.fromkeys(counts, 0)

    def measure(self, count: int, seconds: float) -> None:
        """A phase with `count` runs at once."""
        session = self.session
        session.set_queue(at_once=max(1, count))
        runs = [session.train_with(session.recipe) for _ in range(count)]
        known = [run for run in runs if run is not None]
        wait(lambda: all(session.history(run).epoch > 1 for run in known))
        session.show_page("train")
        for run in known:
            session.set_overlay(run, shown=True)
        pause(_SETTLING)
        before = sum(session.history(run).epoch for run in known)
        busy, started = time.thread_time(), time.perf_counter()
        self.lateness[count].measure(seconds)
        share = (time.thread_time() - busy) / (time.perf_counter() - started)
        self.busy[count].append(share)
        self.epochs[count] += sum(session.history(run).epoch for run in known) - before
        for run in known:
            session.stop(run)
        wait(lambda: not session.running)
        for run in known:
            session.set_overlay(run, shown=False)

    def tell(self) -> None:
        """Print what was found."""
        idle = self.lateness[0].percentile(0.99)
        print(f"{'lateness in ms':24}{'p50':>8}{'p99':>8}{'beyond':>8}{'longest':>9}{'thread':>8}")
        for count, late in self.lateness.items():
            name = f"{count} runs train" if count else "nothing happens"
            p99 = late.percentile(0.99)
            print(
                f"{name:24}{late.percentile(0.5):8.2f}{p99:8.2f}{p99 - idle:8.2f}"
                f"{max(late.all):9.1f}{statistics.median(self.busy[count]):8.0%}"
                f"   {self.epochs[count]} epochs, {sum(gap > 100 for gap in late.all)} gaps over 100"
            )


def main() -> None:
    """Measure in turns and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--seconds", type=float, default=5.0, help="of a phase in each round")
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--runs", type=int, nargs="*", default=[1, 4], help="at once")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        os.environ["TRAINYARD_HOME"] = str(Path(folder, "workspace"))
        os.environ["TRAINYARD_CACHE"] = str(Path(folder, "cache"))
        from gui.app.program import Program

        app = QApplication(sys.argv[:1])
        program = Program(app, Path(os.environ["TRAINYARD_HOME"]))
        program.show()
        session = program.session
        session.open_sample("digits")
        wait(lambda: session.profile is not None)
        session.edit(long_run(session.recipe), "")
        session.show_page("train")
        pause(5)  # pages and the warm worker are made
        gc.collect()
        gc.freeze()
        phases = Phases(session, [0, *options.runs])
        for _ in range(options.rounds):
            for count in phases.lateness:
                phases.measure(count, options.seconds)
        program.window.close_for_rebuild()
        session.close()
    print(f"{os.cpu_count()} cores, {options.rounds} × {options.seconds:g} s each")
    phases.tell()


if __name__ == "__main__":
    main()
