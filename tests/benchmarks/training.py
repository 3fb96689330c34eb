"""Speed of training beside other ways to train, measured in one run.

    python -m tests.benchmarks.training [--rounds N] [--seconds S] [--case PART …] [--beside NAME …]

Trainyard's whole loop (events, checkpoints, validation, all metrics, the best weights kept; with no
window, and with one open that draws the run), loops written by hand, and frameworks. Every contestant
has a process of its own, and they take turns, so that a machine that slows down slows all of them.
Printed are rows a second (median), their share of what the machine's own products of matrices would
allow, and how much faster Trainyard is (medians of the ratios within a round, by the clock and by
processor time; on a machine that is not idle, the latter say more). The best loop by hand is the flat one,
of networks that it is not written for the indexed one. Frameworks that are not installed are passed over; `training_parts/peers.txt` says how they are.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import psutil
import torch

from engine.training.device import threads_for
from tests.benchmarks.training_parts.cases import CASES, Case

NAMES = (
    "Trainyard",
    "Trainyard, window open",
    "by hand, flat",
    "by hand, indexed",
    "textbook loop",
    "scikit-learn",
    "skorch",
    "Lightning",
    "fastai",
    "Keras on torch",
    "Keras on JAX",
)
"""As `training_parts.contestant` has them."""
_OWN = NAMES[:2]
_PARTS = "tests.benchmarks.training_parts"


class Process:
    """A contestant, and the window that looks on if it has one."""

    def __init__(self, name: str, home: Path, threads: int) -> None:
        self.name = name
        environment = os.environ | {
            "TRAINYARD_HOME": str(home),
            "TRAINYARD_CACHE": str(home / "cache"),
            "KERAS_BACKEND": "jax" if name.endswith("JAX") else "torch",
            "OMP_NUM_THREADS": str(threads),
            "MKL_NUM_THREADS": str(threads),
        }
        command = [sys.executable, "-m", f"{_PARTS}.contestant", name, str(threads)]
        self._process = self._start(command, environment)
        self._window: psutil.Process | None = None
        if name.endswith("window open"):
            window = self._start([sys.executable, "-m", f"{_PARTS}.window"], environment)
            assert window.stdout is not None
            window.stdout.readline()
            self._window = psutil.Process(window.pid)
            self._window.suspend()

    @staticmethod
    def _start(command: list[str], environment: dict[str, str]) -> subprocess.Popen[str]:
        return subprocess.Popen(
            command,
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )

    def order(self, order: str, number: int) -> Any:
        """Give an order and wait for the answer."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        if self._window is not None:
            self._window.resume()
        self._process.stdin.write(json.dumps([order, number]) + "\n")
        self._process.stdin.flush()
        line = self._process.stdout.readline()
        if self._window is not None:
            self._window.suspend()
        return json.loads(line) if line else "its process died"

    def end(self) -> None:
        """End it, and its window."""
        self._process.kill()
        self._process.wait()
        if self._window is not None:
            self._window.resume()
            self._window.kill()


def peak_flops(threads: int) -> float:
    """Operations a second of large products of matrices: the best of several."""
    torch.set_num_threads(threads)
    one, other = torch.randn(1024, 1024), torch.randn(1024, 1024)
    best = float("inf")
    for _ in range(8):
        started = time.perf_counter()
        one @ other
        best = min(best, time.perf_counter() - started)
    return 2 * 1024**3 / best


def measure(case: Case, processes: list[Process], rounds: int, seconds: float, peak: float) -> None:
    """Print how fast each contestant is, and how much faster Trainyard."""
    place = CASES.index(case)
    epochs: dict[str, int] = {}
    missing: dict[str, str] = {}
    for process in processes:
        first = process.order("case", place)
        second = process.order("train", 1) if isinstance(first, list) else first
        if isinstance(second, list):
            epochs[process.name] = max(1, min(200, round(seconds / max(1e-3, second[0]))))
        else:
            missing[process.name] = second
    taking_part = [process for process in processes if process.name in epochs]
    found: dict[str, list[tuple[float, float]]] = {name: [] for name in epochs}
    for turn in range(rounds):
        for step in range(len(taking_part)):
            process = taking_part[(turn + step) % len(taking_part)]
            count = epochs[process.name]
            wall, processor = process.order("train", count)
            rows = case.rows * count
            found[process.name].append((rows / wall, rows / processor))
    limit = peak / case.flops_per_row
    print(f"\n{case} ({case.rows:,} rows; products of matrices alone: {limit:,.0f} rows a second)")
    heads = (
        "rows a second",
        "of that",
        "Trainyard ÷ it",
        "… by CPU",
        "with window ÷ it",
        "… by CPU",
    )
    print(f"{'':26}" + "".join(f"{head:>17}" for head in heads))
    for name in NAMES:
        if name in found:
            speed = statistics.median(wall for wall, _ in found[name])
            ratios = [
                statistics.median(
                    own[which] / other[which]
                    for own, other in zip(found[mine], found[name], strict=True)
                )
                if mine in found
                else float("nan")
                for mine, which in ((_OWN[0], 0), (_OWN[0], 1), (_OWN[1], 0), (_OWN[1], 1))
            ]
            print(
                f"{name:26}{speed:17,.0f}{speed / limit:17.0%}"
                + "".join(f"{ratio:17.2f}" for ratio in ratios),
                flush=True,
            )
        elif name in missing:
            print(f"{name:26}{'—':>17} {missing[name][:80]}", flush=True)


def main() -> None:
    """Measure all cases."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=1.5, help="of a contestant in each round")
    parser.add_argument("--threads", type=int, default=threads_for(1))
    parser.add_argument("--case", nargs="*", default=[""], help="parts of the cases' names")
    parser.add_argument("--beside", nargs="*", help="contestants beside Trainyard; all by default")
    options = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # so that no process is left behind
    wanted = [
        name
        for name in NAMES
        if name == _OWN[0] or options.beside is None or name in options.beside
    ]
    peak = peak_flops(options.threads)
    print(
        f"{options.threads} thread(s), torch {torch.__version__},"
        f" products of matrices {peak / 1e9:,.0f} GFLOP/s"
    )
    with tempfile.TemporaryDirectory() as folder:
        processes: list[Process] = []
        try:
            for place, name in enumerate(wanted):
                home = Path(folder, str(place))
                home.mkdir()
                processes.append(Process(name, home, options.threads))
            for case in CASES:
                if any(part in str(case) for part in options.case):
                    measure(case, processes, options.rounds, options.seconds, peak)
        finally:
            for process in processes:
                process.end()


if __name__ == "__main__":
    main()
