"""The two charts of the inspector with their headings: distribution, and rate of the target."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QColor, QFontMetrics, QPixmap
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from gui import theme
from gui.i18n import tr
from gui.models.figures import count_text
from gui.pages.data.distribution_plot import MOST_CLASSES, DistributionPlot, class_colours
from gui.pages.data.level_target import LevelTarget
from gui.pages.data.rate_plot import RatePlot
from gui.pages.data.top_values import TopValues, ValueBar
from gui.widgets.layout import row, rule
from gui.widgets.text import ElidedLabel, label

if TYPE_CHECKING:
    from engine.data.profiling.profile import ColumnProfile

_PADDING = 14
_BARS = 8


class _Section(QWidget):
    """A rule, a heading with something at its right, and room below."""

    def __init__(self, title: str) -> None:
        super().__init__()
        self.title = ElidedLabel(title, "section")
        self.aside = QHBoxLayout()
        self.aside.setSpacing(5)
        self.legend = QHBoxLayout()
        self.legend.setSpacing(5)
        self.body = QVBoxLayout()
        self.body.setSpacing(6)
        self.body.setContentsMargins(_PADDING, 10, _PADDING, 12)
        self.body.addLayout(row(self.title, None, self.aside))
        self.body.addLayout(self.legend)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(rule())
        layout.addLayout(self.body)


class DistributionSection(_Section):
    """A histogram for numbers and dates, bars for the most frequent values of the rest."""

    barChosen = Signal(int)  # noqa: N815 - Qt's naming
    """A bar of the histogram."""
    valueChosen = Signal(str)  # noqa: N815
    """One of the most frequent values."""

    def __init__(self) -> None:
        super().__init__(tr("Distribution"))
        self.plot = DistributionPlot()
        self.values = TopValues()
        self.body.addWidget(self.plot)
        self.body.addWidget(self.values)
        self.plot.barChosen.connect(self.barChosen)
        self.values.valueChosen.connect(self.valueChosen)

    def show_figures(
        self, figures: ColumnProfile | None, target: str | None, *, integer: bool
    ) -> None:
        """Draw a column; `target` names the column whose classes the bars are split by."""
        has_histogram = figures is not None and len(figures.edges) > 1 and bool(figures.histogram)
        bars = [] if figures is None or has_histogram else value_bars(figures, _BARS)
        self.setVisible(has_histogram or bool(bars))
        self.plot.setVisible(has_histogram)
        self.values.setVisible(bool(bars))
        _empty(self.aside)
        _empty(self.legend)
        if figures is None:
            return
        self.title.set_text(tr("Distribution") if has_histogram else tr("Most frequent values"))
        if target is not None and figures.by_class:
            self._show_legend(figures.classes, target)
        if has_histogram:
            self.plot.show_figures(figures, integer=integer)
        else:
            self.values.show_bars(bars)

    def _show_legend(self, classes: tuple[str, ...], target: str) -> None:
        if not 0 < len(classes) <= MOST_CLASSES:
            return
        names = classes if len(classes) <= 3 else ()
        caption = QFontMetrics(theme.font("caption"))
        wanted = sum(caption.horizontalAdvance(text) + 24 for text in (*names, target))
        title = QFontMetrics(theme.font("section")).horizontalAdvance(self.title.whole_text())
        # Names of classes are often long; then they get a line of their own.
        fits = title + wanted <= self.width() - 2 * _PADDING
        line = self.aside if fits else self.legend
        for name, colour in zip(names, class_colours(len(classes)), strict=False):
            line.addWidget(_swatch(colour, self.devicePixelRatioF()))
            line.addWidget(ElidedLabel(name, "caption", "text2"))
            line.addSpacing(3)
        line.addWidget(ElidedLabel(target, "caption", "muted"))
        if not fits:
            line.addStretch(1)


class RateSection(_Section):
    """The target along a column: the share of the last of two classes, or the mean of a number."""

    def __init__(self) -> None:
        super().__init__("")
        self._plot = RatePlot()
        self._levels = LevelTarget()
        self.aside.addWidget(label(tr("95% band"), "caption", "muted"))
        self.body.addWidget(self._plot)
        self.body.addWidget(self._levels)

    def show_figures(
        self,
        figures: ColumnProfile | None,
        target_figures: ColumnProfile | None,
        target: str | None,
        *,
        integer: bool,
    ) -> None:
        """Draw a column, unless it is the target or there is nothing to draw."""
        drawn = figures is not None and target is not None and figures.name != target
        points = (figures.target_rate or figures.target_mean) if figures is not None else ()
        levels = tuple(found for found in figures.level_target if found) if figures else ()
        along = drawn and len(points) > 1
        by_level = drawn and not along and len(levels) > 1
        self.setVisible(along or by_level)
        self._plot.setVisible(along)
        self._levels.setVisible(by_level)
        if figures is None or not (along or by_level):
            return
        is_rate = len(figures.classes) == 2
        names = {"target": target, "column": figures.name}
        self.title.set_text(
            tr("{target} = {value} by {column}", value=figures.classes[-1], **names)
            if is_rate
            else tr("Mean {target} by {column}", **names)
        )
        overall = _overall(figures, target_figures)
        if along:
            self._plot.show_figures(figures, overall, integer=integer)
        else:
            texts = [text for text, _ in figures.top]
            self._levels.show_levels(texts, figures.level_target, overall, is_rate=is_rate)


def _overall(figures: ColumnProfile, target_figures: ColumnProfile | None) -> float:
    """The share of the last class, or the mean of the target, in all rows."""
    if len(figures.classes) != 2:
        mean = target_figures.mean if target_figures is not None else None
        return mean if mean is not None else 0.0
    positive = figures.classes[-1]
    if target_figures is not None:
        counts = dict(target_figures.top)
        total = sum(counts.values())
        if positive in counts and total:
            return counts[positive] / total
    sums = [sum(counts) for counts in figures.by_class]
    return sums[-1] / sum(sums) if sums and sum(sums) else 0.0


def value_bars(figures: ColumnProfile, most: int) -> list[ValueBar]:
    """The most frequent values, and one line for all the others."""
    shown = figures.top[:most]
    if not shown:
        return []
    bars = []
    for at, (text, count) in enumerate(shown):
        split = tuple(counts[at] for counts in figures.by_class if at < len(counts))
        if len(split) != len(figures.by_class):
            split = ()
        bars.append(ValueBar(text, count, split))
    rest = figures.counted - sum(count for _, count in shown)
    if rest > 0 and figures.distinct > len(shown):
        more = tr("{count} more", count=count_text(figures.distinct - len(shown)))
        bars.append(ValueBar(more, rest, is_rest=True))
    return bars


def _swatch(colour: QColor, ratio: float) -> QLabel:
    picture = QPixmap(QSize(10, 10) * ratio)
    picture.setDevicePixelRatio(ratio)
    picture.fill(colour)
    mark = QLabel()
    mark.setPixmap(picture)
    mark.setAlignment(Qt.AlignmentFlag.AlignVCenter)
    return mark


def _empty(layout: QHBoxLayout) -> None:
    while (item := layout.takeAt(0)) is not None:
        if (widget := item.widget()) is not None:
            widget.hide()
            widget.deleteLater()
