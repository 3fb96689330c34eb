"""The list of architectures: whatever trunks there are, each with its picture and one line."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
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
from PySide6.QtGui import QColor, QPainter, QPen, QResizeEvent, QTextLayout, QTextOption
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import (
    QAbstractItemView,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from engine.messages import N_, Message
from engine.recipe.families import Trunk
from engine.recipe.parts import AUTO
from gui.i18n import render, tr, trn
from gui.theme import colour, font, pixels

WIDTH = 198
GLYPH = QSize(22, 16)
Index = QModelIndex | QPersistentModelIndex
_ROOT = QModelIndex()
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


@dataclass(frozen=True, slots=True)
class Entry:
    """One architecture of the list; its texts are not translated yet."""

    kind: str
    title: str
    summary: str
    glyph: str


AUTOMATIC = Entry(
    AUTO,
    N_("Auto"),
    N_("Chosen from the table, with reasons."),
    "M11 1.5l1.8 4.7L17.5 8l-4.7 1.8L11 14.5l-1.8-4.7L4.5 8l4.7-1.8zM18 2v3M16.5 3.5h3",
)
"""What stands first: the architecture is left to the rules."""


class TrunkListModel(QAbstractListModel):
    """All architectures, in display order: how large each comes out, and what the table lacks for it."""

    def __init__(self) -> None:
        super().__init__()
        trunks = (Entry(t.kind_name(), t.title, t.summary, t.glyph) for t in Trunk.networks())
        self.entries = (AUTOMATIC, *trunks)
        self._parameters: dict[str, int] = {}
        self._lacks: dict[str, Message] = {}

    def set_parameters(self, parameters: Mapping[str, int]) -> None:
        """Say how large networks came out, by kind; what is known of others stays."""
        if any(self._parameters.get(kind) != count for kind, count in parameters.items()):
            self._parameters.update(parameters)
            self._change_all()

    def set_inputs(self, numbers: int, categories: int) -> None:
        """Say how many columns of each kind there are; architectures made for others are disabled."""
        found = {t.kind_name(): t.lacks(numbers, categories) for t in Trunk.networks()}
        lacks = {kind: lack for kind, lack in found.items() if lack is not None}
        if lacks != self._lacks:
            self._lacks = lacks
            self._change_all()

    def forget(self) -> None:
        """Another table: what was known no longer holds."""
        self._parameters.clear()
        self._lacks.clear()
        self._change_all()

    def row_of(self, kind: str) -> int:
        """The place of an architecture in the list."""
        return [entry.kind for entry in self.entries].index(kind)

    def size(self, row: int) -> str:
        """How many parameters, in short; empty where that is not known."""
        count = self._parameters.get(self.entries[row].kind)
        return "" if count is None else short_count(count)

    def lack(self, row: int) -> str:
        """What the table lacks for it; empty: nothing."""
        found = self._lacks.get(self.entries[row].kind)
        return "" if found is None else render(found)

    def line(self, row: int) -> str:
        """The line under the title: when it helps, or why it does not go with the table."""
        return self.lack(row) or tr(self.entries[row].summary)

    def rowCount(self, parent: Index = _ROOT) -> int:
        return 0 if parent.isValid() else len(self.entries)

    def flags(self, index: Index) -> Qt.ItemFlag:
        if self.lack(index.row()):
            return Qt.ItemFlag.ItemNeverHasChildren
        return super().flags(index)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        entry = self.entries[index.row()]
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return tr(entry.title)
            case Qt.ItemDataRole.ToolTipRole | Qt.ItemDataRole.AccessibleDescriptionRole:
                return " ".join(
                    text for text in (tr(entry.summary), self.lack(index.row())) if text
                )
            case Qt.ItemDataRole.AccessibleTextRole:
                return ", ".join((tr(entry.title), *self._spoken(index.row())))
            case _:
                return None

    def _spoken(self, row: int) -> tuple[str, ...]:
        count = self._parameters.get(self.entries[row].kind)
        if count is None:
            return (self.line(row),)
        return trn("{count} parameter", "{count} parameters", count), self.line(row)

    def _change_all(self) -> None:
        self.dataChanged.emit(self.index(0), self.index(len(self.entries) - 1))


def short_count(count: int) -> str:
    """A number of parameters as a list has room for it: `75`, `86k`, `1.2M`."""
    for size, template in ((1e9, "{count}G"), (1e6, "{count}M"), (1e3, "{count}k")):
        if count >= size:
            share = count / size
            return template.format(
                count=f"{share:.1f}" if share < 10 and size > 1e3 else f"{share:.0f}"
            )
    return str(count)


class TrunkGallery(QListView):
    """The list. `chosen` is emitted with the kind of an architecture that a person picked."""

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
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setMouseTracking(True)
        self._setting = False
        self.selectionModel().currentChanged.connect(self._on_current)

    def set_kind(self, kind: str) -> None:
        """Show which architecture is in force."""
        self._setting = True
        self.setCurrentIndex(self.trunks.index(self.trunks.row_of(kind)))
        self._setting = False

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.scrollTo(self.currentIndex())  # what is chosen stays in sight when the list shrinks

    def _on_current(self, current: QModelIndex) -> None:
        if current.isValid() and not self._setting:
            self.chosen.emit(self.trunks.entries[current.row()].kind)


class TrunkDelegate(QStyledItemDelegate):
    """Paints an architecture: picture, title, size, and a line in at most two rows."""

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        model = index.model()
        assert isinstance(model, TrunkListModel)
        lines = _wrapped(model.line(index.row()), WIDTH - 66)
        height = round(pixels("body") * 1.38 + len(lines) * pixels("caption") * 1.36 + 12)
        return QSize(WIDTH, height)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        model = index.model()
        assert isinstance(model, TrunkListModel)
        area = QRectF(option.rect)
        is_open = not model.lack(index.row())
        selected = bool(option.state & QStyle.StateFlag.State_Selected)
        hovered = is_open and bool(option.state & QStyle.StateFlag.State_MouseOver)
        painter.save()
        if selected or hovered:
            painter.fillRect(area, colour("selected" if selected else "hover"))
        if option.state & QStyle.StateFlag.State_HasFocus:
            painter.setPen(QPen(colour("accent"), 2))
            painter.drawRect(area.adjusted(1, 1, -1, -1))
        entry = model.entries[index.row()]
        place = QRectF(area.x() + 13, area.y() + 8, GLYPH.width(), GLYPH.height())
        ink = colour("accent" if is_open else "line2")
        glyph_renderer(entry.glyph, ink.name()).render(painter, place)
        left = area.x() + 45
        line = QRectF(left, area.y() + 5, area.right() - left - 8, pixels("body") * 1.38)
        painter.setFont(font("caption"))
        painter.setPen(colour("text2" if selected else "muted"))
        size = model.size(index.row()) if is_open else ""
        painter.drawText(line, _RIGHT, size)
        room = line.width() - painter.fontMetrics().horizontalAdvance(size) - (6 if size else 0)
        painter.setFont(font("body", 500))
        painter.setPen(colour("text" if is_open else "muted"))
        title = painter.fontMetrics().elidedText(
            tr(entry.title), Qt.TextElideMode.ElideRight, round(room)
        )
        painter.drawText(line, _LEFT, title)
        painter.setFont(font("caption"))
        painter.setPen(colour("text2" if selected else "muted"))
        y = line.bottom()
        for text in _wrapped(model.line(index.row()), WIDTH - 66):
            height = pixels("caption") * 1.36
            painter.drawText(QRectF(left, y, area.right() - left - 6, height), _LEFT, text)
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
