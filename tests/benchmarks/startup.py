"""How long from process start to the first painted window, beside `import torch` alone.

    python -m tests.benchmarks.startup

Both are measured in fresh processes, in turns, in one run; the goal is a ratio below one: the window is
up before torch could have been imported.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time

ROUNDS = 5
_WINDOW = """
import sys, time
from pathlib import Path
from PySide6.QtWidgets import QApplication
from gui.app.program import Program
app = QApplication(sys.argv[:1])
program = Program(app, Path(sys.argv[1]))

def painted():
    print(time.time(), "torch" in sys.modules or "pandas" in sys.modules, flush=True)
    program.session.close()
    import os
    os._exit(0)

program.painted.connect(painted)
program.show()
app.exec()
"""
_TORCH = "import torch, time; print(time.time(), False, flush=True)"


def seconds(code: str, *arguments: str) -> float:
    """From the start of a Python process to the moment that its program prints."""
    start = time.time()
    done = subprocess.run(
        [sys.executable, "-c", code, *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        check=True,
    )
    moment, heavy = done.stdout.split()
    if heavy == "True":
        sys.exit("pandas or torch was imported before the first paint")
    return float(moment) - start


def main() -> None:
    """Print both times and their ratio."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    window, torch = [], []
    for turn in range(ROUNDS + 1):
        with tempfile.TemporaryDirectory() as workspace:
            times = seconds(_WINDOW, workspace), seconds(_TORCH)
        if turn:  # the first turn warms the disk cache
            window.append(times[0])
            torch.append(times[1])
    a, b = statistics.median(window), statistics.median(torch)
    print(f"process start to first painted window  {a:6.2f} s  (median of {ROUNDS})")
    print(f"process start to torch imported        {b:6.2f} s")
    print(f"ratio                                  {a / b:6.2f}")


if __name__ == "__main__":
    main()
