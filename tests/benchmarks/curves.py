"""How long the Train page takes to draw: `python -m tests.benchmarks.curves [--runs N] [--points N …]`.

Runs overlaid on five charts, every run with its training and validation curve. Printed in ms: the
processor time of the window's thread, in all and of the longest event (median and worst: nothing else
happens in the window as long), and the time on the clock, of: a redraw after one run has grown by an
epoch, a redraw of everything after a change of smoothing or of the view, a move of the crosshair, and a
redraw when nothing has changed. Long work is done in turns. The goal is 16 ms for 20 runs of 100,000
points.
"""

from __future__ import annotations

import argparse
import copy
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
from PySide6.QtCore import QEvent, QEventLoop, QObject
from PySide6.QtWidgets import QApplication, QWidget

from engine import events
from engine.schema import Task
from engine.store.summary import RunSummary, Status
from engine.training.history import History
from gui import theme
from gui.notices import Notices
from gui.pages.train.page import TrainPage
from gui.session import Session

ROUNDS = 15
_NOISES = 4
"""Runs are copies of so many in turn: to fold 100,000 events takes a second."""
METRICS = ("loss", "accuracy")


def epoch(number: int, noise: np.random.Generator) -> events.EpochEnded:
    """One noisy epoch of a plausible run."""
    loss = float(0.3 + np.exp(-number / 500) + noise.normal(0, 0.01))
    scores = (loss, 0.9 - loss / 4)
    return events.EpochEnded(
        1e9 + number, number, number * 10, scores, scores, 1e-3, loss, 11_000.0, is_best=False
    )


class Application(QApplication):
    """Notes how long the longest event took."""

    longest = 0.0
    _depth = 0

    def notify(self, receiver: QObject, event: QEvent) -> bool:
        began = time.thread_time()
        self._depth += 1
        try:
            return super().notify(receiver, event)
        finally:
            self._depth -= 1
            if not self._depth:
                self.longest = max(self.longest, (time.thread_time() - began) * 1000)


def measure(
    name: str, action: Callable[[int], None], app: Application, is_done: Callable[[], bool]
) -> None:
    """Print how long `action` and all that follows from it take."""
    wall, busy, longest = [], [], []
    for round_ in range(ROUNDS):
        app.longest = 0.0
        started, worked = time.perf_counter(), time.thread_time()
        action(round_)
        app.processEvents()
        while not is_done():
            app.processEvents(QEventLoop.ProcessEventsFlag.WaitForMoreEvents)
        app.processEvents()
        wall.append((time.perf_counter() - started) * 1000)
        busy.append((time.thread_time() - worked) * 1000)
        longest.append(app.longest)
    median = statistics.median
    figures = (median(busy), median(longest), max(longest), median(wall))
    print(f"  {name:<30}", *(f"{figure:8.1f}" for figure in figures))


def main(count: int, points: int) -> None:
    """Draw `count` runs of `points` epochs."""
    app = QApplication.instance() or Application(sys.argv[:1])
    assert isinstance(app, Application)
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
    started = events.RunStarted(
        1e9, METRICS, "loss", 2 * points, 10, 1000, 200, 200, 5000, "cpu", 1
    )
    models: list[History] = []
    for place, run in enumerate(summaries):
        if place < _NOISES:
            models.append(History())
            models[-1].extend([started, *(epoch(n, noise) for n in range(1, points + 1))])
        session._run_list._histories[run.id] = copy.deepcopy(models[place % _NOISES])
        session.set_overlay(run.id, shown=True)
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
    print(f"  {'ms':<30} {'thread':>8} {'longest':>8} {'worst':>8} {'clock':>8}")

    def is_done() -> bool:
        return not (page._turns.is_active or page._stale or page.board.is_moving)

    def zoom(round_: int) -> None:
        page.board._on_zoomed(1.0, points - round_)

    def point(round_: int) -> None:
        page.board.loss.hovered.emit(points / 2 + 10 * round_)

    measure("one run grows by an epoch", grow, app, is_done)
    measure("everything, new smoothing", change_view, app, is_done)
    measure("everything, new range of x", zoom, app, is_done)
    measure("crosshair moves", point, app, is_done)
    measure("nothing has changed", lambda _: page._draw(), app, is_done)
    session.close()
    window.close()


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--runs", type=int, default=20)
    parser.add_argument("--points", type=int, nargs="*", default=[1_000, 100_000])
    options = parser.parse_args()
    for length in options.points:
        main(options.runs, length)
