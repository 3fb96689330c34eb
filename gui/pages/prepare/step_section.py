"""One step of a column in the inspector: a list of the choices, the form of the one chosen, and why."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QSize, Signal
from PySide6.QtWidgets import QLabel, QSizePolicy, QVBoxLayout, QWidget

from engine.data.preparing.column_steps import FAMILIES, automatic, choices, is_automatic, why
from engine.recipe.columns import ColumnSpec
from engine.recipe.field_shapes import fields_of
from engine.recipe.hiding import Hiding
from engine.recipe.parts import AUTO, Part
from engine.schema import Kind, Role
from gui import theme
from gui.forms.form import Form
from gui.i18n import render, tr
from gui.pages.prepare.column_model import Line
from gui.pages.prepare.words import auto_name, step_help, step_name
from gui.widgets import ComboBox, label, row
from gui.widgets.choice import Choices

FIELD_WIDTH = 172
_LEAST_FIELD = 110
PADDING = 14
_NONE = "none"


class FieldBox(ComboBox):
    """A list in the inspector: `FIELD_WIDTH` px wide, less where the inspector is narrow."""

    def __init__(self, choices: Choices = (), name: str = "") -> None:
        super().__init__(choices, name=name)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.setMaximumWidth(theme.grown(FIELD_WIDTH))

    def sizeHint(self) -> QSize:
        return QSize(theme.grown(FIELD_WIDTH), super().sizeHint().height())

    def minimumSizeHint(self) -> QSize:
        return QSize(theme.grown(_LEAST_FIELD), super().minimumSizeHint().height())


def wrap_titles(form: QWidget) -> None:
    """Let the titles of a form go on in a second line where the inspector is narrow."""
    for title in form.findChildren(QLabel):
        if title.buddy() is not None:
            title.setWordWrap(True)


class StepForm(QWidget):
    """The settings of a step; nothing where it has none."""

    changed = Signal(object)
    """The same kind of step with another setting."""

    def __init__(self) -> None:
        super().__init__()
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self.form: Form | None = None

    def show_step(self, step: Part | None) -> None:
        """Show the settings of a step."""
        if step is None or not fields_of(type(step)):
            self.setVisible(False)
            return
        if self.form is None:
            self.form = Form(step)
            self.form.changed.connect(self.changed)
            self._layout.addWidget(self.form)
        else:
            self.form.set_model(step)
        wrap_titles(self.form)
        self.setVisible(True)


class StepSection(QWidget):
    """Edits one of the `STEPS` of a column, or how its values are hidden (`hide`)."""

    wanted = Signal(object)
    """The step that a person wants; None for Auto, or for values as they are."""

    def __init__(self, step: str, title: str) -> None:
        super().__init__()
        self._step = step
        self.choice = FieldBox(name=title)
        self.choice.changed.connect(self._on_choice)
        name = label(title, "small", "text2")
        name.setBuddy(self.choice)
        self.settings = StepForm()
        self.settings.changed.connect(self.wanted)
        self._why = label("", "caption", "muted", wrap=True)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(6)
        layout.addLayout(row(name, None, self.choice))
        layout.addWidget(self.settings)
        layout.addWidget(self._why)

    def show_line(self, line: Line) -> bool:
        """Show the step of a column; False where it has no such step."""
        options, chosen = self._options(line)
        self.setVisible(bool(options))
        if not options:
            return False
        self.choice.set_choices(options)
        step = getattr(line.spec, self._step) if chosen not in (AUTO, _NONE) else None
        self.choice.set_value(chosen)
        self.settings.show_step(step)
        words = self._reason(line, step)
        self._why.setText(words)
        self._why.setVisible(bool(words))
        return True

    def _options(self, line: Line) -> tuple[list[tuple[str, str]], str]:
        """Kinds of step with their names, and the kind that is chosen."""
        if self._step == "hide":
            return _ways_to_hide(line)
        if not line.used:
            return [], ""
        kind, spec = line.kind, line.spec
        members = choices(self._step, kind, spec)
        if len(members) < 2 and automatic(self._step, kind, spec) is not None:
            return [], ""
        if not members:
            return [], ""
        taken = automatic(self._step, kind, spec)
        auto = step_name(taken) if taken is not None else line.encoder
        named = [(AUTO, auto_name(auto))]
        named += [(member.kind_name(), step_name(member)) for member in members]
        is_auto = is_automatic(self._step, kind, spec)
        return named, AUTO if is_auto else str(getattr(spec, self._step).kind)

    def _reason(self, line: Line, step: Part | None) -> str:
        if step is not None:
            return step_help(step)  # type: ignore[arg-type]
        if self._step == "hide":
            return ""
        found = why(self._step, line.kind, line.column, line.spec)
        return render(found) if found is not None else ""

    def _on_choice(self, kind: Any) -> None:
        if kind in (AUTO, _NONE) and (self._step == "hide" or kind == AUTO):
            self.wanted.emit(None)
        elif self._step == "hide":
            self.wanted.emit(Hiding.default(str(kind)))
        else:
            self.wanted.emit(FAMILIES[self._step].default(str(kind)))


def _ways_to_hide(line: Line) -> tuple[list[tuple[str, str]], str]:
    if line.role is Role.TARGET or line.is_derived:  # derived ones are hidden at their origin
        return [], ""
    kind = line.spec.kind or line.column.kind
    members = [
        member
        for member in Hiding.members()
        if member.reads is Kind.CATEGORY or member.reads is kind
    ]
    named = [(_NONE, tr("As they are"))]
    named += [(member.kind_name(), tr(member.title)) for member in members]
    hidden = line.spec.hide
    if hidden is not None and hidden.kind_name() not in dict(named):
        named.append((hidden.kind_name(), tr(hidden.title)))
    return named, _NONE if hidden is None else hidden.kind_name()


def edited(spec: ColumnSpec, step: str, wanted: object) -> ColumnSpec:
    """The column with another step."""
    return spec.model_copy(update={step: wanted})
