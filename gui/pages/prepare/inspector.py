"""The Prepare page's inspector: one column before and after, and every choice about it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QButtonGroup,
    QFrame,
    QGridLayout,
    QLabel,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from engine.data.preparing.column_steps import choices, may_flag, scale_in_force, why, why_flag
from engine.messages import Message
from engine.recipe.column_families import Scaling
from engine.recipe.columns import ColumnSpec
from engine.recipe.parts import AUTO
from engine.schema import Kind, Role
from gui import theme
from gui.i18n import render, tr
from gui.icons import pixmap
from gui.models.column_words import (
    CHOOSABLE_ROLES,
    kind_name,
    offer_kinds,
    offered_name,
    role_name,
    roles_offered,
)
from gui.models.figures import exact_text
from gui.pages.prepare.column_model import Line, Part
from gui.pages.prepare.spread_plot import SpreadPlot
from gui.pages.prepare.step_section import PADDING, FieldBox, StepForm, StepSection, edited
from gui.pages.prepare.suggestion import Suggestion
from gui.pages.prepare.target_section import TargetSection
from gui.pages.prepare.words import step_help, step_name
from gui.widgets import ComboBox, ElidedLabel, EmptyState, Note, button, column, label, row, rule

if TYPE_CHECKING:
    from engine.data.preparing.preview import NumberPreview
    from engine.data.problems import Problem


class PrepareInspector(QWidget):
    """Shows a `Line`; edits are asked for by signals."""

    specWanted = Signal(object, str)  # noqa: N815 - Qt's naming
    """A `ColumnSpec` and the words for the step."""
    roleWanted = Signal(str, object)  # noqa: N815
    kindWanted = Signal(str, object)  # noqa: N815

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("surface", True)
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setAccessibleName(tr("Column"))
        self._line: Line | None = None
        self._make_head()
        self._make_choices()
        self.before = SpreadPlot(tr("Before"), "c0")
        self.after = SpreadPlot(tr("After"), "s4")
        self._examples = QGridLayout()
        self._fitted = Note("", "plain")
        self.suggestion = Suggestion()
        self._lay_out()
        self.show_line(None, None, 0)

    def show_line(self, line: Line | None, preview: NumberPreview | None, train_rows: int) -> None:
        """Show a column of the table, and what becomes of it where that is known."""
        self._line = line
        self._content.setVisible(line is not None)
        self._head.setVisible(line is not None)
        self._empty.setVisible(line is None)
        if line is None:
            return
        picture = pixmap(line.facts.icon, theme.colour("text"), 16, self.devicePixelRatioF())
        self._icon.setPixmap(picture)
        self._name.set_text(line.column.name)
        self._about.setText(
            tr("{type}, {role}", type=line.facts.word, role=role_name(line.role).lower())
        )
        self._show_choices(line)
        shown = preview if line.used else None
        self._plots.setVisible(shown is not None and shown.before is not None)
        self._examples_section.setVisible(shown is not None and bool(shown.examples))
        if shown is not None:
            self.before.show_spread(shown.before)
            self.after.show_spread(shown.after)
            self._show_examples(shown)
        self._fitted.setVisible(line.used and train_rows > 0)
        self._fitted.set(
            tr(
                "Fitted on the {rows} train rows only, so nothing leaks from validation or test.",
                rows=train_rows,
            )
            + (
                " " + tr("The pictures show a random sample of {rows} rows.", rows=shown.rows)
                if shown is not None
                else ""
            )
        )

    def show_suggestion(self, problem: Problem | None) -> None:
        """Tell what was noticed about the column and can be mended, or nothing."""
        self._suggestion_section.setVisible(problem is not None)
        self.suggestion.show_problem(problem)

    # Building -------------------------------------------------------------------------------------

    def _make_head(self) -> None:
        self._icon = QLabel()
        self._name = ElidedLabel("", "title")
        self._about = label("", "small", "muted")
        self._head = QFrame()
        self._head.setProperty("rule", "bottom")
        self._head.setFixedHeight(46)
        self._head.setLayout(
            row(self._icon, self._name, self._about, None, margins=(PADDING, 0, PADDING, 0))
        )

    def _make_choices(self) -> None:
        self.kind = FieldBox(name=tr("Type"))
        self.kind.changed.connect(self._on_kind)
        self.role = FieldBox([(role, role_name(role)) for role in CHOOSABLE_ROLES], name=tr("Role"))
        self.role.changed.connect(self._on_role)
        self.flag = FieldBox(
            ((None, tr("Auto")), (True, tr("Yes")), (False, tr("No"))),
            name=tr("Whether an input tells which rows had no value"),
        )
        self.flag.changed.connect(lambda flag: self._edit({"flag": flag}, tr("missing flag")))
        self.steps = {step: StepSection(step, title) for step, title in _titles().items()}
        for step, section in self.steps.items():
            section.wanted.connect(lambda wanted, step=step: self._on_step(step, wanted))
        self.missing = self.steps["missing"].choice
        self.target = TargetSection()
        self.scale_settings = StepForm()
        self.scale_settings.changed.connect(lambda scale: self._on_step("scale", scale))
        self._why_role = label("", "caption", "muted", wrap=True)
        self._why_flag = label("", "caption", "muted", wrap=True)
        self._why_scale = label("", "caption", "muted", wrap=True)
        self._scales = QButtonGroup(self)
        self.scale_buttons: dict[str, QPushButton] = {}
        ways = {AUTO: (tr("Auto"), tr("Chosen from the column."))}
        ways |= {
            way.kind_name(): (step_name(way), step_help(way))
            for way in choices("scale", Kind.NUMBER)
        }
        for place, (kind, (name, tip)) in enumerate(ways.items()):
            choice = button(name, small=True, tooltip=tip)
            choice.setCheckable(True)
            choice.setStyleSheet(_chosen_look())
            choice.setAccessibleDescription(tip)
            self._scales.addButton(choice, place)
            self.scale_buttons[kind] = choice
            choice.clicked.connect(lambda _on, kind=kind: self._on_scale(kind))

    def _lay_out(self) -> None:
        self._suggestion_section = _section(column(self.suggestion), ruled=False)
        self._plots = _section(column(self.before, self.after, spacing=6), ruled=False)
        grid = QGridLayout()
        grid.setSpacing(6)
        for place, choice in enumerate(self.scale_buttons.values()):
            grid.addWidget(choice, place // 3, place % 3)
        self._scale_section = _section(
            column(
                label(tr("Scale"), "small", "text2"),
                grid,
                self.scale_settings,
                self._why_scale,
                spacing=6,
            )
        )
        self._flag_field = _held(
            column(_field(tr("Missing flag"), self.flag), self._why_flag, spacing=6)
        )
        self._sections = {
            name: _section(column(*(self.steps[step] for step in steps), spacing=8))
            for name, steps in _SECTIONS.items()
        }
        self._missing_section = _section(
            column(self.steps["missing"], self._flag_field, self.steps["clip"], spacing=8)
        )
        roles = _section(
            column(
                _field(tr("Type"), self.kind),
                _field(tr("Role"), self.role),
                self._why_role,
                spacing=6,
            )
        )
        self._target_section = _section(column(self.target))
        self._hide_section = _section(column(self.steps["hide"]))
        self._examples_section = _section(
            column(label(tr("Examples"), "section"), self._examples, spacing=6)
        )
        self._content = QWidget()
        self._content.setLayout(
            column(
                self._suggestion_section,
                self._plots,
                self._scale_section,
                *self._sections.values(),
                self._missing_section,
                roles,
                self._target_section,
                self._hide_section,
                self._examples_section,
                column(self._fitted, margins=(PADDING, 6, PADDING, PADDING)),
                None,
                spacing=0,
            )
        )
        self._empty = EmptyState(
            tr("No column chosen"), tr("Click a column to see what is done to it.")
        )
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(0)
        outer.addWidget(self._head)
        outer.addWidget(self._content, 1)
        outer.addWidget(self._empty, 1)

    # Showing --------------------------------------------------------------------------------------

    def _show_choices(self, line: Line) -> None:
        offer_kinds(self.kind, line.kind)
        is_target = line.role is Role.TARGET
        roles = roles_offered(line.targets, is_target=is_target, is_derived=line.is_derived)
        if len(roles) != self.role.count():
            self.role.set_choices([(role, offered_name(role)) for role in roles])
        self.role.set_value(line.role)
        self._why_role.setText(_why_role(line))
        self._why_role.setVisible(bool(self._why_role.text()))
        shown = {step: section.show_line(line) for step, section in self.steps.items()}
        for name, steps in _SECTIONS.items():
            self._sections[name].setVisible(any(shown[step] for step in steps))
        self._hide_section.setVisible(shown["hide"])
        self._target_section.setVisible(line.role is Role.TARGET)
        self._show_flag(line)
        self._missing_section.setVisible(shown["missing"])
        self._scale_section.setVisible(line.used and line.kind is Kind.NUMBER)
        is_number = line.kind is Kind.NUMBER
        if is_number:
            self.scale_buttons[str(line.value(Part.SCALE))].setChecked(True)
        self.scale_settings.show_step(line.spec.scale if is_number else None)
        scale = scale_in_force(line.spec, line.kind)
        reason = why("scale", line.kind, line.column) if line.spec.scale is None else None
        if scale is not None and reason is not None:
            taken = tr("Auto takes {choice}.", choice=step_name(scale))
            self._why_scale.setText(taken + " " + render(reason))
        elif scale is not None:
            self._why_scale.setText(step_help(scale))

    def _show_flag(self, line: Line) -> None:
        asked = line.spec.flag
        possible = line.used and (asked is False or may_flag(line.spec, line.kind))
        self._flag_field.setVisible(possible)
        self.flag.set_value(asked)
        reason = why_flag(line.kind, line.column) if asked is None else None
        self._why_flag.setText(render(reason) if reason is not None else "")
        self._why_flag.setVisible(reason is not None)

    def _show_examples(self, preview: NumberPreview) -> None:
        while (item := self._examples.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        lines = [(exact_text(raw), exact_text(made)) for raw, made in preview.examples[:3]]
        for at, (raw, made) in enumerate(lines):
            for place, text in enumerate((raw, "→", made)):
                tone = "muted" if place == 1 else "text"
                cell = label(text, "small", tone, selectable=place != 1)
                cell.setAlignment(Qt.AlignmentFlag.AlignRight)
                self._examples.addWidget(cell, at, place)
        self._examples.setHorizontalSpacing(14)
        self._examples.setVerticalSpacing(4)
        self._examples.setColumnStretch(3, 1)

    # Editing --------------------------------------------------------------------------------------

    def _on_kind(self, kind: object) -> None:
        if self._line is not None:
            self.kindWanted.emit(self._line.column.name, Kind(str(kind)))

    def _on_role(self, role: object) -> None:
        if self._line is not None:
            self.roleWanted.emit(self._line.column.name, role)

    def _on_step(self, step: str, wanted: object) -> None:
        if self._line is not None:
            words = tr("{what} of {column}", what=_words_of(step), column=self._line.column.name)
            self.specWanted.emit(edited(self._line.spec, step, wanted), words)

    def _on_scale(self, kind: str) -> None:
        scale = None if kind == AUTO else Scaling.default(kind)
        self._edit({"scale": scale}, tr("scale"))

    def _edit(self, update: dict[str, object], words: str) -> None:
        if self._line is not None:
            spec: ColumnSpec = self._line.spec.model_copy(update=update)
            words = tr("{what} of {column}", what=words, column=self._line.column.name)
            self.specWanted.emit(spec, words)


_SECTIONS = {"encode": ("encode", "rare"), "dates": ("dates",)}
"""Steps that stand together, by the first of them."""


def _titles() -> dict[str, str]:
    return {
        "missing": tr("If missing"),
        "clip": tr("Clip outliers"),
        "encode": tr("Encode"),
        "rare": tr("Rare levels"),
        "dates": tr("Date as"),
        "hide": tr("Hide values"),
    }


def _words_of(step: str) -> str:
    """A step as the name of an edit."""
    names = {
        "missing": tr("missing values"),
        "clip": tr("outliers"),
        "scale": tr("scale"),
        "encode": tr("encoding"),
        "rare": tr("rare levels"),
        "dates": tr("date parts"),
        "hide": tr("hidden values"),
    }
    return names[step]


def _held(content: QVBoxLayout) -> QWidget:
    holder = QWidget()
    holder.setLayout(content)
    return holder


def _chosen_look() -> str:
    selected, accent, ink = (theme.colour(t).name() for t in ("selected", "accent", "accentText"))
    return (
        "QPushButton { padding: 0 4px }"
        f" QPushButton:checked {{ background: {selected}; border-color: {accent}; color: {ink};"
        " font-weight: 600 }"
    )


def _why_role(line: Line) -> str:
    if line.role is Role.TARGET and line.targets > 1:
        return tr("It is one of {count} columns to predict.", count=line.targets)
    if line.role is Role.TARGET:
        return tr("This is the column to predict.")
    if line.role in (Role.GROUP, Role.TIME, Role.WEIGHT):
        return {
            Role.GROUP: tr("Rows with the same value stay in one part of the split."),
            Role.TIME: tr("The split goes by it: earlier rows train, later ones test."),
            Role.WEIGHT: tr(
                "Says how much a row counts, in training and in the metrics. Means and quantiles of other columns are taken of all rows alike."
            ),
        }[line.role]
    if line.kind is not line.column.kind:
        return tr("Set by hand. Read as {kind} at first.", kind=kind_name(line.column.kind).lower())
    if line.column.reason is None:
        return ""
    return render(Message(line.column.reason.template, line.column.reason.facts))


def _field(title: str, editor: ComboBox) -> QVBoxLayout:
    name = label(title, "small", "text2")
    name.setBuddy(editor)
    return row(name, None, editor)  # type: ignore[return-value]


def _section(content: QVBoxLayout, *, ruled: bool = True) -> QWidget:
    section = QWidget()
    content.setContentsMargins(PADDING, 8, PADDING, 10)
    section.setLayout(column(*([rule()] if ruled else []), content, spacing=0))
    return section
