"""The cards of saved networks."""

from __future__ import annotations

from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QPersistentModelIndex,
    QRect,
    QRectF,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QKeyEvent, QPainter, QPen
from PySide6.QtWidgets import (
    QAbstractItemView,
    QLineEdit,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from engine.models.trunks.custom import Custom
from engine.recipe.preset import LONGEST_NAME, Preset
from gui.i18n import listed, tr, trn
from gui.pages.model.gallery import AUTOMATIC, GLYPH, glyph_renderer
from gui.theme import colour, font, grown, pixels

Index = QModelIndex | QPersistentModelIndex
_ROOT = QModelIndex()
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter


class PresetListModel(QAbstractListModel):
    """Presets in the order of their names."""

    renamed = Signal(str, str)
    """A preset's name, and the one that a person gave it."""

    def __init__(self) -> None:
        super().__init__()
        self.presets: tuple[Preset, ...] = ()

    def set_presets(self, presets: tuple[Preset, ...]) -> None:
        """Show these."""
        self.beginResetModel()
        self.presets = presets
        self.endResetModel()

    def row_of(self, name: str) -> int:
        """The place of a preset; -1 for none."""
        names = [preset.name for preset in self.presets]
        return names.index(name) if name in names else -1

    def line(self, row: int) -> str:
        """What it is: its trunk, how many layers, whether training belongs to it."""
        preset = self.presets[row]
        trunk = preset.model.trunk
        said = [tr(trunk.title if trunk is not None else AUTOMATIC.title)]
        if isinstance(trunk, Custom):
            said.append(trn("{count} layer", "{count} layers", len(trunk.layers)))
        if preset.training is not None:
            said.append(tr("with training"))
        return listed(said)

    def rowCount(self, parent: Index = _ROOT) -> int:
        return 0 if parent.isValid() else len(self.presets)

    def flags(self, index: Index) -> Qt.ItemFlag:
        return super().flags(index) | Qt.ItemFlag.ItemIsEditable

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        preset = self.presets[index.row()]
        match role:
            case Qt.ItemDataRole.DisplayRole | Qt.ItemDataRole.EditRole:
                return preset.name
            case Qt.ItemDataRole.ToolTipRole | Qt.ItemDataRole.AccessibleTextRole:
                return f"{preset.name}, {self.line(index.row())}"
            case _:
                return None

    def setData(self, index: Index, value: object, role: int = Qt.ItemDataRole.EditRole) -> bool:
        name = self.presets[index.row()].name
        if str(value) != name:
            self.renamed.emit(name, str(value))
        return True


class PresetList(QListView):
    """The list: a click or Enter uses a preset, F2 renames it, Delete deletes it."""

    wanted = Signal(str)
    """Use the preset of that name."""
    deleted = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.cards = PresetListModel()
        self.setModel(self.cards)
        self.setItemDelegate(PresetDelegate(self))
        self.setAccessibleName(tr("Presets"))
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.EditKeyPressed)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setMouseTracking(True)
        self.clicked.connect(self._want)

    def current_name(self) -> str | None:
        """The preset that the keyboard is at."""
        index = self.currentIndex()
        return self.cards.presets[index.row()].name if index.isValid() else None

    def choose(self, name: str | None) -> None:
        """Mark the preset of that name as the one in force; None: none of them is."""
        row = self.cards.row_of(name) if name is not None else -1
        if row >= 0:
            self.setCurrentIndex(self.cards.index(row))
        else:
            self.clearSelection()

    def rename(self, name: str) -> None:
        """Open a card so that its name can be typed."""
        row = self.cards.row_of(name)
        if row >= 0:
            self.setCurrentIndex(self.cards.index(row))
            self.edit(self.cards.index(row))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        name = self.current_name()
        if name is not None and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.wanted.emit(name)
        elif name is not None and event.key() == Qt.Key.Key_Delete:
            self.deleted.emit(name)
        else:
            super().keyPressEvent(event)

    def _want(self, index: QModelIndex) -> None:
        self.wanted.emit(self.cards.presets[index.row()].name)


class PresetDelegate(QStyledItemDelegate):
    """Paints a preset: its trunk's picture, its name, and what it is."""

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(10, grown(42))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        model = _model(index)
        trunk = model.presets[index.row()].model.trunk
        area = QRectF(option.rect)
        selected = bool(option.state & QStyle.StateFlag.State_Selected)
        painter.save()
        if selected or option.state & QStyle.StateFlag.State_MouseOver:
            painter.fillRect(area, colour("selected" if selected else "hover"))
        if option.state & QStyle.StateFlag.State_HasFocus:
            painter.setPen(QPen(colour("accent"), 2))
            painter.drawRect(area.adjusted(1, 1, -1, -1))
        place = QRectF(area.x() + 13, area.y() + 8, GLYPH.width(), GLYPH.height())
        glyph = trunk.glyph if trunk is not None else AUTOMATIC.glyph
        glyph_renderer(glyph, colour("accent").name()).render(painter, place)
        name = QRectF(_name_area(option.rect))
        painter.setFont(font("body", 500))
        painter.setPen(colour("text"))
        _draw(painter, name, model.presets[index.row()].name)
        painter.setFont(font("caption"))
        painter.setPen(colour("text2" if selected else "muted"))
        below = QRectF(name.x(), name.bottom(), name.width(), pixels("caption") * 1.36)
        _draw(painter, below, model.line(index.row()))
        painter.restore()

    def createEditor(self, parent: QWidget, option: QStyleOptionViewItem, index: Index) -> QWidget:
        line = QLineEdit(parent)
        line.setMaxLength(LONGEST_NAME)
        line.setAccessibleName(tr("Name of the preset"))
        return line

    def updateEditorGeometry(
        self, editor: QWidget, option: QStyleOptionViewItem, index: Index
    ) -> None:
        area = _name_area(option.rect)
        editor.setGeometry(area.adjusted(-8, -2, 2, 6))


def _name_area(area: QRect) -> QRect:
    left = area.x() + 45
    return QRect(left, area.y() + 5, area.right() - left - 8, round(pixels("body") * 1.38))


def _draw(painter: QPainter, area: QRectF, text: str) -> None:
    shown = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, round(area.width()))
    painter.drawText(area, _LEFT, shown)


def _model(index: Index) -> PresetListModel:
    model = index.model()
    assert isinstance(model, PresetListModel)
    return model
