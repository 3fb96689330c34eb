"""A workspace: the folder in which runs live, listed quickly, renamed, deleted and taken back."""

from __future__ import annotations

import os
import re
import secrets
import shutil
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from filelock import FileLock

from engine.data.in_use import make_private
from engine.data.kept_readings import keep_reading
from engine.errors import RunDamaged, RunNotFound, TrainyardError, WriteFailed
from engine.files import atomic_folder, write_plain, writing
from engine.messages import message
from engine.plans.plan import Plan, plan_json
from engine.recipe.parts import AUTO
from engine.recipe.privacy import hides, without_values
from engine.recipe.recipe import Recipe
from engine.schema import Task
from engine.store.index import RunIndex
from engine.store.info import RunInfo, TableOrigin, installed_versions
from engine.store.lock import LOCK
from engine.store.run_folder import EVENTS, INFO, PLAN, RECIPE, RunFolder, info_json, sealed_recipe
from engine.store.summary import RunFold, RunSummary, damaged_summary

if TYPE_CHECKING:
    from engine.data.table import Table
    from engine.store.branching import Branch
    from engine.store.event_log import EventTail

_CREATE_SECONDS = 10.0
LOOKED_AT = 500
"""So many runs are looked at file by file each time; of the others a sign that they changed is looked for."""
TRASH_RUNS = 100
"""The trash holds so many runs; those that lie there longest make room."""


class Workspace:
    """Runs in a folder. Several processes may use one workspace at a time."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._runs = folder / "runs"
        self._trash = folder / "trash"
        with writing(folder):
            self._runs.mkdir(parents=True, exist_ok=True)
        self._index: RunIndex | None = None
        self._at_rest: dict[str, tuple[str, RunSummary]] = {}
        self._live: dict[str, tuple[EventTail, RunFold]] = {}
        self._touched: dict[str, int] = {}
        """When the folders of runs at rest were last changed."""
        self._turn = -1

    def close(self) -> None:
        """Let go of the index."""
        if self._index is not None:
            self._index.close()
            self._index = None

    # Listing -------------------------------------------------------------------------------------

    def runs(self) -> tuple[RunSummary, ...]:
        """All runs, the newest first. A damaged one is listed as such and hides no other."""
        if self._index is None:
            self._index = RunIndex(self.folder / "trainyard.sqlite")
            self._at_rest = self._index.load()
        summaries: list[RunSummary] = []
        fresh: dict[str, tuple[str, RunSummary]] = {}
        present: set[str] = set()
        folders = _folders(self._runs)
        self._turn = (self._turn + 1) % max(1, len(folders) // LOOKED_AT)
        for place, entry in enumerate(folders):
            present.add(entry.name)
            known = self._at_rest.get(entry.name)
            changed = entry.stat().st_mtime_ns if known is not None else 0
            # What is written into a run at rest makes or replaces a file there, and so touches its folder.
            is_due = place // LOOKED_AT == self._turn or self._touched.get(entry.name) != changed
            if known is not None and not is_due:
                summaries.append(known[1])
                continue
            signature = _signature(entry.path)
            self._touched[entry.name] = changed
            if known is not None and known[0] == signature:
                summaries.append(known[1])
                continue
            summary = self._summarize(RunFolder(Path(entry.path)))
            summaries.append(summary)
            if summary.status.is_alive:
                self._at_rest.pop(entry.name, None)
            else:
                fresh[entry.name] = (signature, summary)
                self._live.pop(entry.name, None)
        gone = self._at_rest.keys() - present
        if gone:
            self._index.drop(gone)
        for run in gone:
            del self._at_rest[run]
            self._touched.pop(run, None)
        for run in self._live.keys() - present:
            del self._live[run]
        if fresh:
            self._at_rest.update(fresh)
            self._index.store(fresh)
        summaries.sort(key=lambda run: (run.number, run.created), reverse=True)
        return tuple(summaries)

    def run(self, key: str) -> RunFolder:
        """A run by id, path, number or name (the newest of that name); `last` is the newest of all.

        Raises `RunNotFound`.
        """
        path = Path(key)
        if (path / INFO).is_file():
            return RunFolder(path.resolve())
        if key and not key.startswith(".") and (self._runs / key).is_dir() and path.name == key:
            return RunFolder(self._runs / key)
        found = _named(key, self.runs())
        if found is None:
            raise RunNotFound(key, str(self.folder))
        return RunFolder(self._runs / found.id)

    # Changing ------------------------------------------------------------------------------------

    def create(
        self,
        recipe: Recipe,
        table: Table | TableOrigin,
        name: str = "",
        *,
        task: Task | None = None,
        branch: Branch | None = None,
        group: str | None = None,
        place: int | None = None,
        plan: Plan | None = None,
    ) -> RunFolder:
        """A folder for a new run, waiting to be trained.

        As a member of a `group` it has a `place` in it. With a `plan` it holds runs itself. A `branch`
        says where it goes on from another run.

        Of a recipe that hides columns the run keeps nothing that tells their values, and the table's
        converted copy goes from the cache as soon as nobody uses it.

        Raises `DiskFull` or `WriteFailed`.
        """
        created = time.time()
        if hides(recipe):
            make_private(table.folder)
            kept = without_values(recipe)
            if kept.reading != recipe.reading:
                keep_reading(table.fingerprint, recipe.reading)
            recipe = kept
        dataset = Path(table.path).stem
        trunk = kind_of_trunk(recipe)
        with writing(self._runs), FileLock(self.folder / ".create", timeout=_CREATE_SECONDS):
            number = self._next_number()
            run = _id(created, number, dataset, trunk)
            info = RunInfo(
                id=run,
                number=number,
                name=" ".join(name.split()) or trunk_label(recipe),
                created=created,
                dataset=dataset,
                table_path=str(table.path),
                table_folder=str(table.folder),
                fingerprint=table.fingerprint,
                target=", ".join(recipe.targets),
                task=task,
                trunk=trunk,
                epochs=recipe.training.epochs or 0 if plan is None else plan.runs,
                device=recipe.training.device,
                seed=recipe.training.seed,
                parent=None if branch is None else branch.parent,
                parent_checkpoint="" if branch is None else branch.checkpoint,
                parent_epoch=0 if branch is None else branch.epoch,
                group=group,
                place=place,
                holds="" if plan is None else plan.kind,
                versions=installed_versions(),
            )
            with atomic_folder(self._runs / run) as folder:
                write_plain(folder / RECIPE, sealed_recipe(recipe))
                write_plain(folder / INFO, info_json(info))
                if plan is not None:
                    write_plain(folder / PLAN, plan_json(plan))
                if branch is not None:
                    branch.fill(folder)
        return RunFolder(self._runs / run)

    def adopt(
        self, info: RunInfo, fill: Callable[[Path], None], *, group: str | None = None
    ) -> RunFolder:
        """A run from elsewhere, as a new one with a number of its own.

        Args:
            info: Its identity there.
            fill: Writes all its files but `run.json` into a folder.
            group: Id of the run that holds it here; without one it belongs to none.

        Raises:
            DiskFull, WriteFailed: It cannot be written. There is no such run then.
        """
        with writing(self._runs), FileLock(self.folder / ".create", timeout=_CREATE_SECONDS):
            number = self._next_number()
            run = _id(time.time(), number, info.dataset, info.trunk)
            place = None if group is None else info.place
            own = {"id": run, "number": number, "group": group, "place": place}
            with atomic_folder(self._runs / run) as folder:
                fill(folder)
                write_plain(folder / INFO, info_json(info.model_copy(update=own)))
        return RunFolder(self._runs / run)

    def members(self, group: str) -> dict[int, RunFolder]:
        """The runs of a group by their place in it; of several in one place the newest."""
        found: dict[int, RunFolder] = {}
        for summary in sorted(self.runs(), key=lambda run: run.number):
            if summary.group == group:
                run = RunFolder(self._runs / summary.id)
                place = run.info().place
                if place is not None:
                    found[place] = run
        return found

    def rename(self, key: str, name: str) -> None:
        """Give a run another name."""
        self.run(key).rename(name)

    def trash(self, key: str) -> str:
        """Move a run to the trash, from which `restore` takes it back; its id.

        Raises `RunNotFound` or `RunBusy`.
        """
        run = self.run(key)
        run.require_idle()
        if run.path.parent != self._runs:
            raise RunNotFound(key, str(self.folder))
        with writing(run.path):
            self._trash.mkdir(exist_ok=True)
            run.path.rename(self._trash / run.id)
        with suppress(OSError):
            os.utime(self._trash / run.id)  # when it was put there
        return run.id

    def bound_trash(self, most: int = TRASH_RUNS) -> tuple[str, ...]:
        """Delete for good what lies in the trash beyond so many runs, the longest there first; their ids.

        Raises `WriteFailed`.
        """
        folders = sorted(_folders(self._trash), key=lambda entry: _created(Path(entry.path)))
        gone = [Path(entry.path) for entry in folders[: max(0, len(folders) - most)]]
        for folder in gone:
            self._delete(folder)
        return tuple(folder.name for folder in gone)

    def restore(self, key: str) -> RunFolder:
        """Take a run back from the trash; `last` is the newest there.

        Raises `RunNotFound`.
        """
        found = _named(key, self.trashed())
        if found is None:
            raise RunNotFound(key, str(self._trash))
        path = self._runs / found.id
        with writing(path):
            (self._trash / found.id).rename(path)
        return RunFolder(path)

    def trashed(self) -> tuple[RunSummary, ...]:
        """The runs in the trash, the newest first."""
        folders = [RunFolder(Path(entry.path)) for entry in _folders(self._trash)]
        summaries = [self._summarize(folder) for folder in folders]
        for folder in folders:
            self._live.pop(folder.id, None)
        return tuple(sorted(summaries, key=lambda run: run.number, reverse=True))

    def count_trash(self) -> int:
        """How many runs lie in the trash."""
        return len(_folders(self._trash))

    def empty_trash(self) -> int:
        """Delete what is in the trash for good; how many runs that were.

        Raises `WriteFailed`.
        """
        for left in self._trash.glob(".*.gone"):  # of an attempt that failed half way
            shutil.rmtree(left, ignore_errors=True)
        folders = list(_folders(self._trash))
        for entry in folders:
            self._delete(Path(entry.path))
        return len(folders)

    # Inside --------------------------------------------------------------------------------------

    def _delete(self, folder: Path) -> None:
        """Delete a folder of the trash: out of sight first, so that half of a run is never listed."""
        with writing(folder):
            hidden = folder.with_name(f".{folder.name}.{secrets.token_hex(4)}.gone")
            folder.rename(hidden)
            shutil.rmtree(hidden)

    def _summarize(self, run: RunFolder) -> RunSummary:
        try:
            alive = run.is_alive()
            tail, fold = self._live.setdefault(run.id, (run.tail(), RunFold()))
            fold.extend(tail.poll())
            run.recipe()
            if not fold.has_begun and run.has_weights():
                raise RunDamaged(run.id, EVENTS, "missing")
            summary = fold.summary(
                run.id,
                run.info(),
                alive=alive,
                was_held=run.was_held(),
                told_to_stop=alive and run.is_told_to_stop(),
            )
            return summary.with_damage(tail.damaged)
        except TrainyardError as error:
            return damaged_summary(run.id, _created(run.path), error.messages()[0])
        except OSError as error:
            reason = message("{reason}", reason=error.strerror or str(error))
            return damaged_summary(run.id, _created(run.path), reason)

    def _next_number(self) -> int:
        numbers = [0]
        for folder in (self._runs, self._trash):
            for entry in _folders(folder):
                found = re.match(r"[\d-]+_(\d+)_", entry.name)
                if found:
                    numbers.append(int(found[1]))
        return max(numbers) + 1


def _named(key: str, runs: tuple[RunSummary, ...]) -> RunSummary | None:
    """The run that `key` means: `last`, a number, an id or a name (of equal names the newest)."""
    if key == "last":
        return runs[0] if runs else None
    number = key.casefold().removeprefix("run ").removeprefix("#")
    for run in runs:
        if str(run.number) == number or run.id == key:
            return run
    return next((run for run in runs if run.name.casefold() == key.casefold()), None)


def kind_of_trunk(recipe: Recipe) -> str:
    """The kind of the recipe's trunk; `auto` until it is chosen."""
    trunk = recipe.model.trunk
    return AUTO if trunk is None else trunk.kind_name()


def trunk_label(recipe: Recipe) -> str:
    """A short name for the recipe's trunk: its kind and, where it has layers, their widths."""
    trunk = recipe.model.trunk
    if trunk is None:
        return AUTO
    widths = tuple(getattr(trunk, "widths", ()))
    if not widths:
        return trunk.kind_name()
    if len(widths) > 1 and len(set(widths)) == 1:
        return f"{trunk.kind_name()}-{widths[0]}×{len(widths)}"
    shown = "-".join(str(width) for width in widths[:4])
    return f"{trunk.kind_name()}-{shown}" + ("-…" if len(widths) > 4 else "")


def _folders(folder: Path) -> list[os.DirEntry[str]]:
    try:
        with os.scandir(folder) as entries:
            return [e for e in entries if not e.name.startswith(".") and e.is_dir()]
    except FileNotFoundError:
        return []
    except OSError as error:
        raise WriteFailed(str(folder), error.strerror or str(error)) from error


def _signature(folder: str) -> str:
    """Changes whenever a file that the summary is made from changes."""
    parts: list[str] = []
    for name in (INFO, RECIPE, EVENTS, LOCK):
        try:
            found = os.stat(f"{folder}/{name}")  # noqa: PTH116 - thousands of calls per listing
            parts.append(f"{found.st_mtime_ns}.{found.st_size}")
        except OSError:
            parts.append("")
    return " ".join(parts)


def _created(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except OSError:
        return 0.0


def _id(created: float, number: int, dataset: str, trunk: str) -> str:
    day = datetime.fromtimestamp(created).astimezone().strftime("%Y-%m-%d")
    kind = trunk if re.fullmatch(r"\w{1,40}", trunk) else _slug(trunk)
    return f"{day}_{number:04d}_{_slug(dataset)}_{kind}"


def _slug(name: str) -> str:
    return re.sub(r"[^\w-]+", "-", name).strip("-_")[:40].replace("_", "-") or "table"
