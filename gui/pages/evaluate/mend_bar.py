"""Below the errors: what the marked rows should have been labelled, and training on that."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QWidget

from gui.i18n import tr, trn
from gui.pages.evaluate.label_desk import is_number
from gui.widgets.buttons import button, link_button
from gui.widgets.choice import ComboBox
from gui.widgets.text import ElidedLabel

LIKELY = "\0likely"
NONE = "\0none"


class MendBar(QWidget):
    """`corrected` carries a label for each marked row, `put_back` and `again` what the buttons say."""

    corrected = Signal(object)
    """A sequence of (row, label)."""
    put_back = Signal(object)
    """A sequence of rows."""
    again = Signal()

    def __init__(self) -> None:
        super().__init__()
        line = QHBoxLayout(self)
        line.setContentsMargins(8, 4, 8, 4)
        line.setSpacing(8)
        self._rows: tuple[int, ...] = ()
        self._likely: tuple[str, ...] = ()
        self._of_classes = True
        self.marked = ElidedLabel("", "small", "text2")
        self.label = ComboBox(small=True, name=tr("Right label"))
        self.value = QLineEdit()
        self.value.setProperty("small", True)
        self.value.setAccessibleName(tr("Right value"))
        self.value.setFixedWidth(84)
        self.value.textChanged.connect(lambda _text: self._check())
        self.correct = button(tr("Correct label"), small=True)
        self.correct.setToolTip(
            tr("The recipe reads it so from then on; the file itself is never changed.")
        )
        self.correct.clicked.connect(self._on_correct)
        self.back = link_button(tr("Put back"))
        self.back.clicked.connect(lambda: self.put_back.emit(self._rows))
        self.told = ElidedLabel("", "small", "text2")
        self.train = button(tr("Train again"), "play", small=True)
        self.train.setToolTip(
            tr("The same recipe and seed with the labels as they are now; then both are compared.")
        )
        self.train.clicked.connect(self.again)
        for widget in (self.marked, self.label, self.value, self.correct, self.back):
            line.addWidget(widget)
        line.addStretch(1)
        line.addWidget(self.told)
        line.addWidget(self.train)
        self.show_marked((), (), (), {})
        self.show_corrected(0, trained=False)

    def show_marked(
        self,
        rows: Sequence[int],
        likely: Sequence[str],
        classes: Sequence[str],
        corrected: dict[int, str],
    ) -> None:
        """Offer a label for these rows.

        Args:
            rows: Of the table.
            likely: What each is predicted as, in their order.
            classes: All there are; none where numbers are predicted.
            corrected: Rows that are corrected already.
        """
        self._rows, self._likely = tuple(rows), tuple(likely)
        self._of_classes = bool(classes)
        some = bool(rows)
        self.label.setVisible(some and self._of_classes)
        self.value.setVisible(some and not self._of_classes)
        self.correct.setVisible(some)
        self.back.setVisible(any(row in corrected for row in rows))
        if not some:
            self.marked.set_text(tr("Mark rows to correct them."))
            return
        self.marked.set_text(trn("{count} row is", "{count} rows are", len(rows)))
        if self._of_classes:
            named = tr("as predicted") if len(set(likely)) > 1 else likely[0]
            others = [(name, name) for name in classes if [name] != list(set(likely))]
            self.label.set_choices([(LIKELY, named), *others, (NONE, tr("without a label"))])
            self.label.setCurrentIndex(0)
        else:
            self.value.setText(likely[0].replace(",", "").replace("\u2212", "-"))
        self.correct.setText(trn("Correct label", "Correct labels", len(rows)))
        self._check()

    def show_corrected(self, count: int, *, trained: bool) -> None:
        """Say how many labels the recipe corrects; training again is offered unless that was done."""
        self.told.setVisible(count > 0)
        self.train.setVisible(not trained)
        self.told.set_text(
            trn("{count} label corrected", "{count} labels corrected", count)
            if count
            else tr("no label corrected any more")
        )
        self.told.setVisible(count > 0 or not trained)

    def _check(self) -> None:
        fits = self._of_classes or not self.value.text() or is_number(self.value.text())
        self.correct.setEnabled(fits)
        self.value.setProperty("state", "" if fits else "error")
        self.value.style().polish(self.value)
        self.value.setToolTip("" if fits else tr("A number, or empty for no value."))

    def _on_correct(self) -> None:
        if not self._of_classes:
            self.corrected.emit([(row, self.value.text().strip()) for row in self._rows])
            return
        label = self.label.value()
        if label == LIKELY:
            found = list(zip(self._rows, self._likely, strict=True))
        else:
            found = [(row, "" if label == NONE else label) for row in self._rows]
        self.corrected.emit(found)
