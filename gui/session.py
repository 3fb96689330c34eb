"""The one mutable state of the window: the table, the recipe and its history, the runs, the selection.

Pages read its properties, listen to its signals and call its methods; they never talk to each other.
All signals are emitted on the GUI thread. What is behind it: `gui.open_table`, `gui.recipe_desk`,
`gui.row_view` and `gui.run_list`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from engine.messages import Message, message
from engine.paths import default_workspace
from engine.recipe.checks import Finding
from engine.recipe.privacy import hides
from engine.recipe.reading import Reading
from engine.recipe.recipe import Recipe
from engine.schema import Kind, Role, Schema
from engine.schema import Task as LearningTask
from engine.tasks import Task
from gui.blockers import blockers
from gui.jobs import TaskJob, WorkerPool
from gui.open_table import OpenTable
from gui.recipe_desk import RecipeDesk
from gui.remembered import FileMemory
from gui.row_view import RowView
from gui.run_list import RunList
from gui.run_shelf import RunShelf
from gui.table_loader import BusyState

if TYPE_CHECKING:
    from engine.data.problems import Problem
    from engine.data.profiling.profile import Profile
    from engine.data.reading_preview import ReadingPreview
    from engine.data.table import Table
    from engine.plans.plan import Plan
    from engine.queue import QueueView
    from engine.store.summary import RunSummary
    from engine.store.workspace import Workspace
    from engine.training.history import History

PAGES = ("data", "prepare", "model", "train", "evaluate", "explain", "deploy")
PANELS = ("sweep", "queue", "compare")
"""Pages that are no stations: they are gone to from elsewhere, and not remembered of a file."""


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
    progressed = Signal()
    """`busy.done` has grown."""
    modelFileChanged = Signal()  # noqa: N815
    runsChanged = Signal()  # noqa: N815
    queueChanged = Signal()  # noqa: N815
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
        self.model_file: Path | None = None
        self.page = "data"
        self._closed = False
        self._pool = WorkerPool(self)

        self._recipes = RecipeDesk(self)
        self._recipes.changed.connect(self._on_recipe_edited)
        self._recipes.failed.connect(self.failed)

        self.view = RowView(self)
        self.view.failed.connect(self.failed)

        self._open = OpenTable(self.workspace_folder, self._recipes, self.view, self)
        self._open.changed.connect(self.tableChanged)
        self._open.recipeBegun.connect(self.recipeChanged)
        self.recipeChanged.connect(self._keep_hidden_values_out_of_the_cache)
        self._open.columnChanged.connect(self.columnChanged)
        self._open.pageWanted.connect(self.show_page)
        self._open.profiled.connect(self.profileChanged)
        self._open.problemsChanged.connect(self.problemsChanged)
        self._open.busyChanged.connect(self.busyChanged)
        self._open.progressed.connect(self.progressed)
        self._open.partsFound.connect(self.partsFound)
        self._open.failed.connect(self.failed)
        self._open.noticed.connect(self.noticed)

        self._run_list = RunList(self.workspace_folder, self._pool, self)
        self._run_list.listChanged.connect(self.runsChanged)
        self._run_list.updated.connect(self.runUpdated)
        self._run_list.focusChanged.connect(self.focusChanged)
        self._run_list.overlayChanged.connect(self.overlayChanged)
        self._run_list.failed.connect(self.failed)
        self.shelf = RunShelf(self._run_list)
        """What is done with runs beside training them."""
        self.shelf.failed.connect(self.failed)
        self.shelf.told.connect(self.noticed)
        self._run_list.queue.changed.connect(self.queueChanged)

    # The window's life --------------------------------------------------------------------------

    def start(self) -> None:
        """Begin watching runs and warm up a worker; called after the first paint."""
        self._open.start()
        self._run_list.start()
        self._pool.warm_up()

    def close(self) -> None:
        """End threads and idle workers; runs that train go on."""
        if not self._closed:
            self._closed = True
            self._open.close()
            self.view.close()
            self._run_list.close()
            self._pool.close()

    def show_page(self, name: str) -> None:
        """Bring a page to the front."""
        if name in (*PAGES, *PANELS) and name != self.page:
            self.page = name
            if name in PAGES:
                self.remember(page=name)
            self.pageChanged.emit()

    # The table ----------------------------------------------------------------------------------

    @property
    def table(self) -> Table | None:
        """The open table."""
        return self._open.table

    @property
    def schema(self) -> Schema | None:
        """The table's columns as inferred."""
        return self._recipes.schema

    @property
    def profile(self) -> Profile | None:
        """What is in each column; `None` until it has been counted."""
        return self._open.profile

    @property
    def problems(self) -> tuple[Problem, ...]:
        """All findings."""
        return self._open.problems

    @property
    def open_problems(self) -> tuple[Problem, ...]:
        """The findings that are more than remarks, and that nobody has said to be no problem."""
        dismissed = frozenset(self.memory.dismissed)
        return tuple(p for p in self.problems if p.is_serious and p.key not in dismissed)

    @property
    def is_searching(self) -> bool:
        """Whether the rows are still being gone through for more problems."""
        return self._open.is_searching

    @property
    def busy(self) -> BusyState | None:
        """The reading under way, with its label, share done and `cancel()`."""
        return self._open.busy

    @property
    def is_first_opening(self) -> bool:
        """Whether the open file was not known before, so that all of its reading is detected."""
        return self._open.is_first_opening

    def open(self, path: Path | str, part: str | None = None) -> None:
        """Open a table, a recipe (`.json`, for the open table), a model file or a run file.

        A folder opens as one table too. `part` names a sheet, a table or an archive member; where
        there are several and none is named, `partsFound` asks for one.
        """
        path = Path(path)
        if path.suffix == ".trainyard-run":
            self.shelf.import_file(path)
        elif path.suffix == ".trainyard":
            self.model_file = path
            self.modelFileChanged.emit()
            self.show_page("deploy")
        elif path.suffix == ".json" and self.table is not None:
            self.open_recipe(path)
        else:
            self._open.open((path,), Reading(part=part))

    def open_files(self, paths: Sequence[Path]) -> None:
        """Open several files of the same columns as one table; a single one as `open` does."""
        if len(paths) == 1:
            self.open(paths[0])
        elif paths:
            self._open.open(tuple(paths), Reading())

    def add_files(self, paths: Sequence[Path]) -> None:
        """Append files of the same columns to the open table; what was asked of its reading stays."""
        self._open.add_files(paths)

    def open_sample(self, name: str) -> None:
        """Open a bundled sample with its target chosen."""
        self._open.open_sample(name)

    def paste(self, text: str) -> None:
        """Open a table from clipboard text."""
        self._open.paste(text)

    def preview_reading(
        self, path: Path, reading: Reading, cancelled: Callable[[], bool]
    ) -> ReadingPreview:
        """How the beginning of a file would be read; blocks. Raises `Cancelled` and `ReaderDied`."""
        return self._open.preview_reading(path, reading, cancelled)

    def open_part(self, path: Path, part: str) -> None:
        """Open one of the tables that `partsFound` told of, with all else that was asked for."""
        self._open.open_part(path, part)

    def open_moved(self, old: Path, new: Path, part: str | None) -> None:
        """Open a file that was somewhere else before, with what was set for it there."""
        self._open.memories.move(old, new, part)
        self.open(new, part)

    def open_as(self, path: Path, reading: Reading, label: str = "") -> None:
        """Read a file just in this way. For the open one that is an edit, which `label` names."""
        self._open.open_as(path, reading, label)

    def reread(self, reading: Reading, label: str = "") -> None:
        """Read the open file again, in the way given; other edits stay, and Undo reads it as before."""
        self._open.reread(reading, label)

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
        self._open.close_table()
        self.show_page("data")
        self.tableChanged.emit()
        self.recipeChanged.emit()

    @property
    def column(self) -> str | None:
        """The column that inspectors describe."""
        return self._open.column

    def select_column(self, name: str | None) -> None:
        """Choose the column that inspectors describe."""
        self._open.select_column(name)

    # What is remembered of the file -------------------------------------------------------------

    @property
    def memory(self) -> FileMemory:
        """What is remembered of the open file; an empty memory while none is open."""
        return self._open.memory

    @property
    def asked(self) -> Reading:
        """What was asked for when the open file was read; all else was detected."""
        return self.memory.reading

    def remember(self, **named: object) -> None:
        """Change fields of `memory`; it is saved a moment later."""
        self._open.memories.remember(**named)

    def dismiss(self, key: str, dismissed: bool = True) -> None:
        """Say that the finding of that key is no problem in this file, or that it is one after all."""
        others = tuple(other for other in self.memory.dismissed if other != key)
        self.remember(dismissed=(*others, key) if dismissed else others)
        self.problemsChanged.emit()

    def forget_memory(self) -> FileMemory:
        """Open the file as if for the first time; what was set for it, for `put_back_memory`."""
        return self._open.forget_memory()

    def put_back_memory(self, memory: FileMemory) -> None:
        """Open the file of that memory as it was set before it was forgotten."""
        self._open.memories.put_back(memory)
        self.open(memory.path, memory.part)

    # The recipe ---------------------------------------------------------------------------------

    @property
    def recipe(self) -> Recipe:
        """The recipe in force; every column is listed while a table is open."""
        return self._recipes.recipe

    @property
    def target(self) -> str | None:
        """Name of the target column."""
        return self.recipe.target

    @property
    def used_schema(self) -> Schema | None:
        """The schema with the kinds and roles that the recipe gives."""
        return self._recipes.used_schema

    @property
    def whole_schema(self) -> Schema | None:
        """The table's columns as inferred, then the derived ones as far as they have been counted."""
        return self._recipes.whole_schema

    @property
    def task(self) -> LearningTask | None:
        """What would be trained."""
        return self._recipes.task

    @property
    def findings(self) -> tuple[Finding, ...]:
        """Rules that the recipe breaks."""
        return self._recipes.findings

    def blockers(self) -> tuple[Message, ...]:
        """Why Train is disabled; empty when it is not."""
        return blockers(self.table, self.recipe, self.profile)

    def edit(self, recipe: Recipe, label: str) -> None:
        """Make `recipe` the current one; `label` (translated) names the step in Undo."""
        self._recipes.edit(recipe, label)

    def undo(self) -> None:
        """Take the last edit back."""
        self._recipes.undo()

    def redo(self) -> None:
        """Do the edit that was taken back again."""
        self._recipes.redo()

    @property
    def can_undo(self) -> bool:
        """Whether there is an edit to take back."""
        return self._recipes.undo_label is not None

    @property
    def can_redo(self) -> bool:
        """Whether there is an edit to do again."""
        return self._recipes.redo_label is not None

    @property
    def undo_label(self) -> str:
        """What Undo would take back."""
        return self._recipes.undo_label or ""

    @property
    def redo_label(self) -> str:
        """What Redo would do again."""
        return self._recipes.redo_label or ""

    def set_target(self, name: str, label: str = "") -> None:
        """Make `name` the column to predict."""
        self._recipes.set_target(name, label)

    def set_kind(self, name: str, kind: Kind, label: str = "") -> None:
        """Take the column for another kind."""
        self._recipes.set_kind(name, kind, label)

    def add_target(self, name: str, label: str = "") -> None:
        """Predict the column too, beside what is predicted."""
        self._recipes.add_target(name, label)

    def set_role(self, name: str, role: Role, label: str = "") -> None:
        """Use the column for something else."""
        self._recipes.set_role(name, role, label)

    def open_recipe(self, path: Path) -> None:
        """Use a recipe file for the open table."""
        reading = self.table.reading if self.table is not None else Reading()
        self._recipes.open_file(path, reading)

    def use_recipe(self, recipe: Recipe, label: str) -> None:
        """Make a recipe from elsewhere the current one, with every column of the table listed in it."""
        self._recipes.edit_columns(recipe, label)

    def _on_recipe_edited(self) -> None:
        self.remember(recipe=self.recipe)
        self.recipeChanged.emit()
        self._open.follow_recipe()

    def _keep_hidden_values_out_of_the_cache(self) -> None:
        """What is hidden must not stay in the cache when the table is closed."""
        if self.table is not None and hides(self.recipe):
            from engine.data.in_use import make_private

            make_private(self.table.folder)

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
        else:
            self.train_with(self.recipe)

    def train_with(self, recipe: Recipe, plan: Plan | None = None, name: str = "") -> str | None:
        """Train a recipe on the open table, or all that a plan says; its run's id, None if that failed.

        Where as many runs train as may at once, it waits in the queue.
        """
        if self.table is None:
            return None
        run = self._run_list.train(recipe, self.table, plan, name)
        if run is None:
            return None
        place = self.queue.waiting.index(run) + 1 if run in self.queue.waiting else 0
        if place:
            self.noticed.emit(
                message("Queued at place {place}.", place=place),
                message("The queue is held: it starts when you release it, in the menu Run.")
                if self.queue.held
                else message("It starts when another run is done. The queue is in the menu Run."),
                "info",
            )
        if self.run(self.focus or "") is None or not place:
            self.show_page("train")
        return run

    @property
    def queue(self) -> QueueView:
        """The runs that wait, and how many train at once; `queueChanged` tells."""
        return self._run_list.queue.view

    def start_queued(self, run: str) -> None:
        """Start a run that waits now, however many are training."""
        self._run_list.queue.start(run)

    def move_queued(self, run: str, place: int) -> None:
        """Put a run that waits at another place, counted from 0."""
        self._run_list.queue.move(run, place)

    def remove_queued(self, run: str) -> None:
        """Take a run out of the queue, into the trash; `restore_run` takes it back, to the end of it."""
        if self._run_list.queue.remove(run):
            self._run_list.delete(run)

    def set_queue(self, *, at_once: int | None = None, held: bool | None = None) -> None:
        """Say how many runs train at once, and whether any is started."""
        self._run_list.queue.set(at_once=at_once, held=held)

    def pause(self, run: str) -> None:
        """Hold a run at its next step."""
        self._run_list.pause(run)

    def resume(self, run: str) -> None:
        """Let a paused run go on, or start an interrupted one again from its last checkpoint."""
        self._run_list.resume(run)

    def stop(self, run: str) -> None:
        """End a run at its next step and keep its best weights."""
        self._run_list.stop(run)

    def steer(self, run: str, command: str, value: float | None = None) -> None:
        """Give a run a command, such as `set_learning_rate`; see `engine.training.control`."""
        self._run_list.steer(run, command, value)

    def fork_run(self, run: str, checkpoint: str = "last") -> None:
        """A new run that goes on from a checkpoint of another one, and is shown.

        Where the open table is that of the run it is trained as the recipe in force says.
        """
        summary = self.run(run)
        if summary is None:
            return
        is_same = self.table is not None and self.table.path.stem == summary.dataset
        wanted = self.recipe.training if is_same else None
        if self.shelf.fork(run, checkpoint, wanted) is not None:
            self.show_page("train")

    def rename_run(self, run: str, name: str) -> None:
        """Give a run another name."""
        self._run_list.rename(run, name)

    def delete_run(self, run: str) -> None:
        """Move a run to the trash."""
        self._run_list.delete(run)
        self.shelf.bound_trash()

    def restore_run(self, run: str) -> None:
        """Take a run back from the trash."""
        self._run_list.restore(run)

    def ask(self, task: Task) -> TaskJob:
        """Give a task to a worker process."""
        return self._pool.ask(task)
