"""The Explain page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QScrollArea, QVBoxLayout, QWidget

from engine.errors import TrainyardError
from engine.explanation.result import Importance
from engine.tasks import ImportanceTask, Part
from gui.i18n import tr, translate, trn
from gui.pages.answer_page import AnswerPage
from gui.pages.explain.importance_bars import Bar, ImportanceBars
from gui.pages.explain.inspector import ExplainInspector
from gui.pages.explain.summary import in_sentence, sentences
from gui.pages.page import RefreshWhenShown
from gui.widgets.card import Card
from gui.widgets.results_inspector import Facts
from gui.widgets.results_numbers import figure
from gui.widgets.text import label

if TYPE_CHECKING:
    from engine.data.profiling.profile import ColumnProfile
    from engine.store.summary import RunSummary
    from gui.notices import Notices
    from gui.session import Session


class ExplainPage(AnswerPage[Importance]):
    """What the run in focus looks at: permutation importance of its columns."""

    name = "explain"

    def __init__(self, session: Session, notices: Notices) -> None:
        super().__init__(
            session,
            notices,
            Importance,
            title=tr("Explain"),
            icon="explain",
            purpose=tr("Then you see here which columns the model uses, and how much."),
        )
        self._answer: Importance | None = None
        self._fingerprint: tuple[str, str] = ("", "")
        self._inspector = ExplainInspector()
        self.bars = ImportanceBars()
        self.bars.selected.connect(self._on_bar)
        self._bars_card = Card(tr("Importance"), " ", padding=0)
        self._bars_card.header.addWidget(label(tr("permutation"), "caption", "muted"))
        self._bars_card.body.addWidget(_scrolled(self.bars))
        self._lines = QVBoxLayout()
        self._lines.setSpacing(10)
        short = Card(tr("In short"))
        short.body.addLayout(self._lines)
        self._method = Facts()
        measured = Card(tr("How it was measured"))
        measured.body.addWidget(
            label(
                tr(
                    "The values of one column are shuffled among the rows, so that they no longer say anything about the row they stand in. The more the metric suffers, the more the model relies on that column."
                ),
                "small",
                "text2",
                wrap=True,
            )
        )
        measured.body.addWidget(self._method)
        right = QVBoxLayout()
        right.setSpacing(12)
        right.addWidget(short)
        right.addWidget(measured)
        right.addStretch(1)
        across = QHBoxLayout()
        across.setSpacing(12)
        across.addWidget(self._bars_card, 7)
        across.addLayout(right, 4)
        self.view.body.addLayout(across)
        RefreshWhenShown(self, self._on_column, session.columnChanged)
        RefreshWhenShown(self, self._show_column, session.profileChanged, session.tableChanged)

    def inspector(self) -> QWidget:
        return self._inspector

    def task(self, folder: str, part: Part) -> ImportanceTask:
        return ImportanceTask(run=folder, part=part)

    def loading_text(self) -> str:
        run = self.focused()
        return tr("Shuffling the columns of run {number}", number=run.number if run else 0)

    def show_answer(self, run: RunSummary, answer: Importance) -> None:
        self._answer = answer
        self.rows.setText(trn("{count} row", "{count} rows", answer.rows))
        title = translate(answer.metric_title)
        metric = in_sentence(title)
        self._bars_card.set_caption(
            tr("drop in {metric} when shuffled", metric=metric)
            if answer.higher_is_better
            else tr("rise in {metric} when shuffled", metric=metric)
        )
        chosen = self.bars.current() or self.session.column
        self.bars.set_bars([Bar(c.name, c.mean, c.low, c.high) for c in answer.columns])
        while (item := self._lines.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.deleteLater()
        for text in sentences(answer, metric):
            self._lines.addWidget(_paragraph(text))
        self._method.set(
            [
                (title, figure(answer.score)),
                (tr("Rows"), f"{answer.rows:,}"),
                (tr("Shuffles per column"), str(answer.repeats)),
                (tr("Line at the end of a bar"), tr("smallest to largest")),
            ]
        )
        self._inspector.set_target(run.target)
        names = [column.name for column in answer.columns]
        if names:
            self.bars.select(chosen if chosen in names else names[0])
        self._show_column()

    def update_run(self, run: RunSummary) -> None:
        return

    def clear(self) -> None:
        self._answer = None
        self._inspector.show_column(None, None, None)

    def _on_bar(self, name: str) -> None:
        schema = self.session.schema
        if schema is not None and name in schema:
            self.session.select_column(name)
        self._show_column()

    def _on_column(self) -> None:
        column = self.session.column
        if column is not None and column != self.bars.current():
            self.bars.select(column)

    def _show_column(self) -> None:
        name = self.bars.current()
        self._inspector.show_column(self._answer, name, self._profile(name))

    def _profile(self, name: str | None) -> ColumnProfile | None:
        """The profile of a column, where the open table is the one of the run."""
        run = self.focused()
        table, profile = self.session.table, self.session.profile
        if run is None or name is None or table is None or profile is None:
            return None
        if self._fingerprint[0] != run.id:
            try:
                self._fingerprint = (run.id, self.folder(run).info().fingerprint)
            except TrainyardError:
                return None
        if table.fingerprint != self._fingerprint[1]:
            return None
        return profile.columns.get(name)


def _scrolled(content: QWidget) -> QScrollArea:
    area = QScrollArea()
    area.setWidgetResizable(True)
    area.setFrameShape(QFrame.Shape.NoFrame)
    area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    inner = QWidget()
    column = QVBoxLayout(inner)
    column.setContentsMargins(0, 0, 0, 8)
    column.addWidget(content)
    area.setWidget(inner)
    return area


def _paragraph(text: str) -> QLabel:
    return label(text, "body", wrap=True)
