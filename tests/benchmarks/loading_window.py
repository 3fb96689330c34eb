"""How long the window's event loop is blocked by a large table: `python -m tests.benchmarks.loading_window`.

Opens a generated table of a million rows in the real window (off screen), waits for its profile, filters
and sorts it. A timer of 2 ms notes when it comes late: that is how long the event loop stood still. The
goal is 50 ms at most. Every step has a line; the first one, "nothing", is what the machine does by
itself. "Own work" is the most processor time that the window's own thread took between two beats: where
a block is long and that is short, another thread held the interpreter lock, or the machine was busy.
"""

from __future__ import annotations

import argparse
import gc
import os
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication

from tests.benchmarks.made_tables import write_table
from tests.screens import pause

INTERVAL_MS = 2
GOAL_MS = 50
PATIENCE_SECONDS = 900


class Pulse:
    """A timer that notes how late it comes."""

    def __init__(self) -> None:
        self.reset()
        self._timer = QTimer(interval=INTERVAL_MS)
        self._timer.timeout.connect(self._beat)
        self._timer.start()

    def _beat(self) -> None:
        now, worked = time.perf_counter(), time.thread_time()
        self.late.append(max(0.0, (now - self._last) * 1000 - INTERVAL_MS))
        self.own = max(self.own, (worked - self._worked) * 1000)
        self._last, self._worked = now, worked

    def reset(self) -> None:
        """Forget what was, for the next step."""
        self.late: list[float] = []
        self.own = 0.0
        self._last, self._worked = time.perf_counter(), time.thread_time()

    def stop(self) -> None:
        """No more beats."""
        self._timer.stop()


def main() -> int:
    """Take the window through all steps; exit code 1 if the goal is missed."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--megabytes", type=int, default=200, help="about a million rows")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        os.environ["TRAINYARD_HOME"] = str(Path(folder, "workspace"))
        os.environ["TRAINYARD_CACHE"] = str(Path(folder, "cache"))
        path = Path(folder, "large.csv")
        rows = write_table(path, options.megabytes * 10**6)
        print(f"{options.megabytes} MB, {rows:,} rows, {os.cpu_count()} cores")
        return _measured(path, Path(folder, "workspace"))


def _measured(path: Path, workspace: Path) -> int:
    from engine.data.rows.filters import RangeFilter, Sort
    from gui.app.program import Program

    app = QApplication(sys.argv[:1])
    program = Program(app, workspace)
    program.show()
    session = program.session
    made = 0
    while made < program.window.pages.count():  # the pages are made one after another
        made = program.window.pages.count()
        pause(4)
    gc.collect()
    gc.freeze()
    pulse = Pulse()
    worst = 0.0
    print(f"{'':20}{'seconds':>9}{'longest block, ms':>20}{'own work, ms':>14}{'over 50 ms':>12}")

    def step(name: str, begin: Callable[[], object], is_done: Callable[[], bool]) -> None:
        nonlocal worst
        pause(0.5)
        pulse.reset()
        started = time.perf_counter()
        begin()
        while not is_done():
            if time.perf_counter() - started > PATIENCE_SECONDS:
                raise TimeoutError(name)
            pause(0.05)
        seconds = time.perf_counter() - started
        pause(0.3)
        longest = max(pulse.late)
        worst = max(worst, longest)
        over = sum(late > GOAL_MS for late in pulse.late)
        print(f"{name:20}{seconds:9.1f}{longest:20.1f}{pulse.own:14.1f}{over:12}", flush=True)

    def rest() -> bool:
        return not session.view.is_busy

    step("nothing", lambda: None, lambda: True)
    step("opening", lambda: session.open(path), lambda: session.table is not None)
    step("profiling", lambda: None, lambda: session.profile is not None)
    number = RangeFilter(column="number_3", low=150.0)
    profiles: list[object] = []
    session.view.profileChanged.connect(lambda: profiles.append(session.view.profile))
    step("filtering", lambda: session.view.add(number), rest)
    step("profile of the rest", lambda: None, lambda: bool(profiles))
    step("sorting", lambda: session.view.set_sorts((Sort(column="number_1"),)), rest)
    pulse.stop()
    program.window.close_for_rebuild()
    session.close()
    print(f"longest block: {worst:.0f} ms (goal {GOAL_MS})")
    return int(worst > GOAL_MS)


if __name__ == "__main__":
    sys.exit(main())
