"""One row of a form: label, control, and under it what is wrong and how to mend it."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QAbstractButton, QHBoxLayout, QVBoxLayout, QWidget

from engine.recipe.checks import Finding
from engine.recipe.field_shapes import Choice, Field, Number, NumberList, Toggle
from gui.forms.editors import ChoiceEditor, FocusWatch, LineEditor, next_value
from gui.forms.finding_notes import finding_note
from gui.forms.texts import allowed, parse, show
from gui.i18n import tr
from gui.widgets import Note, Switch, label

EDITOR_WIDTH = 140


class NotedWidget(QWidget):
    """A column of widgets that can show a note at its end."""

    fixed = Signal(object)
    """A mended `Recipe`: the fix of a finding was asked for."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(0, 0, 0, 0)
        self.column.setSpacing(4)
        self._finding_note: Note | None = None
        self._refusal: Note | None = None

    def refuse(self, allowed: str, kept: str, action: str, after: QWidget) -> Note:
        """Show why what was entered is not in force, what is instead, and a button that mends it."""
        self.clear_refusal()
        self._refusal = self._add_note(Note(kept, "err", action, title=allowed), after)
        return self._refusal

    def clear_refusal(self) -> None:
        """Take the note of `refuse` away."""
        self._remove_note(self._refusal)
        self._refusal = None

    @property
    def is_refusing(self) -> bool:
        """Whether what was entered is not in force."""
        return self._refusal is not None

    def _add_note(self, note: Note, after: QWidget | None) -> Note:
        self.column.addWidget(note)
        note.show()
        button = note.findChild(QAbstractButton)
        if button is not None and after is not None:
            QWidget.setTabOrder(after, button)
        return note

    def _remove_note(self, note: Note | None) -> None:
        if note is not None:
            self.column.removeWidget(note)
            note.hide()
            note.deleteLater()

    def set_finding(self, finding: Finding | None, after: QWidget | None = None) -> None:
        """Show a broken rule of the recipe that concerns this row, or none."""
        self._remove_note(self._finding_note)
        self._finding_note = None
        if finding is None:
            return
        self._finding_note = self._add_note(finding_note(finding), after)
        self._finding_note.acted.connect(lambda: self.fixed.emit(finding.fixed))


class ValueRow(NotedWidget):
    """A field with one value."""

    wanted = Signal(object)
    """A value of the right form was entered; the form answers with `accept` or `reject`."""
    helped = Signal(str)
    """The help of the field that has the focus, or nothing."""

    def __init__(self, field: Field, value: object, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.field = field
        self._value = value
        self.editor = self._make_editor()
        self.editor.setAccessibleName(tr(field.title))
        help_text = tr(field.help)
        self.editor.setAccessibleDescription(help_text)
        self.editor.setToolTip(help_text)
        title = label(tr(field.title), "small", "text2")
        title.setToolTip(help_text)
        title.setBuddy(self.editor)
        line = QHBoxLayout()
        line.setSpacing(8)
        line.addWidget(title, 1)
        line.addWidget(self.editor, 0, Qt.AlignmentFlag.AlignRight)
        self.column.addLayout(line)
        watch = FocusWatch(self.editor)
        watch.changed.connect(lambda inside: self.helped.emit(help_text if inside else ""))
        self._show(value)

    def set_value(self, value: object) -> None:
        """Show a value from outside; what is being typed stays while the value is the same."""
        if value != self._value:
            self.accept(value)

    def accept(self, value: object) -> None:
        """Take the value over."""
        self._value = value
        self.clear_refusal()
        self._mark("")
        self._show(value)

    def reject(self, sentence: str) -> None:
        """Say what is allowed; the last valid value stays in force."""
        kept = show(self.field, self._value)
        if kept:
            text = tr("Training keeps {value} until you fix this.", value=kept)
            action = tr("Use {value}", value=kept)
        else:
            text = tr("Training keeps it empty until you fix this.")
            action = tr("Leave it empty")
        self._mark("error")
        self.refuse(sentence, text, action, self.editor).acted.connect(self.restore)

    def restore(self) -> None:
        """Go back to the last valid value."""
        self.editor.setFocus(Qt.FocusReason.OtherFocusReason)
        self.accept(self._value)

    def editors(self) -> list[QWidget]:
        """The control."""
        return [self.editor]

    @property
    def has_error(self) -> bool:
        """Whether what stands in the field is not in force."""
        return self.is_refusing

    def set_finding(self, finding: Finding | None, after: QWidget | None = None) -> None:
        super().set_finding(finding, after or self.editor)
        self._mark("error" if finding is not None or self.has_error else "")

    def _make_editor(self) -> QWidget:
        match self.field.shape:
            case Toggle():
                switch = Switch()
                switch.clicked.connect(lambda on: self.wanted.emit(bool(on)))
                return switch
            case Choice(values=values, labels=labels):
                choice = ChoiceEditor(values, [tr(text) for text in labels])
                choice.chosen.connect(self.wanted)
                choice.setFixedWidth(EDITOR_WIDTH)
                return choice
            case _:
                line = LineEditor(tr(self.field.unit))
                line.committed.connect(self._on_text)
                line.stepped.connect(self._on_steps)
                line.setPlaceholderText(tr(self.field.empty))
                line.setFixedWidth(EDITOR_WIDTH)
                return line

    def _show(self, value: object) -> None:
        if isinstance(self.editor, Switch):
            self.editor.setChecked(bool(value))
        elif isinstance(self.editor, ChoiceEditor):
            self.editor.show_value(value)
        elif isinstance(self.editor, LineEditor):
            self.editor.set_text(show(self.field, value))
            if isinstance(self.field.shape, NumberList):
                self.editor.setToolTip("\n".join((self.editor.text(), tr(self.field.help))).strip())

    def _on_text(self, text: str) -> None:
        try:
            value = parse(self.field, text)
        except ValueError:
            self.reject(allowed(self.field))
        else:
            self.wanted.emit(value)

    def _on_steps(self, steps: int) -> None:
        if isinstance(self.field.shape, Number) and isinstance(self._value, (int, float)):
            self.wanted.emit(next_value(self.field.shape, self._value, steps))

    def _mark(self, state: str) -> None:
        if self.editor.property("state") != state:
            self.editor.setProperty("state", state)
            self.editor.style().unpolish(self.editor)
            self.editor.style().polish(self.editor)
