"""Every property of a reading with what was detected for it; what is left on Auto is detected."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeAlias

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QScrollArea, QVBoxLayout, QWidget

from engine.data.formats.kinds import TEXT, WORKBOOK
from engine.recipe.reading import Reading
from gui import theme
from gui.i18n import tr
from gui.pages.reading.controls import AutoChoice, AutoCount
from gui.pages.reading.reasons import Reason
from gui.pages.reading.words import ENCODINGS, encoding_name, marked, value_name
from gui.widgets.layout import column, row
from gui.widgets.text import label, set_tone

WIDTH = 348
_CAPTION = 112
_MOST_LINES = 100_000

Control: TypeAlias = AutoChoice | AutoCount


class ReadingForm(QScrollArea):
    """Emits `changed` whenever another reading is set."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._asked = Reading()
        self._rows: dict[str, _Row] = {}
        for field, control in self._controls().items():
            control.changed.connect(self.changed)
            self._rows[field] = _Row(control)
        ground = QFrame()
        ground.setProperty("surface", True)
        layout = column(spacing=12, margins=(16, 14, 14, 16))
        for each in self._rows.values():
            layout.addWidget(each)
        layout.addStretch(1)
        ground.setLayout(layout)
        self.setWidget(ground)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFixedWidth(round(WIDTH * theme.text_scale()))
        self.setAccessibleName(tr("How the file is read"))
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)

    def control(self, field: str) -> Control:
        """The control of a property."""
        return self._rows[field].control

    def note(self, field: str) -> str:
        """What is said below the control of a property."""
        return self._rows[field].note.text()

    def set_reading(self, reading: Reading) -> None:
        """Show what was asked for; what a person did not set stands on Auto."""
        self._asked = reading
        for field, each in self._rows.items():
            each.control.set_value(_shown(field, getattr(reading, field)))

    def reading(self) -> Reading:
        """What is set. What is set elsewhere (columns, rows mended by hand) is kept."""
        chosen = {field: each.control.value() for field, each in self._rows.items()}
        if chosen["part"] is None and self._rows["part"].isHidden():
            chosen["part"] = self._asked.part
        return self._asked.model_copy(update=chosen)

    def back_to_detected(self) -> None:
        """Everything on Auto, but for the part of the file that is meant."""
        for field, each in self._rows.items():
            if field != "part":
                each.control.set_value(None)
        self.changed.emit()

    def show_found(
        self,
        used: Reading | None,
        why: Mapping[str, Reason],
        format_name: str,
        parts: tuple[str, ...],
    ) -> None:
        """Say for each property what was found, and hide those that the format does not have."""
        part = self._rows["part"].control
        assert isinstance(part, AutoChoice)
        kept = part.value() or (used.part if used is not None else None)
        part.set_choices([(each, each) for each in parts])
        if kept in parts:
            part.set_value(kept)
        is_text = format_name in (TEXT.name, "")
        for field, each in self._rows.items():
            if field == "part":
                each.setVisible(len(parts) > 1)
            elif field in ("header", "skip_lines"):
                each.setVisible(is_text or format_name == WORKBOOK.name)
            else:
                each.setVisible(is_text)
            on_auto = each.control.value() is None
            value = getattr(used, field) if used is not None and on_auto else None
            if field != "part":
                each.control.set_detected(value_name(field, value))
            each.explain(why.get(field) if on_auto else None)

    def focus_first(self) -> None:
        """Put the keyboard where the first property is."""
        first = next((each for each in self._rows.values() if not each.isHidden()), None)
        if first is not None:
            first.control.setFocus()

    def _controls(self) -> dict[str, Control]:
        quotes = [(mark, marked(mark)) for mark in ('"', "'", "")]
        return {
            "part": AutoChoice(tr("Table in the file"), []),
            "encoding": AutoChoice(
                tr("Encoding"), [(name, encoding_name(name)) for name in ENCODINGS], own=20
            ),
            "delimiter": AutoChoice(
                tr("Delimiter"),
                [(mark, marked(mark)) for mark in (",", ";", "\t", "|", " ", "  ", ":")],
                own=1,
            ),
            "quote": AutoChoice(tr("Quote"), quotes, own=1),
            "escape": AutoChoice(
                tr("Escape"), [("", tr("Doubled quotes only")), ("\\", marked("\\"))], own=1
            ),
            "comment": AutoChoice(
                tr("Comments begin with"),
                [("", tr("None")), ("#", "#"), ("%", "%"), ("//", "//"), (";", ";")],
                own=2,
            ),
            "skip_lines": AutoCount(tr("Lines above the table"), 0, _MOST_LINES),
            "header": AutoChoice(
                tr("First line"),
                [(True, tr("Names of the columns")), (False, tr("First row of data"))],
            ),
            "header_rows": AutoCount(tr("Lines of the header"), 1, 5),
            "footer_lines": AutoCount(tr("Lines below the table"), 0, _MOST_LINES),
            "decimal": AutoChoice(
                tr("Decimal mark"), [(".", tr("Point (3.14)")), (",", tr("Comma (3,14)"))]
            ),
            "thousands": AutoChoice(
                tr("Between thousands"),
                [
                    ("", tr("Nothing (1234)")),
                    (",", tr("Comma (1,234)")),
                    (".", tr("Point (1.234)")),
                    (" ", tr("Space (1 234)")),
                    ("'", tr("Apostrophe (1'234)")),
                ],
            ),
            "repair": AutoChoice(
                tr("Damaged rows"),
                [(True, tr("Set right where it is clear")), (False, tr("Keep out"))],
            ),
        }


class _Row(QWidget):
    """A caption, the control and what was detected."""

    def __init__(self, control: Control) -> None:
        super().__init__()
        self.control = control
        name = control.combo.accessibleName() if isinstance(control, AutoChoice) else ""
        caption = label(name or control.accessibleName(), "small", "text2", wrap=True)
        caption.setFixedWidth(round(_CAPTION * theme.text_scale()))
        caption.setBuddy(control)
        self.note = label("", "caption", "muted", wrap=True)
        self.note.hide()
        right = QVBoxLayout()
        right.setSpacing(3)
        right.addWidget(control)
        right.addWidget(self.note)
        layout = row(spacing=8)
        layout.addWidget(caption, 0, Qt.AlignmentFlag.AlignTop)
        layout.addLayout(right, 1)
        caption.setMinimumHeight(26)
        self.setLayout(layout)

    def explain(self, reason: Reason | None) -> None:
        """Say why Auto stands for what it does."""
        self.note.setText(reason.text if reason is not None else "")
        self.note.setVisible(reason is not None)
        set_tone(self.note, "warn" if reason is not None and reason.unsure else "muted")


def _shown(field: str, value: object) -> object:
    if field == "encoding" and isinstance(value, str):
        from engine.data.text.encoding import normal_name

        try:
            return normal_name(value)
        except LookupError:
            return value
    return value
