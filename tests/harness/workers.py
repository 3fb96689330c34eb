"""Workers killed at random moments; their runs resumed, and compared with runs that nobody killed."""

from __future__ import annotations

import random
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from engine.store.run_folder import RunFolder
from engine.store.summary import Status
from engine.training.checkpoint import load_checkpoint
from tests.harness.configurations import configurations, new_run
from tests.harness.nursery import Child
from tests.harness.results import Result, acknowledged, fingerprint, result_of

_ROOT = Path(__file__).resolve().parents[2]
_MOST_KILLS = 3
_LONGEST = 120.0


@dataclass
class Reference:
    """A run that nobody killed, and how long it took."""

    result: Result
    seconds: float


class Workers:
    """Kills and resumes, round by round, one configuration after another."""

    def __init__(
        self, folder: Path, table: Path, seed: int, say: Callable[[str], None], real_every: int
    ) -> None:
        """`real_every`: each so many rounds a worker process of its own trains, started as the window does."""
        folder.mkdir()
        self._folder, self._table, self._say = folder, table, say
        self._chance = random.Random(seed)
        self._real_every = real_every
        self._known: dict[str, Reference] = {}
        self._recipes = configurations()
        self.kills = 0
        self.while_training = 0
        """Kills after the first checkpoint was told of, and before the end."""
        self._bystander: RunFolder | None = None
        self._bystander_files: dict[str, bytes] = {}

    @property
    def configurations(self) -> int:
        """How many there are; rounds go through them in turn."""
        return len(self._recipes)

    def round(self, number: int) -> str:
        """One run, killed some times; what was bad about it, or nothing."""
        names = list(self._recipes)
        name = names[number % len(names)]
        reference = self._reference(name)
        run = self._new("killed", self._recipes[name])
        log = self._folder / "killed.log"
        real = self._real_every > 0 and number % self._real_every == self._real_every - 1
        for _ in range(self._chance.randint(1, _MOST_KILLS)):
            moment = self._chance.uniform(0.02, reference.seconds)
            killed = self._kill_real(run, moment) if real else self._kill(run, moment, log)
            if not killed:
                break
            self.kills += 1
            saved = acknowledged(run)
            if saved:
                self.while_training += 1
            if bad := _after_kill(run, saved):
                return f"{name}, killed after {moment:.3f} s: {bad}"
        if run.status() is not Status.DONE and run.status() is not Status.STOPPED_EARLY:
            child = Child.training(run, log)
            if child.wait() != 0:
                return f"{name}: resuming failed: {run.summary().note} {child.said}"
        if bad := result_of(run).differs_from(reference.result):
            return f"{name}: {bad}"
        if bad := self._harm():
            return f"{name}: {bad}"
        self._say(f"  {name}: the same to the bit")
        return ""

    def _reference(self, name: str) -> Reference:
        if name not in self._known:
            run = self._new(f"whole-{len(self._known)}", self._recipes[name])
            child = Child.training(run, self._folder / "whole.log")
            if child.wait() != 0:
                raise RuntimeError(f"{name} does not train: {run.summary().note} {child.said}")
            seconds = time.monotonic() - child.began
            self._known[name] = Reference(result_of(run), seconds)
            if self._bystander is None:
                self._bystander = run
                self._bystander_files = fingerprint(run.path)
        return self._known[name]

    def _new(self, workspace: str, fields: dict[str, Any]) -> RunFolder:
        """A run in a workspace of its own, so that a fold's number is the same each time."""
        folder = self._folder / workspace
        shutil.rmtree(folder, ignore_errors=True)
        return new_run(folder, self._table, fields)

    def _kill(self, run: RunFolder, moment: float, log: Path) -> bool:
        return Child.training(run, log).wait_or_kill_after(moment)

    def _kill_real(self, run: RunFolder, moment: float) -> bool:
        process = subprocess.Popen(
            [sys.executable, "-m", "engine.worker", str(run.path)],
            cwd=_ROOT,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            deadline = time.monotonic() + _LONGEST
            while not (run.path / "lock").exists() and process.poll() is None:
                if time.monotonic() > deadline:
                    raise RuntimeError(f"waited {_LONGEST:.0f} s for a worker to take {run.id}")
                time.sleep(0.005)
            time.sleep(moment)
            alive = process.poll() is None
        finally:
            process.kill()
            process.wait()
        return alive

    def _harm(self) -> str:
        if self._bystander is None or fingerprint(self._bystander.path) == self._bystander_files:
            return ""
        return "another run was changed"


def _after_kill(run: RunFolder, saved: int) -> str:
    """What is wrong with a run just after its worker was killed."""
    status = run.status()
    if status not in (Status.INTERRUPTED, Status.QUEUED, Status.DONE, Status.STOPPED_EARLY):
        return f"its status is {status}"
    if saved:
        step = load_checkpoint(run.checkpoints / "last").position.step
        if step < saved:
            return f"the checkpoint of step {saved} was told to be saved, and step {step} is there"
    return ""
