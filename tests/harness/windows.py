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
_LONGEST = 240.0
_EPOCHS = 80
"""Runs are long enough for windows to be killed while they train."""


class Windows:
    """Kills, round by round; each window is a process of its own with a session like any other."""

    def __init__(self, folder: Path, table: Path, seed: int, say: Callable[[str], None]) -> None:
        folder.mkdir()
        self._folder, self._table, self._say = folder, table, say
        self._chance = random.Random(seed)
        self._known: dict[str, Result] = {}
        self._seconds = 0.0
        """From asking for a run to its end, when nobody kills the window."""
        self.while_training = 0
        """Windows that were killed when their run had begun and had not ended."""

    def round(self, number: int) -> str:
        """One window, killed; what was bad about its run, or nothing."""
        name = _NAMES[number % len(_NAMES)]
        reference = self._reference(name)
        if not self._seconds:
            bad = self._measure(name)
            if bad:
                return bad
        return self._round(name, reference, self._chance.uniform(0.0, self._seconds))

    def _measure(self, name: str) -> str:
        """How long a run takes from being asked for to its end; what was bad about that."""
        began = time.monotonic()
        bad = self._round(name, self._reference(name), None)
        self._seconds = time.monotonic() - began - self._until_asked
        return bad

    def _round(self, name: str, reference: Result, moment: float | None) -> str:
        """Kill a window so long after it has asked for a run; None: when the run has ended."""
        workspace = self._folder / "killed"
        shutil.rmtree(workspace, ignore_errors=True)
        fields = _longer(configurations()[name])
        began = time.monotonic()
        asked = self._folder / "asked"
        asked.unlink(missing_ok=True)
        log = self._folder / "log"
        log.unlink(missing_ok=True)
        window = Child(lambda: _be_a_window(workspace, self._table, fields, asked), log)
        deadline = time.monotonic() + _LONGEST
        while not asked.exists():
            if window.poll() is not None or time.monotonic() > deadline:
                window.kill()
                return f"{name}: the window did not start a run: {window.said[-400:]}"
            time.sleep(0.002)
        self._until_asked = time.monotonic() - began
        if moment is None:
            bad = self._wait_until_done(workspace)
            window.kill()
            if bad:
                return f"{name}, nobody killed its window: {bad}"
        else:
            time.sleep(moment)
            window.kill()
        opened = Workspace(workspace)
        runs = opened.runs()
        opened.close()
        if len(runs) > 1:
            return f"{name}: there are {len(runs)} runs"
        if not runs:
            return ""  # killed before the run was asked for
        run = RunFolder(workspace / "runs" / runs[0].id)
        if runs[0].status.is_alive:
            self.while_training += 1
        bad = self._wait_for(run)
        bad = bad or result_of(run).differs_from(reference)
        self._say(f"  {name}, {runs[0].status}: {bad or 'undisturbed'}")
        return f"{name}, {runs[0].status}: {bad}" if bad else ""

    def _wait_until_done(self, workspace: Path) -> str:
        deadline = time.monotonic() + _LONGEST
        while time.monotonic() < deadline:
            found = list((workspace / "runs").glob("[0-9]*"))
            if found and RunFolder(found[0]).status() is Status.DONE:
                return ""
            time.sleep(0.02)
        return "its run does not end"

    def _wait_for(self, run: RunFolder) -> str:
        deadline = time.monotonic() + _LONGEST
        waited = False
        while time.monotonic() < deadline:
            status = run.status()
            if status in (Status.DONE, Status.STOPPED_EARLY):
                return ""
            if status is Status.QUEUED:
                if waited:  # nobody took it: it waits to be started, and nothing of it is lost
                    Child.training(run, self._folder / "log").wait()
                else:
                    waited = True
                    time.sleep(1.0)
            elif not status.is_alive:
                return f"the run is {status}: {run.summary().note}"
            time.sleep(0.02)
        return "the run does not end"

    def _reference(self, name: str) -> Result:
        if name not in self._known:
            fields = _longer(configurations()[name])
            run = new_run(self._folder / f"whole-{name}", self._table, fields)
            Child.training(run, self._folder / "log").wait()
            self._known[name] = result_of(run)
        return self._known[name]


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

    def look() -> None:
        if session.table is None or session.busy is not None:
            return
        timer.stop()
        session.use_recipe(recipe, "Recipe")
        session.train()
        asked.touch()

    timer = QTimer(interval=20)
    timer.timeout.connect(look)
    timer.start()
    return app.exec()
