"""How long the Train page takes to draw: `python -m tests.benchmarks.curves [--runs N] [--points N …]`.

Runs overlaid on five charts, every run with its training and validation curve. Printed in ms, the
processor time of the window's thread (median) and the time on the clock (median and worst), of: a
redraw after one run has grown by an epoch, a redraw of everything after a change of view, a move of
the crosshair, and a redraw when nothing has changed. The goal is 16 ms of the thread for 20 runs of
100,000 points, live and after a change of the range.
"""

from __future__ import annotations

import argparse
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ.setdefault("PYQTGRAPH_QT_LIB", "PySide6")

import numpy as np
from PySide6.QtWidgets import QApplication, QWidget

from engine import events
from engine.schema import Task
from engine.store.summary import RunSummary, Status
from gui import theme
from gui.notices import Notices
from gui.pages.train.page import TrainPage
from gui.session import Session

ROUNDS = 15
_NOISES = 4
"""Runs share their events in turn: a million records of each would not fit."""
METRICS = ("loss", "accuracy")


def epoch(number: int, noise: np.random.Generator) -> events.EpochEnded:
    """One noisy epoch of a plausible run."""
    loss = float(0.3 + np.exp(-number / 500) + noise.normal(0, 0.01))
    scores = (loss, 0.9 - loss / 4)
    return events.EpochEnded(
        1e9 + number, number, number * 10, scores, scores, 1e-3, loss, 11_000.0, is_best=False
    )


def measure(name: str, action: Callable[[int], None], app: QApplication) -> None:
    """Print how long `action` and the painting that follows from it take."""
    wall, busy = [], []
    for round_ in range(ROUNDS):
        started, worked = time.perf_counter(), time.thread_time()
        action(round_)
        app.processEvents()
        wall.append((time.perf_counter() - started) * 1000)
        busy.append((time.thread_time() - worked) * 1000)
    median = statistics.median
    print(f"  {name:<30} {median(busy):7.1f}  {median(wall):7.1f}  {max(wall):7.1f}")


def main(count: int, points: int) -> None:
    """Draw `count` runs of `points` epochs."""
    app = QApplication.instance() or QApplication(sys.argv[:1])
    assert isinstance(app, QApplication)
    theme.apply(app, "light")
    noise = np.random.default_rng(0)
    window = QWidget()
    session = Session(Path(tempfile.mkdtemp()))
    summaries = tuple(
        RunSummary(
            id=str(number),
            number=number,
            name="mlp 256 × 256",
            status=Status.RUNNING if number == count else Status.DONE,
            created=float(number),
            dataset="adult",
            target="income",
            task=Task.BINARY,
            trunk="mlp",
            epoch=points,
            epochs=2 * points,
            monitor="loss",
            best=0.3,
        )
        for number in range(count, 0, -1)
    )
    watcher = session._run_list._watcher
    watcher.listed.emit(summaries)
    histories = [
        [epoch(number, noise) for number in range(1, points + 1)]
        for _ in range(min(count, _NOISES))
    ]
    for place, run in enumerate(summaries):
        session.set_overlay(run.id, shown=True)
        started = events.RunStarted(
            1e9, METRICS, "loss", 2 * points, 10, 1000, 200, 200, 5000, "cpu", 1
        )
        watcher.arrived.emit(run.id, (started, *histories[place % len(histories)]))
    del histories
    page = TrainPage(session, Notices(window))
    page.setParent(window)
    page.resize(1008, 560)
    window.resize(1008, 560)
    window.show()
    app.processEvents()
    live = summaries[0].id

    def grow(round_: int) -> None:
        watcher.arrived.emit(live, (epoch(points + round_ + 1, noise),))
        page._draw()

    def change_view(round_: int) -> None:
        page.bar.smoothing.set_number(0.3 + 0.03 * round_)
        page.bar.smoothing.changed.emit(0.3 + 0.03 * round_)

    print(
        f"{count} runs × {points:,} epochs, 5 charts, {sum(len(c.curves) for c in page.board.charts)} curves"
    )
    print(f"  {'ms':<30} {'thread':>7}  {'clock':>7}  {'worst':>7}")
    measure("one run grows by an epoch", grow, app)
    measure("everything, new smoothing", change_view, app)
    measure("everything, new range of x", lambda r: page.board._on_zoomed(1.0, points - r), app)
    measure("crosshair moves", lambda r: page.board.loss.hovered.emit(points / 2 + 10 * r), app)
    measure("nothing has changed", lambda r: page._draw(), app)
    session.close()
    window.close()


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--runs", type=int, default=20)
    parser.add_argument("--points", type=int, nargs="*", default=[1_000, 100_000])
    options = parser.parse_args()
    for length in options.points:
        main(options.runs, length)
