"""Which columns the grid shows: a search by name, and a list of what columns can be narrowed to."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from engine.schema import Kind, Role
from gui.i18n import tr
from gui.pages.prepare.column_line import Line
from gui.widgets import ComboBox, ElidedLabel, SearchField, label, row

ALL = "all"


class ColumnFinder(QWidget):
    """`changed` tells that other columns are wanted: those with `text` in their name that `wants` likes."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.search = SearchField(tr("Find a column"), 180, small=True)
        self.search.textChanged.connect(lambda _text: self.changed.emit())
        self.shown = ComboBox(small=True, name=tr("Which columns are shown"))
        self.shown.set_choices([(name, text) for name, (text, _) in _narrowings().items()])
        self.shown.changed.connect(lambda _value: self.changed.emit())
        self._found = label("", "small", "muted")
        hint = ElidedLabel(tr("Select several to set them at once"), "caption", "muted")
        self.setLayout(row(self.search, self.shown, self._found, None, hint, margins=(8, 6, 12, 2)))

    @property
    def text(self) -> str:
        """What is searched for in the names."""
        return self.search.text().strip()

    @property
    def wants(self) -> Callable[[Line], bool]:
        """Which columns are meant, whatever their names."""
        return _narrowings()[self.shown.value()][1]

    def show_all(self) -> None:
        """Search for nothing."""
        self.shown.set_value(ALL)
        self.search.clear()
        self.changed.emit()

    def tell(self, shown: int, known: int) -> None:
        """Say how many columns were found."""
        text = tr("{shown} of {all} columns", shown=shown, all=known) if shown < known else ""
        self._found.setText(text)


def _narrowings() -> dict[str, tuple[str, Callable[[Line], bool]]]:
    """Which columns the grid can show: a name, its words, and the columns meant."""
    return {
        ALL: (tr("All columns"), lambda _line: True),
        "used": (tr("Used"), lambda line: line.used),
        "unused": (tr("Not used"), lambda line: not line.used and line.role is not Role.TARGET),
        "number": (tr("Numbers"), lambda line: line.kind is Kind.NUMBER),
        "category": (tr("Categories"), lambda line: line.kind is Kind.CATEGORY),
        "date": (tr("Dates"), lambda line: line.kind is Kind.DATE),
        "text": (tr("Texts"), lambda line: line.kind is Kind.TEXT),
        "missing": (tr("With missing values"), lambda line: line.column.missing > 0),
        "look": (tr("To review"), lambda line: line.needs_choice),
    }
