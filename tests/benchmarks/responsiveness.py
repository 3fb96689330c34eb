"""How late a 5 ms timer is while the window trains and draws live, beside the same window without training.

    python -m tests.benchmarks.responsiveness [SECONDS]

Both phases show the Train page with curves; the goal is a ratio of the 99th percentiles of at most 2.
"""

from __future__ import annotations

import gc
import os
import sys
import tempfile
import time
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import Qt, QTimer

from engine.recipe.families import Trunk
from tests.screens import pause, wait

INTERVAL_MS = 5
PHASES = 3


class Lateness:
    """A timer that notes by how much it comes late."""

    def __init__(self) -> None:
        self.all: list[float] = []
        self._timer = QTimer(timerType=Qt.TimerType.PreciseTimer, interval=INTERVAL_MS)
        self._timer.timeout.connect(self._tick)
        self._last = 0.0

    def measure(self, seconds: float) -> None:
        """Run for so long."""
        self._last = time.perf_counter()
        self._timer.start()
        pause(seconds)
        self._timer.stop()

    def _tick(self) -> None:
        now = time.perf_counter()
        self.all.append(max(0.0, (now - self._last) * 1000 - INTERVAL_MS))
        self._last = now

    def percentile(self, share: float) -> float:
        """The lateness in ms that `share` of the ticks stay below."""
        ordered = sorted(self.all)
        return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def main(seconds: float) -> None:
    """Measure in turns without and with a run, and print both and their ratio."""
    with tempfile.TemporaryDirectory() as folder:
        os.environ["TRAINYARD_HOME"] = str(Path(folder, "workspace"))
        os.environ["TRAINYARD_CACHE"] = str(Path(folder, "cache"))
        from PySide6.QtWidgets import QApplication

        from gui.app.program import Program

        app = QApplication(sys.argv[:1])
        program = Program(app, Path(os.environ["TRAINYARD_HOME"]))
        program.show()
        session = program.session
        session.open_sample("digits")
        wait(lambda: session.profile is not None)
        trunk = Trunk.default("mlp").model_copy(update={"widths": (64, 64)})
        model = session.recipe.model.model_copy(update={"trunk": trunk})
        stopping = session.recipe.training.early_stopping.model_copy(update={"enabled": False})
        training = session.recipe.training.model_copy(
            update={"epochs": 100_000, "early_stopping": stopping}
        )
        session.edit(session.recipe.model_copy(update={"model": model, "training": training}), "")
        session.show_page("train")
        pause(5)  # pages and the warm worker are made
        gc.collect()
        gc.freeze()
        without, during = Lateness(), Lateness()
        epochs = 0
        for _ in range(PHASES):
            without.measure(seconds / PHASES)
            session.train()
            wait(lambda: bool(session.running))
            run = session.running[0]
            wait(lambda run=run: session.history(run).epoch > 3)
            before = session.history(run).epoch
            during.measure(seconds / PHASES)
            epochs += session.history(run).epoch - before
            session.stop(run)
            wait(lambda: not session.running)
            pause(1)
        program.window.close_for_rebuild()
        session.close()
    print(f"{os.cpu_count()} cores, {seconds:g} s each, {epochs} epochs drawn while training")
    print("lateness of a 5 ms timer, ms      p50     p99     max")
    for name, phase in (("without training", without), ("training and drawing", during)):
        worst = max(phase.all)
        print(f"{name:28}{phase.percentile(0.5):9.2f}{phase.percentile(0.99):8.2f}{worst:8.1f}")
    print(f"ratio of p99: {during.percentile(0.99) / max(without.percentile(0.99), 1e-3):.2f}")


if __name__ == "__main__":
    main(float(sys.argv[1]) if len(sys.argv) > 1 else 30.0)
