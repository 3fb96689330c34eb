"""The cells of the layer editor: what opens when one is edited."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QPersistentModelIndex, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from engine.recipe.field_shapes import Choice, Field, Number, Toggle
from engine.recipe.layer_family import Layer
from gui.forms.editors import ChoiceEditor, LineEditor, next_value
from gui.forms.texts import parse
from gui.i18n import tr
from gui.pages.model.layer_lines import KIND, Index, LayerLines
from gui.pages.model.layer_words import main_field


class LayerCells(QStyledItemDelegate):
    """Kinds and choices open as lists; numbers are typed and taken over while one types."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._edited = QPersistentModelIndex()

    def createEditor(self, parent: QWidget, option: QStyleOptionViewItem, index: Index) -> QWidget:
        model = _model(index)
        layer = model.layers[model.layer_at(index.row())]
        if index.column() == KIND:
            kinds = Layer.members()
            values: list[object] = [kind.kind_name() for kind in kinds]
            editor = self._choice(parent, values, [tr(kind.title) for kind in kinds])
            editor.setAccessibleName(tr("Kind of layer"))
            return editor
        field = main_field(layer)
        assert field is not None
        made = self._setting_editor(parent, field, index)
        made.setAccessibleName(tr(field.title))
        made.setAccessibleDescription(tr(field.help))
        return made

    def _setting_editor(self, parent: QWidget, field: Field, index: Index) -> QWidget:
        match field.shape:
            case Choice(values=values, labels=labels):
                return self._choice(parent, list(values), [tr(label) for label in labels])
            case Toggle():
                return self._choice(parent, [True, False], [tr("on"), tr("off")])
        line = LineEditor(tr(field.unit), parent)
        line.committed.connect(lambda _text: self.commitData.emit(line))
        self._edited = where = QPersistentModelIndex(index)
        line.stepped.connect(lambda steps: self._step(line, where, field, steps))
        return line

    def _choice(self, parent: QWidget, values: list[object], labels: list[str]) -> ChoiceEditor:
        editor = ChoiceEditor(values, labels)
        editor.setParent(parent)
        editor.chosen.connect(lambda value: self._choose(editor, value))
        return editor

    def _choose(self, editor: ChoiceEditor, value: object) -> None:
        editor.setProperty("chosen", [value])
        self.commitData.emit(editor)
        self.closeEditor.emit(editor)

    def _step(
        self, line: LineEditor, where: QPersistentModelIndex, field: Field, steps: int
    ) -> None:
        model = _model(where)
        value = getattr(model.layers[model.layer_at(where.row())], field.name)
        if isinstance(field.shape, Number):
            line.setText(str(next_value(field.shape, value, steps)))
            line.commit()

    def eventFilter(self, editor: QObject, event: QEvent) -> bool:
        # What was typed since the last pause is given up, and must not be taken over on closing.
        if (
            isinstance(editor, LineEditor)
            and isinstance(event, QKeyEvent)
            and event.type() == QEvent.Type.KeyPress
            and event.key() == Qt.Key.Key_Escape
            and self._edited.isValid()
        ):
            model = _model(self._edited)
            place = model.layer_at(self._edited.row())
            model.forget_refused(place)
            editor.set_text(model.text_in_line(place))
        return super().eventFilter(editor, event)

    def setEditorData(self, editor: QWidget, index: Index) -> None:
        model = _model(index)
        place = model.layer_at(index.row())
        layer = model.layers[place]
        field = main_field(layer)
        if isinstance(editor, ChoiceEditor):
            is_kind = index.column() == KIND or field is None
            editor.show_value(layer.kind if is_kind else getattr(layer, field.name))  # type: ignore[union-attr]
        elif isinstance(editor, LineEditor) and field is not None:
            text = model.text_in_line(place)
            if editor.text() != text and not _says(
                field, editor.text(), getattr(layer, field.name)
            ):
                editor.set_text(text)

    def setModelData(self, editor: QWidget, model: object, index: Index) -> None:
        lines = _model(index)
        if isinstance(editor, ChoiceEditor):
            chosen = editor.property("chosen")
            if isinstance(chosen, list):
                lines.setData(index, chosen[0])
        elif isinstance(editor, LineEditor):
            editor.set_text(editor.text())  # handed over: nothing is left to be typed
            if editor.text() != lines.text_in_line(lines.layer_at(index.row())):
                lines.setData(index, editor.text())

    def updateEditorGeometry(
        self, editor: QWidget, option: QStyleOptionViewItem, index: Index
    ) -> None:
        area = option.rect
        if _model(index).note_at(index.row()) is not None:
            editor.setGeometry(area)
            return
        height = max(editor.sizeHint().height(), area.height() - 2)
        width = min(area.width(), 190)
        top = area.y() + (area.height() - height) // 2
        editor.setGeometry(area.x(), top, width, height)


def _says(field: Field, text: str, value: object) -> bool:
    """Whether a text that is being typed means that value."""
    try:
        return parse(field, text) == value
    except ValueError:
        return False


def _model(index: Index) -> LayerLines:
    model = index.model()
    assert isinstance(model, LayerLines)
    return model
