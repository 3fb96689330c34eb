"""A part of the recipe as JSON, checked while it is typed and applied when it is valid."""

from __future__ import annotations

from collections.abc import Callable
from typing import Generic, TypeVar

from pydantic import BaseModel
from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QColor, QTextCharFormat, QTextCursor, QTextFormat
from PySide6.QtWidgets import QPlainTextEdit, QTextEdit, QVBoxLayout, QWidget

from gui import theme
from gui.forms.json_check import JsonProblem, check, to_json
from gui.i18n import tr
from gui.widgets import Note

PAUSE_MS = 350
M = TypeVar("M", bound=BaseModel)


class JsonView(QWidget, Generic[M]):
    """An editor with a line below it that says what is wrong, and what holds meanwhile."""

    edited = Signal(object)
    """A valid model of the same class that a person wrote."""

    def __init__(
        self,
        model: M,
        name: str,
        parent: QWidget | None = None,
        *,
        judge: Callable[[M, str], JsonProblem | None] | None = None,
    ) -> None:
        """Begin with `model`; `name` (translated) is what the editor is called for those who hear it.

        `judge` says what is wrong with a valid model and its text beyond what the class knows.
        """
        super().__init__(parent)
        self._judge = judge
        self._model = model
        self.problem: JsonProblem | None = None
        self.editor = QPlainTextEdit()
        self.editor.setAccessibleName(name)
        self.editor.setFont(theme.font("mono"))
        self.editor.setTabStopDistance(2 * self.editor.fontMetrics().horizontalAdvance(" "))
        self.editor.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.editor.setTabChangesFocus(True)
        self.note = Note("", "plain")
        self.note.acted.connect(self.restore)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 12, 16, 12)
        layout.setSpacing(10)
        layout.addWidget(self.editor, 1)
        layout.addWidget(self.note)
        self._pause = QTimer(self, singleShot=True, interval=PAUSE_MS)
        self._pause.timeout.connect(self.apply)
        self.editor.textChanged.connect(self._pause.start)
        self._write(to_json(self._model))
        self._tell()

    def set_model(self, model: M) -> None:
        """Show another model; a text that says the same, or one being mended, is left as it is."""
        if model == self._model and (self.problem is not None or self._pause.isActive()):
            return
        self._model = model
        written = check(self.editor.toPlainText(), type(self._model))
        if written != model:
            self._write(to_json(model))
        self.problem = None
        self._tell()

    def apply(self) -> None:
        """Check the text, and hand the model over if it is valid and another one."""
        self._pause.stop()
        outcome = check(self.editor.toPlainText(), type(self._model))
        if not isinstance(outcome, JsonProblem) and outcome != self._model and self._judge:
            outcome = self._judge(outcome, self.editor.toPlainText()) or outcome
        if isinstance(outcome, JsonProblem):
            self.problem = outcome
            self._tell()
            return
        self.problem = None
        self._tell()
        if outcome != self._model:
            self._model = outcome
            self.edited.emit(outcome)

    def restore(self) -> None:
        """Go back to the last valid text."""
        self._write(to_json(self._model))
        self.problem = None
        self._tell()
        self.editor.setFocus(Qt.FocusReason.OtherFocusReason)

    def _write(self, text: str) -> None:
        self.editor.setPlainText(text)
        self._pause.stop()

    def _tell(self) -> None:
        problem = self.problem
        if problem is None:
            self.note.set(tr("Valid. Edits are applied when typing pauses."), "plain")
            self.editor.setExtraSelections([])
        else:
            self.note.set(
                tr("What was valid last stays in force until you fix this."),
                "err",
                tr("Restore the valid text"),
                title=tr("Line {line}: {problem}", line=problem.line, problem=problem.text),
            )
            self.editor.setExtraSelections([self._marked(problem.line, theme.colour("errbg"))])
        state = "error" if problem is not None else ""
        if self.editor.property("state") != state:
            self.editor.setProperty("state", state)
            self.editor.style().unpolish(self.editor)
            self.editor.style().polish(self.editor)

    def _marked(self, line: int, colour: QColor) -> QTextEdit.ExtraSelection:
        block = self.editor.document().findBlockByNumber(line - 1)
        selection = QTextEdit.ExtraSelection()
        look = QTextCharFormat()
        look.setBackground(colour)
        look.setProperty(QTextFormat.Property.FullWidthSelection, True)
        selection.format = look  # type: ignore[misc]
        selection.cursor = QTextCursor(block)  # type: ignore[misc]
        return selection
