"""The lines of the layer editor: a line per layer, and under it a line for each thing that is wrong with it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from pydantic import ValidationError
from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt, Signal

from engine.models.layer_places import LayerFlaw, Layers, Place, layer_flaws, places
from engine.recipe.layer_family import Layer
from gui.forms.texts import allowed, parse, show
from gui.i18n import render, tr
from gui.pages.model.layer_words import (
    flops_text,
    main_field,
    parameters_text,
    setting_text,
    width_text,
)

NUMBER, KIND, SETTING, IN, OUT, PARAMETERS, FLOPS = range(7)
Index = QModelIndex | QPersistentModelIndex
_ROOT = QModelIndex()
_SEEN = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
_EDITED = _SEEN | Qt.ItemFlag.ItemIsEditable


@dataclass(frozen=True, slots=True)
class LineNote:
    """What is wrong with a layer, and the words of the button that mends it."""

    text: str
    action: str
    flaw: LayerFlaw | None = None
    """None: what was typed into the layer's line is not in force."""


@dataclass(frozen=True, slots=True)
class _Line:
    layer: int
    """-1: of no layer, in an empty list."""
    note: LineNote | None = None


@dataclass(frozen=True, slots=True)
class _Refused:
    """A text that is no value of a layer's main field."""

    text: str
    sentence: str


class LayerLines(QAbstractTableModel):
    """Layers with their shapes; `wanted` asks for another layer in a place."""

    wanted = Signal(int, object)
    """A place, and the layer that a person wants there."""

    def __init__(self) -> None:
        super().__init__()
        self.layers: Layers = ()
        self.inputs: int | None = None
        """The width of the encoded row, where it is known."""
        self.places: tuple[Place, ...] = ()
        self._lines: list[_Line] = []
        self._refused: dict[int, _Refused] = {}
        self._cells: dict[tuple[int, int], str] = {}

    def set_layers(self, layers: Layers, inputs: int | None) -> None:
        """Show these; lines that stay are left in place, so that one being edited stays open."""
        if layers == self.layers and inputs == self.inputs and self._lines:
            return
        same_count = len(layers) == len(self.layers) and bool(layers)
        self._refused = {
            place: refused
            for place, refused in self._refused.items()
            if same_count and layers[place] == self.layers[place]
        }
        self.layers, self.inputs = layers, inputs
        self.places = places(layers)
        self._show(same_count=same_count)

    def forget_refused(self, place: int) -> None:
        """What was typed into that line is gone; its layer is as it was."""
        if self._refused.pop(place, None) is not None:
            self._show(same_count=True)

    def layer_at(self, row: int) -> int:
        """The place of the layer that a line is of."""
        return self._lines[row].layer

    def note_at(self, row: int) -> LineNote | None:
        """What a line says that is no layer's own."""
        return self._lines[row].note

    def notes(self) -> list[tuple[int, LineNote]]:
        """The lines that say what is wrong, with their rows."""
        return [(row, line.note) for row, line in enumerate(self._lines) if line.note is not None]

    def row_of(self, place: int) -> int:
        """The line of a layer; -1 for none."""
        return next(
            (
                row
                for row, line in enumerate(self._lines)
                if line.layer == place and line.note is None
            ),
            -1,
        )

    def text_in_line(self, place: int) -> str:
        """The main field's value as it is typed, refused or not."""
        layer = self.layers[place]
        field = main_field(layer)
        if place in self._refused:
            return self._refused[place].text
        return show(field, getattr(layer, field.name)) if field is not None else ""

    def rowCount(self, parent: Index = _ROOT) -> int:
        return 0 if parent.isValid() else len(self._lines)

    def columnCount(self, parent: Index = _ROOT) -> int:
        return 0 if parent.isValid() else 7

    def flags(self, index: Index) -> Qt.ItemFlag:
        if not index.isValid() or self._lines[index.row()].note is not None:
            return Qt.ItemFlag.NoItemFlags
        layer = self.layers[self._lines[index.row()].layer]
        column = index.column()
        return _EDITED if column == KIND or (column == SETTING and layer.main) else _SEEN

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> object:
        if orientation == Qt.Orientation.Vertical:
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return (
                "",
                tr("Layer"),
                tr("Setting"),
                tr("In"),
                tr("Out"),
                tr("Parameters"),
                tr("FLOPs per row"),
            )[section]
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return alignment(section)
        return None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        line = self._lines[index.row()]
        if line.note is not None:
            wanted = (Qt.ItemDataRole.AccessibleTextRole, Qt.ItemDataRole.ToolTipRole)
            return line.note.text if role in wanted and index.column() == NUMBER else None
        match role:
            case Qt.ItemDataRole.DisplayRole | Qt.ItemDataRole.AccessibleTextRole:
                return self.cell(line.layer, index.column())
            case Qt.ItemDataRole.ToolTipRole:
                return self._tooltip(line.layer, index.column())
            case Qt.ItemDataRole.TextAlignmentRole:
                return alignment(index.column())
            case _:
                return None

    def setData(self, index: Index, value: object, role: int = Qt.ItemDataRole.EditRole) -> bool:
        """Another kind of layer, or another value of its main field: a text, or the value itself."""
        place = self._lines[index.row()].layer
        layer = self.layers[place]
        if index.column() == KIND:
            self._refused.pop(place, None)
            if value != layer.kind:
                self.wanted.emit(place, Layer.default(str(value)))
            return True
        field = main_field(layer)
        if field is None:
            return False
        try:
            found = parse(field, value) if isinstance(value, str) else value
        except ValueError:
            return self._refuse(place, str(value), allowed(field))
        try:
            changed = type(layer).model_validate({**dict(layer), field.name: found})
        except ValidationError as error:
            return self._refuse(place, str(value), allowed(field, error))
        had = self._refused.pop(place, None)
        if changed != layer:
            self.wanted.emit(place, changed)
        elif had is not None:
            self._show(same_count=True)
        return True

    def _refuse(self, place: int, text: str, sentence: str) -> bool:
        self._refused[place] = _Refused(text, sentence)
        self._show(same_count=True)
        return False

    def is_refused(self, place: int) -> bool:
        """Whether a line shows something that is not in force."""
        return place in self._refused

    def cell(self, place: int, column: int) -> str:
        """The text of a layer's cell; made once, for it is painted often."""
        known = self._cells.get((place, column))
        if known is None:
            known = self._cells[place, column] = self._text(place, column)
        return known

    def _text(self, place: int, column: int) -> str:
        layer, where = self.layers[place], self.places[place]
        match column:
            case 0:
                return str(place + 1)
            case 1:
                return tr(layer.title)
            case 2:
                refused = self._refused.get(place)
                return setting_text(layer) if refused is None else refused.text
            case 3:
                return width_text(where.came, self.inputs)
            case 4:
                return width_text(where.went, self.inputs)
            case 5:
                return parameters_text(where, self.inputs)
            case _:
                return flops_text(where, self.inputs)

    def _tooltip(self, place: int, column: int) -> str:
        layer = self.layers[place]
        if column == NUMBER:
            return tr("Drag to move the layer")
        if column == SETTING and (field := main_field(layer)) is not None:
            return tr(field.help)
        return tr(layer.summary) if column == KIND else self.cell(place, column)

    # Lines --------------------------------------------------------------------------------------

    def _show(self, *, same_count: bool) -> None:
        self._cells.clear()
        lines = self._wanted_lines()
        if not same_count:
            self.beginResetModel()
            self._lines = lines
            self.endResetModel()
            return
        self._adjust(lines)
        self.dataChanged.emit(self.index(0, 0), self.index(len(lines) - 1, FLOPS))

    def _adjust(self, lines: list[_Line]) -> None:
        """Put in and take out lines of notes one by one; those of layers stay where they are."""
        for row, wanted in enumerate(lines):
            here = self._lines[row] if row < len(self._lines) else None
            if wanted.note is None:
                while here is not None and here.note is not None:
                    self._take_line(row)
                    here = self._lines[row] if row < len(self._lines) else None
                self._lines[row] = wanted
            elif here is not None and here.note is not None:
                self._lines[row] = wanted
            else:
                self.beginInsertRows(_ROOT, row, row)
                self._lines.insert(row, wanted)
                self.endInsertRows()
        while len(self._lines) > len(lines):
            self._take_line(len(self._lines) - 1)

    def _take_line(self, row: int) -> None:
        self.beginRemoveRows(_ROOT, row, row)
        del self._lines[row]
        self.endRemoveRows()

    def _wanted_lines(self) -> list[_Line]:
        flaws = layer_flaws(self.layers)
        if not self.layers:
            return [_Line(-1, _flaw_note(flaw)) for flaw in flaws]
        by_place: dict[int, list[LineNote]] = {}
        for place, refused in self._refused.items():
            by_place.setdefault(place, []).append(self._refusal(place, refused))
        for flaw in flaws:
            by_place.setdefault(flaw.index, []).append(_flaw_note(flaw))
        lines: list[_Line] = []
        for place in range(len(self.layers)):
            lines.append(_Line(place))
            lines += [_Line(place, note) for note in by_place.get(place, ())]
        return lines

    def _refusal(self, place: int, refused: _Refused) -> LineNote:
        layer = self.layers[place]
        field = main_field(layer)
        kept = show(field, getattr(layer, field.name)) if field is not None else ""
        keeps = tr("Training keeps {value} until you fix this.", value=kept)
        return LineNote(
            tr("{found} {kept}", found=refused.sentence, kept=keeps), tr("Use {value}", value=kept)
        )


def _flaw_note(flaw: LayerFlaw) -> LineNote:
    return LineNote(render(flaw.problem), render(flaw.fix_label).rstrip(".。"), flaw)


@cache
def alignment(section: int) -> Qt.AlignmentFlag:
    """Numbers stand at the right."""
    right = section == NUMBER or section >= IN
    side = Qt.AlignmentFlag.AlignRight if right else Qt.AlignmentFlag.AlignLeft
    return side | Qt.AlignmentFlag.AlignVCenter
