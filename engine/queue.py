"""The queue: runs that wait for their turn, in an order that is kept on disk.

`queue.json` in the workspace says which runs wait, in which order and how many train at once. Whoever
starts runs (a window, `trainyard queue run`) takes the next ones under a lock and marks them as taken; an
entry goes when its run has begun. So a window that is killed loses no run: what it had taken and not
started waits again.
"""

from __future__ import annotations

import os
import platform
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from filelock import FileLock
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from engine.errors import NotQueued, RunNotFound, TrainyardError
from engine.files import write_atomic, writing
from engine.store.lock import LOCK, Holder, holder, is_running
from engine.store.run_folder import RunFolder
from engine.store.summary import Status
from engine.store.workspace import Workspace

FILE = "queue.json"
MOST_AT_ONCE = 64
ADOPTED_AFTER_SECONDS = 60.0
"""A run that waits nowhere for so long was left behind by a window that was killed."""
TAKEN_ELSEWHERE_SECONDS = 60.0
"""Another machine that has taken a run and not begun it by then is gone."""
_LOCK_SECONDS = 10.0
_VERSION = 1


class _Entry(BaseModel):
    model_config = ConfigDict(frozen=True)

    run: str
    taken: Holder | None = None
    """Who is about to start it."""
    taken_at: float = 0.0
    """Seconds since 1970."""


class _State(BaseModel):
    model_config = ConfigDict(frozen=True)

    trainyard: int = _VERSION
    at_once: int = Field(default=1, ge=1, le=MOST_AT_ONCE)
    held: bool = False
    entries: tuple[_Entry, ...] = ()


@dataclass(frozen=True, slots=True)
class QueueView:
    """The queue as it stands."""

    waiting: tuple[str, ...]
    """Ids of the runs that wait, the next one first."""
    at_once: int
    """How many runs train at once."""
    held: bool
    """Whether no run is started for now."""


class RunQueue:
    """The queue of a workspace. Several processes may use it at a time."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._path = workspace.folder / FILE
        self._runs = workspace.folder / "runs"

    # What it says ---------------------------------------------------------------------------------

    def view(self) -> QueueView:
        """What waits, in order; runs that have begun, are about to, or are gone are left out."""
        state = self._read()
        free = (entry.run for entry in state.entries if not _is_taken(entry))
        waiting = tuple(run for run in free if self._waits(run))
        return QueueView(waiting, state.at_once, state.held)

    @property
    def stamp(self) -> tuple[int, int]:
        """Changes whenever the queue does."""
        try:
            found = self._path.stat()
        except OSError:
            return (0, 0)
        return (found.st_mtime_ns, found.st_size)

    # Changing it ----------------------------------------------------------------------------------

    def add(self, run: str, place: int | None = None) -> None:
        """Let a run wait, as the last one or at a place counted from 0.

        Raises:
            NotQueued: It has been trained already, or is being trained.
            RunNotFound, DiskFull, WriteFailed: As they say.
        """
        status = RunFolder(self._runs / run).status()
        if status is not Status.QUEUED:
            raise NotQueued(run, status.value.replace("_", " "))
        with self._edited() as state:
            self._write(self._placed(state, _Entry(run=run), place))

    def remove(self, run: str) -> None:
        """Let a run wait no longer; its folder stays.

        Raises `NotQueued`, `DiskFull` or `WriteFailed`.
        """
        with self._edited() as state:
            self._require(state, run)
            others = tuple(entry for entry in state.entries if entry.run != run)
            self._write(state.model_copy(update={"entries": others}))

    def move(self, run: str, place: int) -> None:
        """Put a run at another place among those that wait, counted from 0; beyond the last is last.

        Raises `NotQueued`, `DiskFull` or `WriteFailed`.
        """
        with self._edited() as state:
            self._require(state, run)
            entry = next(entry for entry in state.entries if entry.run == run)
            self._write(self._placed(state, entry, place))

    def set(self, *, at_once: int | None = None, held: bool | None = None) -> None:
        """Say how many runs train at once, or whether none is started for now.

        Raises `DiskFull` or `WriteFailed`.
        """
        with self._edited() as state:
            changes: dict[str, object] = {}
            if at_once is not None:
                changes["at_once"] = min(MOST_AT_ONCE, max(1, at_once))
            if held is not None:
                changes["held"] = held
            self._write(state.model_copy(update=changes))

    def adopt(self) -> tuple[str, ...]:
        """Let runs wait that were made and then left behind; their ids, the oldest first.

        Raises `DiskFull` or `WriteFailed`.
        """
        known = {entry.run for entry in self._read().entries}
        now = time.time()
        lost = [
            run
            for run in self._workspace.runs()
            if run.status is Status.QUEUED
            and run.group is None
            and run.id not in known
            and now - run.created > ADOPTED_AFTER_SECONDS
        ]
        found = tuple(run.id for run in sorted(lost, key=lambda run: run.number))
        if found:
            with self._edited() as state:
                entries = (*state.entries, *(_Entry(run=run) for run in found))
                self._write(state.model_copy(update={"entries": entries}))
        return found

    # Starting -------------------------------------------------------------------------------------

    def take(self, only: str | None = None) -> tuple[RunFolder, ...]:
        """The runs to start now, for which there is room; they are marked as taken by this process.

        Args:
            only: Take just this one, however many are training.

        Raises `DiskFull` or `WriteFailed`.
        """
        with self._edited() as state:
            entries = [entry for entry in state.entries if self._waits(entry.run)]
            free = [entry for entry in entries if not _is_taken(entry)]
            if only is not None:
                chosen = [entry for entry in free if entry.run == only]
            else:
                busy = self._working() + len(entries) - len(free) if free else 0
                room = 0 if state.held else max(0, state.at_once - busy)
                chosen = free[:room]
            me = Holder.this_process() if chosen else None
            marked = tuple(
                entry.model_copy(update={"taken": me, "taken_at": time.time()})
                if entry in chosen
                else entry
                for entry in entries
            )
            if marked != state.entries:
                self._write(state.model_copy(update={"entries": marked}))
        return tuple(RunFolder(self._runs / entry.run) for entry in chosen)

    def _working(self) -> int:
        """Runs that train now; paused ones leave the machine to others, members are their group's."""
        count = 0
        for folder in _folders(self._runs, lambda path: os.path.exists(f"{path}/{LOCK}")):  # noqa: PTH110
            run = RunFolder(folder)
            try:
                if holder(folder) is not None and run.info().group is None:
                    count += run.status() is not Status.PAUSED
            except TrainyardError:
                count += 1
        return count

    # Inside ---------------------------------------------------------------------------------------

    def _placed(self, state: _State, entry: _Entry, place: int | None) -> _State:
        """With an entry at a place among those that wait; what is about to start does not count."""
        others = [each for each in state.entries if each.run != entry.run and self._waits(each.run)]
        free = [each for each in others if not _is_taken(each)]
        if place is None or place >= len(free):
            others.append(entry)
        else:
            others.insert(others.index(free[max(0, place)]), entry)
        return state.model_copy(update={"entries": tuple(others)})

    def _waits(self, run: str) -> bool:
        folder = RunFolder(self._runs / run)
        try:
            return folder.status() is Status.QUEUED
        except TrainyardError:
            return False

    def _require(self, state: _State, run: str) -> None:
        if not any(entry.run == run for entry in state.entries):
            folder = RunFolder(self._runs / run)
            if not folder.path.is_dir():
                raise RunNotFound(run, str(self._workspace.folder))
            raise NotQueued(run, folder.status().value.replace("_", " "))

    @contextmanager
    def _edited(self) -> Iterator[_State]:
        with writing(self._path), FileLock(self._path.with_name(".queue"), timeout=_LOCK_SECONDS):
            yield self._read()

    def _read(self) -> _State:
        try:
            return _State.model_validate_json(self._path.read_bytes())
        except FileNotFoundError:
            return _State()
        except (OSError, ValidationError):
            # Spoilt: the runs that wait are still there, in the order in which they were made.
            queued = [
                r for r in self._workspace.runs() if r.status is Status.QUEUED and not r.group
            ]
            queued.sort(key=lambda run: run.number)
            return _State(entries=tuple(_Entry(run=run.id) for run in queued))

    def _write(self, state: _State) -> None:
        write_atomic(self._path, state.model_dump_json(indent=1).encode() + b"\n")


def _is_taken(entry: _Entry) -> bool:
    if entry.taken is None:
        return False
    if entry.taken.host != platform.node():
        return abs(time.time() - entry.taken_at) < TAKEN_ELSEWHERE_SECONDS
    return is_running(entry.taken)


def _folders(folder: Path, wanted: Callable[[str], bool]) -> Iterator[Path]:
    try:
        with os.scandir(folder) as entries:
            found = [entry.path for entry in entries if wanted(entry.path)]
    except OSError:
        return
    yield from map(Path, found)
