"""How sure predictions are: corrected probabilities, sets or intervals, and “don't know”."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from gui.i18n import tr
from gui.models.figures import percent_text
from gui.pages.evaluate.number_field import NumberField
from gui.widgets.buttons import button, link_button
from gui.widgets.choice import ComboBox
from gui.widgets.results_inspector import Fact, Facts, Section
from gui.widgets.results_numbers import figure
from gui.widgets.text import ElidedLabel

if TYPE_CHECKING:
    from engine.evaluation.result import Evaluation
    from gui.pages.evaluate.doubt_curve import DoubtCurve

COVERAGE = 0.9
LEAST = 0.8


@dataclass(frozen=True, slots=True)
class Calibrated:
    """What calibration is judged by, on the part that is shown."""

    error: float | None
    loss: float | None

    @classmethod
    def of(cls, answer: Evaluation) -> Calibrated:
        """That of an evaluation."""
        error, loss = answer.metric("calibration_error"), answer.metric("log_loss")
        return cls(
            None if error is None else error.value,
            None if loss is None else loss.value,
        )


class CertaintySection(QWidget):
    """Three decisions about a run; every prediction after follows them.

    `calibration` carries the kind or `none`; `coverage` and `confidence` a share, 0 for none.
    """

    calibration = Signal(str)
    coverage = Signal(float)
    confidence = Signal(float)

    def __init__(self) -> None:
        super().__init__()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        self._curve: DoubtCurve | None = None
        self._correct = Section(tr("Calibration"))
        self.kind = ComboBox(small=True, name=tr("Calibration"))
        self.kind.setToolTip(tr("Fitted on validation rows; every prediction follows it."))
        self.kind.changed.connect(self.calibration.emit)
        self._correct_facts = Facts()
        self._correct.body.addWidget(self.kind)
        self._correct.body.addWidget(self._correct_facts)

        self._cover = Section(tr("Coverage"))
        self.share = NumberField(tr("Coverage"), 0.9999)
        self.share.set_value(COVERAGE)
        self.use_coverage = button(tr("Use"), small=True)
        self.use_coverage.clicked.connect(lambda: self.coverage.emit(self.share.value()))
        self.no_coverage = link_button(tr("None"))
        self.no_coverage.clicked.connect(lambda: self.coverage.emit(0.0))
        self._cover_name = ElidedLabel("", "small", "text2")
        _line(self._cover, self._cover_name, self.share, self.use_coverage, self.no_coverage)
        self._cover_facts = Facts()
        self._cover.body.addWidget(self._cover_facts)

        self._doubt = Section(tr("“Don't know”"))
        self.least = NumberField(tr("Least probability"), 1.0)
        self.least.set_value(LEAST)
        self.least.changed.connect(lambda _value: self._show_doubt())
        self.use_least = button(tr("Use"), small=True)
        self.use_least.clicked.connect(lambda: self.confidence.emit(self.least.value()))
        self.no_least = link_button(tr("None"))
        self.no_least.clicked.connect(lambda: self.confidence.emit(0.0))
        name = ElidedLabel(tr("Below"), "small", "text2")
        _line(self._doubt, name, self.least, self.use_least, self.no_least)
        self._doubt_facts = Facts()
        self._doubt.body.addWidget(self._doubt_facts)
        self._decided: float | None = None
        for section in (self._correct, self._cover, self._doubt):
            column.addWidget(section)

    def show_answer(
        self,
        answer: Evaluation | None,
        before: Calibrated | None,
        curve: DoubtCurve | None,
    ) -> None:
        """Show what is decided for a run, and what comes of it on these rows.

        Args:
            answer: Of one target; None hides all.
            before: What calibration was judged by without any, where that is known.
            curve: Of the rows, where what is known of each was kept.
        """
        self.setVisible(answer is not None)
        if answer is None:
            return
        classes = answer.task.is_classification
        self._correct.setVisible(classes and bool(answer.calibration))
        self._doubt.setVisible(classes)
        if classes:
            self._show_kinds(answer)
            self._correct_facts.set(self._of_calibration(answer, before))
        self._show_coverage(answer)
        self._curve = curve
        self._decided = None if answer.doubt is None else answer.doubt.asked
        if self._decided is not None:
            self.least.set_value(self._decided)
        self.no_least.setVisible(self._decided is not None)
        self._show_doubt()
        doubt = answer.doubt
        if doubt is not None and curve is None:
            self._doubt_facts.set(_doubted(doubt.share, doubt.sure))

    def show_busy(self, busy: bool) -> None:
        """While a decision is carried out nothing else is decided."""
        for each in (self.kind, self.use_coverage, self.no_coverage, self.use_least, self.no_least):
            each.setEnabled(not busy)

    def _show_kinds(self, answer: Evaluation) -> None:
        kinds = [("none", tr("None")), ("temperature", tr("Temperature"))]
        if len(answer.classes) == 2:
            kinds += [("platt", tr("Platt")), ("isotonic", tr("Isotonic"))]
        self.kind.set_choices(kinds)
        self.kind.set_value(answer.calibrated or "none")

    def _of_calibration(self, answer: Evaluation, before: Calibrated | None) -> Sequence[Fact]:
        now = Calibrated.of(answer)
        was = before if answer.calibrated else None
        facts: list[Fact] = [
            (tr("Calibration error"), _from_to(None if was is None else was.error, now.error)),
            (tr("Log loss"), _from_to(None if was is None else was.loss, now.loss)),
        ]
        titles = {"temperature": (tr("Temperature"),), "platt": (tr("Slope"), tr("Offset"))}
        names = titles.get(answer.calibrated, ())
        facts += [
            (name, figure(value)) for name, value in zip(names, answer.calibrated_by, strict=True)
        ]
        return facts

    def _show_coverage(self, answer: Evaluation) -> None:
        classes = answer.task.is_classification
        self._cover_name.set_text(tr("Sets") if classes else tr("Intervals"))
        coverage = answer.coverage
        if coverage is not None:
            self.share.set_value(coverage.asked)
        self.no_coverage.setVisible(coverage is not None)
        if coverage is None:
            self._cover_facts.set([])
            return
        size = tr("Classes in a set") if classes else tr("Width")
        self._cover_facts.set(
            [
                (tr("Asked"), percent_text(coverage.asked)),
                (tr("Found"), percent_text(coverage.found)),
                (
                    tr("95% interval"),
                    f"{percent_text(coverage.low)} – {percent_text(coverage.high)}",
                ),
                (tr("{what}, mean", what=size), figure(coverage.size)),
            ]
        )

    def _show_doubt(self) -> None:
        least = self.least.value()
        same = self._decided is not None and abs(self._decided - least) < 1e-9
        self.use_least.setText(tr("Used") if same else tr("Use"))
        self.use_least.setEnabled(not same)
        if self._curve is not None:
            self._doubt_facts.set(_doubted(*self._curve.at(least)))


def _doubted(share: float, sure: float | None) -> list[Fact]:
    return [
        (tr("Rows refused"), percent_text(share)),
        (tr("Accuracy of the rest"), "—" if sure is None else figure(sure)),
    ]


def _from_to(before: float | None, now: float | None) -> str:
    if before is None:
        return figure(now) if now is not None else ""
    return f"{figure(before)} → {figure(now)}"


def _line(section: Section, name: ElidedLabel, *widgets: QWidget) -> None:
    line = QHBoxLayout()
    line.setSpacing(6)
    line.addWidget(name)
    line.addStretch(1)
    for widget in widgets:
        line.addWidget(widget)
    section.body.addLayout(line)
