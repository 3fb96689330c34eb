"""The card of data about people: what becomes of each such column, and who can be told apart."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QMenu, QSizePolicy

from gui.i18n import listed, tr, trn
from gui.pages.prepare.deidentify import Answer, PersonalColumn
from gui.widgets import Badge, Card, ElidedLabel, Segmented, button, label, row

_MOST = 4
"""Columns that are listed; the others are counted."""


class DeidentifyCard(Card):
    """Lists `PersonalColumn`s with an answer each, and counts groups over chosen columns."""

    answered = Signal(str, object)
    """A column and the `Answer`."""
    columnWanted = Signal(str)  # noqa: N815 - Qt's naming, here and below
    countWanted = Signal(object)  # noqa: N815
    """Names of the columns over which groups are to be counted."""

    def __init__(self) -> None:
        super().__init__(tr("De-identify"))
        self.badge = Badge("", "warn")
        self.header.addWidget(self.badge)
        self._says = label("", "small", "text2", wrap=True)
        self._lines = QGridLayout()
        self._lines.setHorizontalSpacing(8)
        self._lines.setVerticalSpacing(6)
        self._lines.setColumnStretch(0, 1)
        self._more = label("", "caption", "muted")
        self.known = button(tr("Columns others know"), small=True)
        self.known.setToolTip(
            tr("What somebody may know of a person without this table, such as age and postcode")
        )
        self._menu = QMenu(self.known)
        self.known.setMenu(self._menu)
        self._menu.setToolTipsVisible(True)
        self.outcome = label("", "small", "text2", wrap=True)
        self.body.addWidget(self._says)
        self.body.addLayout(self._lines)
        self.body.addWidget(self._more)
        self.body.addLayout(row(self.known, None))
        self.body.addWidget(self.outcome)
        self.body.addStretch(1)
        self._columns: tuple[PersonalColumn, ...] = ()
        self._names: tuple[str, ...] = ()
        self._chosen: tuple[str, ...] = ()
        self.segments: dict[str, Segmented] = {}
        self._menu.aboutToShow.connect(self._fill_menu)
        self.show_columns((), ())

    def show_columns(self, columns: Sequence[PersonalColumn], names: Sequence[str]) -> None:
        """Show columns to decide about; `names` are all columns of the table."""
        self._names = tuple(names)
        self._chosen = tuple(name for name in self._chosen if name in self._names)
        if tuple(columns) != self._columns:
            self._columns = tuple(columns)
            self._make_lines()
        undecided = [each.name for each in self._columns if each.answer is None]
        self.badge.setVisible(bool(undecided))
        self.badge.setText(tr("{count} to review", count=len(undecided)))
        self._say(undecided)
        beyond = len(self._columns) - _MOST
        self._more.setVisible(beyond > 0)
        self._more.setText(trn("and {count} more column", "and {count} more columns", beyond))
        self.known.setEnabled(bool(names))

    def show_counts(self, text: str) -> None:
        """Say what came of counting groups."""
        self.outcome.setText(text)
        self.outcome.setVisible(bool(text))

    @property
    def chosen(self) -> tuple[str, ...]:
        """The columns over which groups are counted."""
        return self._chosen

    def _say(self, undecided: Sequence[str]) -> None:
        if not self._columns:
            self._says.setText(tr("No column looks like data about people."))
        elif undecided:
            self._says.setText(
                tr(
                    "{columns}: values that may name a person go into the model as they are. Choose what becomes of them.",
                    columns=listed(undecided[:3]) + ("…" if len(undecided) > 3 else ""),
                )
            )
        else:
            self._says.setText(tr("Every column with data about people is decided."))

    def _make_lines(self) -> None:
        while (item := self._lines.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        self.segments = {}
        shown = sorted(self._columns, key=lambda each: each.answer is not None)[:_MOST]
        for place, each in enumerate(shown):
            says = ElidedLabel(each.looks, "small")
            says.setToolTip(each.looks)
            says.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
            segments = _segments(each)
            segments.changed.connect(
                lambda answer, name=each.name: self.answered.emit(name, Answer(answer))
            )
            self.segments[each.name] = segments
            self._lines.addWidget(says, place, 0)
            self._lines.addWidget(segments, place, 1, Qt.AlignmentFlag.AlignRight)

    def _fill_menu(self) -> None:
        self._menu.clear()
        for name in self._names:
            action = self._menu.addAction(name.replace("&", "&&"))
            action.setCheckable(True)
            action.setChecked(name in self._chosen)
            action.toggled.connect(lambda on, name=name: self._choose(name, on))

    def _choose(self, name: str, chosen: bool) -> None:
        rest = tuple(each for each in self._chosen if each != name)
        self._chosen = (*rest, name) if chosen else rest
        self.countWanted.emit(self._chosen)


def _segments(column: PersonalColumn) -> Segmented:
    choices = [
        (Answer.DROP, tr("Drop")),
        (Answer.HASH, tr("Hash")),
        (Answer.MASK, tr("Mask")),
        (Answer.KEEP, tr("Keep")),
    ]
    if column.answer is Answer.OTHER:
        choices.insert(3, (Answer.OTHER, tr("Hidden")))
    segments = Segmented(
        choices, small=True, name=tr("What becomes of {column}", column=column.name)
    )
    if column.answer is None:
        segments.clear()
    else:
        segments.set_value(column.answer)
    return segments
