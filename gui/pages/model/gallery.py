"""The list of architectures: whatever trunks there are, each with its picture and one line."""

from __future__ import annotations

from functools import lru_cache

from PySide6.QtCore import (
    QAbstractListModel,
    QByteArray,
    QModelIndex,
    QPersistentModelIndex,
    QRectF,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QColor, QPainter, QPen, QTextLayout, QTextOption
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import (
    QAbstractItemView,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from engine.recipe.families import Trunk
from gui.i18n import tr, trn
from gui.theme import colour, font, pixels

WIDTH = 188
GLYPH = QSize(22, 16)
Index = QModelIndex | QPersistentModelIndex
_ROOT = QModelIndex()


class TrunkListModel(QAbstractListModel):
    """All trunks, in display order."""

    def __init__(self) -> None:
        super().__init__()
        self.trunks = Trunk.members()
        self._parameters: dict[str, int] = {}

    def set_parameters(self, kind: str, parameters: int) -> None:
        """Remember how large the network with that trunk came out."""
        if self._parameters.get(kind) != parameters:
            self._parameters[kind] = parameters
            row = self.row_of(kind)
            self.dataChanged.emit(self.index(row), self.index(row))

    def forget_parameters(self) -> None:
        """Another table: what was known of sizes no longer holds."""
        self._parameters.clear()
        self.dataChanged.emit(self.index(0), self.index(len(self.trunks) - 1))

    def row_of(self, kind: str) -> int:
        """The place of a trunk in the list."""
        return [trunk.kind_name() for trunk in self.trunks].index(kind)

    def line(self, row: int) -> str:
        """The line under the title: the size where it is known, else when it helps."""
        trunk = self.trunks[row]
        parameters = self._parameters.get(trunk.kind_name())
        if parameters is None:
            return tr(trunk.summary)
        return trn("{count} parameter", "{count} parameters", parameters)

    def rowCount(self, parent: Index = _ROOT) -> int:
        return 0 if parent.isValid() else len(self.trunks)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        trunk = self.trunks[index.row()]
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return tr(trunk.title)
            case Qt.ItemDataRole.ToolTipRole | Qt.ItemDataRole.AccessibleDescriptionRole:
                return tr(trunk.summary)
            case Qt.ItemDataRole.AccessibleTextRole:
                return f"{tr(trunk.title)}, {self.line(index.row())}"
            case _:
                return None


class TrunkGallery(QListView):
    """The list. `chosen` is emitted with the kind of a trunk that a person picked."""

    chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.trunks = TrunkListModel()
        self.setModel(self.trunks)
        self.setItemDelegate(TrunkDelegate(self))
        self.setFixedWidth(WIDTH)
        self.setAccessibleName(tr("Architectures"))
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setMouseTracking(True)
        self._setting = False
        self.selectionModel().currentChanged.connect(self._on_current)

    def set_kind(self, kind: str) -> None:
        """Show which trunk is in force."""
        self._setting = True
        self.setCurrentIndex(self.trunks.index(self.trunks.row_of(kind)))
        self._setting = False

    def _on_current(self, current: QModelIndex) -> None:
        if current.isValid() and not self._setting:
            self.chosen.emit(self.trunks.trunks[current.row()].kind_name())


class TrunkDelegate(QStyledItemDelegate):
    """Paints a trunk: its picture, its title, and a line in at most two rows."""

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        model = index.model()
        assert isinstance(model, TrunkListModel)
        lines = _wrapped(model.line(index.row()), WIDTH - 56)
        height = round(pixels("body") * 1.38 + len(lines) * pixels("caption") * 1.36 + 12)
        return QSize(WIDTH, height)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        model = index.model()
        assert isinstance(model, TrunkListModel)
        area = QRectF(option.rect)
        selected = bool(option.state & QStyle.StateFlag.State_Selected)
        hovered = bool(option.state & QStyle.StateFlag.State_MouseOver)
        painter.save()
        if selected or hovered:
            painter.fillRect(area, colour("selected" if selected else "hover"))
        if option.state & QStyle.StateFlag.State_HasFocus:
            painter.setPen(QPen(colour("accent"), 2))
            painter.drawRect(area.adjusted(1, 1, -1, -1))
        trunk = model.trunks[index.row()]
        place = QRectF(area.x() + 13, area.y() + 8, GLYPH.width(), GLYPH.height())
        glyph_renderer(trunk.glyph, colour("accent").name()).render(painter, place)
        left = area.x() + 45
        line_height = pixels("body") * 1.38
        painter.setFont(font("body", 500))
        painter.setPen(colour("text"))
        painter.drawText(
            QRectF(left, area.y() + 5, area.right() - left - 8, line_height),
            Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter,
            tr(trunk.title),
        )
        painter.setFont(font("caption"))
        painter.setPen(colour("text2" if selected else "muted"))
        y = area.y() + 5 + line_height
        for line in _wrapped(model.line(index.row()), WIDTH - 56):
            height = pixels("caption") * 1.36
            where = QRectF(left, y, area.right() - left - 6, height)
            painter.drawText(
                where, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, line
            )
            y += height
        painter.restore()


@lru_cache(maxsize=256)
def glyph_renderer(path: str, ink: str) -> QSvgRenderer:
    """A trunk's picture in one colour."""
    source = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {GLYPH.width()} {GLYPH.height()}">'
        f'<path d="{path}" fill="none" stroke="{QColor(ink).name()}" stroke-width="1.6" '
        'stroke-linecap="round" stroke-linejoin="round"/></svg>'
    )
    return QSvgRenderer(QByteArray(source.encode()))


def _wrapped(text: str, width: int) -> list[str]:
    """The text in at most two lines; the second is cut if there is more."""
    layout = QTextLayout(text, font("caption"))
    option = QTextOption()
    option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
    layout.setTextOption(option)
    layout.beginLayout()
    lines: list[str] = []
    while len(lines) < 3:
        line = layout.createLine()
        if not line.isValid():
            break
        line.setLineWidth(width)
        lines.append(text[line.textStart() : line.textStart() + line.textLength()].strip())
    layout.endLayout()
    return lines if len(lines) < 3 else [lines[0], lines[1].rstrip(" .,;") + "…"]
