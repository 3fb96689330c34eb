"""The form for a single row: a line or a list for each column that the model needs."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QComboBox, QCompleter, QGridLayout, QLineEdit, QWidget

from engine.schema import Kind
from gui.i18n import tr
from gui.models.figures import compact_text
from gui.pages.deploy.input_schema import InputColumn, InputSchema
from gui.widgets.text import ElidedLabel

PAUSE = 150
"""Milliseconds without a key after which a row is predicted."""
_LISTED = 1_000
"""Levels of a column that are listed; others can be typed."""


class RowForm(QWidget):
    """What is left empty is missing. `changed` comes when typing pauses."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.editors: dict[str, QLineEdit | _LevelBox] = {}
        self._notes: dict[str, ElidedLabel] = {}
        self._columns: dict[str, InputColumn] = {}
        self._decimal = "."
        self._layout = QGridLayout(self)
        self._layout.setContentsMargins(12, 10, 12, 12)
        self._layout.setHorizontalSpacing(10)
        self._layout.setVerticalSpacing(6)
        self._layout.setColumnMinimumWidth(0, 110)
        self._layout.setColumnStretch(1, 1)
        self._pause = QTimer(self, singleShot=True, interval=PAUSE)
        self._pause.timeout.connect(self.changed)

    def set_schema(self, schema: InputSchema) -> None:
        """Ask for these columns; what was typed for a column of the same name and kind stays."""
        before = {
            name: text
            for name, text in self.texts().items()
            if any(c.name == name and c.kind == self._columns[name].kind for c in schema.columns)
        }
        while (item := self._layout.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        self.editors.clear()
        self._notes.clear()
        self._columns = {column.name: column for column in schema.columns}
        self._decimal = schema.decimal
        for place, column in enumerate(schema.columns):
            editor = self._editor(column)
            name = ElidedLabel(column.name, "small", "text2")
            name.setToolTip(column.name)
            note = ElidedLabel("", "caption", "warn")
            note.hide()
            self._layout.addWidget(name, 2 * place, 0, Qt.AlignmentFlag.AlignVCenter)
            self._layout.addWidget(editor, 2 * place, 1)
            self._layout.addWidget(note, 2 * place + 1, 1)
            self.editors[column.name], self._notes[column.name] = editor, note
            if column.name in before:
                _set_text(editor, before[column.name])
            self._judge(column)
        self._layout.setRowStretch(2 * len(schema.columns), 1)

    def texts(self) -> dict[str, str]:
        """What stands in each line."""
        return {name: _text(editor) for name, editor in self.editors.items()}

    def cells(self) -> dict[str, str | None]:
        """The row, by the names of its columns; None where nothing was typed."""
        return {name: text.strip() or None for name, text in self.texts().items()}

    def set_cells(self, cells: Mapping[str, str | None]) -> None:
        """Fill the form in; columns that are not among `cells` become empty."""
        for name, editor in self.editors.items():
            _set_text(editor, cells.get(name) or "")
            self._judge(self._columns[name])
        self.changed.emit()

    def clear(self) -> None:
        """Make everything missing."""
        self.set_cells({})

    def _editor(self, column: InputColumn) -> QLineEdit | _LevelBox:
        if column.kind is Kind.CATEGORY:
            box = _LevelBox(column.name, column.levels)
            box.editTextChanged.connect(lambda _text: self._on_typed(column))
            return box
        line = QLineEdit()
        line.setAccessibleName(column.name)
        line.setAccessibleDescription(_hint(column))
        line.setPlaceholderText(_hint(column))
        line.textEdited.connect(lambda _text: self._on_typed(column))
        return line

    def _on_typed(self, column: InputColumn) -> None:
        self._judge(column)
        self._pause.start()

    def _judge(self, column: InputColumn) -> None:
        note = self._notes[column.name]
        text = _remark(column, _text(self.editors[column.name]).strip(), self._decimal)
        note.set_text(text)
        note.setToolTip(text)
        note.setVisible(bool(text))


class _LevelBox(QComboBox):
    """Known levels to choose from, and any other to type; nothing is missing."""

    def __init__(self, name: str, levels: tuple[str, ...]) -> None:
        super().__init__()
        self.setAccessibleName(name)
        self.setEditable(True)
        self.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMaxVisibleItems(16)
        self.addItems(["", *levels[:_LISTED]])
        completer = self.completer()
        completer.setFilterMode(Qt.MatchFlag.MatchContains)
        completer.setCompletionMode(QCompleter.CompletionMode.PopupCompletion)
        completer.setCaseSensitivity(Qt.CaseSensitivity.CaseSensitive)
        line = self.lineEdit()
        assert line is not None
        line.setAccessibleName(name)
        line.setPlaceholderText(tr("missing"))
        self.setMinimumContentsLength(8)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)

    def wheelEvent(self, event: QWheelEvent) -> None:
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()


def _text(editor: QLineEdit | _LevelBox) -> str:
    return editor.text() if isinstance(editor, QLineEdit) else editor.currentText()


def _set_text(editor: QLineEdit | _LevelBox, text: str) -> None:
    if isinstance(editor, QLineEdit):
        editor.setText(text)
        return
    editor.blockSignals(True)
    editor.setEditText(text)
    editor.blockSignals(False)


def _hint(column: InputColumn) -> str:
    if column.kind is Kind.DATE:
        return tr("a date, or missing")
    if column.low is None or column.high is None:
        return tr("a number, or missing")
    low, high = compact_text(column.low), compact_text(column.high)
    return tr("{low} to {high}, or missing", low=low, high=high)


def _remark(column: InputColumn, text: str, decimal: str) -> str:
    """What is unusual about a value that was typed; empty if nothing is."""
    if not text:
        return ""
    if column.kind is Kind.CATEGORY:
        return "" if text in column.levels else tr("Unknown: not in training rows")
    if column.kind is not Kind.NUMBER:
        return ""
    try:
        value = float(text.replace(",", ".") if decimal == "," else text)
    except ValueError:
        return ""  # percent signs, thousands: the engine reads them, and tells if it cannot
    if column.low is None or column.high is None or column.low <= value <= column.high:
        return ""
    low, high = compact_text(column.low), compact_text(column.high)
    return tr("Training rows had {low} to {high}", low=low, high=high)
