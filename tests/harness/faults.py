"""Every write of the store, tried with an error, a short or torn write, or the end of the process at it.

    python -m tests.harness.faults [--every N] [--only NAME] [--verbose]

For each way of writing (`write_paths`) the calls are counted once without a fault; then it is done again
for each call and each fault that can happen to it. Afterwards: an error is one for people; what was told
to be saved is there; what is read is as before or as it should be; other runs are as they were; all runs
are listed. Ends with the line `N/N`: points that were good, of all.
"""

from __future__ import annotations

import argparse
import os
import shutil
import sys
import tempfile
import time
import warnings
from collections import Counter
from pathlib import Path
from typing import Any

from engine.errors import TrainyardError
from engine.store.lock import LOCK
from engine.store.run_folder import RunFolder
from engine.store.summary import Status
from engine.store.workspace import Workspace
from tests.harness.injection import FAULTS, Crash, Injector
from tests.harness.results import fingerprint
from tests.harness.write_paths import BYSTANDER, WritePath, make_template, write_paths


def main(arguments: list[str]) -> int:
    """Carry out the command line; the exit code, 0 if no point was bad."""
    parser = argparse.ArgumentParser(prog="python -m tests.harness.faults")
    parser.add_argument("--every", type=int, default=1, help="try each so many points only")
    parser.add_argument("--only", default="", help="this way of writing alone")
    parser.add_argument("--verbose", action="store_true")
    asked = parser.parse_args(arguments)
    memory = Path("/dev/shm")
    within = memory if os.access(memory, os.W_OK) else None
    folder = Path(tempfile.mkdtemp(prefix="trainyard-faults-", dir=within))
    began = time.monotonic()
    try:
        good, points = Faults(folder, verbose=asked.verbose).try_all(asked.every, asked.only)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    print(f"in {time.monotonic() - began:.0f} s")
    print(f"{good}/{points}")
    return 0 if good == points else 1


class Faults:
    """Tries the points one after another, each in a fresh copy of one workspace."""

    def __init__(self, folder: Path, *, verbose: bool = False) -> None:
        self._template = folder / "template"
        make_template(self._template)
        self._folder = folder / "tried"
        self._verbose = verbose
        self._skipped = 0

    def try_all(self, every: int = 1, only: str = "") -> tuple[int, int]:
        """Points that were good, and of how many."""
        good = points = 0
        for path in write_paths():
            if only and path.name != only:
                continue
            bad: Counter[str] = Counter()
            tried = 0
            before, after, calls = self._without_fault(path)
            for at, kind in enumerate(calls):
                for fault in FAULTS[kind]:
                    self._skipped += 1
                    if self._skipped % every:
                        continue
                    tried += 1
                    found = self._point(path, at, fault, before, after)
                    if found:
                        bad[found] += 1
                        if self._verbose:
                            print(f"BAD  {path.name}, call {at}, {fault}: {found}", flush=True)
            points, good = points + tried, good + tried - bad.total()
            print(f"{path.name + ':':<16}{tried - bad.total()}/{tried}", flush=True)
            for found, count in bad.most_common(4):
                print(f"     {count}× {found}", flush=True)
        return good, points

    def _without_fault(self, path: WritePath) -> tuple[Any, Any, list[str]]:
        self._fresh()
        before = path.state(self._folder)
        self._fresh()
        injector = Injector(self._folder)
        told: list[Any] = []
        with injector():
            path.act(self._folder, told)
        after = path.state(self._folder)
        if bad := path.kept(self._folder, told):
            raise AssertionError(f"{path.name} without a fault: {bad}")
        return before, after, injector.calls

    def _fresh(self) -> None:
        shutil.rmtree(self._folder, ignore_errors=True)
        shutil.copytree(self._template, self._folder)

    def _point(self, path: WritePath, at: int, fault: str, before: Any, after: Any) -> str:
        """Try one point; what was bad about it, or nothing."""
        self._fresh()
        others = fingerprint(_bystander(self._folder))
        injector = Injector(self._folder, at, fault)
        told: list[Any] = []
        outcome = "done"
        try:
            with injector():
                path.act(self._folder, told)
        except Crash:
            outcome = "crash"
        except TrainyardError as error:
            outcome = "told"
            if not str(error) or not error.messages():
                return f"an error without words at {injector.hit}"
        except Exception as error:
            return f"{type(error).__name__} escaped at {_plain(injector.hit)}: {error}"[:200]
        where = _plain(injector.hit)
        if outcome == "crash":
            for lock in self._folder.rglob(LOCK):
                os.utime(lock, (1, 1))  # its process is gone
                lock.write_text('{"process": 1, "started": 1.0, "host": "gone"}')
                os.utime(lock, (1, 1))
        try:
            state = path.state(self._folder)
        except Exception as error:
            return f"{outcome}, then unreadable after {where}: {type(error).__name__} {error}"[:200]
        if outcome == "done" and state != after:
            return f"done, and it is not there after {where}"
        if not path.is_gradual and state not in (before, after):
            return f"{outcome}, and it is half done after {where}"
        try:
            if lost := path.kept(self._folder, told):
                return f"{outcome} at {where}: {lost}"
        except Exception as error:
            return f"{outcome} at {where}, then {type(error).__name__}: {error}"[:200]
        if fingerprint(_bystander(self._folder)) != others:
            return f"another run was changed at {where}"
        return self._listed(path)

    def _listed(self, path: WritePath) -> str:
        workspace = Workspace(self._folder)
        try:
            lines = {run.number: run for run in workspace.runs()}
        finally:
            workspace.close()
        if BYSTANDER not in lines or lines[BYSTANDER].status is not Status.DONE:
            return "another run is not listed as before"
        damaged = [number for number, run in lines.items() if run.status is Status.DAMAGED]
        return f"run {damaged[0]} is damaged: {lines[damaged[0]].note}" if damaged else ""


def _bystander(folder: Path) -> Path:
    found = next((folder / "runs").glob(f"*_{BYSTANDER:04d}_*"))
    return RunFolder(found).path


def _plain(hit: str) -> str:
    """The call without names that are drawn anew each time."""
    parts = hit.split("/")
    return "/".join("…" if part.endswith(".tmp") else part for part in parts)


if __name__ == "__main__":
    warnings.simplefilter("ignore", ResourceWarning)  # files of processes that crashed
    sys.exit(main(sys.argv[1:]))
