"""The target in the inspector: classes with their order and names, balance, or what a number is learned as."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import QAbstractItemView, QListWidget, QListWidgetItem, QVBoxLayout, QWidget

from engine.recipe.checks import Finding
from engine.recipe.recipe import Recipe
from engine.recipe.target import MergedClass, TargetSpec
from engine.recipe.training import Training
from gui import theme
from gui.forms.finding_notes import FindingNotes
from gui.forms.form import Form
from gui.i18n import tr
from gui.models.figures import count_text
from gui.pages.prepare.step_section import FieldBox, wrap_titles
from gui.widgets import button, label, row

if TYPE_CHECKING:
    from engine.data.preparing.split_report.finding import SplitReport
    from engine.data.profiling.profile import Profile

_LINE = 24
_MOST_LINES = 8


class TargetSection(QWidget):
    """Edits what a recipe says of its target: `wanted` hands over a recipe and the words for the step."""

    wanted = Signal(object, str)

    def __init__(self) -> None:
        super().__init__()
        self._recipe = Recipe()
        self._name = ""
        self.findings = FindingNotes()
        self.findings.fixed.connect(lambda fixed: self.wanted.emit(fixed, tr("fix")))
        self._classes: tuple[str, ...] = ()
        self.positive = FieldBox(name=tr("Positive class"))
        self.positive.changed.connect(self._on_positive)
        self._positive_row = _held(label(tr("Positive class"), "small", "text2"), self.positive)
        self.classes = QListWidget()
        self.classes.setAccessibleName(tr("Classes"))
        self.classes.setFont(theme.font("small"))
        self.classes.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.classes.setDragDropMode(QAbstractItemView.DragDropMode.InternalMove)
        self.classes.setToolTip(tr("Drag a class to another place. Choose several to merge them."))
        self.classes.model().rowsMoved.connect(self._on_moved)
        self.classes.itemSelectionChanged.connect(self._enable)
        self.merge = button(tr("Merge"), small=True)
        self.merge.clicked.connect(self._merge)
        self.part = button(tr("Part again"), small=True, tooltip=tr("Every class for itself again"))
        self.part.clicked.connect(lambda: self._edit({"merge": ()}, tr("classes")))
        self._list_box = QWidget()
        box = QVBoxLayout(self._list_box)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(6)
        box.addWidget(label(tr("Classes"), "small", "text2"))
        box.addWidget(self.classes)
        box.addLayout(row(self.merge, self.part, None))
        self.balance = Form(TargetSpec(), only=("rare", "resampling"))
        self.balance.changed.connect(lambda spec: self._use(spec, tr("classes")))
        self.weights = Form(Training(), only=("class_weights",))
        self.weights.changed.connect(self._on_weights)
        self.number = Form(TargetSpec(), only=("transform",))
        self.number.changed.connect(lambda spec: self._use(spec, tr("transform of the target")))
        for form in (self.balance, self.weights, self.number):
            wrap_titles(form)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        for part in (
            self.findings,
            self._positive_row,
            self._list_box,
            self.balance,
            self.weights,
            self.number,
        ):
            layout.addWidget(part)

    def show_target(
        self,
        recipe: Recipe,
        name: str | None,
        *,
        classified: bool,
        counts: Mapping[str, int],
        findings: Sequence[Finding],
    ) -> None:
        """Show what the recipe says of a target.

        Args:
            recipe: With that target, alone or among others.
            name: Of its column; None where nothing is predicted.
            classified: Whether classes are predicted.
            counts: Rows of each class in their order, after merging; empty while nobody has counted.
            findings: What is wrong with the recipe; what is about targets is shown.
        """
        self._recipe, self._name = recipe, name or ""
        classes = tuple(counts)
        if classes:
            self._classes = classes
        self.findings.set_findings([each for each in findings if self._is_about(each)])
        spec = recipe.outcome if name is None else recipe.outcome_of(name)
        for part in (self.balance, self.weights):
            part.setVisible(classified)
        self.number.setVisible(not classified)
        self._list_box.setVisible(classified and bool(classes))
        self._positive_row.setVisible(classified and len(classes) == 2)
        self.positive.set_choices([(None, tr("Auto")), *((name, name) for name in classes)])
        self.positive.set_value(spec.positive)
        self._list(classes, tuple(counts.values()))
        self.balance.set_model(spec)
        self.number.set_model(spec)
        self.weights.set_model(recipe.training)
        self.part.setVisible(bool(spec.merge))
        self._enable()

    def _list(self, classes: Sequence[str], counts: Sequence[int]) -> None:
        shown = [self.classes.item(at) for at in range(self.classes.count())]
        chosen = {item.data(Qt.ItemDataRole.UserRole) for item in self.classes.selectedItems()}
        texts = [
            tr("{name} ({count})", name=name, count=count_text(count))
            for name, count in zip(classes, counts, strict=True)
        ]
        if [item.text() for item in shown] == texts:
            return
        with QSignalBlocker(self.classes):
            self.classes.clear()
            for name, text in zip(classes, texts, strict=True):
                item = QListWidgetItem(text, self.classes)
                item.setData(Qt.ItemDataRole.UserRole, name)
                item.setSelected(name in chosen)
        lines = min(_MOST_LINES, max(1, len(classes)))
        self.classes.setFixedHeight(lines * _LINE + 4)

    def _enable(self) -> None:
        chosen = len(self.classes.selectedItems())
        self.merge.setEnabled(2 <= chosen < self.classes.count())
        self.merge.setToolTip(
            tr("The chosen classes count as one") if chosen >= 2 else tr("Choose several classes.")
        )

    def _on_moved(self, *_moved: object) -> None:
        names = [
            self.classes.item(at).data(Qt.ItemDataRole.UserRole)
            for at in range(self.classes.count())
        ]
        self._edit({"order": tuple(names)}, tr("class order"))

    def _on_positive(self, name: Any) -> None:
        self._edit({"positive": name}, tr("positive class"))

    def _on_weights(self, training: Training) -> None:
        changed = self._recipe.model_copy(update={"training": training})
        self.wanted.emit(changed, tr("class weights"))

    def _merge(self) -> None:
        spec = self._recipe.outcome_of(self._name)
        chosen = [item.data(Qt.ItemDataRole.UserRole) for item in self.classes.selectedItems()]
        chosen = [name for name in self._classes if name in chosen]
        kept = [group for group in spec.merge if group.name not in chosen]
        parts: list[str] = []
        for name in chosen:
            former = next((group.classes for group in spec.merge if group.name == name), (name,))
            parts += former
        merged = MergedClass(name=" + ".join(chosen)[:200], classes=tuple(parts))
        order = tuple(name for name in spec.order if name not in chosen)
        positive = None if spec.positive in chosen else spec.positive
        update = {"merge": (*kept, merged), "order": order, "positive": positive}
        self._edit(update, tr("merge classes"))

    def _edit(self, update: dict[str, object], words: str) -> None:
        self._use(self._recipe.outcome_of(self._name).model_copy(update=update), words)

    def _use(self, spec: TargetSpec, words: str) -> None:
        self.wanted.emit(self._recipe.with_outcome_of(self._name, spec), words)

    def _is_about(self, finding: Finding) -> bool:
        """Whether it is about this target, or about the targets together."""
        path = finding.path
        if path[:1] == ("columns",):
            together = len(path) == 1 and len(self._recipe.targets) > 1
            return together or path[1:2] == (self._name,)
        return path[:1] == ("outcome",) or path[:2] == ("training", "class_weights")


def counts_of_target(
    name: str, recipe: Recipe, profile: Profile | None, report: SplitReport | None
) -> dict[str, int]:
    """Rows of each class of a target, in their order, after merging; empty while nobody has counted.

    The split counts the classes of the first target; those of others are known from the profile.
    """
    if report is not None and report.target == name:
        parts = [part.classes for _, part in report.parts]
        sums = [sum(each) for each in zip(*parts, strict=True)]
        return dict(zip(report.classes, sums, strict=False))
    figures = profile.columns.get(name) if profile is not None else None
    if figures is None or not figures.top:
        return {}
    outcome = recipe.outcome_of(name)
    merged = outcome.merged(dict(figures.top))
    return {label: merged[label] for label in outcome.ordered(sorted(merged))}


def _held(*widgets: QWidget) -> QWidget:
    holder = QWidget()
    holder.setLayout(row(widgets[0], None, *widgets[1:]))
    return holder
