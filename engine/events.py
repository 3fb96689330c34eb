"""What happens in a run, as a closed union of frozen records; one JSON line each in `events.jsonl`.

The log is the one channel between a run and whoever watches it (DESIGN: "The run's event log").
Times are seconds since 1970. Metric values are in the order of `RunStarted.metrics`, whose first
name is always `loss`. Losses are means per row. A value that is not finite travels as null.
"""

from __future__ import annotations

import json
import math
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, fields
from typing import Any, TypeAlias, get_args

from engine.messages import Message


@dataclass(frozen=True, slots=True)
class RunStarted:
    """Training is about to take its first step, or, after a resume, its next one."""

    time: float
    metrics: tuple[str, ...]
    monitor: str
    """Name of the validation metric that decides which epoch is best."""
    epochs: int
    steps_per_epoch: int
    train_rows: int
    validation_rows: int
    test_rows: int
    parameters: int
    device: str
    threads: int
    epoch: int = 0
    """Epochs already done (above 0 after a resume)."""
    commands: int | None = None
    """Commands that changed the run and are in force (above 0 after a resume); None: not told."""
    least_gain: float = 0.0
    """Smaller gains of the watched metric do not count for patience."""


@dataclass(frozen=True, slots=True)
class RowsPrepared:
    """Rows are being split and prepared, before `RunStarted`; told where that takes a while."""

    time: float
    share: float
    """How far it is, from 0 to 1."""


@dataclass(frozen=True, slots=True)
class StepsDone:
    """Progress inside an epoch: means over the steps since the last such event."""

    time: float
    step: int
    """Steps since the start of the run."""
    epoch: int
    """The epoch under way, counted from 1."""
    loss: float
    learning_rate: float
    rows_per_second: float


@dataclass(frozen=True, slots=True)
class EpochEnded:
    """An epoch and its validation are done."""

    time: float
    epoch: int
    step: int
    train: tuple[float, ...]
    validation: tuple[float, ...]
    learning_rate: float
    gradient_norm: float
    rows_per_second: float
    is_best: bool


@dataclass(frozen=True, slots=True)
class BlocksWatched:
    """What a look into the network found at a step; a value for each block, NaN where there is none."""

    time: float
    epoch: int
    """The epoch under way, counted from 1."""
    step: int
    blocks: tuple[str, ...]
    """Names, from the encoders to the head; see `engine.models.parts`."""
    gradient_norm: tuple[float, ...]
    """Before clipping."""
    weight_norm: tuple[float, ...]
    update_ratio: tuple[float, ...]
    """Norm of what the step added, as a share of the weights' norm."""
    dead: tuple[float, ...]
    """Share of the block's units that gave the same for every validation row of the last epoch scored."""
    memory: int = 0
    """Bytes: on the graphics card what is taken there, else what the process has."""


@dataclass(frozen=True, slots=True)
class ClassesPredicted:
    """How many validation rows were predicted to be each class, and are, in the order of the classes."""

    time: float
    epoch: int
    step: int
    rows: tuple[int, ...]
    actual: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class CheckpointSaved:
    """A checkpoint is on disk, whole and synced."""

    time: float
    epoch: int
    step: int
    which: str
    """`last`, `best`, or an epoch that is kept, such as `epoch-0012`."""


@dataclass(frozen=True, slots=True)
class ControlApplied:
    """A command took effect at this step."""

    time: float
    epoch: int
    step: int
    command: str
    """A name of `engine.training.control.Command`."""
    value: float | None = None


@dataclass(frozen=True, slots=True)
class FoldsScored:
    """Means over the folds of a cross-validation, or over seeds, that are trained, and how far these are apart."""

    time: float
    folds: int
    """That are trained."""
    of: int
    """That there are."""
    validation: tuple[float, ...]
    """Means, each fold with the weights of its best epoch on the rows that it leaves out."""
    validation_spread: tuple[float, ...]
    """Standard deviations (n − 1) between the folds; NaN for a single one."""
    test: tuple[float, ...]
    """The same of the test part; empty without one."""
    test_spread: tuple[float, ...]
    members: str = "folds"
    """What the means are over: `folds` or `seeds`."""


@dataclass(frozen=True, slots=True)
class TrialStarted:
    """A sweep has begun a trial, which is a run of its own."""

    time: float
    trial: int
    """Counted from 1."""
    run: str
    """Id of the trial's run."""
    values: dict[str, Any]
    """What is tried, by the path of the field."""


@dataclass(frozen=True, slots=True)
class TrialEnded:
    """A trial of a sweep is over."""

    time: float
    trial: int
    state: str
    """`done`, `pruned`, `cut` (by the time budget), `stopped` (by hand) or `failed`."""
    value: float
    """The watched validation metric in its best epoch; NaN without one."""
    epoch: int
    """Epochs completed."""
    seconds: float
    """That it took, preparing included."""
    course: tuple[float, ...]
    """The watched metric after each epoch."""
    reason: str = ""
    """In English, why it failed."""


@dataclass(frozen=True, slots=True)
class FieldsWeighed:
    """How much each swept field matters for the watched metric, after so many trials."""

    time: float
    trials: int
    shares: dict[str, float]
    """Of the variance, by the path of the field; together 1."""


@dataclass(frozen=True, slots=True)
class Noted:
    """Something worth telling that changes no state (a warning, an automatic choice)."""

    time: float
    message: Message


@dataclass(frozen=True, slots=True)
class RunFinished:
    """All epochs done, or stopped early for lack of gain. The test part was scored once."""

    time: float
    epoch: int
    best_epoch: int
    stopped_early: bool
    test: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class RunStopped:
    """Stopped by hand, or by its sweep; the best weights so far are kept."""

    time: float
    epoch: int
    best_epoch: int
    test: tuple[float, ...]
    pruned: bool = False
    """Whether its sweep gave it up, for it was behind the trials before it."""


@dataclass(frozen=True, slots=True)
class RunFailed:
    """Ended by an error; the best weights so far are kept if an epoch was completed."""

    time: float
    epoch: int
    best_epoch: int
    error: str
    """Class name in `engine.errors`."""
    facts: dict[str, Any]


RunEvent: TypeAlias = (
    RunStarted
    | RowsPrepared
    | StepsDone
    | EpochEnded
    | BlocksWatched
    | ClassesPredicted
    | CheckpointSaved
    | ControlApplied
    | FoldsScored
    | TrialStarted
    | TrialEnded
    | FieldsWeighed
    | Noted
    | RunFinished
    | RunStopped
    | RunFailed
)

_BY_NAME: dict[str, type[Any]] = {cls.__name__: cls for cls in get_args(RunEvent)}
_TYPES = {cls: {f.name: f.type for f in fields(cls)} for cls in _BY_NAME.values()}
"""The annotations of each kind's fields: some ninety lines a second are read while three runs train."""


def _plain(value: Any) -> Any:
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    return value


_SEAL = ', "crc": "'
_SEALED = len(_SEAL) + 8 + 2


def _checksum(text: str) -> str:
    """CRC-32 of a line without its checksum: a flipped byte must not become another figure."""
    return f"{zlib.crc32(text.encode()):08x}"


def to_line(event: RunEvent) -> str:
    """One JSON line, newline included."""
    if isinstance(event, Noted):
        body: dict[str, Any] = {"time": event.time, "message": event.message.to_json()}
    else:
        body = asdict(event)
    text = json.dumps({"event": type(event).__name__, **_plain(body)}, ensure_ascii=False)
    return f'{text[:-1]}{_SEAL}{_checksum(text)}"}}\n'


def from_line(line: str) -> RunEvent | None:
    """The event of one line; None when the line is torn or of an unknown (newer) kind."""
    try:
        line = line.rstrip("\n")
        if line[-_SEALED : len(_SEAL) - _SEALED] == _SEAL:  # lines of older versions have none
            text = f"{line[:-_SEALED]}}}"
            if line[-10:-2] != _checksum(text):
                return None
            line = text
        data = json.loads(line)
        cls = _BY_NAME.get(data.pop("event"))
        if cls is None:
            return None
        known = _TYPES[cls]
        values: dict[str, Any] = {key: value for key, value in data.items() if key in known}
        for key, value in values.items():
            if key == "message":
                values[key] = Message.from_json(value)
            elif isinstance(value, list):
                values[key] = tuple(math.nan if item is None else item for item in value)
            elif value is None and known[key] == "float":
                values[key] = math.nan
        event: RunEvent = cls(**values)
        return event
    except (ValueError, TypeError, KeyError, AttributeError):
        return None


def is_damaged(line: str) -> bool:
    """Whether a line was written whole and then altered; a newer version's kinds are not damage."""
    line = line.rstrip("\n")
    if not line.endswith("}") or from_line(line) is not None:
        return False
    try:
        return json.loads(line)["event"] in _BY_NAME
    except (ValueError, TypeError, KeyError):
        return True


def from_lines(lines: Iterable[str]) -> Iterator[RunEvent]:
    """The events of whole lines, torn ones left out."""
    for line in lines:
        event = from_line(line)
        if event is not None:
            yield event
