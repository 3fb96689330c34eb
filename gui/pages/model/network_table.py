"""The network as built, as a table: every layer with its shapes and parameters."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt, Signal
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView, QWidget

from engine.messages import format_fact
from engine.models.summary import NetworkSummary
from gui import theme
from gui.i18n import tr

NAME, DETAIL, IN, OUT, PARAMETERS = range(5)
Index = QModelIndex | QPersistentModelIndex
_ROOT = QModelIndex()


@dataclass(frozen=True, slots=True)
class _Line:
    """One row: a block (the heading of its layers) or a layer."""

    block: int
    is_block: bool
    cells: tuple[str, str, str, str, str]


class NetworkLines(QAbstractTableModel):
    """The blocks of a network, each followed by its layers."""

    def __init__(self) -> None:
        super().__init__()
        self._lines: list[_Line] = []

    def set_summary(self, summary: NetworkSummary | None) -> None:
        """Show another network."""
        self.beginResetModel()
        self._lines = _lines(summary) if summary is not None else []
        self.endResetModel()

    def block_at(self, row: int) -> int:
        """Index of the block that a row belongs to."""
        return self._lines[row].block

    def row_of(self, block: int | None) -> int | None:
        """The row of a block's heading."""
        for row, line in enumerate(self._lines):
            if line.is_block and line.block == block:
                return row
        return None

    def rowCount(self, parent: Index = _ROOT) -> int:
        return 0 if parent.isValid() else len(self._lines)

    def columnCount(self, parent: Index = _ROOT) -> int:
        return 0 if parent.isValid() else 5

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> object:
        if orientation == Qt.Orientation.Vertical:
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return (tr("Layer"), tr("Detail"), tr("In"), tr("Out"), tr("Parameters"))[section]
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _alignment(section)
        return None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        line = self._lines[index.row()]
        text = line.cells[index.column()]
        match role:
            case Qt.ItemDataRole.DisplayRole:
                indent = "      " if index.column() == NAME and not line.is_block else ""
                return indent + text
            case Qt.ItemDataRole.AccessibleTextRole | Qt.ItemDataRole.ToolTipRole:
                return text
            case Qt.ItemDataRole.TextAlignmentRole:
                return _alignment(index.column())
            case Qt.ItemDataRole.FontRole:
                return theme.font("small", 600 if line.is_block else 400)
            case Qt.ItemDataRole.ForegroundRole:
                return theme.colour("text" if line.is_block or index.column() == NAME else "text2")
            case _:
                return None


class NetworkTable(QTableView):
    """The table. `selected` is emitted with the index of a block."""

    selected = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.layers = NetworkLines()
        self.setModel(self.layers)
        self.setAccessibleName(tr("Layers"))
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setShowGrid(False)
        self.setTabKeyNavigation(False)
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(28)
        header = self.horizontalHeader()
        header.setHighlightSections(False)
        header.setSectionsClickable(False)
        header.setFixedHeight(30)
        header.setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        for section, width in ((NAME, 230), (IN, 130), (OUT, 130), (PARAMETERS, 120)):
            self.setColumnWidth(section, width)
        header.setSectionResizeMode(DETAIL, QHeaderView.ResizeMode.Stretch)
        self.selectionModel().currentRowChanged.connect(self._on_current)
        self._showing = False

    def show_network(self, summary: NetworkSummary | None, block: int | None) -> None:
        """Show a network with one block selected."""
        self._showing = True
        current = self.currentIndex()
        row = current.row() if current.isValid() else -1
        keeps = 0 <= row < self.layers.rowCount() and self.layers.block_at(row) == block
        self.layers.set_summary(summary)
        if not keeps or row >= self.layers.rowCount() or self.layers.block_at(row) != block:
            heading = self.layers.row_of(block)
            row = heading if heading is not None else -1
        if row >= 0:
            self.setCurrentIndex(self.layers.index(row, NAME))
        self._showing = False

    def _on_current(self, current: QModelIndex) -> None:
        if current.isValid() and not self._showing:
            self.selected.emit(self.layers.block_at(current.row()))


def _alignment(section: int) -> Qt.AlignmentFlag:
    side = Qt.AlignmentFlag.AlignRight if section >= IN else Qt.AlignmentFlag.AlignLeft
    return side | Qt.AlignmentFlag.AlignVCenter


def _lines(summary: NetworkSummary) -> list[_Line]:
    lines: list[_Line] = []
    for place, block in enumerate(summary.blocks):
        if block.group == "columns":
            continue
        cells = (
            tr(block.name),
            block.described(tr),
            " × ".join(map(format_fact, block.in_shape)),
            " × ".join(map(format_fact, block.out_shape)),
            format_fact(block.parameters),
        )
        lines.append(_Line(place, True, cells))
        lines += [
            _Line(
                place,
                False,
                (
                    tr(layer.name),
                    layer.detail,
                    layer.in_shape,
                    layer.out_shape,
                    format_fact(layer.parameters),
                ),
            )
            for layer in block.layers
        ]
    return lines
