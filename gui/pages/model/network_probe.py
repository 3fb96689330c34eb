"""Asks a worker what the network of the recipe in force will be, a moment after each edit."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer, Signal

from engine.data.preparing.plan import expected_inputs, has_times, part_sizes, rows_to_split
from engine.errors import TrainyardError
from engine.models.summary import NetworkSummary
from engine.recipe.recipe import Recipe
from engine.schema import Kind
from engine.tasks import SummarizeTask
from gui.jobs import TaskJob
from gui.session import Session

DELAY_MS = 200


class NetworkProbe(QObject):
    """Keeps the summary of the network up to date while someone looks at it.

    One question is under way at a time; edits made meanwhile are asked about afterwards, all at once.
    What will be built is asked first, and then again with how long an epoch takes: the clock needs a while.
    """

    answered = Signal()
    """`summary` is new; comes before `changed`."""
    changed = Signal()
    """There is another summary, or another error, or a question is under way or answered."""

    def __init__(
        self,
        session: Session,
        parent: QObject | None = None,
        recipe: Callable[[], Recipe] | None = None,
        after: NetworkProbe | None = None,
    ) -> None:
        """A probe of one network.

        Args:
            session: Tells the table, and when something has changed.
            parent: Keeps the probe.
            recipe: What to ask about; None: the recipe in force.
            after: A probe that is let finish first, because each would disturb the other's clock.
        """
        super().__init__(parent)
        self._session = session
        self._recipe = recipe or (lambda: session.recipe)
        self._after = after
        self._active = False
        self._job: TaskJob | None = None
        self._asked: SummarizeTask | None = None
        self._answered: SummarizeTask | None = None
        self.summary: NetworkSummary | None = None
        """What was told last; while `is_waiting` it may be of other settings of the same architecture."""
        self.task: SummarizeTask | None = None
        """The question that `summary` answers."""
        self.error: TrainyardError | None = None
        """Why the network of the recipe in force cannot be built."""
        self._delay = QTimer(self, singleShot=True, interval=DELAY_MS)
        self._delay.timeout.connect(self._on_delay)
        session.recipeChanged.connect(self._later)
        session.profileChanged.connect(self._later)
        session.tableChanged.connect(self._forget)

    @property
    def is_waiting(self) -> bool:
        """Whether the summary is not (yet) that of the recipe in force."""
        return self._job is not None or self._delay.isActive()

    def set_active(self, active: bool) -> None:
        """Ask only while someone looks."""
        self._active = active
        if active:
            self._later()
        else:
            self._delay.stop()

    def ask_again(self) -> None:
        """The recipe to ask about is another one."""
        self._later()

    def _later(self) -> None:
        if self._active:
            self._delay.start()
        if self.task is not None and not self._is_of_this_architecture(self.task):
            self._forget()  # one network would be shown under the name of another

    def _is_of_this_architecture(self, task: SummarizeTask) -> bool:
        return _architecture(task.recipe) == _architecture(self._recipe())

    def _forget(self) -> None:
        self.summary = self.task = self.error = self._answered = None
        self.changed.emit()

    def _on_delay(self) -> None:
        self._ask()
        if not self.is_waiting:  # what was edited makes no difference to the network
            self.changed.emit()

    def _ask(self) -> None:
        if self._job is not None:
            return  # `_settle` asks again
        if self._after is not None and self._after.is_waiting:
            self._delay.start()
            return
        question = question_of(self._session, self._recipe())
        if question is None:
            self._forget()
            return
        if question == self._answered:
            return
        self._put(question if self._is_told(question) else _untimed(question))

    def _is_told(self, question: SummarizeTask) -> bool:
        """Whether what a question asks about is known but for the time."""
        return self.task is not None and _untimed(self.task) == _untimed(question)

    def _put(self, question: SummarizeTask) -> None:
        self._asked = question
        job = self._session.ask(question)
        self._job = job
        job.finished.connect(self._on_summary)
        job.failed.connect(self._on_error)
        self.changed.emit()

    def _on_summary(self, answer: object) -> None:
        asked = self._asked
        if asked is not None and self._is_of_this_architecture(asked):
            self.summary = NetworkSummary.model_validate(answer)
            self.task = asked
            self.error = None
            self.answered.emit()
        self._settle()

    def _on_error(self, error: TrainyardError) -> None:
        self.error = error
        if self._asked is not None:  # nothing is left to be timed
            self._asked = self._asked.model_copy(update={"timed": True})
        self._settle()

    def _settle(self) -> None:
        self._job = None
        self._answered = self._asked
        self.changed.emit()
        if self._active:
            self._ask()


def _untimed(question: SummarizeTask) -> SummarizeTask:
    return question.model_copy(update={"timed": False})


def _architecture(recipe: Recipe) -> str | None:
    """None: Auto's choice."""
    trunk = recipe.model.trunk
    return None if trunk is None else trunk.kind_name()


def question_of(session: Session, recipe: Recipe) -> SummarizeTask | None:
    """What to ask about a recipe for the open table; None while there is nothing to build a network for."""
    schema, task = session.whole_schema, session.task
    if schema is None or task is None:
        return None
    inputs = expected_inputs(recipe, schema, task, _dates_with_times(session))
    if not inputs.numbers and not inputs.categories:
        return None
    train_rows, _, _ = part_sizes(recipe.split, rows_to_split(recipe, schema))
    # What has no bearing on the network is left at its default, so that editing it asks nothing.
    training, stopping = recipe.training, recipe.training.early_stopping
    if stopping.patience is not None:  # else Auto goes by the epochs
        usual = {"epochs": training.epochs and 1, "early_stopping": type(stopping)()}
        training = training.model_copy(update=usual)
    asked = recipe.model_copy(update={"columns": (), "training": training})
    return SummarizeTask(
        recipe=asked,
        numbers=inputs.numbers,
        categories=inputs.categories,
        encoders=inputs.encoders,
        outputs=inputs.outputs,
        train_rows=train_rows,
        target_task=task,
    )


def _dates_with_times(session: Session) -> frozenset[str]:
    """The date columns that have times of day, as far as the profile tells."""
    columns = session.profile.columns if session.profile is not None else {}
    return frozenset(
        name
        for name, figures in columns.items()
        if figures.kind is Kind.DATE and has_times((figures.minimum, figures.maximum))
    )
