"""The panel in which a filter is made or changed: a column and a condition, or an expression."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QCompleter,
    QLineEdit,
    QPlainTextEdit,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from engine.data.rows.filters import ExpressionFilter, Filter
from engine.errors import ExpressionInvalid
from engine.schema import Kind
from gui import theme
from gui.i18n import render, tr
from gui.models.conditions import Test, Wrong, choices_for, filter_of, parts_of, quoted_name
from gui.pages.data.popover import Popover
from gui.widgets.buttons import button, link_button
from gui.widgets.choice import ComboBox, Segmented
from gui.widgets.layout import column, row
from gui.widgets.text import label, set_tone

if TYPE_CHECKING:
    from gui.session import Session

_WIDTH = 380
_CHECK_MS = 200
CONDITION, EXPRESSION = range(2)


class FilterPopover(Popover):
    """Makes one filter and gives it to `session.view`."""

    def __init__(self, session: Session, parent: QWidget) -> None:
        super().__init__(parent, tr("Filter"))
        self._session = session
        self._old: Filter | None = None
        self.setFixedWidth(round(_WIDTH * theme.text_scale()))
        self.way = Segmented(
            [(CONDITION, tr("Condition")), (EXPRESSION, tr("Expression"))],
            small=True,
            name=tr("Kind of filter"),
        )
        self.way.changed.connect(self._show_way)
        self._pages = QStackedWidget()
        self._pages.addWidget(self._make_condition())
        self._pages.addWidget(self._make_expression())
        self.problem = label("", "small", "err", wrap=True)
        self.problem.hide()
        self.cancel = button(tr("Cancel"), small=True)
        self.cancel.clicked.connect(self.close)
        self.apply = button(tr("Apply"), small=True, primary=True)
        self.apply.clicked.connect(self._apply)
        self._check = QTimer(self, singleShot=True, interval=_CHECK_MS)
        self._check.timeout.connect(self._check_expression)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(12, 12, 12, 12)
        layout.setSpacing(10)
        layout.addLayout(row(label(tr("Filter rows"), "section"), None, self.way))
        layout.addWidget(self._pages)
        layout.addWidget(self.problem)
        layout.addLayout(row(None, self.cancel, self.apply))

    # Building -----------------------------------------------------------------------------------

    def _make_condition(self) -> QWidget:
        self.column = ComboBox(name=tr("Column"))
        self.column.setSizeAdjustPolicy(
            ComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon
        )
        self.column.setMinimumContentsLength(10)
        self.column.changed.connect(lambda _: self._show_tests())
        self.test = ComboBox(name=tr("Condition"))
        self.test.changed.connect(lambda _: self._show_values())
        self.values = (QLineEdit(), QLineEdit())
        for at, field in enumerate(self.values):
            field.setAccessibleName(tr("Value") if at == 0 else tr("Second value"))
            field.returnPressed.connect(self._apply)
            field.textEdited.connect(lambda _: self._say(""))
        self._and = label(tr("and"), "small", "text2")
        self._hint = label("", "caption", "muted", wrap=True)
        page = QWidget()
        page.setLayout(
            column(
                row(self.column, self.test),
                row(self.values[0], self._and, self.values[1]),
                self._hint,
                None,
                spacing=8,
            )
        )
        return page

    def _make_expression(self) -> QWidget:
        self.expression = ExpressionField()
        self.expression.submitted = self._apply
        self.expression.textChanged.connect(lambda: (self._say(""), self._check.start()))
        self.insert_column = ComboBox(small=True, name=tr("Insert a column"), quiet=True)
        self.insert_column.setSizeAdjustPolicy(
            ComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon
        )
        self.insert_column.setMinimumContentsLength(8)
        self.insert_column.changed.connect(self._insert_column)
        self.functions = link_button(tr("Functions"))
        self.functions.clicked.connect(self._toggle_functions)
        self._help = QPlainTextEdit(readOnly=True)
        self._help.setFont(theme.font("small"))
        self._help.setAccessibleName(tr("Functions"))
        self._help.setFixedHeight(round(150 * theme.text_scale()))
        self._help.hide()
        page = QWidget()
        page.setLayout(
            column(
                self.expression,
                row(self.insert_column, None, self.functions),
                self._help,
                None,
                spacing=8,
            )
        )
        return page

    # Showing ------------------------------------------------------------------------------------

    def begin(self, column_name: str | None, filter_: Filter | None = None) -> None:
        """Begin a new filter at a column, or change `filter_`."""
        schema = self._session.used_schema
        if schema is None:
            return
        self._old = filter_
        self._kinds = {each.name: each.kind for each in schema.columns}
        choices = [(name, name) for name in schema.names]
        self.column.set_choices(choices)
        self.insert_column.set_choices([(None, tr("Insert a column")), *choices])
        at = getattr(filter_, "column", None) or column_name or schema.names[0]
        self.column.set_value(at)
        self._show_tests()
        self._say("")
        for field in self.values:
            field.clear()
        parts = parts_of(filter_, self._kinds[at]) if filter_ is not None else None
        is_expression = isinstance(filter_, ExpressionFilter)
        self.expression.setPlainText(filter_.expression if is_expression else "")
        self.way.set_value(EXPRESSION if is_expression else CONDITION)
        if parts is not None:
            self.test.set_value(parts[0])
            for field, text in zip(self.values, parts[1], strict=False):
                field.setText(text)
        self._show_way(self.way.value())
        self._show_values()

    def _show_way(self, way: int) -> None:
        self._pages.setCurrentIndex(way)
        for at in range(self._pages.count()):
            policy = self._pages.widget(at).sizePolicy()
            vertical = policy.Policy.Preferred if at == way else policy.Policy.Ignored
            policy.setVerticalPolicy(vertical)
            self._pages.widget(at).setSizePolicy(policy)
        self._say("")
        (self.values[0] if way == CONDITION else self.expression).setFocus()
        self.adjustSize()

    def _show_tests(self) -> None:
        kind = self._kinds[self.column.value()]
        self.test.set_choices(choices_for(kind))
        if self.test.value() is None:
            self.test.setCurrentIndex(0)
        self._show_values()

    def _show_values(self) -> None:
        test, name = Test(self.test.value()), self.column.value()
        kind = self._kinds[name]
        for at, field in enumerate(self.values):
            field.setVisible(at < test.values)
        self._and.setVisible(test.values == 2)
        several = test in (Test.IS, Test.IS_NOT) and kind is not Kind.NUMBER
        hint = tr("Several values are separated by commas.") if several else ""
        if kind is Kind.DATE and test.values:
            hint = tr("Dates are written like 2026-03-01.")
        self._hint.setText(hint)
        self._hint.setVisible(bool(hint))
        self._complete(name if several else None)
        self._say("")
        self.adjustSize()

    def _complete(self, name: str | None) -> None:
        profile = self._session.profile
        known = profile.columns.get(name) if profile is not None and name is not None else None
        if known is None:
            self.values[0].setCompleter(None)  # type: ignore[arg-type]
            return
        completer = QCompleter([value for value, _ in known.top], self.values[0])
        completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        completer.setFilterMode(Qt.MatchFlag.MatchContains)
        self.values[0].setCompleter(completer)

    def _say(self, problem: str) -> None:
        self.problem.setText(problem)
        if self.problem.isHidden() == bool(problem):
            self.problem.setVisible(bool(problem))
            self.adjustSize()
        if not problem:
            for field in (*self.values, self.expression):
                set_tone(field, "", "state")

    def _toggle_functions(self) -> None:
        if not self._help.toPlainText():
            from engine.expressions.functions import FUNCTIONS

            lines = [
                tr("Compare with =, !=, <, <=, >, >=, in [a, b], is missing."),
                tr("Join with and, or, not. Names with blanks stand in `backticks`."),
                "",
            ]
            lines += [f"{each.example}  –  {tr(each.summary)}" for each in FUNCTIONS.values()]
            self._help.setPlainText("\n".join(lines))
        self._help.setVisible(self._help.isHidden())
        self.adjustSize()

    # Acting -------------------------------------------------------------------------------------

    def _insert_column(self, name: str | None) -> None:
        if name is not None:
            self.expression.insertPlainText(quoted_name(name))
            self.insert_column.set_value(None)
            self.expression.setFocus()

    def _check_expression(self) -> bool:
        self._check.stop()
        table = self._session.table
        text = self.expression.toPlainText()
        if table is None or not text.strip():
            return False
        from engine.data.rows.conditions import check_filter

        try:
            check_filter(table, ExpressionFilter(expression=text))
        except ExpressionInvalid as error:
            set_tone(self.expression, "error", "state")
            self._say(self._placed(error, text))
            return False
        self._say("")
        return True

    def _placed(self, error: ExpressionInvalid, text: str) -> str:
        before = text[: error.position - 1][-12:]
        after = text[error.position - 1 :][:16]
        where = tr("At “{before}▸{after}”:", before=before, after=after)
        parts = [error.problem, error.remedy]
        return " ".join([where, *(render(part) for part in parts if part.template)])

    def _apply(self) -> None:
        made = self._made()
        if made is None:
            return
        view = self._session.view
        if self._old is not None and self._old in view.filters:
            view.replace(self._old, made)
        else:
            view.add(made)
        self.close()

    def _made(self) -> Filter | None:
        if self.way.value() == EXPRESSION:
            text = self.expression.toPlainText().strip()
            if not text:
                self._say(tr("Nothing is written yet."))
                return None
            return ExpressionFilter(expression=text) if self._check_expression() else None
        name = self.column.value()
        values = tuple(field.text() for field in self.values)
        made = filter_of(name, self._kinds[name], Test(self.test.value()), values)
        if isinstance(made, Wrong):
            self._say(made.reason)
            set_tone(self.values[made.value], "error", "state")
            self.values[made.value].setFocus()
            return None
        return made


class ExpressionField(QPlainTextEdit):
    """A few lines of code; Enter applies them, Shift+Enter begins a new line."""

    def __init__(self) -> None:
        super().__init__()
        self.submitted = lambda: None
        self.setFont(theme.font("mono"))
        self.setAccessibleName(tr("Expression"))
        self.setPlaceholderText('Age > 30 and Sex = "female"')
        self.setTabChangesFocus(True)
        self.setFixedHeight(round(64 * theme.text_scale()))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        is_enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        if is_enter and not event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            self.submitted()
            return
        if event.key() == Qt.Key.Key_Escape:
            event.ignore()
            return
        super().keyPressEvent(event)
