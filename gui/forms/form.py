"""A form for an instance of a frozen pydantic model, made from its class alone."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias

from pydantic import BaseModel, ValidationError
from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from engine.recipe.checks import Finding
from engine.recipe.field_shapes import (
    BlockNames,
    Field,
    PartList,
    PartOf,
    Section,
    Toggle,
    fields_of,
)
from engine.recipe.parts import AUTO, Part
from gui.forms.editors import ChoiceEditor, FocusWatch
from gui.forms.rows import EDITOR_WIDTH, NotedWidget, ValueRow
from gui.forms.texts import allowed
from gui.i18n import tr
from gui.widgets import Switch, label, rule


class Form(QWidget):
    """Rows for the fields of a model.

    Emits `changed` with a new model after each valid edit by a person, never for `set_model`.
    """

    changed = Signal(object)
    helped = Signal(str)
    """Help of the field that has the focus; empty when none has."""
    fixed = Signal(object)
    """A mended `Recipe`: the fix of a finding was asked for."""

    def __init__(
        self, model: BaseModel, only: Sequence[str] = (), parent: QWidget | None = None
    ) -> None:
        """A form for the fields named in `only` (all of them if it is empty)."""
        super().__init__(parent)
        self._only = tuple(only)
        self._model = model
        self._rows: list[Row] = []
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(7)
        self._build()

    @property
    def model(self) -> BaseModel:
        """The model in force: what was last valid."""
        return self._model

    @property
    def has_error(self) -> bool:
        """Whether a field shows something that is not in force."""
        return any(row.has_error for row in self._rows)

    def set_model(self, model: BaseModel) -> None:
        """Show another model without emitting; one of another class gets rows of its own."""
        same_class = type(model) is type(self._model)
        self._model = model
        if not same_class:
            self._build()
            return
        for row in self._rows:
            row.set_value(getattr(model, row.field.name))

    def set_findings(self, findings: Sequence[Finding], at: tuple[str, ...] = ()) -> None:
        """Show each broken rule at its field; `at` is the path of this form's model in the recipe."""
        for row in self._rows:
            path = (*at, row.field.name)
            here = [f for f in findings if f.path == path]
            row.set_finding(here[0] if here else None)
            if isinstance(row, (PartRow, SectionRow)):
                row.form.set_findings(findings, path)

    def editors(self) -> list[QWidget]:
        """The controls from top to bottom."""
        found: list[QWidget] = []
        for row in self._rows:
            found.extend(row.editors())
        return found

    def editor(self, *path: str) -> QWidget:
        """The control of a field, which may lie in a form inside this one.

        Raises `KeyError` if there is no such field.
        """
        for row in self._rows:
            if row.field.name == path[0]:
                if len(path) > 1 and isinstance(row, (PartRow, SectionRow)):
                    return row.form.editor(*path[1:])
                return row.editor
        raise KeyError(path[0])

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._order(None)

    def _order(self, before: QWidget | None) -> None:
        """Let the Tab key go from `before` through the form, from top to bottom."""
        for editor in self.editors():
            if before is not None:
                QWidget.setTabOrder(before, editor)
            before = editor

    def _stop_before(self) -> QWidget | None:
        """The control outside the form from which the Tab key comes into it."""
        editors = self.editors()
        stop = editors[0].previousInFocusChain() if editors else None
        while stop is not None and (
            self.isAncestorOf(stop) or stop.focusPolicy() == Qt.FocusPolicy.NoFocus
        ):
            stop = stop.previousInFocusChain()
            if stop is editors[0]:
                return None
        return stop

    def _build(self) -> None:
        before = self._stop_before()
        for index in reversed(range(self._column.count())):
            item = self._column.takeAt(index)
            widget = item.widget() if item is not None else None
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        self._rows = []
        after_group = False
        for field in fields_of(type(self._model)):
            if self._only and field.name not in self._only:
                continue
            if isinstance(field.shape, PartList | BlockNames):
                continue
            row = self._make_row(field, getattr(self._model, field.name))
            grouped = isinstance(row, (PartRow, SectionRow))
            if self._rows and (grouped or after_group):
                self._column.addWidget(rule())
            after_group = grouped
            row.helped.connect(self.helped)
            row.fixed.connect(self.fixed)
            row.wanted.connect(lambda value, row=row: self._take(row, value))
            self._rows.append(row)
            self._column.addWidget(row)
            row.show()
        if self.isVisible():
            self._order(before)

    def _make_row(self, field: Field, value: object) -> Row:
        if isinstance(field.shape, PartOf) and (isinstance(value, Part) or field.optional):
            return PartRow(field, field.shape.family, value if isinstance(value, Part) else None)
        if isinstance(field.shape, Section) and isinstance(value, BaseModel):
            return SectionRow(field, value)
        return ValueRow(field, value)

    def _take(self, row: Row, value: object) -> None:
        """Put a value into the model if the class allows it."""
        try:
            model = type(self._model).model_validate({**dict(self._model), row.field.name: value})
        except ValidationError as error:
            row.reject(allowed(row.field, error))
            return
        row.accept(getattr(model, row.field.name))
        if model != self._model:
            self._model = model
            self.changed.emit(model)


class PartRow(NotedWidget):
    """A member of a family: a list of the members, and under it the form of the one chosen.

    Where the field may be left to Auto, that is the first of the list, and has no form.
    """

    wanted = Signal(object)
    helped = Signal(str)

    def __init__(self, field: Field, family: type[Part], value: Part | None) -> None:
        super().__init__()
        self.field = field
        self._value = value
        self._earlier: dict[str, Part] = {}
        members = family.members()
        automatic = [(AUTO, tr("Auto"), tr("Chosen from the table"))] if field.optional else []
        choices = automatic + [(m.kind_name(), tr(m.title), tr(m.summary)) for m in members]
        self.editor = ChoiceEditor(
            [kind for kind, _, _ in choices], [title for _, title, _ in choices]
        )
        for index, (_, _, summary) in enumerate(choices):
            self.editor.setItemData(index, summary, Qt.ItemDataRole.ToolTipRole)
        self.editor.setFixedWidth(EDITOR_WIDTH)
        self.editor.setAccessibleName(tr(field.title))
        self.editor.chosen.connect(lambda kind: self._choose(family, str(kind)))
        self._title = label(tr(field.title), "small", "text2")
        self._title.setBuddy(self.editor)
        line = QHBoxLayout()
        line.setSpacing(8)
        line.addWidget(self._title, 1)
        line.addWidget(self.editor)
        self.column.setSpacing(7)
        self.column.addLayout(line)
        FocusWatch(self.editor).changed.connect(
            lambda inside: self.helped.emit(self._summary() if inside else "")
        )
        self.form = Form(value or members[0].model_validate({}))
        self.form.changed.connect(self.wanted)
        self.form.helped.connect(self.helped)
        self.form.fixed.connect(self.fixed)
        self.column.addWidget(self.form)
        self._show(value)

    @property
    def has_error(self) -> bool:
        """Whether a field of the chosen member shows something that is not in force."""
        return self._value is not None and self.form.has_error

    def editors(self) -> list[QWidget]:
        """The list, then the controls of the member's form."""
        return [self.editor, *(self.form.editors() if self._value is not None else ())]

    def set_value(self, value: object) -> None:
        """Show a part from outside, or that it is left to Auto."""
        if (value is None or isinstance(value, Part)) and value != self._value:
            self._show(value)

    def accept(self, value: object) -> None:
        """Take the part over."""
        self.clear_refusal()
        self.set_value(value)

    def reject(self, sentence: str) -> None:
        """Say why the part is refused and go back to the one in force."""
        self._show(self._value)
        self.refuse(sentence, "", "", self.editor)

    def _choose(self, family: type[Part], kind: str) -> None:
        """Another member, as it was when it was last chosen here, or with its defaults."""
        if self._value is not None:
            self._earlier[self._value.kind] = self._value
        automatic = kind == AUTO and self.field.optional
        chosen = None if automatic else self._earlier.get(kind) or family.default(kind)
        self.wanted.emit(chosen)

    def _summary(self) -> str:
        return tr("Chosen from the table") if self._value is None else tr(self._value.summary)

    def _show(self, value: Part | None) -> None:
        self._value = value
        self.editor.show_value(AUTO if value is None else value.kind)
        self.editor.setToolTip(self._summary())
        self.editor.setAccessibleDescription(self._summary())
        if value is None:
            self.form.hide()
            return
        self.form.set_model(value)
        editors = self.form.editors()
        self.form.setVisible(bool(editors))
        if editors and self.isVisible():
            QWidget.setTabOrder(self.editor, editors[0])


class SectionRow(NotedWidget):
    """A model inside the model.

    If its first field is a switch with the section's own title, that switch rules the section: the
    heading is left out and the other fields are disabled while it is off.
    """

    wanted = Signal(object)
    helped = Signal(str)

    def __init__(self, field: Field, value: BaseModel) -> None:
        super().__init__()
        self.field = field
        self._value = value
        self.form = Form(value)
        self.editor: QWidget = (self.form.editors() or [self.form])[0]
        first = fields_of(type(value))[0]
        self._ruled = isinstance(first.shape, Toggle) and first.title == field.title
        self.column.setSpacing(7)
        if not self._ruled:
            self.column.addWidget(label(tr(field.title), "section"))
        self.column.addWidget(self.form)
        self.form.changed.connect(self._on_changed)
        self.form.helped.connect(self.helped)
        self.form.fixed.connect(self.fixed)
        self._enable()

    @property
    def has_error(self) -> bool:
        """Whether a field of the section shows something that is not in force."""
        return self.form.has_error

    def editors(self) -> list[QWidget]:
        """The controls of the section."""
        return self.form.editors()

    def set_value(self, value: object) -> None:
        """Show a model from outside."""
        if isinstance(value, BaseModel):
            self._value = value
            self.form.set_model(value)
            self._enable()

    def accept(self, value: object) -> None:
        """Take the model over."""
        self.clear_refusal()
        self.set_value(value)

    def reject(self, sentence: str) -> None:
        """Say why the section is refused and go back to the one in force."""
        self.set_value(self._value)
        self.refuse(sentence, "", "", self.editor)

    def _on_changed(self, model: object) -> None:
        self._enable()
        self.wanted.emit(model)

    def _enable(self) -> None:
        if self._ruled and isinstance(self.editor, Switch):
            for editor in self.form.editors()[1:]:
                editor.setEnabled(self.editor.isChecked())


Row: TypeAlias = ValueRow | PartRow | SectionRow
