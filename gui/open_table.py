"""The open table: opening and reading it again, what was found in it, what is remembered of it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from engine.errors import PartNotChosen, TrainyardError
from engine.messages import message
from engine.recipe.auto.choose import as_new
from engine.recipe.reading import Reading
from engine.recipe.recipe import Recipe
from engine.schema import Role, Schema
from gui.asked_readings import AskedReadings
from gui.memory_keeper import MemoryKeeper, columns_gone, fitted_to, stamp_of
from gui.reading_notices import ReadingNotices
from gui.recipe_desk import RecipeDesk
from gui.remembered import FileMemory
from gui.row_view import RowView
from gui.step_by_step import StepByStep
from gui.table_loader import BusyState, IsCancelled, Progress, TableLoader, TellFirst
from gui.table_opening import TableOpening
from gui.table_reader import TableReader
from gui.table_recipes import first_recipe, recipe_after_rereading, recipe_as_read

if TYPE_CHECKING:
    from engine.data.problems import Problem
    from engine.data.profiling.profile import Profile
    from engine.data.reading_preview import ReadingPreview
    from engine.data.table import Table


class OpenTable(QObject):
    """One table after the other: its rows, its columns, what was found in them."""

    changed = Signal()
    """Another table is open, or the same one was read again, or none is open any more."""
    profiled = Signal()
    """More is known of what the columns hold, the derived ones too."""
    problemsChanged = Signal()  # noqa: N815 - Qt's naming, here and below
    recipeBegun = Signal()  # noqa: N815
    """The recipe goes with another table; it was not edited."""
    columnChanged = Signal()  # noqa: N815
    pageWanted = Signal(str)  # noqa: N815
    """The page on which the file was left."""
    busyChanged = Signal()  # noqa: N815
    progressed = Signal()
    """`busy.done` has grown."""
    partsFound = Signal(object, object)  # noqa: N815
    """A path and the names of the tables in it, of which one has to be chosen."""
    failed = Signal(object)
    noticed = Signal(object, object, str)

    def __init__(
        self, workspace: Path, recipes: RecipeDesk, view: RowView, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self.table: Table | None = None
        self.profile: Profile | None = None
        self.problems: tuple[Problem, ...] = ()
        self.column: str | None = None
        self.memories = MemoryKeeper(workspace, self)
        self._recipes = recipes
        self._view = view
        self._rereading = False
        self._readings = AskedReadings()
        self._telling = StepByStep(self)
        self._opening: TableOpening | None = None
        self._notices = ReadingNotices()
        self._reader = TableReader()
        self._loader = TableLoader(self)
        self._loader.opened.connect(self._on_opened)
        self._loader.profiled.connect(self._on_profiled)
        self._loader.searched.connect(self._on_searched)
        self._loader.failed.connect(self._on_read_failed)
        self._loader.stopped.connect(self._keep_old_reading)
        self._loader.busyChanged.connect(self.busyChanged)
        self._loader.progressed.connect(self.progressed)
        view.asked.connect(self._remember_view)
        recipes.derived.changed.connect(self.profiled)

    def start(self) -> None:
        """Start what reads tables beside the window."""
        self._reader.start()

    def close(self) -> None:
        """End threads and processes, and save what is remembered."""
        self._telling.stop()
        self._loader.close()
        self._reader.close()
        self._recipes.derived.close()
        self.memories.flush()

    @property
    def schema(self) -> Schema | None:
        """The table's columns as inferred."""
        return self._recipes.schema

    @property
    def busy(self) -> BusyState | None:
        """The reading under way, with its label, share done and `cancel()`."""
        return self._loader.busy

    @property
    def is_searching(self) -> bool:
        """Whether the rows are still being gone through for more problems."""
        return self._loader.is_searching

    @property
    def is_first_opening(self) -> bool:
        """Whether the open file was not known before, so that all of its reading is detected."""
        return self._opening is not None and self._opening.is_first

    @property
    def memory(self) -> FileMemory:
        """What is remembered of the open file; an empty memory while none is open."""
        return self.memories.memory

    # Opening ------------------------------------------------------------------------------------

    def open(
        self,
        paths: tuple[Path, ...],
        reading: Reading,
        target: str | None = None,
        *,
        just_so: bool = False,
    ) -> None:
        """Read files as one table; `just_so` leaves out what was set for the file before."""
        self._open(paths, reading, target, just_so=just_so)

    def add_files(self, paths: Sequence[Path]) -> None:
        """Append files of the same columns to the open table; what was asked of its reading stays."""
        if self.table is None or not paths:
            return
        from engine.data.formats.file_list import files_behind

        try:
            files = files_behind(self.table.path)
        except TrainyardError as error:
            self.failed.emit(error)
            return
        added = [path.absolute() for path in paths if path.absolute() not in files]
        if not added:
            self.noticed.emit(message("These rows are in the table already"), None, "info")
            return
        self._open((*files, *added), self.memory.reading, self._recipes.recipe.target)

    def open_sample(self, name: str) -> None:
        """Open a bundled sample with its target chosen."""
        from engine.data.samples import sample

        try:
            chosen = sample(name)
        except TrainyardError as error:
            self.failed.emit(error)
        else:
            self._open((chosen.path,), Reading(), chosen.target)

    def paste(self, text: str) -> None:
        """Open a table from clipboard text."""

        def read(
            progress: Progress, cancelled: IsCancelled, first_rows: TellFirst
        ) -> tuple[Table, Schema]:
            from engine.data.open import pasted_path

            path = pasted_path(text, "clipboard")
            return self._reader.open(path, Reading(), progress=progress, cancelled=cancelled)

        self._rereading, self._opening = False, None
        self._loader.open(message("Reading the clipboard"), read, None)

    def preview_reading(
        self, path: Path, reading: Reading, cancelled: IsCancelled
    ) -> ReadingPreview:
        """How the beginning of a file would be read; blocks. Raises `Cancelled` and `ReaderDied`."""
        return self._reader.preview(path, reading, cancelled=cancelled)

    def open_part(self, path: Path, part: str) -> None:
        """Open one of the tables that `partsFound` told of, with all else that was asked for."""
        asked = self._opening.asked if self._opening is not None else Reading()
        if asked == Reading():
            self._open((path,), Reading(part=part), None)
        else:
            self.open_as(path, asked.model_copy(update={"part": part}), "")

    def open_as(self, path: Path, reading: Reading, label: str) -> None:
        """Read a file just in this way. For the open one that is an edit, which `label` names."""
        if self.table is None or self.table.path != path:
            self._open((path,), reading, None, just_so=True)
        elif reading != self.memory.reading:
            self._readings.note(reading, reading)
            self.reread(reading, label)

    def reread(self, reading: Reading, label: str) -> None:
        """Read the open file again, in the way given; other edits stay, and Undo reads it as before."""
        recipe = self._recipes.recipe
        if reading == recipe.reading:
            self._read_again()
        else:
            self._recipes.edit(recipe.model_copy(update={"reading": reading}), label)

    def forget_memory(self) -> FileMemory:
        """Open the file as if for the first time; what was set for it."""
        forgotten = self.memories.forget()
        if self.table is not None:
            self._open((self.table.path,), Reading(part=self.table.reading.part), None)
        return forgotten

    def close_table(self) -> None:
        """Nothing is open any more."""
        self._telling.stop()
        self._loader.forget()
        self.memories.end()
        self.table = self.profile = self.column = None
        self.problems = ()
        self._notices.forget()
        self._view.show_table(None)
        self._recipes.derived.forget()
        self._recipes.begin(as_new(Recipe()), None)

    def follow_recipe(self) -> None:
        """Read the file again if the recipe reads it in another way, and profile it anew."""
        table, schema, recipe = self.table, self.schema, self._recipes.recipe
        if table is None or schema is None:
            return
        if recipe.reading != table.reading:
            self._read_again()
        else:
            if self._rereading:  # undone before the file was read
                self._rereading = False
                self._loader.cancel()
            self._loader.profile(table, schema, recipe, soon=True)
            self._recipes.derived.follow(table, schema, recipe)

    def select_column(self, name: str | None) -> None:
        """Choose the column that inspectors describe."""
        if name != self.column:
            self.column = name
            self.memories.remember(column=name)
            self.columnChanged.emit()

    def _read_again(self) -> None:
        if self.table is not None:
            reading = self._readings.behind(self._recipes.recipe.reading, self.table.reading)
            self._open((self.table.path,), reading, None, again=True)

    def _open(
        self,
        paths: tuple[Path, ...],
        reading: Reading,
        target: str | None,
        *,
        again: bool = False,
        just_so: bool = False,
    ) -> None:
        self._rereading = again
        self._opening = TableOpening(
            self._reader, self.memories, paths, reading, recalls=not again, just_so=again or just_so
        )
        label = message("Reading {name}", name=paths[0].name)
        if len(paths) > 1:
            label = message("Reading {count} files", count=len(paths))
        self._loader.open(label, self._opening.read, target)

    # What comes of it ---------------------------------------------------------------------------

    def _on_read_failed(self, error: TrainyardError) -> None:
        self._keep_old_reading()
        if isinstance(error, PartNotChosen):
            self.partsFound.emit(Path(error.path), error.choices)
        else:
            self.failed.emit(error)

    def _keep_old_reading(self) -> None:
        # The table stays as it was read, so the recipe must say so too.
        rereading, self._rereading = self._rereading, False
        schema = self.schema
        if rereading and self.table is not None and schema is not None:
            recipe = recipe_as_read(self._recipes.recipe, self.table.reading, schema)
            self._recipes.amend(recipe, schema)
            self._recipes.changed.emit()

    def _on_opened(self, table: Table, schema: Schema, target: str | None) -> None:
        same_file = self.table is not None and self.table.path == table.path
        keep_column = same_file and self.column is not None and self.column in schema
        rereading, self._rereading = self._rereading, False
        gone: tuple[str, ...] = ()
        memory = self.memory if rereading else self._recalled
        if rereading:
            recipe, gone = recipe_after_rereading(self._recipes.recipe, self.schema, table, schema)
            self._recipes.amend(recipe, schema)
        else:
            self._recipes.begin(first_recipe(table, schema, target, memory.recipe), schema)
        gone = tuple(dict.fromkeys((*gone, *columns_gone(memory, schema.names))))
        self.table, self.profile, self.problems = table, None, ()
        self._keep_memory(table, schema, fitted_to(memory, schema.names))
        if not keep_column:
            features = (c.name for c in self._recipes.recipe.columns if c.role is Role.FEATURE)
            self.column = self.memory.column or next(features, schema.names[0])
        page = None if same_file else memory.page
        # All is said of the table; who shows it follows in several steps, so that none of them is long.
        self._telling.begin(
            (
                lambda: self._show_rows(table, keep=rereading),
                lambda: self._show_table(table, gone),
                self.recipeBegun.emit,
                lambda: self._show_column(page),
                lambda: self._look_into(table, schema),
            )
        )

    def _show_rows(self, table: Table, *, keep: bool) -> None:
        self._view.show_table(table, keep=keep)
        if not keep:
            self._view.restore(self.memory.filters, self.memory.sorts)

    def _show_table(self, table: Table, gone: tuple[str, ...]) -> None:
        self._tell_of_reading(table, gone)
        # The table first: without it the window would show its start page in between.
        self.changed.emit()
        self.busyChanged.emit()

    def _show_column(self, page: str | None) -> None:
        self.columnChanged.emit()
        if page is not None:
            self.pageWanted.emit(page)

    def _look_into(self, table: Table, schema: Schema) -> None:
        self._loader.profile(table, schema, self._recipes.recipe)
        self._recipes.derived.follow(table, schema, self._recipes.recipe)

    def _tell_of_reading(self, table: Table, gone: tuple[str, ...]) -> None:
        remarks = self._opening.remarks(table) if self._opening is not None else ()
        for title, detail in self._notices.of(table, remarks, gone):
            self.noticed.emit(title, detail, "warn")

    def _on_searched(self, problems: tuple[Problem, ...]) -> None:
        self.problems = problems
        self.problemsChanged.emit()

    def _on_profiled(self, profile: Profile, problems: tuple[Problem, ...] | None) -> None:
        self.profile = profile
        if problems is not None:
            self.problems = problems
        schema = self._recipes.used_schema
        if schema is not None:
            self._view.show_profile(profile, schema, self._recipes.recipe.target)
        self.profiled.emit()

    # What is remembered of the file -------------------------------------------------------------

    @property
    def _recalled(self) -> FileMemory:
        recalled = self._opening.recalled.memory if self._opening is not None else None
        return recalled or FileMemory()

    def _keep_memory(self, table: Table, schema: Schema, memory: FileMemory) -> None:
        asked = self._opening.asked if self._opening is not None else Reading()
        if self.memory.path != str(table.path):
            self._readings.forget()
        self._readings.note(asked, table.reading)
        named = {"path": str(table.path), "part": table.reading.part, "stamp": stamp_of(table)}
        recipe = self._recipes.recipe
        self.memories.begin(memory.updated(**named, reading=asked, recipe=recipe), schema)

    def _remember_view(self) -> None:
        self.memories.remember(filters=self._view.filters, sorts=self._view.sorts)
