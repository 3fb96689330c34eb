"""What Evaluate and Explain have in common: a worker's answer about one part of the run in focus."""

from __future__ import annotations

from abc import abstractmethod
from typing import TYPE_CHECKING, Generic, TypeVar

from pydantic import BaseModel

from engine.errors import TrainyardError
from engine.tasks import Part, Task
from gui.i18n import render, sentences, tr
from gui.pages.run_page import RunPage
from gui.widgets.choice import Choices, Segmented
from gui.widgets.results_answers import Answers
from gui.widgets.results_state import AnswerView
from gui.widgets.text import label

if TYPE_CHECKING:
    from engine.store.summary import RunSummary
    from gui.notices import Notices
    from gui.session import Session

Answer = TypeVar("Answer", bound=BaseModel)


class AnswerPage(RunPage, Generic[Answer]):
    """A run page with a part chooser, whose content is the answer to one task.

    Answers are kept per run and part for as long as the run stays as it is; an answer that arrives
    for anything but what is chosen now is never shown.
    """

    def __init__(
        self,
        session: Session,
        notices: Notices,
        answer: type[Answer],
        *,
        title: str,
        icon: str,
        purpose: str,
        more_parts: Choices = (),
    ) -> None:
        super().__init__(session, notices, title=title, icon=icon, purpose=purpose)
        self.parts = Segmented(
            (("validation", tr("Validation")), ("test", tr("Test")), *more_parts), name=tr("Part")
        )
        self.parts.set_value("test")
        self.rows = label("", "body", "muted")
        self.header.left.addWidget(self.parts)
        self.header.left.addWidget(self.rows)
        self.view = AnswerView()
        self.content.addWidget(self.view)
        self.answers: Answers[Answer] = Answers(session.ask, answer, self)
        self.answers.changed.connect(self._on_answer)
        self.view.retry.connect(self.answers.retry)
        self.parts.changed.connect(self.on_part)
        self._shown: tuple[object, ...] | None = None
        self._key: tuple[object, ...] = ()

    @abstractmethod
    def task(self, folder: str, part: Part) -> Task:
        """The question about a part of the run in `folder`."""

    def on_part(self, part: str) -> None:
        """Another part was chosen."""
        self.refresh()

    def asked_beside(self, run: RunSummary) -> tuple[object, ...]:
        """What else the answer depends on; another of these asks again."""
        return ()

    @abstractmethod
    def loading_text(self) -> str:
        """What the worker is doing."""

    @abstractmethod
    def show_answer(self, run: RunSummary, answer: Answer) -> None:
        """Fill the content; called once per answer and run."""

    @abstractmethod
    def update_run(self, run: RunSummary) -> None:
        """Show what is known of the run itself, beside the answer."""

    @abstractmethod
    def clear(self) -> None:
        """Forget the answer shown."""

    def show_run(self, run: RunSummary) -> None:
        self._choose_part(run)
        self.parts.show()
        part: Part = self.parts.value()
        self._key = (run.id, part, run.status, run.epoch, run.best, *self.asked_beside(run))
        try:
            folder = self.folder(run)
        except TrainyardError as error:
            self.answers.leave()  # what is on its way belongs to another run
            self._show_error(error)
            return
        self.answers.want(self._key, self.task(str(folder.path), part))
        self._on_answer()

    def leave_run(self) -> None:
        self.answers.leave()
        self.parts.hide()
        self.rows.setText("")
        self._forget()

    def _choose_part(self, run: RunSummary) -> None:
        """Offer the parts that have rows, and leave one that has none."""
        started = self.session.history(run.id).started
        if started is None:
            return
        counts = {"validation": started.validation_rows, "test": started.test_rows}
        for part, rows in counts.items():
            self.parts.set_enabled(part, rows > 0, "" if rows else tr("This part has no rows."))
        if counts.get(self.parts.value()) == 0:
            other = next((part for part, rows in counts.items() if rows), None)
            if other is not None:
                self.parts.set_value(other)

    def _on_answer(self) -> None:
        run = self.focused()
        # While the page is hidden another run may come into focus: the answer is not about that one.
        if run is None or run.id not in self._key:
            return
        self.update_run(run)
        answer = self.answers.value
        if answer is not None:
            hue = self.session.overlay.get(run.id)
            shown = (*self._key, run.name, hue)
            if self._shown != shown:
                self._shown = shown
                self.show_answer(run, answer)
            self.view.show_body()
        elif self.answers.error is not None:
            self._show_error(self.answers.error)
        else:
            self._forget()
            self.view.show_loading(self.loading_text(), self.answers.done)

    def _show_error(self, error: TrainyardError) -> None:
        self._forget()
        found, *advice = (render(message) for message in error.messages())
        self.view.show_error(found, sentences(advice))

    def _forget(self) -> None:
        if self._shown is not None:
            self._shown = None
            self.rows.setText("")
            self.clear()
