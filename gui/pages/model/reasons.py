"""What Auto chose and why, one sentence for each field."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtWidgets import QVBoxLayout, QWidget

from engine.recipe.auto.choose import Plan
from engine.recipe.field_words import field_title, value_words
from gui.i18n import render, tr
from gui.widgets import column, label, rule


@dataclass(frozen=True, slots=True)
class ReasonLine:
    """A field that Auto chose, translated."""

    title: str
    value: str
    why: str


def reason_lines(plan: Plan | None, at: tuple[str, ...]) -> tuple[ReasonLine, ...]:
    """What Auto chose in the part of the recipe that lies at that path."""
    found = []
    for reason in plan.reasons if plan is not None else ():
        if reason.path[: len(at)] != at:
            continue
        value: object = plan
        info = None
        for name in reason.path:
            info = type(value).model_fields[name]  # type: ignore[attr-defined]
            value = getattr(value, name)
        title = render(field_title(reason.path[-1], info))
        words = render(value_words(value, info, reason.path[-1]))
        found.append(ReasonLine(title, words, render(reason.why)))
    return tuple(found)


class Reasons(QWidget):
    """Lines of what was chosen, each with its reason; hidden while there is none."""

    def __init__(self) -> None:
        super().__init__()
        self._outer = QVBoxLayout(self)
        self._outer.setContentsMargins(0, 0, 0, 0)
        self._outer.setSpacing(10)
        self._content: QWidget | None = None
        self._rule = rule()
        self._outer.addWidget(self._rule)
        self.lines: tuple[ReasonLine, ...] = ()
        self.note = ""
        self.hide()

    def set_ruled(self, ruled: bool) -> None:
        """Whether a line divides it from what stands below: not from what begins with one."""
        self._rule.setVisible(ruled)

    def show_lines(self, lines: Sequence[ReasonLine], note: str = "") -> None:
        """Show these lines, and a sentence under them."""
        if (tuple(lines), note) == (self.lines, self.note):
            return
        self.lines, self.note = tuple(lines), note
        if self._content is not None:
            self._outer.removeWidget(self._content)
            self._content.hide()
            self._content.deleteLater()
        self._content = QWidget()
        rows = column(spacing=6)
        rows.addWidget(label(tr("Chosen by Auto"), "section"))
        for line in self.lines:
            named = label(f"{line.title}: {line.value}", "small", weight=500, wrap=True)
            why = label(line.why, "small", "muted", wrap=True)
            rows.addLayout(column(named, why, spacing=1))
        if note:
            rows.addWidget(label(note, "small", "text2", wrap=True))
        self._content.setLayout(rows)
        self._outer.insertWidget(0, self._content)
        self.setVisible(bool(lines or note))
