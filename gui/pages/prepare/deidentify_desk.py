"""Data about people: the card beside the session."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from engine.errors import TrainyardError
from engine.schema import Role
from gui.i18n import render, sentences, tr
from gui.jobs import ThreadJob
from gui.pages.page import RefreshWhenShown
from gui.pages.prepare.deidentify import Answer, answered, personal_columns
from gui.pages.prepare.deidentify_card import DeidentifyCard

if TYPE_CHECKING:
    from engine.data.preparing.anonymity import Anonymity
    from gui.session import Session


class DeidentifyDesk(QObject):
    """Shows what the session knows of such columns, and edits its recipe by what is answered."""

    def __init__(self, session: Session, card: DeidentifyCard) -> None:
        super().__init__(card)
        self._session, self._card = session, card
        self._job: ThreadJob | None = None
        self._counted: object = None
        card.answered.connect(self._answer)
        card.countWanted.connect(lambda _columns: self._count())
        session.tableChanged.connect(self._forget)
        RefreshWhenShown(
            card,
            self._refresh,
            session.tableChanged,
            session.problemsChanged,
            session.profileChanged,
        )
        RefreshWhenShown(card, self._on_recipe, session.recipeChanged)

    def close(self) -> None:
        """End the counting under way."""
        if self._job is not None:
            self._job.cancel()
            self._job = None

    def undecided(self) -> frozenset[str]:
        """Columns with data about people of which nobody has said what becomes of them."""
        session, schema = self._session, self._session.schema
        if schema is None:
            return frozenset()
        found = personal_columns(session.recipe, schema, session.problems, session.memory.dismissed)
        return frozenset(each.name for each in found if each.answer is None)

    def _refresh(self) -> None:
        session, schema = self._session, self._session.schema
        if schema is None:
            self._card.show_columns((), ())
            return
        columns = personal_columns(
            session.recipe, schema, session.problems, session.memory.dismissed
        )
        names = [
            spec.name
            for spec in session.recipe.columns
            if spec.name in schema and spec.role is not Role.TARGET
        ]
        self._card.show_columns(columns, [name for name in names if name is not None])

    def _on_recipe(self) -> None:
        self._refresh()
        if self._card.chosen and self._counted != self._hidden():
            self._count()

    def _answer(self, column: str, answer: Answer) -> None:
        session, schema = self._session, self._session.schema
        if schema is None:
            return
        found = personal_columns(session.recipe, schema, session.problems, ())
        key = next((each.key for each in found if each.name == column), "")
        if key:
            session.dismiss(key, answer is Answer.KEEP)
        words = {
            Answer.DROP: tr("leave out {column}", column=column),
            Answer.KEEP: tr("keep {column} as it is", column=column),
        }.get(answer, tr("hide {column}", column=column))
        session.use_recipe(answered(session.recipe, column, answer), words)

    # Counting -------------------------------------------------------------------------------------

    def _hidden(self) -> object:
        return tuple((spec.name, spec.hide) for spec in self._session.recipe.columns if spec.hide)

    def _count(self) -> None:
        self.close()
        session, columns = self._session, self._card.chosen
        table, recipe = session.table, session.recipe
        self._counted = self._hidden()
        if table is None or not columns:
            self._card.show_counts("")
            return

        def work(_progress: Callable[[float], None], cancelled: Callable[[], bool]) -> Anonymity:
            from engine.data.preparing.anonymity import anonymity

            return anonymity(table, recipe, columns, cancelled=cancelled)

        self._card.show_counts(tr("Counting"))
        job = ThreadJob(work, self)
        job.finished.connect(self._on_counted)
        job.failed.connect(self._on_failed)
        self._job = job.start()

    def _on_counted(self, found: Anonymity) -> None:
        self._job = None
        before, after = found.words()
        texts = [render(before)] if found.before == found.after else [render(before), render(after)]
        self._card.show_counts(sentences(texts))

    def _on_failed(self, error: TrainyardError) -> None:
        self._job = None
        self._card.show_counts("")
        self._session.failed.emit(error)

    def _forget(self) -> None:
        self.close()
        self._card.show_counts("")
