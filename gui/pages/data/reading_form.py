"""How the file is to be read: each setting found by Trainyard, or chosen by a person."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QGridLayout, QLabel

from engine.data.formats.kinds import TEXT, WORKBOOK
from engine.messages import Message
from engine.recipe.reading import Reading
from gui.i18n import render, sentences, tr
from gui.widgets.buttons import button
from gui.widgets.card import Card
from gui.widgets.choice import ComboBox
from gui.widgets.layout import row
from gui.widgets.text import label

_ENCODINGS = (
    "utf-8",
    "utf-16",
    "cp1252",
    "iso-8859-1",
    "gb18030",
    "big5",
    "shift_jis",
    "euc_kr",
    "cp1251",
)


class ReadingForm(Card):
    """Emits `asked` with a `Reading`; what is left on Auto stays None and is found anew."""

    asked = Signal(object)
    closed = Signal()

    def __init__(self) -> None:
        super().__init__(tr("Read the file again"), tr("What is left on Auto is found anew."))
        self._part: str | None = None
        self.part = ComboBox(name=tr("Table in the file"))
        self.encoding = ComboBox(name=tr("Encoding"))
        self.delimiter = ComboBox(name=tr("Delimiter"))
        self.header_line = ComboBox(name=tr("First line"))
        self.decimal = ComboBox(name=tr("Decimal mark"))
        fields = QGridLayout()
        fields.setHorizontalSpacing(12)
        fields.setVerticalSpacing(4)
        self._captions: list[QLabel] = []
        for at, combo in enumerate(self._combos()):
            caption = label(combo.accessibleName(), "caption", "text2")
            caption.setBuddy(combo)
            self._captions.append(caption)
            fields.addWidget(caption, 0, at)
            fields.addWidget(combo, 1, at)
            fields.setColumnStretch(at, 1)
        self._why = label("", "small", "muted", wrap=True)
        self.read = button(tr("Read again"), primary=True)
        self.read.clicked.connect(lambda: self.asked.emit(self.reading()))
        cancel = button(tr("Cancel"))
        cancel.clicked.connect(self.closed)
        self.body.addLayout(fields)
        self.body.addWidget(self._why)
        self.body.addLayout(row(self.read, cancel, None))
        self.show_reading(Reading(), ())

    def show_reading(
        self,
        used: Reading,
        why: tuple[Message, ...],
        format_name: str = TEXT.name,
        parts: tuple[str, ...] = (),
    ) -> None:
        """Show what was used for the open file and why; every setting goes back to Auto.

        Only a text table has a dialect to choose, and only a table or a sheet of cells a header.
        """
        self._part = used.part
        self.part.set_choices([(part, part) for part in parts])
        self.part.set_value(used.part)
        is_text = format_name == TEXT.name
        shown = (len(parts) > 1, is_text, is_text, is_text or format_name == WORKBOOK.name, is_text)
        for combo, caption, visible in zip(self._combos(), self._captions, shown, strict=True):
            combo.setVisible(visible)
            caption.setVisible(visible)
        self.setFocusProxy(
            next((c for c, s in zip(self._combos(), shown, strict=True) if s), self.read)
        )
        encodings = list(_ENCODINGS)
        if used.encoding and used.encoding.lower() not in encodings:
            encodings.insert(0, used.encoding)
        self._fill(self.encoding, [(name, name.upper()) for name in encodings], used.encoding)
        self._fill(
            self.delimiter,
            [
                (",", tr("Comma")),
                (";", tr("Semicolon")),
                ("\t", tr("Tab")),
                ("|", tr("Vertical bar")),
                (" ", tr("Space")),
                (":", tr("Colon")),
            ],
            used.delimiter,
        )
        self._fill(
            self.header_line,
            [(True, tr("Names of the columns")), (False, tr("First row of data"))],
            used.header,
        )
        self._fill(
            self.decimal, [(".", tr("Point (3.14)")), (",", tr("Comma (3,14)"))], used.decimal
        )
        self._why.setText(sentences(render(reason) for reason in why))
        self._why.setVisible(bool(why))

    def reading(self) -> Reading:
        """What is chosen."""
        return Reading(
            encoding=self.encoding.value(),
            delimiter=self.delimiter.value(),
            header=self.header_line.value(),
            decimal=self.decimal.value(),
            part=self.part.value() or self._part,
        )

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.closed.emit()
            return
        super().keyPressEvent(event)

    def _combos(self) -> tuple[ComboBox, ...]:
        return (self.part, self.encoding, self.delimiter, self.header_line, self.decimal)

    def _fill(self, combo: ComboBox, choices: list[tuple[Any, str]], used: Any) -> None:
        named = dict(choices).get(used.lower() if combo is self.encoding and used else used)
        auto = tr("Auto: {value}", value=named) if named else tr("Auto")
        combo.set_choices([(None, auto), *choices])
        combo.set_value(None)
