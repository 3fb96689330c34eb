"""The bar that says which filters are in force, and how many rows they leave."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QFontMetricsF,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QWheelEvent,
)
from PySide6.QtWidgets import QFrame, QScrollArea, QSizePolicy, QToolButton, QWidget

from engine.data.rows.filters import Filter
from engine.schema import Kind
from gui import theme
from gui.i18n import tr, trn
from gui.icons import paint_icon
from gui.models.figures import count_text
from gui.models.filter_words import sentence, words
from gui.widgets.buttons import link_button
from gui.widgets.layout import row
from gui.widgets.text import label

if TYPE_CHECKING:
    from gui.session import Session

_HEIGHT = 36
_PADDING, _GAP, _CROSS = 8, 5, 14
_WIDEST = 320


class FilterChip(QToolButton):
    """A filter in words, with a cross that takes it away."""

    removed = Signal()

    def __init__(self, column: str, asked: str) -> None:
        super().__init__()
        self._column = column
        self._asked = asked
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self.setFixedHeight(round(24 * theme.text_scale()))
        said = f"{column} {asked}".strip()
        self.setAccessibleName(tr("Filter: {what}", what=said))
        self.setAccessibleDescription(tr("Enter changes it, Delete takes it away."))
        self.setToolTip(said)

    def sizeHint(self) -> QSize:
        width = 2 * _PADDING + _GAP + _CROSS + theme.text_width(self._asked, "small") + 1
        if self._column:
            width += theme.text_width(self._column, "small", 600) + _GAP
        return QSize(min(_WIDEST, round(width) + 1), self.height())

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.position().x() < self._cross().left() - 3:
            super().mousePressEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.position().x() >= self._cross().left() - 3:
            if self.rect().contains(event.position().toPoint()):
                self.removed.emit()
        else:
            super().mouseReleaseEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            self.removed.emit()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.click()
        else:
            super().keyPressEvent(event)

    def _cross(self) -> QRectF:
        middle = self.height() / 2
        return QRectF(self.width() - _PADDING - _CROSS + 2, middle - _CROSS / 2, _CROSS, _CROSS)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        edge = "accent" if self.hasFocus() else "line2"
        painter.setPen(QPen(theme.colour(edge), 2 if self.hasFocus() else 1))
        painter.setBrush(theme.colour("hover" if self.underMouse() else "selected"))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 5, 5)
        x: float = _PADDING
        end = self._cross().left() - _GAP
        for text, weight in ((self._column, 600), (self._asked, 400)):
            if not text:
                continue
            font = theme.font("small", weight)
            metrics = QFontMetricsF(font)
            shown = metrics.elidedText(text, Qt.TextElideMode.ElideRight, max(0.0, end - x))
            painter.setFont(font)
            painter.setPen(theme.colour("text"))
            painter.drawText(
                QRectF(x, 0, end - x + 2, self.height()),
                Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter,
                shown,
            )
            x += metrics.horizontalAdvance(shown) + _GAP
        paint_icon(painter, self._cross(), "x", theme.colour("text2"))


class _Sideways(QScrollArea):
    """Scrolls to the side with the wheel: there is one line only."""

    def wheelEvent(self, event: QWheelEvent) -> None:
        bar = self.horizontalScrollBar()
        bar.setValue(bar.value() - (event.angleDelta().y() or event.angleDelta().x()))


class FilterBar(QFrame):
    """Chips of `session.view.filters`; hidden while there are none."""

    editAsked = Signal(object, QWidget)  # noqa: N815 - Qt's naming
    """A filter to be changed, and its chip."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self.chips: list[FilterChip] = []
        self.setProperty("surface", True)
        self.setProperty("rule", "bottom")
        self.setFixedHeight(round(_HEIGHT * theme.text_scale()))
        self.setAccessibleName(tr("Filters"))
        self._line = row(spacing=6)
        holder = QWidget()
        holder.setLayout(self._line)
        self._chips = _Sideways()
        self._chips.setWidget(holder)
        self._chips.setWidgetResizable(True)
        self._chips.setFrameShape(QFrame.Shape.NoFrame)
        self._chips.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._chips.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._chips.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.clear_all = link_button(tr("Clear all"))
        self.clear_all.clicked.connect(session.view.clear)
        self.count = label("", "small", "text2")
        self.setLayout(
            row(self._chips, self.clear_all, self.count, margins=(12, 0, 16, 0), spacing=12)
        )
        session.view.asked.connect(self._refresh)
        session.view.changed.connect(self._refresh)
        session.view.busyChanged.connect(self._say_count)
        session.recipeChanged.connect(self._refresh)
        self._shown: tuple[tuple[Filter, Kind | None], ...] = ()
        self._refresh()

    def _refresh(self) -> None:
        filters = tuple((f, self._kind(f)) for f in self._session.view.filters)
        if filters != self._shown:
            self._shown = filters
            had_focus = any(chip.hasFocus() for chip in self.chips)
            self._fill()
            if had_focus and self.chips:
                self.chips[0].setFocus()
        self.setVisible(bool(filters))
        self._say_count()

    def _fill(self) -> None:
        while (item := self._line.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        self.chips = []
        for filter_, kind in self._shown:
            chip = FilterChip(*words(filter_, kind))
            chip.removed.connect(lambda f=filter_: self._session.view.remove(f))
            chip.clicked.connect(lambda _=False, f=filter_, c=chip: self.editAsked.emit(f, c))
            self._line.addWidget(chip)
            self.chips.append(chip)
        self._line.addStretch(1)

    def _kind(self, filter_: Filter) -> Kind | None:
        column, schema = getattr(filter_, "column", None), self._session.used_schema
        return schema[column].kind if schema is not None and column in schema else None

    def _say_count(self) -> None:
        view, table = self._session.view, self._session.table
        if table is None:
            return
        if view.is_busy:
            self.count.setText(tr("Looking through {count} rows", count=table.rows))
            return
        text = trn(
            "{shown} of {count} row",
            "{shown} of {count} rows",
            table.rows,
            shown=count_text(view.count),
        )
        self.count.setText(text)
        self.setAccessibleDescription(
            "; ".join([text, *(sentence(f, kind) for f, kind in self._shown)])
        )
