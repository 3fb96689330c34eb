"""What is left of a run when it has ended, and whether that is what it should be."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from engine.events import EpochEnded, RunFinished, RunStarted, RunStopped
from engine.store.run_folder import RunFolder
from engine.store.workspace import Workspace
from engine.training.checkpoint import load_best, load_checkpoint

_UNTOLD = ("time", "rows_per_second")


@dataclass(frozen=True)
class Result:
    """Everything that must not depend on whether a run was killed on its way."""

    best: dict[str, bytes]
    last: dict[str, bytes]
    epochs: tuple[Any, ...]
    test: tuple[float, ...]
    members: tuple[Result, ...] = ()

    def differs_from(self, other: Result) -> str:
        """What is not the same, in words; empty when nothing is."""
        if self.best.keys() != other.best.keys() or self.last.keys() != other.last.keys():
            return "weights are missing"
        for name in self.best:
            if self.best[name] != other.best[name]:
                return f"the best weights differ in {name}"
        for name in self.last:
            if self.last[name] != other.last[name]:
                return f"the last weights differ in {name}"
        if self.epochs != other.epochs:
            return "the course of the epochs differs"
        if repr(self.test) != repr(other.test):
            return "the scores of the test part differ"
        if len(self.members) != len(other.members):
            return f"{len(self.members)} members instead of {len(other.members)}"
        for place, (mine, its) in enumerate(zip(self.members, other.members, strict=True)):
            if found := mine.differs_from(its):
                return f"member {place}: {found}"
        return ""


def result_of(run: RunFolder, workspace: Workspace | None = None) -> Result:
    """What a run has come to. Raises what a damaged run raises."""
    found = load_best(run.checkpoints)
    best = {} if found is None else {name: _bytes(value) for name, value in found[0].items()}
    last: dict[str, bytes] = {}
    if (run.checkpoints / "last").exists():
        state = load_checkpoint(run.checkpoints / "last")
        last = {name: _bytes(value) for name, value in (state.weights | state.average).items()}
    epochs: dict[int, Any] = {}
    test: tuple[float, ...] = ()
    for event in run.events():
        if isinstance(event, RunStarted):
            epochs = {epoch: told for epoch, told in epochs.items() if epoch <= event.epoch}
        elif isinstance(event, EpochEnded):
            epochs[event.epoch] = repr((event.train, event.validation, event.is_best))
        elif isinstance(event, RunFinished | RunStopped):
            test = event.test
    opened = workspace or Workspace(run.path.parent.parent)
    try:
        members = opened.members(run.id)
        inside = tuple(result_of(members[place], opened) for place in sorted(members))
    finally:
        if workspace is None:
            opened.close()
    return Result(best, last, tuple(epochs[epoch] for epoch in sorted(epochs)), test, inside)


def fingerprint(folder: Path) -> dict[str, bytes]:
    """Every file of a folder with what is in it."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def acknowledged(run: RunFolder) -> int:
    """The step of the newest checkpoint that the log says is saved; 0 without one."""
    step = 0
    try:
        lines = (run.path / "events.jsonl").read_text(errors="replace").splitlines()
    except OSError:
        return 0
    for line in lines:
        if '"CheckpointSaved"' in line and '"which": "last"' in line:
            try:
                step = max(step, int(json.loads(line)["step"]))
            except ValueError:
                continue
    return step


def _bytes(value: Any) -> bytes:
    data: bytes = value.contiguous().numpy().tobytes()
    return data
