"""Checkpoints: everything that a run needs to go on as if it had never ended.

A checkpoint folder holds `state.json` and the tensors' file that it names. The tensors are written
first, under a name of their own; renaming `state.json` into place makes the checkpoint valid, so a
reader finds the old one or the new one, whole. No pickle is involved.
"""

from __future__ import annotations

import json
import math
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError
from safetensors import SafetensorError
from safetensors.torch import load as load_tensors
from safetensors.torch import save as save_tensors
from torch import Tensor

from engine.errors import RunDamaged
from engine.files import seal_of, sealed_json, unsealed, write_atomic, writing
from engine.training.control import Command
from engine.training.precision import LossScale
from engine.training.rate import ByHand, Plateau, Stretch

VERSION = 1
SECONDS_BETWEEN = 5.0
_FIRST_AFTER = 1.0
_SHARE = 50
"""Between two savings of a large network lies at least this many times what one takes."""
STATE = "state.json"


class Position(BaseModel):
    """Where a run is, in plain numbers: `state.json`."""

    model_config = ConfigDict(frozen=True, ser_json_inf_nan="constants")

    checkpoint: int = VERSION
    epoch: int
    """Epochs done."""
    batches: int
    """Batches done in the epoch after those."""
    step: int
    threads: int
    """Torch threads: sums depend on how they are divided among threads."""
    by_hand: ByHand | None
    meter_rows: int
    meter_loss: float
    meter_norms: tuple[float, ...]
    best_epoch: int
    best_value: float | None
    waited: int
    optimizer: dict[str, Any]
    """The optimizer's groups, and those of its values that are no tensors."""
    in_blocks: bool = False
    """Rows are shuffled in blocks, as they are when they do not fit into memory."""
    seconds: float = 0.0
    """Of training so far, where time is limited."""
    asked_epochs: int | None = None
    """Of the recipe; where it asks for others by now, a number that was set by hand no longer holds."""
    stretch: Stretch | None = None
    plateau: Plateau = Plateau()
    steered: tuple[Command, ...] = ()
    """The newest command of each kind that is in force; that of the learning rate is `by_hand`."""
    commands: int = 0
    """Commands of the run's record that were obeyed."""
    gain_from: float | None = None
    """The watched metric from which the next gain is counted; None: from `best_value`."""
    averaged: int = 0
    """Updates of the average of weights."""
    value: float | None = None
    """The watched metric after the last epoch done."""
    rows_at_once: int | None = None
    """Rows that go through the network together where memory ran out; None: as many as asked for."""
    loss_scale: LossScale | None = None
    """In fp16."""


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """A run at one moment; the tensors are its own, on the CPU."""

    position: Position
    weights: dict[str, Tensor]
    best: dict[str, Tensor]
    """Weights of the best epoch; empty before the first."""
    optimizer: dict[str, Tensor]
    """Tensors of the optimizer's state, named `<parameter>.<name>`."""
    random: dict[str, Tensor]
    """States of torch's random generators by device type."""
    recent: Tensor | None
    """The meter's outputs, within an epoch."""
    average: dict[str, Tensor] = field(default_factory=dict)
    """Averaged weights; empty without averaging."""


class Checkpoints:
    """The folders `last` and `best` of a run."""

    def __init__(
        self,
        folder: Path,
        seconds: float = SECONDS_BETWEEN,
        before: Callable[[], None] = lambda: None,
        sync: Callable[[], None] = lambda: None,
    ) -> None:
        """A folder that may not exist yet.

        Args:
            folder: Gets the folders `last` and `best`.
            seconds: The least time between two savings that are not asked for; 0: as often as can be.
            before: Called as each saving of `last` begins: the event log must hold what the checkpoint
                takes for told.
            sync: Called before `last` is written, in the thread that writes it: what the log holds must
                be on disk. May raise `DiskFull` or `WriteFailed`.
        """
        self._folder = folder
        self._seconds = seconds
        self._before, self._sync = before, sync
        self._started = 0.0
        self._next = time.monotonic() + min(seconds, _FIRST_AFTER)
        self._saved_best = 0

    @property
    def folder(self) -> Path:
        """Where they lie."""
        return self._folder

    @property
    def is_due(self) -> bool:
        """Whether it is time for the next one."""
        return time.monotonic() >= self._next

    @property
    def is_eager(self) -> bool:
        """Whether every moment is one to save at, so that nobody skips one."""
        return not self._seconds

    def save(self, checkpoint: Checkpoint) -> tuple[str, ...]:
        """Write `last`, and `best` if it is another epoch than before. Returns what was written.

        Raises:
            DiskFull, WriteFailed: What was saved before is still there.
        """
        self.begin()
        return self.write(checkpoint)

    def begin(self) -> None:
        """What comes before `write`, in the thread that trains. Raises what `before` raises."""
        self._before()
        self._started = time.monotonic()
        self._next = self._started + self._seconds

    def write(self, checkpoint: Checkpoint) -> tuple[str, ...]:
        """The rest of `save`, which any thread may do, one at a time.

        Raises:
            DiskFull, WriteFailed: What was saved before is still there.
        """
        self._sync()
        written = ["last"]
        position = checkpoint.position
        if checkpoint.best and position.best_epoch != self._saved_best:
            self.save_best(checkpoint.best, position.best_epoch, position.best_value)
            written.insert(0, "best")
        write_checkpoint(self._folder / "last", checkpoint)
        if self._seconds:
            took = time.monotonic() - self._started
            self._next = self._started + max(self._seconds, _SHARE * took)
        return tuple(written)

    def save_best(self, weights: Mapping[str, Tensor], epoch: int, value: float | None) -> None:
        """Write `best`. Raises `DiskFull` or `WriteFailed`."""
        state = {"checkpoint": VERSION, "epoch": epoch, "value": value}
        _write(self._folder / "best", epoch, state, dict(weights))
        self._saved_best = epoch

    def last(self) -> Checkpoint | None:
        """The newest checkpoint, or None if none was saved. Raises `RunDamaged`."""
        folder = self._folder / "last"
        return load_checkpoint(folder) if (folder / STATE).exists() else None


def write_checkpoint(folder: Path, checkpoint: Checkpoint) -> None:
    """Write the whole state of a run into a folder of its own. Raises `DiskFull` or `WriteFailed`."""
    position = checkpoint.position
    parts = {
        "weights": checkpoint.weights,
        "best": checkpoint.best,
        "optimizer": checkpoint.optimizer,
        "random": checkpoint.random,
        "average": checkpoint.average,
    }
    tensors = {
        f"{part}.{name}": tensor for part, named in parts.items() for name, tensor in named.items()
    }
    if checkpoint.recent is not None:
        tensors["recent"] = checkpoint.recent
    _write(folder, position.step, position.model_dump(), tensors)


def load_checkpoint(folder: Path) -> Checkpoint:
    """The whole state of a run from a checkpoint's folder.

    Raises `RunDamaged`; of a checkpoint that holds weights alone, such as `best`, too.
    """
    state, tensors = _read(folder)
    try:
        position = Position.model_validate(state)
    except ValidationError as error:
        run = folder.parent.parent.name
        raise RunDamaged(run, str(folder / STATE), str(error)) from error
    return Checkpoint(
        position,
        weights=_named(tensors, "weights."),
        best=_named(tensors, "best."),
        optimizer=_named(tensors, "optimizer."),
        random=_named(tensors, "random."),
        recent=tensors.get("recent"),
        average=_named(tensors, "average."),
    )


def load_best(folder: Path) -> tuple[dict[str, Tensor], int] | None:
    """Weights and epoch of a run's `checkpoints` folder; None if none were saved.

    Raises `RunDamaged`.
    """
    if not (folder / "best" / STATE).exists():
        return None
    return load_weights(folder / "best")


def load_weights(folder: Path) -> tuple[dict[str, Tensor], int]:
    """Weights and epoch of any checkpoint's folder; the averaged weights of a run that averages.

    Raises `RunDamaged`.
    """
    state, tensors = _read(folder)
    inside = _named(tensors, "weights.") if "batches" in state else {}
    inside |= _named(tensors, "average.") if inside else {}
    return inside or tensors, int(state.get("epoch", 0))


def _write(folder: Path, number: int, state: dict[str, Any], tensors: dict[str, Tensor]) -> None:
    with writing(folder):
        folder.mkdir(parents=True, exist_ok=True)
    former = _tensor_file(folder)
    name = f"tensors-{number}.safetensors"
    if former is not None and former.name == name:
        name = f"tensors-{number}-again.safetensors"
    data = save_tensors({key: tensor.cpu().contiguous() for key, tensor in tensors.items()})
    write_atomic(folder / name, data)
    told = _finite({**state, "tensors": name, "tensors_seal": seal_of(data)})
    write_atomic(folder / STATE, sealed_json(told))
    for file in folder.glob("tensors-*.safetensors"):
        if file.name != name:
            with suppress(OSError):
                file.unlink()


def _finite(value: Any) -> Any:
    """NaN as null: JSON has no word for it."""
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, dict):
        return {key: _finite(item) for key, item in value.items()}
    return [_finite(item) for item in value] if isinstance(value, (list, tuple)) else value


def _tensor_file(folder: Path) -> Path | None:
    with suppress(OSError, ValueError, KeyError, TypeError):
        return folder / str(json.loads((folder / STATE).read_text(encoding="utf-8"))["tensors"])
    return None


def _read(folder: Path) -> tuple[dict[str, Any], dict[str, Tensor]]:
    path = folder / STATE
    try:
        state = unsealed(json.loads(path.read_text(encoding="utf-8")))
        path = folder / Path(str(state.pop("tensors"))).name
        data, seal = path.read_bytes(), state.pop("tensors_seal", None)
        if seal is not None and seal != seal_of(data):
            raise ValueError("it was altered")
        return state, load_tensors(data)
    except (OSError, ValueError, KeyError, TypeError, AttributeError, SafetensorError) as error:
        raise RunDamaged(folder.parent.parent.name, str(path), str(error)) from error


def _named(tensors: Mapping[str, Tensor], prefix: str) -> dict[str, Tensor]:
    return {k.removeprefix(prefix): tensor for k, tensor in tensors.items() if k.startswith(prefix)}
