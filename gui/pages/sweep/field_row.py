"""One field that is to be swept: its range or its choices, checked while they are edited."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QLineEdit, QWidget

from engine.errors import RecipeInvalid
from engine.plans.parsing import check_field, parse_domain
from engine.plans.sweep import Choices, Domain, Range, SweptField
from engine.plans.sweepable import Sweepable, domain_of
from engine.plans.trials import value_text
from engine.recipe.field_shapes import Number
from engine.recipe.recipe import Recipe
from engine.recipe.refusals import refusal
from gui.i18n import render, tr
from gui.pages.sweep.trial_words import field_words
from gui.widgets import ElidedLabel, column, icon_button, label, row, set_tone

_NUMBER = 92
_NAME = 250


class FieldRow(QWidget):
    """Name and value now, then from–to with log for numbers, or a list of values."""

    changed = Signal()
    removed = Signal()

    def __init__(self, field: Sweepable, recipe: Recipe) -> None:
        super().__init__()
        self.field = field
        self._recipe = recipe
        self.problem = ""
        """What is wrong with what is written; empty: nothing."""
        self._swept: SweptField | None = None
        name = ElidedLabel(field_words(field), "body", weight=500)
        name.setFixedWidth(_NAME)
        now = tr("now {value}", value=value_text(field.value)) if field.value is not None else ""
        self.low, self.high = _edit(tr("From"), _NUMBER), _edit(tr("To"), _NUMBER)
        self.log = QCheckBox(tr("Logarithmic"))
        self.log.setToolTip(
            tr("As many values are tried between 0.001 and 0.01 as between 0.01 and 0.1.")
        )
        self.choices = _edit(tr("Values"), 0)
        self.choices.setPlaceholderText("8, 16, 32")
        remove = icon_button("x", tr("Remove {field}", field=field_words(field)))
        remove.clicked.connect(self.removed)
        unit = label(field.unit and tr(field.unit), "small", "muted")
        self._numbers = isinstance(field.shape, Number)
        if self._numbers:
            ends = row(
                self.low, label(tr("to"), "small", "muted"), self.high, unit, 8, self.log, None
            )
        else:
            ends = row(self.choices)
        self._note = label("", "small", "err", wrap=True)
        self._note.hide()
        caption = label(now, "small", "muted")
        caption.setFixedWidth(110)
        line = row(name, caption, ends, remove, spacing=12)
        line.setStretch(2, 1)
        self.setLayout(column(line, self._note, spacing=3, margins=(0, 3, 0, 3)))
        self._fill(domain_of(field))
        for edit in (self.low, self.high, self.choices):
            edit.editingFinished.connect(self._on_edited)
        self.log.toggled.connect(self._on_edited)
        self._check()

    @property
    def swept(self) -> SweptField | None:
        """What is tried; None while that cannot be."""
        return self._swept

    @property
    def points(self) -> int:
        """How many values a grid tries; 0 while nothing can be."""
        return len(self._swept.domain.grid()) if self._swept is not None else 0

    def _fill(self, domain: Domain | None) -> None:
        if isinstance(domain, Range):
            whole = domain.whole
            self.low.setText(_text(domain.low, whole=whole))
            self.high.setText(_text(domain.high, whole=whole))
            self.log.setChecked(domain.log)
        elif isinstance(domain, Choices):
            self.choices.setText(", ".join(value_text(value) for value in domain.values))

    def _on_edited(self, _: Any = None) -> None:
        self._check()
        self.changed.emit()

    def _check(self) -> None:
        self.problem, self._swept = "", None
        try:
            swept = SweptField(path=self.field.path, domain=self._domain())
            check_field(self._recipe, swept)
            self._swept = swept
        except RecipeInvalid as error:
            self.problem = error.problem if error.reason is None else render(error.reason)
        except ValueError as error:
            self.problem = render(refusal(error))
        self._note.setText(self.problem)
        self._note.setVisible(bool(self.problem))
        for edit in (self.low, self.high, self.choices):
            set_tone(edit, "error" if self.problem else "", "state")

    def _domain(self) -> Domain:
        if not self._numbers:
            return parse_domain(self.choices.text())
        shape = self.field.shape
        assert isinstance(shape, Number)
        ends = f"{self.low.text().strip()}..{self.high.text().strip()}"
        return parse_domain(ends + (":log" if self.log.isChecked() else ""), whole=shape.whole)


def _edit(name: str, width: int) -> QLineEdit:
    edit = QLineEdit()
    edit.setAccessibleName(name)
    if width:
        edit.setFixedWidth(width)
    return edit


def _text(value: float, *, whole: bool) -> str:
    return str(int(value)) if whole else f"{value:.4g}"
