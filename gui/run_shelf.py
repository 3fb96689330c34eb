"""What is done with runs that have been trained: continued, forked, marked, taken elsewhere, thrown away."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from engine.errors import TrainyardError
from engine.messages import Message, message, message_n
from engine.recipe.recipe import Recipe
from engine.recipe.training import Training
from gui.jobs import ThreadJob

if TYPE_CHECKING:
    from engine.store.run_folder import RunFolder
    from engine.store.workspace import Workspace
    from gui.run_list import RunList


class RunShelf(QObject):
    """Commands beside those to a run that trains; what they change is seen when the runs are listed."""

    failed = Signal(object)
    """A `TrainyardError`."""
    told = Signal(object, object, str)
    """Title and detail (`Message` or `None`) and tone of a notice."""

    def __init__(self, runs: RunList) -> None:
        super().__init__(runs)
        self._runs = runs

    @property
    def _workspace(self) -> Workspace:
        return self._runs.workspace

    # Going on -------------------------------------------------------------------------------------

    def checkpoints(self, run: str) -> dict[str, int]:
        """The checkpoints of a run with the epochs done in each."""
        from engine.store.branching import checkpoints_of

        try:
            return checkpoints_of(self._workspace.run(run))
        except TrainyardError:
            return {}

    def go_on(self, run: str, epochs: int) -> bool:
        """Let a run that has ended go on until `epochs` are done in all."""
        from engine.store.branching import continue_run

        if not self._try(lambda: continue_run(self._workspace.run(run), epochs)):
            return False
        self._runs.resume(run)
        return True

    def fork(self, run: str, checkpoint: str, wanted: Training | None) -> str | None:
        """A new run that goes on from a checkpoint, trained as `wanted` says; None: as its parent was.

        It gets as many epochs after the checkpoint as that asks for. Returns its id, None when it failed.
        """
        from engine.store.branching import checkpoints_of, fork_run, training_for_fork

        def change(recipe: Recipe) -> Recipe:
            parent = recipe.training
            training = parent if wanted is None else training_for_fork(parent, wanted)
            epochs = done + (training.epochs or parent.epochs or 0)
            return recipe.model_copy(
                update={"training": training.model_copy(update={"epochs": epochs})}
            )

        try:
            parent = self._workspace.run(run)
            done = checkpoints_of(parent).get(checkpoint, 0)
            folder = fork_run(self._workspace, parent, checkpoint, change)
            number, own = parent.info().number, folder.info().number
        except TrainyardError as error:
            self.failed.emit(error)
            return None
        self._runs.begin(folder.id)
        self.told.emit(
            message("Run {own} is forked from run {number}", own=own, number=number),
            message("It goes on from “{name}”, after epoch {epoch}.", name=checkpoint, epoch=done),
            "info",
        )
        return folder.id

    def replay(self, run: str) -> str | None:
        """A new run that does what another one did, every change by hand at its step; its id, or None.

        At its end it tells whether its weights are those of the other one.
        """
        from engine.pipeline.replaying import replay_run

        try:
            past = self._workspace.run(run)
            folder = replay_run(self._workspace, past)
            number, own = past.info().number, folder.info().number
        except TrainyardError as error:
            self.failed.emit(error)
            return None
        self._runs.begin(folder.id)
        self.told.emit(
            message("Run {own} repeats run {number}", own=own, number=number),
            message("What was changed by hand is changed at the same steps."),
            "info",
        )
        return folder.id

    # Marks ----------------------------------------------------------------------------------------

    def star(self, run: str, favourite: bool) -> None:
        """Make a run a favourite, or no longer."""
        self._try(lambda: self._workspace.run(run).set_favourite(favourite))

    def note(self, run: str, remark: str, tags: Sequence[str]) -> None:
        """Give a run this note and just these tags."""

        def write() -> None:
            folder: RunFolder = self._workspace.run(run)
            folder.set_remark(remark)
            folder.set_tags(tags)

        self._try(write)

    # Taken elsewhere ------------------------------------------------------------------------------

    def export(self, run: str, destination: Path) -> None:
        """Write all of a run as one file; a notice tells when that is done."""

        def work(folder: Path) -> Message:
            from engine.store.run_file import export_run_file
            from engine.store.run_folder import RunFolder

            export_run_file(RunFolder(folder), destination)
            return message("{name} is written", name=destination.name)

        self._in_thread(run, work)

    def write_tensorboard(self, run: str, destination: Path) -> None:
        """Write the curves of a run as TensorBoard event files; a notice tells when that is done."""

        def work(folder: Path) -> Message:
            from engine.export.tensorboard import export_tensorboard
            from engine.store.run_folder import RunFolder

            written = export_tensorboard(RunFolder(folder), destination)
            return message("{name} is written", name=written.name)

        self._in_thread(run, work)

    def import_file(self, path: Path) -> None:
        """Take a run that was exported elsewhere into the workspace; it comes into focus."""

        def work(*_: object) -> str:
            from engine.store.run_file import import_run_file
            from engine.store.workspace import Workspace

            workspace = Workspace(self._folder)
            try:
                return import_run_file(workspace, path).id
            finally:
                workspace.close()

        self._folder = self._workspace.folder
        job = ThreadJob(work, self)
        job.failed.connect(self.failed)
        job.finished.connect(self._on_imported)
        job.start()

    def _on_imported(self, run: str) -> None:
        self._runs.refresh()
        self._runs.set_focus(run)
        self.told.emit(message("The run is imported"), None, "ok")

    # The trash ------------------------------------------------------------------------------------

    def trashed(self) -> int:
        """How many runs lie in the trash."""
        try:
            return self._workspace.count_trash()
        except TrainyardError:
            return 0

    def restore_last(self) -> None:
        """Take the newest run of the trash back."""
        self._try(lambda: self._workspace.restore("last"))

    def bound_trash(self) -> None:
        """Let the runs that lie longest in a trash that is too full go for good, and tell of it."""

        def bound() -> None:
            count = len(self._workspace.bound_trash())
            if count:
                told = message_n(
                    "The trash was full: {count} run is deleted for good",
                    "The trash was full: {count} runs are deleted for good",
                    count,
                )
                self.told.emit(told, None, "warn")

        self._try(bound)

    def empty_trash(self) -> None:
        """Delete what lies in the trash for good."""

        def empty() -> None:
            count = self._workspace.empty_trash()
            gone = message_n(
                "{count} run is deleted for good", "{count} runs are deleted for good", count
            )
            self.told.emit(gone, None, "info")

        self._try(empty)

    # Inside ---------------------------------------------------------------------------------------

    def _in_thread(self, run: str, work: Callable[[Path], Message]) -> None:
        try:
            folder = self._workspace.run(run).path
        except TrainyardError as error:
            self.failed.emit(error)
            return
        job = ThreadJob(lambda *_: work(folder), self)
        job.failed.connect(self.failed)
        job.finished.connect(lambda done: self.told.emit(done, None, "ok"))
        job.start()

    def _try(self, action: Callable[[], object]) -> bool:
        try:
            action()
        except TrainyardError as error:
            self.failed.emit(error)
            return False
        self._runs.refresh()
        return True
