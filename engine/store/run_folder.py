"""One run on disk. DESIGN.md, "On disk", lists the files."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from filelock import FileLock
from pydantic import ValidationError

from engine.errors import RecipeError, RunBusy, RunDamaged, RunNotFound, TrainyardError
from engine.events import RunEvent, RunFailed, from_lines
from engine.files import BINARY, sealed_json, unsealed, write_all, write_atomic, writing
from engine.plans.plan import Plan, parse_plan
from engine.recipe.files import parse_recipe, require_seal
from engine.recipe.parts import AUTO
from engine.recipe.privacy import without_values
from engine.recipe.recipe import Recipe
from engine.schema import Task
from engine.store.event_log import EventLog, EventTail, end_torn_line
from engine.store.info import REMARK_LENGTH, VERSION, RunInfo, tidy_tags
from engine.store.lock import LOCK, RunLock, holder
from engine.store.summary import RunFold, RunSummary, Status

if TYPE_CHECKING:
    from engine.training.control import Command

INFO = "run.json"
RECIPE = "recipe.json"
EVENTS = "events.jsonl"
PLAN = "plan.json"
"""What a run trains one after another, as JSON; see `RunInfo.holds`."""
_RESOLVED = "resolved.json"
_CONTROL = "control.jsonl"
_EDIT_SECONDS = 10.0


class RunFolder:
    """The files of one run, read and written in the one right way each."""

    def __init__(self, path: Path) -> None:
        self.path = path

    @property
    def id(self) -> str:
        """The name of the folder."""
        return self.path.name

    @property
    def preparation(self) -> Path:
        """Folder of the fitted preparation."""
        return self.path / "preparation"

    @property
    def checkpoints(self) -> Path:
        """Folder of the checkpoints `last` and `best`."""
        return self.path / "checkpoints"

    def has_weights(self) -> bool:
        """Whether best weights were kept."""
        return (self.checkpoints / "best" / "state.json").exists()

    @property
    def evaluation(self) -> Path:
        """The last evaluation, as JSON."""
        return self.path / "evaluation.json"

    @property
    def control(self) -> Path:
        """The commands, one JSON line each."""
        return self.path / _CONTROL

    @property
    def replay(self) -> Path:
        """The commands of another run that this one obeys at the same steps; most runs have none."""
        return self.path / "replay.json"

    # What it was made from -----------------------------------------------------------------------

    def recipe(self) -> Recipe:
        """The recipe as asked for.

        Raises `RunDamaged`, or `RecipeTooNew` for the run of a newer Trainyard.
        """
        return self._read_recipe(RECIPE)

    def resolved(self) -> Recipe:
        """The recipe as run, every `auto` replaced; as asked for until the run has started.

        Raises `RunDamaged` or `RecipeTooNew`.
        """
        return self._read_recipe(_RESOLVED if (self.path / _RESOLVED).exists() else RECIPE)

    def write_resolved(self, recipe: Recipe) -> None:
        """Keep the recipe as run, without values that it hides."""
        write_atomic(self.path / _RESOLVED, sealed_recipe(without_values(recipe)))

    def write_recipe(self, recipe: Recipe) -> None:
        """Keep what is asked for from now on, without values that it hides."""
        write_atomic(self.path / RECIPE, sealed_recipe(without_values(recipe)))

    def info(self) -> RunInfo:
        """Identity and origin.

        Raises `RunNotFound` or `RunDamaged`.
        """
        try:
            found = json.loads((self.path / INFO).read_bytes())
            info = RunInfo.model_validate(unsealed(found) if isinstance(found, dict) else found)
        except FileNotFoundError:
            if not self.path.is_dir():
                raise RunNotFound(self.id, str(self.path.parent.parent)) from None
            raise RunDamaged(self.id, INFO, "missing") from None
        except ValidationError as error:
            raise RunDamaged(self.id, INFO, error.errors()[0]["msg"]) from None
        except ValueError as error:
            raise RunDamaged(self.id, INFO, str(error)) from None
        except OSError as error:
            raise RunDamaged(self.id, INFO, error.strerror or "") from None
        if info.trainyard > VERSION:
            raise RunDamaged(self.id, INFO, f"version {info.trainyard}")
        return info

    def rename(self, name: str) -> None:
        """Give the run another name; the folder keeps its own."""
        self._edit({"name": " ".join(name.split()) or self.info().name})

    def set_target(self, target: str, task: Task) -> None:
        """Note what turned out to be predicted."""
        self._edit({"target": target, "task": task})

    def note_continued(self, done: int, epochs: int) -> None:
        """Note that it goes on after so many epochs, until `epochs` are done in all."""
        places = dict.fromkeys((*self.info().continued_at, done))
        self._edit({"continued_at": tuple(places), "epochs": epochs})

    def set_remark(self, remark: str) -> None:
        """Write something beside the run; no text takes it away."""
        self._edit({"remark": remark.strip()[:REMARK_LENGTH]})

    def set_tags(self, tags: Iterable[str]) -> None:
        """Give the run just these tags."""
        self._edit({"tags": tidy_tags(tags)})

    def set_favourite(self, favourite: bool) -> None:
        """Mark the run with a star, or no longer."""
        self._edit({"favourite": favourite})

    def set_trunk(self, trunk: str, name: str) -> None:
        """Note what Auto chose; `auto: name` takes the place of such a name, and of no other."""
        info = self.info()
        automatic = info.name == AUTO or info.name.startswith(f"{AUTO}: ")
        self._edit({"trunk": trunk, "name": f"{AUTO}: {name}" if automatic else info.name})

    def plan(self) -> Plan | None:
        """What it trains one after another, each in a run of its own; None for an ordinary run.

        Raises `RunDamaged`.
        """
        path = self.path / PLAN
        if not self.info().holds:
            return None
        try:
            return parse_plan(path.read_bytes())
        except FileNotFoundError:
            raise RunDamaged(self.id, PLAN, "missing") from None
        except ValidationError as error:
            raise RunDamaged(self.id, PLAN, error.errors()[0]["msg"]) from None
        except OSError as error:
            raise RunDamaged(self.id, PLAN, error.strerror or "") from None

    # What happened -------------------------------------------------------------------------------

    def events(self) -> Iterator[RunEvent]:
        """All events so far, torn lines left out."""
        try:
            with (self.path / EVENTS).open(encoding="utf-8", errors="replace") as file:
                yield from from_lines(file)
        except FileNotFoundError:
            return

    def tail(self) -> EventTail:
        """A reader that follows the log from its beginning."""
        return EventTail(self.path / EVENTS)

    def summary(self) -> RunSummary:
        """The run in one line. Reads the whole log; lists use `Workspace.runs`."""
        fold = RunFold()
        fold.extend(self.events())
        alive = self.is_alive()
        return fold.summary(
            self.id,
            self.info(),
            alive=alive,
            was_held=self.was_held(),
            told_to_stop=alive and self.is_told_to_stop(),
        )

    def status(self) -> Status:
        """What the run is doing, or how it ended."""
        return self.summary().status

    # Who works on it -----------------------------------------------------------------------------

    def is_alive(self) -> bool:
        """Whether a process trains this run now."""
        return holder(self.path) is not None

    def is_told_to_stop(self) -> bool:
        """Whether a command to stop was sent to the process that trains it."""
        try:
            return b'"stop"' in self.control.read_bytes()
        except OSError:
            return False

    def was_held(self) -> bool:
        """Whether a lock file is there, of a live process or a dead one."""
        return (self.path / LOCK).exists()

    def require_idle(self) -> None:
        """Raise `RunBusy` while a process trains this run."""
        found = holder(self.path)
        if found is not None:
            raise RunBusy(self.id, str(found.process))

    @contextmanager
    def training(self) -> Iterator[EventLog]:
        """Hold the run for training; its log to write to.

        Raises `RunBusy`, `DiskFull` or `WriteFailed`.
        """
        with RunLock(self.path):
            if (self.path / EVENTS).exists():
                # Commands to an earlier session are dealt with; its events tell how.
                with writing(self.control):
                    self.control.unlink(missing_ok=True)
            with EventLog(self.path / EVENTS) as log:
                yield log

    def send(self, command: Command) -> None:
        """Leave a command for whoever trains the run.

        Raises `DiskFull` or `WriteFailed`.
        """
        line = command.model_dump_json(exclude_none=True).encode() + b"\n"
        with writing(self.control):
            file = os.open(self.control, os.O_RDWR | os.O_CREAT | os.O_APPEND | BINARY, 0o666)
            try:
                end_torn_line(file)
                write_all(file, line)
            finally:
                os.close(file)

    def progress(self) -> tuple[int, int]:
        """Epochs completed, and the best of them (0 without one)."""
        fold = RunFold()
        fold.extend(self.events())
        return fold.epoch, fold.best_epoch

    def record_failure(self, error: TrainyardError) -> None:
        """Tell in the log that the run failed, for a process that could not do so itself.

        Raises `RunBusy` while a process trains the run.
        """
        with self.training() as log:
            log.emit(failure(error, *self.progress()))

    # Inside --------------------------------------------------------------------------------------

    def _read_recipe(self, name: str) -> Recipe:
        path = self.path / name
        try:
            text = path.read_text(encoding="utf-8")
            require_seal(text)
            return parse_recipe(text, str(path))
        except FileNotFoundError:
            raise RunDamaged(self.id, name, "missing") from None
        except (OSError, ValueError) as error:
            raise RunDamaged(self.id, name, str(error)) from None
        except RecipeError as error:
            raise RunDamaged(self.id, name, str(error.messages()[0])) from None

    def _edit(self, update: dict[str, object]) -> None:
        # Window, command line and worker may edit at the same moment; none may undo another's edit.
        with writing(self.path / INFO), FileLock(self.path / ".edit", timeout=_EDIT_SECONDS):
            info = self.info().model_copy(update=update)
            write_atomic(self.path / INFO, info_json(info))


def info_json(info: RunInfo) -> bytes:
    """The content of `run.json`."""
    return sealed_json(info.model_dump(mode="json"))


def sealed_recipe(recipe: Recipe) -> bytes:
    """The content of `recipe.json`."""
    return sealed_json(recipe.model_dump(mode="json"))


def failure(error: TrainyardError, epoch: int, best_epoch: int) -> RunFailed:
    """The event that tells of this error."""
    return RunFailed(time.time(), epoch, best_epoch, type(error).__name__, error.facts())
