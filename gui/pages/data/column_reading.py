"""How the cells of a column are read: missing texts, order of dates, cells that do not fit."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QLayout, QLineEdit, QSizePolicy, QWidget

from engine.recipe.reading import DateOrder, Reading
from gui.i18n import tr, trn
from gui.models.column_reading import (
    kept_texts,
    missing_texts,
    read_as,
    with_dates,
    with_detected_missing,
    with_missing,
    without_fix,
    without_missing,
)
from gui.widgets.buttons import button, link_button
from gui.widgets.chip import Chip
from gui.widgets.flow import FlowLayout
from gui.widgets.layout import column, row
from gui.widgets.note import Note
from gui.widgets.text import label

if TYPE_CHECKING:
    from engine.data.cells.cell_facts import CellFacts
    from engine.recipe.reading import ColumnReading
    from gui.session import Session

_CHIP_HEIGHT = 22
_MOST_FIXES = 12


class ColumnReadingBox(QWidget):
    """Shows and changes how one column's cells become values; the file is read again then."""

    problemsAsked = Signal(str)  # noqa: N815
    """The cells of this column that do not fit are to be shown."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.setAccessibleName(tr("How the cells are read"))
        self._session = session
        self._name: str | None = None
        self._make_parts()
        self._lay_out()
        self._refresh()

    def show_column(self, name: str | None) -> None:
        """Describe that column, as it is read now."""
        if name != self._name:
            self.field.clear()
            self._show_field(False)
        self._name = name
        self._refresh()

    # Building -----------------------------------------------------------------------------------

    def _make_parts(self) -> None:
        self.read_as = label("", "small", selectable=True)
        self.tokens = FlowLayout()
        self.kept = FlowLayout()
        self.fixes = FlowLayout()
        self.field = _TokenField()
        self.field.entered.connect(self._add_typed)
        self.field.left.connect(lambda: self._show_field(False))
        self.detect_missing = link_button(
            tr("Detect"), tr("Detect the texts that mean no value in this column")
        )
        self.detect_missing.clicked.connect(self._detect_missing)
        self.question = Note("", "warn")
        self.day_first = button(tr("Day first"), small=True)
        self.month_first = button(tr("Month first"), small=True)
        self.day_first.clicked.connect(lambda: self._set_order(DateOrder.DAY_FIRST))
        self.month_first.clicked.connect(lambda: self._set_order(DateOrder.MONTH_FIRST))
        self._order = label("", "small", "text2")
        self.detect_order = link_button(tr("Detect"), tr("Detect the order of the dates"))
        self.detect_order.clicked.connect(lambda: self._set_order(None))
        self.misfits = label("", "small", "warn")
        self.show_misfits = link_button(tr("Show"), tr("Show them in Problems"))
        self.show_misfits.clicked.connect(lambda: self.problemsAsked.emit(self._name or ""))

    def _lay_out(self) -> None:
        self._answers = _holder(row(self.day_first, self.month_first, None))
        self._decided = _holder(row(self._order, self.detect_order, None))
        self._misfit_line = _holder(row(self.misfits, self.show_misfits, None))
        kept_title = label(tr("Kept as values"), "caption", "muted")
        fixes_title = label(tr("Read otherwise"), "caption", "muted")
        self._kept_part = _holder(column(kept_title, _Flowing(self.kept), spacing=4))
        self._fixes_part = _holder(column(fixes_title, _Flowing(self.fixes), spacing=4))
        missing_title = row(
            label(tr("Read as missing"), "caption", "muted"), None, self.detect_missing
        )
        outer = column(
            row(label(tr("Read as"), "section"), None, self.read_as),
            self.question,
            self._answers,
            self._decided,
            column(missing_title, _Flowing(self.tokens), self.field, spacing=4),
            self._kept_part,
            self._fixes_part,
            self._misfit_line,
            spacing=8,
        )
        self.setLayout(outer)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)

    # Showing ------------------------------------------------------------------------------------

    @property
    def _reading(self) -> Reading:
        return self._session.recipe.reading

    def _refresh(self) -> None:
        table, name = self._session.table, self._name
        known = table is not None and name is not None and name in table.names
        self.setVisible(known)
        if table is None or name is None or not known:
            return
        facts = table.cell_facts(name)
        wish = self._reading.column(name)
        self.read_as.setText(read_as(table.cell_type(name)))
        self._show_order(wish, facts)
        self._show_tokens(wish, facts)
        self._show_fixes(wish, facts)
        self.misfits.setText(
            trn("{count} cell does not fit.", "{count} cells do not fit.", facts.misfits)
        )
        self._misfit_line.setVisible(facts.misfits > 0)

    def _show_order(self, wish: ColumnReading, facts: CellFacts) -> None:
        asks = facts.ambiguous_dates and wish.dates is None
        self.question.setVisible(asks)
        self._answers.setVisible(asks)
        if asks:
            self.question.set(
                tr("Every day is 12 or less. Which comes first?"),
                "warn",
                title=tr("Day or month?"),
            )
        self._decided.setVisible(wish.dates is not None)
        self._order.setText(
            tr("The month comes first, by choice.")
            if wish.dates is DateOrder.MONTH_FIRST
            else tr("The day comes first, by choice.")
        )

    def _show_tokens(self, wish: ColumnReading, facts: CellFacts) -> None:
        self.detect_missing.setVisible(wish.missing is not None)
        self.tokens.clear()
        for text, count in missing_texts(wish, facts).items():
            told = tr("“{token}” means no value; make it a value", token=text)
            chip = _chip(text, str(count), "x", told, self._remover(text))
            self.tokens.addWidget(chip)
        add = _chip(tr("Add"), "", "plus", tr("Add a text that means no value"), self._ask_for_text)
        self.tokens.addWidget(add)
        kept = kept_texts(wish, facts)
        self._kept_part.setVisible(bool(kept))
        self.kept.clear()
        for text, count in kept.items():
            told = tr("“{token}” is a value; let it mean no value", token=text)
            self.kept.addWidget(_chip(text, str(count), "plus", told, self._adder(text)))

    def _show_fixes(self, wish: ColumnReading, facts: CellFacts) -> None:
        self._fixes_part.setVisible(bool(wish.fixes))
        self.fixes.clear()
        for fix in wish.fixes[:_MOST_FIXES]:
            value = fix.value or tr("no value")
            told = tr("“{found}” is read as {value}; take it back", found=fix.found, value=value)
            count = str(facts.fixed.get(fix.found, ""))
            chip = _chip(f"{fix.found} → {value}", count, "x", told, self._fix_remover(fix.found))
            self.fixes.addWidget(chip)
        rest = len(wish.fixes) - _MOST_FIXES
        if rest > 0:
            self.fixes.addWidget(
                label(trn("{count} more", "{count} more", rest), "caption", "muted")
            )

    # Editing ------------------------------------------------------------------------------------

    def _remover(self, text: str) -> Callable[[], None]:
        return lambda: self._change(
            lambda reading, name, facts: without_missing(reading, name, facts, text)
        )

    def _adder(self, text: str) -> Callable[[], None]:
        return lambda: self._change(
            lambda reading, name, facts: with_missing(reading, name, facts, text)
        )

    def _fix_remover(self, found: str) -> Callable[[], None]:
        return lambda: self._change(lambda reading, name, _: without_fix(reading, name, found))

    def _detect_missing(self) -> None:
        self._change(lambda reading, name, _: with_detected_missing(reading, name))

    def _set_order(self, order: DateOrder | None) -> None:
        self._change(lambda reading, name, _: with_dates(reading, name, order))

    def _ask_for_text(self) -> None:
        self._show_field(True)
        self.field.setFocus()

    def _show_field(self, shown: bool) -> None:
        self.field.setVisible(shown)

    def _add_typed(self, text: str) -> None:
        self._show_field(False)
        self._adder(text)()

    def _change(self, changed: Callable[[Reading, str, CellFacts], Reading]) -> None:
        table, name = self._session.table, self._name
        if table is None or name is None:
            return
        reading = changed(self._reading, name, table.cell_facts(name))
        self._session.reread(reading, tr("Read {column} otherwise", column=name))


class _TokenField(QLineEdit):
    """A line for one text; Return takes it, Escape leaves."""

    entered = Signal(str)
    left = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("small", True)
        self.setPlaceholderText(tr("Text that means no value"))
        self.setAccessibleName(tr("Text that means no value"))
        self.hide()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.clear()
            self.left.emit()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            text = self.text().strip()
            self.clear()
            if text:
                self.entered.emit(text)
            else:
                self.left.emit()
        else:
            super().keyPressEvent(event)


def _chip(text: str, count: str, icon: str, told: str, act: Callable[[], None]) -> Chip:
    words = [(text, "small", 400, "text")] + ([(count, "caption", 400, "muted")] if count else [])
    chip = Chip(told, icon, words, height=_CHIP_HEIGHT)
    chip.set_chevron(False)
    chip.setAccessibleName(told)
    chip.setToolTip(told)
    chip.clicked.connect(act)
    return chip


def _holder(layout: QLayout) -> QWidget:
    holder = QWidget()
    holder.setLayout(layout)
    return holder


class _Flowing(QWidget):
    """As high as the lines that its chips need at its width."""

    def __init__(self, layout: FlowLayout) -> None:
        super().__init__()
        self.setLayout(layout)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        # A layout takes the hint as the height; that of a flow depends on the width.
        hint = super().sizeHint()
        return QSize(hint.width(), max(hint.height(), self.heightForWidth(self.width())))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if event.oldSize().width() != event.size().width():
            self.updateGeometry()
