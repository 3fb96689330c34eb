"""Checkpoints that stay: some of the best epochs, and epochs at a distance."""

from __future__ import annotations

import json
import math
import shutil
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from engine.metrics import Metric
from engine.recipe.training import Keep
from engine.training.checkpoint import STATE, Checkpoint, write_checkpoint

_PREFIX = "epoch-"


class Kept(BaseModel):
    """An epoch that is kept on disk; its weights are loaded by its name."""

    model_config = ConfigDict(frozen=True)

    name: str
    """Of its folder, such as `epoch-0012`."""
    epoch: int
    value: float | None = None
    """The watched metric after that epoch."""


def name_of(epoch: int) -> str:
    """The folder of an epoch that is kept."""
    return f"{_PREFIX}{epoch:04d}"


def kept_epochs(folder: Path) -> tuple[Kept, ...]:
    """The epochs that are kept in a run's `checkpoints`, in order; damaged ones are left out."""
    found = (_look(path) for path in folder.glob(f"{_PREFIX}*"))
    return tuple(sorted((each for each in found if each is not None), key=lambda each: each.epoch))


class KeptEpochs:
    """Decides which epochs stay, writes them and takes away those that need not stay any more."""

    def __init__(self, folder: Path, keep: Keep, monitor: Metric) -> None:
        """`monitor` tells which of the epochs in `folder`, a run's `checkpoints`, are the best."""
        self._folder, self._keep, self._monitor = folder, keep, monitor
        self._there = {kept.epoch: kept for kept in kept_epochs(folder)}

    @property
    def keeps_any(self) -> bool:
        """Whether any epochs are to stay."""
        return bool(self._keep.best or self._keep.every)

    def wants(self, epoch: int, value: float) -> bool:
        """Whether an epoch that has just ended is to stay."""
        if not self.keeps_any:
            return False
        new = Kept(name=name_of(epoch), epoch=epoch, value=value)
        return epoch in self._chosen([*self._there.values(), new])

    def save(self, checkpoint: Checkpoint) -> str:
        """Write the epoch that has just ended; its name.

        Raises:
            DiskFull, WriteFailed: The others are still there.
        """
        position = checkpoint.position
        name = name_of(position.epoch)
        write_checkpoint(self._folder / name, checkpoint)
        self._there[position.epoch] = Kept(name=name, epoch=position.epoch, value=position.value)
        chosen = self._chosen(self._there.values())
        for epoch in [epoch for epoch in self._there if epoch not in chosen]:
            _remove(self._folder / self._there.pop(epoch).name)
        return name

    def _chosen(self, there: Iterable[Kept]) -> set[int]:
        kept = sorted(there, key=lambda each: each.epoch)
        sign = -1.0 if self._monitor.higher_is_better else 1.0
        ranked = sorted(kept, key=lambda each: _rank(each.value, sign))
        chosen = {each.epoch for each in ranked[: self._keep.best]}
        if self._keep.every:
            spaced = [each.epoch for each in kept if each.epoch % self._keep.every == 0]
            chosen.update(spaced[-self._keep.most :])
        return chosen


def _rank(value: float | None, sign: float) -> float:
    return math.inf if value is None or math.isnan(value) else sign * value


def _look(folder: Path) -> Kept | None:
    try:
        state = json.loads((folder / STATE).read_text(encoding="utf-8"))
        return Kept(name=folder.name, epoch=state["epoch"], value=state.get("value"))
    except (OSError, ValueError, KeyError, AttributeError, TypeError, ValidationError):
        return None


def _remove(folder: Path) -> None:
    """Without its state a checkpoint is none, so a removal that is cut off leaves no half of one."""
    with suppress(OSError):
        (folder / STATE).unlink(missing_ok=True)
    shutil.rmtree(folder, ignore_errors=True)
