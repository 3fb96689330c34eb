"""The memory of the file that is open: changed by what a person does, saved a moment later."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from PySide6.QtCore import QObject, QTimer

from engine.recipe.columns import ColumnSpec
from engine.recipe.recipe import Recipe
from engine.schema import Role, Schema
from gui.jobs import ThreadJob
from gui.remembered import DamagedMemoryError, FileMemory, MemoryFolder

if TYPE_CHECKING:
    from engine.data.table import Table

SAVE_DELAY_MS = 400
"""After the last change, so that dragging a column edge writes one file and not a hundred."""


_Key: TypeAlias = tuple[str, str | None]
_Memories: TypeAlias = dict[_Key, tuple[FileMemory, Schema | None]]


@dataclass(frozen=True, slots=True)
class Recalled:
    """What was kept about a file that is being opened."""

    memory: FileMemory | None = None
    damaged: bool = False
    """Something was kept, and cannot be used."""


class MemoryKeeper(QObject):
    """Holds the `FileMemory` of the open table; `recall` may be called from any thread."""

    def __init__(self, workspace: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.memory = FileMemory()
        """Of the open table; an empty one while none is open."""
        self._schema: Schema | None = None
        self._folder = MemoryFolder(workspace)
        self._unsaved: _Memories = {}
        self._on_its_way: _Memories = {}
        """To the disk, in a thread."""
        self._saving: ThreadJob | None = None
        self._timer = QTimer(self, singleShot=True, interval=SAVE_DELAY_MS)
        self._timer.timeout.connect(self._save_soon)

    def recall(self, path: Path, part: str | None) -> Recalled:
        """What is kept about a file."""
        key = (str(path), part)
        newer = self._unsaved.get(key) or self._on_its_way.get(key)
        if newer is None and _key(self.memory) == key:
            newer = (self.memory, self._schema)
        if newer is not None:
            return Recalled(_to_keep(*newer))
        try:
            return Recalled(self._folder.load(path, part))
        except DamagedMemoryError:
            return Recalled(damaged=True)

    def begin(self, memory: FileMemory, schema: Schema) -> None:
        """Another table is open: this is what is known of its file."""
        self.memory, self._schema = memory, schema
        self._touch()

    def end(self) -> None:
        """No table is open any more."""
        self.memory, self._schema = FileMemory(), None

    def remember(self, **named: object) -> None:
        """Change fields of the memory; nothing happens while no table is open."""
        if not self.memory.path:
            return
        memory = self.memory.updated(**named)
        if memory != self.memory:
            self.memory = memory
            self._touch()

    def forget(self) -> FileMemory:
        """Keep nothing about the open file any more; what was kept, for who regrets it."""
        forgotten = _to_keep(self.memory, self._schema)
        self.end()
        self._wait()
        self._unsaved.pop(_key(forgotten), None)
        self._folder.forget(Path(forgotten.path), forgotten.part)
        return forgotten

    def put_back(self, memory: FileMemory) -> None:
        """Keep again what was forgotten."""
        self.memory, self._schema = memory, None
        self._touch()

    def move(self, old: Path, new: Path, part: str | None) -> None:
        """A file has another place now; what was kept about one that was there before stays."""
        self.flush()
        found = self.recall(old, part).memory
        if found is not None and self.recall(new, part).memory is None:
            self._folder.save(found.updated(path=str(new)))
            self._folder.forget(old, part)

    def flush(self) -> None:
        """Save now what has not been saved."""
        self._timer.stop()
        self._wait()
        unsaved, self._unsaved = self._unsaved, {}
        for memory, schema in unsaved.values():
            self._folder.save(_to_keep(memory, schema))

    def _touch(self) -> None:
        if self.memory.path:
            self._unsaved[_key(self.memory)] = (self.memory, self._schema)
            self._timer.start()

    def _wait(self) -> None:
        if self._saving is not None:
            self._saving.wait()
            self._saving = None
            self._on_its_way = {}

    def _save_soon(self) -> None:
        if self._saving is not None:  # the disk is slow: once more when it is done
            self._timer.start()
            return
        unsaved, self._unsaved = self._unsaved, {}
        self._on_its_way = unsaved
        folder = self._folder

        def work(progress: Callable[[float], None], cancelled: Callable[[], bool]) -> None:
            for memory, schema in unsaved.values():
                folder.save(_to_keep(memory, schema))

        job = ThreadJob(work, self)
        job.finished.connect(lambda _: self._saved(job))
        self._saving = job.start()

    def _saved(self, job: ThreadJob) -> None:
        if self._saving is job:
            self._saving = None
            self._on_its_way = {}
        job.deleteLater()


def stamp_of(table: Table) -> str:
    """What the files of a table were like when it was read."""
    return " ".join(f"{file.size}:{file.modified}" for file in table.info.files)


def columns_gone(memory: FileMemory, names: Sequence[str]) -> tuple[str, ...]:
    """The columns that something was set for, and that the table no longer has."""
    there = set(names)
    named: list[str | None] = []
    if memory.recipe is not None:
        derived = {column.name for column in memory.recipe.derived}
        named += [spec.name for spec in memory.recipe.columns if spec.name not in derived]
    named += [column.name for column in memory.reading.columns]
    layout = memory.layout
    named += [*layout.hidden, *layout.frozen, *layout.widths]
    named += [getattr(each, "column", None) for each in (*memory.filters, *memory.sorts)]
    gone = (name for name in named if name is not None and name not in there)
    return tuple(dict.fromkeys(gone))


def fitted_to(memory: FileMemory, names: Sequence[str]) -> FileMemory:
    """The memory without the filters, sorts and widths of columns that the table does not have."""
    there = set(names)

    def stands(each: object) -> bool:
        column = getattr(each, "column", None)
        return column is None or column in there

    return memory.updated(
        filters=tuple(filter(stands, memory.filters)),
        sorts=tuple(filter(stands, memory.sorts)),
        layout=memory.layout.without(set(memory.layout.order) - there | _named(memory) - there),
        column=memory.column if memory.column in there else None,
    )


def _to_keep(memory: FileMemory, schema: Schema | None) -> FileMemory:
    """The memory without what was only guessed, so that it is guessed anew when the file changes."""
    recipe = memory.recipe
    if recipe is None or schema is None:
        return memory
    from engine.data.columns.infer import complete

    guesses = {spec.name: spec for spec in complete(Recipe(), schema).columns}
    columns = []
    for spec in recipe.columns:
        guess = guesses.get(spec.name)
        if guess is not None and spec.role is not Role.TARGET:
            same_kind, same_role = spec.kind is guess.kind, spec.role is guess.role
            changes = {
                "kind": None if same_kind else spec.kind,
                "role": None if same_role else spec.role,
            }
            spec = spec.model_copy(update=changes)
        if spec != ColumnSpec(name=spec.name):
            columns.append(spec)
    return memory.updated(recipe=recipe.model_copy(update={"columns": tuple(columns)}))


def _key(memory: FileMemory) -> _Key:
    return memory.path, memory.part


def _named(memory: FileMemory) -> set[str]:
    layout = memory.layout
    return {*layout.hidden, *layout.frozen, *layout.widths}
