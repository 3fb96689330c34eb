"""The window killed at random moments: the run that it started goes on, or waits to be started."""

from __future__ import annotations

import os
import random
import shutil
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from engine.recipe.recipe import Recipe
from engine.store.run_folder import RunFolder
from engine.store.summary import Status
from engine.store.workspace import Workspace
from tests.harness.configurations import TARGET, configurations, new_run
from tests.harness.nursery import Child
from tests.harness.results import Result, result_of

_NAMES = ("adamw", "sgd", "augmented")
_LONGEST = 120.0
"""Seconds that anything may take before the round is bad."""
_EPOCHS = 80
"""Runs are long enough for windows to be killed while they train."""
_BEFORE = 5.0
"""A run has mostly begun so many seconds after it was asked for."""


class Windows:
    """Kills, round by round; each window is a process of its own with a session like any other."""

    def __init__(self, folder: Path, table: Path, seed: int, say: Callable[[str], None]) -> None:
        import gui.session  # noqa: F401 - so that the windows, which are forked, have it at once

        folder.mkdir()
        self._folder, self._table, self._say = folder, table, say
        self._chance = random.Random(seed)
        self._known: dict[str, Result] = {}
        self._seconds = 0.0
        """From the begin of a run's training to its end, when nobody kills the window."""
        self.while_training = 0
        """Windows that were killed when their run had begun and had not ended."""

    def round(self, number: int) -> str:
        """One window, killed; what was bad about its run, or nothing."""
        name = _NAMES[number % len(_NAMES)]
        reference = self._reference(name)
        if not self._seconds and (bad := self._round(name, reference, None, None)):
            return f"nobody killed it: {bad}"
        if number % 4 == 3:  # before its run has begun, or in the first moments of it
            return self._round(name, reference, self._chance.uniform(0.0, _BEFORE), None)
        return self._round(name, reference, None, self._chance.uniform(0.0, self._seconds))

    def _round(self, name: str, reference: Result, asked: float | None, begun: float | None) -> str:
        """Kill a window so long after it has asked for a run, or after the run has begun.

        Neither: when the run has ended, to learn how long it takes.
        """
        workspace = self._folder / "killed"
        shutil.rmtree(workspace, ignore_errors=True)
        log = self._folder / "log"
        log.unlink(missing_ok=True)
        there = self._folder / "asked"
        there.unlink(missing_ok=True)
        fields = _longer(configurations()[name])
        window = Child(lambda: _be_a_window(workspace, self._table, fields, there), log)
        try:
            if bad := _until(there.exists, window):
                return f"{name}: the window did not ask for a run: {bad}"
            if asked is not None:
                time.sleep(asked)
            else:
                if bad := _until(lambda: _has_begun(workspace), window):
                    return f"{name}: its run did not begin: {bad}"
                if begun is not None:
                    time.sleep(begun)
                else:
                    began = time.monotonic()
                    if bad := _until(lambda: _has_ended(workspace), window):
                        return f"{name}: its run did not end: {bad}"
                    self._seconds = time.monotonic() - began
        finally:
            window.kill()
        opened = Workspace(workspace)
        runs = opened.runs()
        opened.close()
        if len(runs) > 1:
            return f"{name}: there are {len(runs)} runs"
        if not runs:
            return ""  # killed before the run was there
        run = RunFolder(workspace / "runs" / runs[0].id)
        if runs[0].status.is_alive:
            self.while_training += 1
        bad = self._wait_for(run)
        bad = bad or result_of(run).differs_from(reference)
        self._say(f"  window, {name}, {runs[0].status}: {bad or 'undisturbed'}")
        return f"{name}, {runs[0].status}: {bad}" if bad else ""

    def _wait_for(self, run: RunFolder) -> str:
        deadline = time.monotonic() + _LONGEST
        waited = False
        while time.monotonic() < deadline:
            status = run.status()
            if status in (Status.DONE, Status.STOPPED_EARLY):
                return ""
            if status is Status.QUEUED:
                if waited:  # nobody took it: it waits to be started, and nothing of it is lost
                    child = Child.training(run, self._folder / "log")
                    if child.wait():
                        return f"the run that waited did not train: {child.said[-400:]}"
                else:
                    waited = True
                    time.sleep(1.0)
            elif not status.is_alive:
                return f"the run is {status}: {run.summary().note}"
            time.sleep(0.02)
        return f"waited {_LONGEST:.0f} s for the run to end, which is {run.status()}"

    def _reference(self, name: str) -> Result:
        if name not in self._known:
            fields = _longer(configurations()[name])
            run = new_run(self._folder / f"whole-{name}", self._table, fields)
            child = Child.training(run, self._folder / "log")
            if child.wait():
                raise RuntimeError(f"{name} does not train: {child.said[-400:]}")
            self._known[name] = result_of(run)
        return self._known[name]


def _until(condition: Callable[[], bool], window: Child) -> str:
    """Wait for it while the window lives; what was bad about that."""
    deadline = time.monotonic() + _LONGEST
    while not condition():
        if window.poll() is not None:
            return f"the window ended with {window.code}: {window.said[-400:]}"
        if time.monotonic() > deadline:
            return f"waited {_LONGEST:.0f} s; the window said: {window.said[-400:]}"
        time.sleep(0.005)
    return ""


def _has_begun(workspace: Path) -> bool:
    """Whether a worker trains the run of a workspace: its first epoch was told."""
    logs = (workspace / "runs").glob("*/events.jsonl")
    return any('"EpochEnded"' in log.read_text(errors="replace") for log in logs)


def _has_ended(workspace: Path) -> bool:
    runs = (log.parent for log in (workspace / "runs").glob("*/events.jsonl"))
    return any(RunFolder(run).status() is Status.DONE for run in runs)


def _longer(fields: dict[str, Any]) -> dict[str, Any]:
    training = {**fields["training"], "epochs": _EPOCHS, "keep": {"seconds": 0.2}}
    return {**fields, "training": training}


def _be_a_window(workspace: Path, table: Path, fields: dict[str, object], asked: Path) -> int:
    """Open a table, ask for a run, and go on as a window does; it is killed from outside."""
    os.environ["TRAINYARD_HOME"] = str(workspace)
    from PySide6.QtCore import QTimer
    from PySide6.QtWidgets import QApplication

    from gui.session import Session

    app = QApplication([])
    session = Session(workspace)
    session.start()
    session.open(table)
    recipe = Recipe.model_validate(fields).with_target(TARGET)
    told = ""

    def look() -> None:
        nonlocal told
        if session.table is None or session.busy is not None:
            return
        if session.recipe.training != recipe.training:
            session.use_recipe(recipe, "Recipe")
            return
        reasons = " ".join(map(str, session.blockers()))  # the file may be read again first
        if reasons:
            if reasons != told:
                print(reasons, flush=True)
            told = reasons
            return
        timer.stop()
        session.train()
        asked.touch()

    timer = QTimer(interval=20)
    timer.timeout.connect(look)
    timer.start()
    return app.exec()
