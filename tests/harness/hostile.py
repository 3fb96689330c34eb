"""Damaged and hostile model files and run files, opened by a process whose memory is bounded.

    python -m tests.harness.hostile [--files N] [--seed S] [--memory MB] [--only NAME] [--verbose]

A model and a run are trained, then spoilt in each way of `hostile_files` and `hostile_models`, N times in all. Each file must
be refused with an error for people, or open with the identical prediction (a bit of padding); where a new
manifest was written, which makes it another model, it may open as that. Nothing may crash, hang, be
written outside or take more memory than MB above what the program itself takes, which the system
enforces. Ends with the line `N/N`: files that were met well, of all.
"""

from __future__ import annotations

import argparse
import json
import os
import queue
import random
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from engine.export.bundle import export_run
from engine.store.run_file import SUFFIX, export_run_file
from tests.engine.trained import flowers, trained_run
from tests.harness.hostile_files import ANY_ARCHIVE, OUTSIDE, Attack
from tests.harness.hostile_models import MODELS

MEMORY = 512
"""Megabytes that opening a file may take beyond what the program takes without it."""
SECONDS = 20.0
"""Within which a file must be refused."""
RUN_SHARE = 4
"""One in so many files is a run file."""


@dataclass(frozen=True, slots=True)
class Case:
    """One spoilt file."""

    number: int
    attack: Attack
    is_run: bool


class Opener:
    """The process that opens files (`tests.harness.hostile_opener`); a new one where it died or hung."""

    def __init__(self, folder: Path, memory: int) -> None:
        self._folder = folder
        self._memory = memory
        self._process: subprocess.Popen[str] | None = None
        self._lines: queue.SimpleQueue[str] = queue.SimpleQueue()

    def open(self, path: Path) -> dict[str, Any]:
        """What came of it: `outcome`, `detail`, `peak` (MB), `seconds`."""
        process = self._alive()
        assert process.stdin is not None
        process.stdin.write(f"{path}\n")
        process.stdin.flush()
        began = time.monotonic()
        while time.monotonic() - began < SECONDS:
            try:
                answer: dict[str, Any] = json.loads(self._lines.get(timeout=0.2))
                return answer | {"seconds": time.monotonic() - began}
            except queue.Empty:
                if process.poll() is not None and self._lines.empty():
                    self._process = None
                    return {"outcome": "died", "detail": f"exit code {process.returncode}"}
        self.close()
        return {"outcome": "hung", "detail": f"after {SECONDS:.0f} s"}

    def close(self) -> None:
        """End the process."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None

    def _alive(self) -> subprocess.Popen[str]:
        if self._process is None:
            home = self._folder / "home"
            environment = os.environ | {
                "TRAINYARD_HOME": str(home),
                "TRAINYARD_CACHE": str(home / "cache"),
                "HOME": str(home),
                "OMP_NUM_THREADS": "1",
            }
            process = subprocess.Popen(
                [sys.executable, "-m", "tests.harness.hostile_opener", str(self._folder), str(self._memory)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
                env=environment,
            )  # fmt: skip
            self._lines = lines = queue.SimpleQueue()
            threading.Thread(target=_listen, args=(process, lines), daemon=True).start()
            if lines.get(timeout=120) != "ready":
                raise RuntimeError("the process that opens files did not start")
            self._process = process
        return self._process


def _listen(process: subprocess.Popen[str], lines: queue.SimpleQueue[str]) -> None:
    assert process.stdout is not None
    for line in process.stdout:
        lines.put(line.strip())


class Hostile:
    """Makes the files one after another and lets them be opened."""

    def __init__(self, folder: Path, *, memory: int = MEMORY, verbose: bool = False) -> None:
        self.folder = folder
        self._verbose = verbose
        self._inner = folder / "a" / "b" / "c"
        self._inner.mkdir(parents=True)
        (folder / "home").mkdir()
        run = trained_run(folder / "made", flowers(folder / "flowers.csv", rows=90), "kind")
        export_run(run, folder / "whole.trainyard")
        export_run_file(run, folder / f"whole{SUFFIX}")
        self._model = (folder / "whole.trainyard").read_bytes()
        self._run = (folder / f"whole{SUFFIX}").read_bytes()
        self._opener = Opener(folder, memory)
        self.outcomes: Counter[str] = Counter()
        self.peak = 0.0
        self.slowest = 0.0

    def close(self) -> None:
        """End what was started."""
        self._opener.close()

    def try_all(self, files: int, seed: int, only: str = "") -> int:
        """How many of so many files were met well."""
        return sum(self._try(case, seed) for case in cases(files, only))

    def _try(self, case: Case, seed: int) -> bool:
        chance = random.Random(f"{seed} {case.number} {case.attack.name}")
        data = case.attack.make(self._run if case.is_run else self._model, chance)
        path = self._inner / f"{case.number}{SUFFIX if case.is_run else '.trainyard'}"
        path.write_bytes(data)
        before = self._listing()
        found = self._opener.open(path)
        outcome = str(found["outcome"])
        detail = str(found["detail"])
        if outcome == "opened other" and case.attack.may_open:
            outcome = "opened as another model"
        if self._listing() != before or Path("/tmp", f"{OUTSIDE}.json").exists():
            outcome, detail = "wrote outside", str(self._listing() ^ before)
        path.unlink()
        self.outcomes[outcome] += 1
        self.peak = max(self.peak, float(found.get("peak", 0)))
        self.slowest = max(self.slowest, float(found.get("seconds", 0)))
        good = outcome in ("refused", "opened same", "opened as another model")
        if self._verbose or not good:
            kind = "run" if case.is_run else "model"
            print(f"{case.number} {kind} {case.attack.name}: {outcome}: {detail[:300]}", flush=True)
        return good

    def _listing(self) -> set[str]:
        home = self.folder / "home"
        return {str(p) for p in self.folder.rglob("*") if home not in p.parents}


def cases(files: int, only: str = "") -> list[Case]:
    """Each way to spoil a model file or a run file in turn."""
    made: list[Case] = []
    turns = {True: 0, False: 0}
    for number in range(files):
        is_run = number % RUN_SHARE == RUN_SHARE - 1
        ways = [a for a in (ANY_ARCHIVE if is_run else MODELS) if only in ("", a.name)] or [
            a for a in MODELS if a.name == only
        ]
        made.append(Case(number, ways[turns[is_run] % len(ways)], is_run))
        turns[is_run] += 1
    return made


def main(arguments: list[str]) -> int:
    """Carry out the command line; the exit code, 0 if every file was met well."""
    parser = argparse.ArgumentParser(prog="python -m tests.harness.hostile")
    parser.add_argument("--files", type=int, default=500)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--memory", type=int, default=MEMORY, help="megabytes")
    parser.add_argument("--only", default="", help="this way of spoiling alone")
    parser.add_argument("--verbose", action="store_true")
    asked = parser.parse_args(arguments)
    folder = Path(tempfile.mkdtemp(prefix="trainyard-hostile-"))
    began = time.monotonic()
    os.environ["TRAINYARD_CACHE"] = str(folder / "cache")
    hostile = Hostile(folder, memory=asked.memory, verbose=asked.verbose)
    try:
        good = hostile.try_all(asked.files, asked.seed, asked.only)
    finally:
        hostile.close()
        shutil.rmtree(folder, ignore_errors=True)
    for outcome, count in hostile.outcomes.most_common():
        print(f"{count:>6} {outcome}")
    print(
        f"in {time.monotonic() - began:.0f} s; the slowest {hostile.slowest:.2f} s; "
        f"memory at most {hostile.peak:.0f} MB above the program's own, {asked.memory} allowed"
    )
    print(f"{good}/{asked.files}")
    return 0 if good == asked.files else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
