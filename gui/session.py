"""The one mutable state of the window: the table, the recipe and its history, the runs, the selection.

Pages read its properties, listen to its signals and call its methods; they never talk to each other.
All signals are emitted on the GUI thread.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from engine.data.columns.completion import task_of
from engine.errors import PartNotChosen, TrainyardError, UnknownColumn
from engine.lookup import Last
from engine.messages import Message, message, message_n
from engine.paths import default_workspace
from engine.recipe.checks import Finding, findings
from engine.recipe.reading import Reading
from engine.recipe.recipe import Recipe
from engine.schema import Kind, Role, Schema
from engine.schema import Task as LearningTask
from engine.tasks import Task
from gui.asked_readings import AskedReadings
from gui.blockers import blockers
from gui.jobs import TaskJob, WorkerPool
from gui.memory_keeper import MemoryKeeper, columns_gone, fitted_to, stamp_of
from gui.recipe_history import RecipeHistory
from gui.remembered import FileMemory
from gui.row_view import RowView
from gui.run_list import RunList
from gui.table_loader import BusyState, TableLoader, schema_of
from gui.table_opening import TableOpening

if TYPE_CHECKING:
    from engine.data.problems import Problem
    from engine.data.profiling.profile import Profile
    from engine.data.table import Table
    from engine.store.summary import RunSummary
    from engine.store.workspace import Workspace
    from engine.training.history import History

PAGES = ("data", "prepare", "model", "train", "evaluate", "explain", "deploy")


class Session(QObject):
    """What is open, what is chosen, what runs."""

    tableChanged = Signal()  # noqa: N815 - Qt's naming, here and below
    profileChanged = Signal()  # noqa: N815
    problemsChanged = Signal()  # noqa: N815
    """More findings have come, or a person has said that one is no problem, or one after all."""
    recipeChanged = Signal()  # noqa: N815
    columnChanged = Signal()  # noqa: N815
    pageChanged = Signal()  # noqa: N815
    busyChanged = Signal()  # noqa: N815
    modelFileChanged = Signal()  # noqa: N815
    runsChanged = Signal()  # noqa: N815
    runUpdated = Signal(str)  # noqa: N815
    focusChanged = Signal()  # noqa: N815
    overlayChanged = Signal()  # noqa: N815
    partsFound = Signal(object, object)  # noqa: N815
    """A path and the names of the tables in it, of which one has to be chosen; see `open`."""
    readingAsked = Signal(object, object)  # noqa: N815
    """A path and what was asked for when it was read: a person wants to see how, or to change it."""
    failed = Signal(object)
    """A `TrainyardError` to be shown."""
    noticed = Signal(object, object, str)
    """Title and detail (`Message` or `None`) and tone (`ok`, `info`, `warn`) of a notice."""

    def __init__(self, workspace: Path | None = None, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.workspace_folder = workspace or default_workspace()
        self.table: Table | None = None
        self.schema: Schema | None = None
        self.profile: Profile | None = None
        self.problems: tuple[Problem, ...] = ()
        self.model_file: Path | None = None
        self.column: str | None = None
        self.page = "data"
        self._closed = False
        self._rereading = False
        self._history = RecipeHistory(Recipe())
        self._used_schema, self._task_of = Last(schema_of), Last(task_of)
        self._findings = Last(findings)
        self._readings = AskedReadings()
        self._opening: TableOpening | None = None
        self._pool = WorkerPool(self)
        self._memories = MemoryKeeper(self.workspace_folder, self)

        self._loader = TableLoader(self)
        self._loader.opened.connect(self._on_opened)
        self._loader.profiled.connect(self._on_profiled)
        self._loader.searched.connect(self._on_searched)
        self._loader.failed.connect(self._on_read_failed)
        self._loader.stopped.connect(self._keep_old_reading)
        self._loader.busyChanged.connect(self.busyChanged)

        self.view = RowView(self)
        self.view.failed.connect(self.failed)
        self.view.asked.connect(self._remember_view)

        self._run_list = RunList(self.workspace_folder, self._pool, self)
        self._run_list.listChanged.connect(self.runsChanged)
        self._run_list.updated.connect(self.runUpdated)
        self._run_list.focusChanged.connect(self.focusChanged)
        self._run_list.overlayChanged.connect(self.overlayChanged)
        self._run_list.failed.connect(self.failed)

    # The window's life --------------------------------------------------------------------------

    def start(self) -> None:
        """Begin watching runs and warm up a worker; called after the first paint."""
        self._run_list.start()
        self._pool.warm_up()

    def close(self) -> None:
        """End threads and idle workers; runs that train go on."""
        if not self._closed:
            self._closed = True
            self._loader.close()
            self.view.close()
            self._memories.flush()
            self._run_list.close()
            self._pool.close()

    def show_page(self, name: str) -> None:
        """Bring a page to the front."""
        if name in PAGES and name != self.page:
            self.page = name
            self.remember(page=name)
            self.pageChanged.emit()

    # The table ----------------------------------------------------------------------------------

    @property
    def busy(self) -> BusyState | None:
        """The reading under way, with its label, share done and `cancel()`."""
        return self._loader.busy

    def open(self, path: Path | str, part: str | None = None) -> None:
        """Open a table, a recipe (`.json`, for the open table) or a model file (`.trainyard`).

        A folder opens as one table too. `part` names a sheet, a table or an archive member; where
        there are several and none is named, `partsFound` asks for one.
        """
        path = Path(path)
        if path.suffix == ".trainyard":
            self.model_file = path
            self.modelFileChanged.emit()
            self.show_page("deploy")
        elif path.suffix == ".json" and self.table is not None:
            self.open_recipe(path)
        else:
            self._open((path,), Reading(part=part), None)

    def open_files(self, paths: Sequence[Path]) -> None:
        """Open several files of the same columns as one table; a single one as `open` does."""
        if len(paths) == 1:
            self.open(paths[0])
        elif paths:
            self._open(tuple(paths), Reading(), None)

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
        self._open((*files, *added), self.asked, self.target)

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

        def read(progress: object, cancelled: object, first_rows: object) -> Table:
            from engine.data.open import open_text

            return open_text(text, "clipboard")

        self._rereading, self._opening = False, None
        self._loader.open(message("Reading the clipboard"), read, None)

    def reread(self, reading: Reading, label: str = "") -> None:
        """Read the open file again, in the way given; other edits stay, and Undo reads it as before."""
        if reading == self.recipe.reading:
            self._read_again()
        else:
            self.edit(self.recipe.model_copy(update={"reading": reading}), label)

    def open_part(self, path: Path, part: str) -> None:
        """Open one of the tables that `partsFound` told of, with all else that was asked for."""
        asked = self._opening.asked if self._opening is not None else Reading()
        if asked == Reading():
            self.open(path, part)
        else:
            self.open_as(path, asked.model_copy(update={"part": part}))

    def open_moved(self, old: Path, new: Path, part: str | None) -> None:
        """Open a file that was somewhere else before, with what was set for it there."""
        self._memories.move(old, new, part)
        self.open(new, part)

    def open_as(self, path: Path, reading: Reading, label: str = "") -> None:
        """Read a file just in this way. For the open one that is an edit, which `label` names."""
        if self.table is None or self.table.path != path:
            self._open((path,), reading, None, just_so=True)
        elif reading != self.asked:
            self._readings.note(reading, reading)
            self.reread(reading, label)

    def ask_reading(self) -> None:
        """Show how the open file is read, so that it can be changed."""
        if self.table is not None:
            self.readingAsked.emit(self.table.path, self.asked)

    def ask_reading_of(self, path: Path) -> None:
        """Show how a file would be read that is not open yet, or could not be opened."""
        if self.table is not None and self.table.path == path:
            self.ask_reading()
        else:
            self.readingAsked.emit(path, Reading())

    def close_table(self) -> None:
        """Back to the start page."""
        self._loader.forget()
        self._memories.end()
        self.table = self.schema = self.profile = self.column = None
        self.problems = ()
        self.view.show_table(None)
        self._history = RecipeHistory(Recipe())
        self.show_page("data")
        self.tableChanged.emit()
        self.recipeChanged.emit()

    def _read_again(self) -> None:
        if self.table is not None:
            reading = self._readings.behind(self.recipe.reading, self.table.reading)
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
            self._memories, paths, reading, recalls=not again, just_so=again or just_so
        )
        label = message("Reading {name}", name=paths[0].name)
        if len(paths) > 1:
            label = message("Reading {count} files", count=len(paths))
        self._loader.open(label, self._opening.read, target)

    def _on_read_failed(self, error: TrainyardError) -> None:
        self._keep_old_reading()
        if isinstance(error, PartNotChosen):
            self.partsFound.emit(Path(error.path), error.choices)
        else:
            self.failed.emit(error)

    def _keep_old_reading(self) -> None:
        # The table stays as it was read, so the recipe must say so too.
        rereading, self._rereading = self._rereading, False
        if rereading and self.table is not None and self.schema is not None:
            from engine.data.columns.carry import carried_over

            reading = {"reading": self.table.reading}
            recipe, _ = carried_over(self.recipe.model_copy(update=reading), None, self.schema)
            self._history.amend(recipe)
            self._on_recipe_changed()

    def _on_opened(self, table: Table, schema: Schema, target: str | None) -> None:
        same_file = self.table is not None and self.table.path == table.path
        keep_column = same_file and self.column is not None and self.column in schema
        rereading, self._rereading = self._rereading, False
        gone: tuple[str, ...] = ()
        memory = self.memory if rereading else self._recalled
        if rereading:
            recipe, gone = self._recipe_after_rereading(table, schema)
            self._history.amend(recipe)
        else:
            recipe = self._first_recipe(table, schema, target)
            self._history = RecipeHistory(recipe)
        gone = tuple(dict.fromkeys((*gone, *columns_gone(memory, schema.names))))
        self.table, self.schema, self.profile, self.problems = table, schema, None, ()
        self._keep_memory(fitted_to(memory, schema.names))
        self.view.show_table(table, keep=rereading)
        if not rereading:
            self.view.restore(self.memory.filters, self.memory.sorts)
        if not keep_column:
            features = (c.name for c in self.recipe.columns if c.role is Role.FEATURE)
            self.column = self.memory.column or next(features, schema.names[0])
        self.tableChanged.emit()
        self.recipeChanged.emit()
        self.columnChanged.emit()
        if not same_file:
            self.show_page(memory.page)
        self._loader.profile(table, schema, self.recipe)
        self._tell_of_reading(table, gone)

    def _first_recipe(self, table: Table, schema: Schema, target: str | None) -> Recipe:
        from engine.data.columns.carry import carried_over
        from engine.data.columns.infer import complete, suggest_target

        recipe = Recipe(reading=table.reading)
        remembered = self._recalled.recipe
        if remembered is not None:
            recipe = remembered.model_copy(update={"reading": table.reading})
            recipe, _ = carried_over(recipe, None, schema)
            target = recipe.target or target
        if target is None or target not in schema:
            target = suggest_target(schema)
        if target is not None and target != recipe.target:
            recipe = recipe.with_target(target)
        return complete(recipe, schema)

    def _recipe_after_rereading(
        self, table: Table, schema: Schema
    ) -> tuple[Recipe, tuple[str, ...]]:
        from engine.data.columns.carry import carried_over
        from engine.data.columns.infer import complete, suggest_target

        recipe = self.recipe.model_copy(update={"reading": table.reading})
        recipe, gone = carried_over(recipe, self.schema, schema)
        target = suggest_target(schema) if self.target in gone else None
        if target is not None:
            recipe = complete(recipe.with_target(target), schema)
        return recipe, gone

    def _tell_of_reading(self, table: Table, gone: tuple[str, ...]) -> None:
        for title, detail in self._opening.remarks(table) if self._opening is not None else ():
            self.noticed.emit(title, detail, "warn")
        if gone:
            self.noticed.emit(
                message("The file no longer has all columns"),
                message("What was set for {names} was dropped.", names=", ".join(gone)),
                "warn",
            )
        if table.rejects:
            self.noticed.emit(
                message_n(
                    "{name} read, {count} line kept out",
                    "{name} read, {count} lines kept out",
                    len(table.rejects),
                    name=table.path.name,
                ),
                message("{rows} of {all} rows are ready.", rows=table.rows, all=table.rows_in),
                "warn",
            )

    def _on_searched(self, problems: tuple[Problem, ...]) -> None:
        self.problems = problems
        self.problemsChanged.emit()

    def _on_profiled(self, profile: Profile, problems: tuple[Problem, ...] | None) -> None:
        self.profile = profile
        if problems is not None:
            self.problems = problems
        schema = self.used_schema
        if schema is not None:
            self.view.show_profile(profile, schema, self.target)
        self.profileChanged.emit()

    @property
    def is_searching(self) -> bool:
        """Whether the rows are still being gone through for more problems."""
        return self._loader.is_searching

    @property
    def open_problems(self) -> tuple[Problem, ...]:
        """The findings that are more than remarks, and that nobody has said to be no problem."""
        dismissed = frozenset(self.memory.dismissed)
        return tuple(p for p in self.problems if p.is_serious and p.key not in dismissed)

    def dismiss(self, key: str, dismissed: bool = True) -> None:
        """Say that the finding of that key is no problem in this file, or that it is one after all."""
        others = tuple(other for other in self.memory.dismissed if other != key)
        self.remember(dismissed=(*others, key) if dismissed else others)
        self.problemsChanged.emit()

    # What is remembered of the file -------------------------------------------------------------

    @property
    def memory(self) -> FileMemory:
        """What is remembered of the open file; an empty memory while none is open."""
        return self._memories.memory

    def remember(self, **named: object) -> None:
        """Change fields of `memory`; it is saved a moment later."""
        self._memories.remember(**named)

    def _remember_view(self) -> None:
        self.remember(filters=self.view.filters, sorts=self.view.sorts)

    def forget_memory(self) -> FileMemory:
        """Open the file as if for the first time; what was set for it, for `put_back_memory`."""
        forgotten = self._memories.forget()
        if self.table is not None:
            self._open((self.table.path,), Reading(part=self.table.reading.part), None)
        return forgotten

    def put_back_memory(self, memory: FileMemory) -> None:
        """Open the file of that memory as it was set before it was forgotten."""
        self._memories.put_back(memory)
        self.open(memory.path, memory.part)

    @property
    def asked(self) -> Reading:
        """What was asked for when the open file was read; all else was detected."""
        return self.memory.reading

    @property
    def is_first_opening(self) -> bool:
        """Whether the open file was not known before, so that all of its reading is detected."""
        return self._opening is not None and self._opening.is_first

    @property
    def _recalled(self) -> FileMemory:
        recalled = self._opening.recalled.memory if self._opening is not None else None
        return recalled or FileMemory()

    def _keep_memory(self, memory: FileMemory) -> None:
        table, schema = self.table, self.schema
        assert table is not None
        assert schema is not None
        asked = self._opening.asked if self._opening is not None else Reading()
        if self.memory.path != str(table.path):
            self._readings.forget()
        self._readings.note(asked, table.reading)
        named = {"path": str(table.path), "part": table.reading.part, "stamp": stamp_of(table)}
        self._memories.begin(memory.updated(**named, reading=asked, recipe=self.recipe), schema)

    # The selection ------------------------------------------------------------------------------

    def select_column(self, name: str | None) -> None:
        """Choose the column that inspectors describe."""
        if name != self.column:
            self.column = name
            self.remember(column=name)
            self.columnChanged.emit()

    # The recipe ---------------------------------------------------------------------------------

    @property
    def recipe(self) -> Recipe:
        """The recipe in force; every column is listed while a table is open."""
        return self._history.recipe

    @property
    def target(self) -> str | None:
        """Name of the target column."""
        return self.recipe.target

    @property
    def used_schema(self) -> Schema | None:
        """The schema with the kinds and roles that the recipe gives."""
        return None if self.schema is None else self._used_schema(self.schema, self.recipe)

    @property
    def task(self) -> LearningTask | None:
        """What would be trained."""
        if self.schema is None:
            return None
        return self._task_of(self.recipe, self.schema)

    @property
    def findings(self) -> tuple[Finding, ...]:
        """Rules that the recipe breaks."""
        return self._findings(self.recipe)

    def blockers(self) -> tuple[Message, ...]:
        """Why Train is disabled; empty when it is not."""
        return blockers(self.table, self.recipe, self.profile)

    def edit(self, recipe: Recipe, label: str) -> None:
        """Make `recipe` the current one; `label` (translated) names the step in Undo."""
        if self._history.edit(recipe, label):
            self._on_recipe_changed()

    def undo(self) -> None:
        """Take the last edit back."""
        if self._history.undo():
            self._on_recipe_changed()

    def redo(self) -> None:
        """Do the edit that was taken back again."""
        if self._history.redo():
            self._on_recipe_changed()

    @property
    def can_undo(self) -> bool:
        """Whether there is an edit to take back."""
        return self._history.undo_label is not None

    @property
    def can_redo(self) -> bool:
        """Whether there is an edit to do again."""
        return self._history.redo_label is not None

    @property
    def undo_label(self) -> str:
        """What Undo would take back."""
        return self._history.undo_label or ""

    @property
    def redo_label(self) -> str:
        """What Redo would do again."""
        return self._history.redo_label or ""

    def set_target(self, name: str, label: str = "") -> None:
        """Make `name` the column to predict."""
        self._edit_columns(self.recipe.with_target(name), label)

    def set_kind(self, name: str, kind: Kind, label: str = "") -> None:
        """Take the column for another kind."""
        spec = self.recipe.column(name).model_copy(update={"kind": kind})
        self._edit_columns(self.recipe.with_column(spec), label)

    def set_role(self, name: str, role: Role, label: str = "") -> None:
        """Use the column for something else."""
        if role is Role.TARGET:
            self.set_target(name, label)
            return
        spec = self.recipe.column(name).model_copy(update={"role": role})
        self._edit_columns(self.recipe.with_column(spec), label)

    def open_recipe(self, path: Path) -> None:
        """Use a recipe file for the open table."""
        from engine.recipe.files import load_recipe

        try:
            recipe = load_recipe(path)
        except TrainyardError as error:
            self.failed.emit(error)
            return
        if recipe.reading == Reading() and self.table is not None:  # it says nothing of reading
            recipe = recipe.model_copy(update={"reading": self.table.reading})
        self._edit_columns(recipe, path.name)

    def _edit_columns(self, recipe: Recipe, label: str) -> None:
        from engine.data.columns.infer import complete

        if self.schema is None:
            return
        try:
            self.edit(complete(recipe, self.schema), label)
        except UnknownColumn as error:
            self.failed.emit(error)

    def _on_recipe_changed(self) -> None:
        self.remember(recipe=self.recipe)
        self.recipeChanged.emit()
        if self.table is None or self.schema is None:
            return
        if self.recipe.reading != self.table.reading:
            self._read_again()
        else:
            if self._rereading:  # undone before the file was read
                self._rereading = False
                self._loader.cancel()
            self._loader.profile(self.table, self.schema, self.recipe, soon=True)

    # Runs ---------------------------------------------------------------------------------------

    @property
    def workspace(self) -> Workspace:
        """The workspace on disk."""
        return self._run_list.workspace

    @property
    def runs(self) -> tuple[RunSummary, ...]:
        """All runs of the workspace, newest first."""
        return self._run_list.runs

    @property
    def running(self) -> tuple[str, ...]:
        """Ids of the runs that are alive: training, starting or paused."""
        return self._run_list.running

    @property
    def unfinished(self) -> tuple[str, ...]:
        """Ids of the runs that are alive or about to begin."""
        return self._run_list.unfinished

    def run(self, run: str) -> RunSummary | None:
        """The summary of one run."""
        return self._run_list.run(run)

    def history(self, run: str) -> History:
        """The history of a run; `runUpdated` tells when it grows."""
        return self._run_list.history(run)

    @property
    def focus(self) -> str | None:
        """Id of the run that Train, Evaluate, Explain and Deploy show."""
        return self._run_list.focus

    def set_focus(self, run: str | None) -> None:
        """Put a run in focus."""
        self._run_list.set_focus(run)

    @property
    def overlay(self) -> dict[str, int]:
        """Ids of the runs drawn, with their colour slots (0 to 5)."""
        return self._run_list.overlay

    def set_overlay(self, run: str, shown: bool) -> None:
        """Draw a run beside the focused one, or no longer."""
        self._run_list.set_overlay(run, shown)

    def train(self) -> None:
        """Start a run of the current recipe and show it."""
        reasons = self.blockers()
        if reasons or self.table is None:
            self.noticed.emit(reasons[0], None, "warn")
        elif self._run_list.train(self.recipe, self.table):
            self.show_page("train")

    def pause(self, run: str) -> None:
        """Hold a run at its next step."""
        self._run_list.pause(run)

    def resume(self, run: str) -> None:
        """Let a paused run go on, or start an interrupted one again from its last checkpoint."""
        self._run_list.resume(run)

    def stop(self, run: str) -> None:
        """End a run at its next step and keep its best weights."""
        self._run_list.stop(run)

    def set_learning_rate(self, run: str, value: float) -> None:
        """Change the learning rate of a run at its next step."""
        self._run_list.set_learning_rate(run, value)

    def rename_run(self, run: str, name: str) -> None:
        """Give a run another name."""
        self._run_list.rename(run, name)

    def delete_run(self, run: str) -> None:
        """Move a run to the trash."""
        self._run_list.delete(run)

    def restore_run(self, run: str) -> None:
        """Take a run back from the trash."""
        self._run_list.restore(run)

    def ask(self, task: Task) -> TaskJob:
        """Give a task to a worker process."""
        return self._pool.ask(task)
