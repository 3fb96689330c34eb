"""How late a 5 ms timer is while the window trains and draws live, beside the same without training.

    python -m tests.benchmarks.responsiveness [SECONDS]

Three phases in turns, all on the Train page: nothing happens; a run trains and is drawn live; the same
events arrive again at the same pace from a log, so that the window draws as much but nothing trains.
The goal is a ratio of the 99th percentiles of the last two of at most 2: what training itself costs.
"""

from __future__ import annotations

import gc
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import Qt, QTimer

from engine.recipe.families import Trunk
from engine.store.run_folder import RunFolder
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
        self.begin()
        pause(seconds)
        self.end()

    def begin(self) -> None:
        """Run until `end`."""
        self._last = time.perf_counter()
        self._timer.start()

    def end(self) -> None:
        """Stop."""
        self._timer.stop()

    def _tick(self) -> None:
        now = time.perf_counter()
        self.all.append(max(0.0, (now - self._last) * 1000 - INTERVAL_MS))
        self._last = now

    def percentile(self, share: float) -> float:
        """The lateness in ms that `share` of the ticks stay below."""
        ordered = sorted(self.all)
        return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


WRITER = """
import json, sys, time
lines = open(sys.argv[1], encoding="utf-8").readlines()
start, first = time.time(), json.loads(lines[0])["time"]
with open(sys.argv[2], "a", encoding="utf-8") as log:
    for line in lines:
        time.sleep(max(0.0, start + json.loads(line)["time"] - first - time.time()))
        log.write(line)
        log.flush()
"""
"""Appends recorded events to a log as they once came."""


def replayed(run: RunFolder, seconds: float) -> tuple[RunFolder, subprocess.Popen[bytes]]:
    """A copy of a run whose last events are written anew, at their pace, by another process."""
    copy = run.path.with_name(run.path.name + "-again")
    shutil.copytree(run.path, copy)
    lines = run.path.joinpath("events.jsonl").read_text(encoding="utf-8").splitlines(keepends=True)
    end = json.loads(lines[-1])["time"]
    told = [line for line in lines if json.loads(line)["time"] < end - seconds]
    copy.joinpath("events.jsonl").write_text("".join(told), encoding="utf-8")
    rest = copy / "rest.jsonl"
    rest.write_text("".join(lines[len(told) :]), encoding="utf-8")
    command = [sys.executable, "-c", WRITER, str(rest), str(copy / "events.jsonl")]
    return RunFolder(copy), subprocess.Popen(command)


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
        without, during, drawing = Lateness(), Lateness(), Lateness()
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
            again, writer = replayed(session.workspace.run(run), seconds / PHASES)
            wait(lambda again=again: session.run(again.id) is not None)
            session.set_focus(again.id)
            drawing.measure(seconds / PHASES)
            writer.kill()
            writer.wait()
            session.set_focus(run)
            pause(1)
        program.window.close_for_rebuild()
        session.close()
    print(f"{os.cpu_count()} cores, {seconds:g} s each, {epochs} epochs drawn while training")
    print("lateness of a 5 ms timer, ms      p50     p99     max")
    phases = (
        ("nothing happens", without),
        ("drawing a log", drawing),
        ("training and drawing", during),
    )
    for name, phase in phases:
        worst = max(phase.all)
        print(f"{name:28}{phase.percentile(0.5):9.2f}{phase.percentile(0.99):8.2f}{worst:8.1f}")
    for name, phase in phases[:2]:
        ratio = during.percentile(0.99) / max(phase.percentile(0.99), 1e-3)
        print(f"ratio of p99, training and drawing / {name}: {ratio:.2f}")


if __name__ == "__main__":
    main(float(sys.argv[1]) if len(sys.argv) > 1 else 30.0)
