"""What a model says of a single row: the answer, how sure it is, and what is odd about the row."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QStackedWidget, QVBoxLayout, QWidget

from engine.errors import TrainyardError
from engine.outputs import Output
from engine.predictor.report import RowOutput, RowPrediction
from gui.i18n import render, sentences, tr, trn
from gui.widgets.badge import Badge
from gui.widgets.layout import column, row
from gui.widgets.note import EmptyState, Note
from gui.widgets.progress import ProgressBar
from gui.widgets.text import ElidedLabel, label

_CLASSES = 12
"""That are shown with their probabilities, the likeliest first."""


class RowResult(QStackedWidget):
    """Shows a `RowPrediction`, or why there is none."""

    def __init__(self) -> None:
        super().__init__()
        self._nothing = EmptyState(
            tr("Nothing predicted yet"),
            tr("Fill in what is known of the row. What is left empty counts as missing."),
        )
        self.addWidget(self._nothing)
        self._name = label("", "small", "muted")
        self.answer = ElidedLabel("", "title")
        self.doubt = Badge("", "warn")
        self._more = QGridLayout()
        self._more.setHorizontalSpacing(12)
        self._more.setVerticalSpacing(6)
        self._more.setColumnStretch(1, 1)
        self._warnings = QVBoxLayout()
        self._warnings.setSpacing(2)
        self.error = Note("", "err")
        self.error.hide()
        shown = QWidget()
        head = row(self.answer, self.doubt, None)
        body = column(self._name, head, 4, self._more, 4, self._warnings, self.error, spacing=6)
        body.setContentsMargins(16, 14, 16, 14)
        body.addStretch(1)
        shown.setLayout(body)
        self.addWidget(shown)
        self.told: tuple[str, ...] = ()
        """The sentences on what is odd about the row."""

    def show_nothing(self) -> None:
        """No row was predicted with this model."""
        self.setCurrentIndex(0)

    def show_error(self, error: TrainyardError) -> None:
        """The row could not be predicted."""
        self._empty()
        found, *advice = (render(message) for message in error.messages())
        self.error.set(sentences(advice), "err", title=found)
        self.error.show()
        self.setCurrentIndex(1)

    def show_prediction(self, found: RowPrediction) -> None:
        """What was found."""
        self._empty()
        answers = [each for each in found.outputs if each.output is Output.PREDICTION]
        first = answers[0]
        several = len(answers) > 1
        self._name.setText(
            trn("{count} target", "{count} targets", len(answers)) if several else first.name
        )
        self.answer.set_text(tr("Several targets") if several else _value(first.value))
        sure = next((o.value for o in found.outputs if o.output is Output.SURE), "yes")
        self.doubt.setText(tr("Don't know"))
        self.doubt.setVisible(sure == "no")
        self.doubt.setToolTip(
            tr("The probability is below the confidence that was decided on Evaluate.")
        )
        chances = [each for each in found.outputs if each.output is Output.PROBABILITIES]
        if several:
            for each in answers:
                self._line(each.name, _value(each.value))
        chances.sort(key=lambda each: -(each.value if isinstance(each.value, float) else 0.0))
        for each in chances[:_CLASSES]:
            self._chance(each)
        if len(chances) > _CLASSES:
            more = len(chances) - _CLASSES
            self._line(
                trn("and {count} less likely class", "and {count} less likely classes", more), ""
            )
        for each in found.outputs:
            if each.output is Output.INTERVAL:
                self._line(each.name, _value(each.value))
            elif each.output is Output.SET:
                self._line(each.name, _value(each.value) or tr("none"))
        self.told = tuple(render(warning) for warning in found.warnings)
        for text in self.told:
            self._warnings.addWidget(label(text, "small", "warn", wrap=True, selectable=True))
        self.setAccessibleName(self.spoken())
        self.setCurrentIndex(1)

    def spoken(self) -> str:
        """The answer in words."""
        return f"{self._name.text()}: {self.answer.text()}"

    def lines(self) -> Sequence[tuple[str, str]]:
        """Names and texts of the lines below the answer."""
        found = []
        for place in range(self._more.rowCount()):
            cells = [self._more.itemAtPosition(place, column) for column in (0, 2)]
            widgets = [cell.widget() if cell is not None else None for cell in cells]
            if all(isinstance(widget, ElidedLabel) for widget in widgets):
                found.append(tuple(widget.text() for widget in widgets if widget is not None))
        return found  # type: ignore[return-value]

    def _empty(self) -> None:
        self.error.hide()
        self.doubt.hide()
        self._name.setText("")
        self.answer.set_text("")
        self.told = ()
        for layout in (self._more, self._warnings):
            while (item := layout.takeAt(0)) is not None:
                widget = item.widget()
                if widget is not None:
                    widget.hide()
                    widget.deleteLater()

    def _chance(self, output: RowOutput) -> None:
        share = output.value if isinstance(output.value, float) else 0.0
        place = self._more.rowCount()
        bar = ProgressBar(output.name)
        bar.set_share(share)
        self._more.addWidget(ElidedLabel(output.name, "small"), place, 0)
        self._more.addWidget(bar, place, 1, Qt.AlignmentFlag.AlignVCenter)
        self._more.addWidget(_figure(_percent(share)), place, 2)

    def _line(self, name: str, text: str) -> None:
        place = self._more.rowCount()
        self._more.addWidget(ElidedLabel(name, "small", "text2"), place, 0)
        self._more.addWidget(_figure(text), place, 2)


def _figure(text: str) -> ElidedLabel:
    shown = ElidedLabel(text, "small", weight=500)
    shown.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
    return shown


def _percent(share: float) -> str:
    return f"{100 * share:.1f}%"


def _value(value: float | str | None) -> str:
    if isinstance(value, float):
        return f"{value:,.4g}" if abs(value) < 1_000 else f"{value:,.1f}"
    return value if value is not None else tr("no number")
