"""The line above the table: which rows are in sight, how columns are used, how cells look."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QWidget

from engine.schema import Role
from gui import theme
from gui.i18n import listed, tr, trn
from gui.models.cell_tints import ColourBy
from gui.models.figures import count_text
from gui.pages.data.table_view import COMPACT, ROOMY
from gui.widgets.buttons import link_button
from gui.widgets.choice import ComboBox, Segmented
from gui.widgets.layout import row
from gui.widgets.text import ElidedLabel, label


class TableStrip(QFrame):
    """Says what it is told; tells what a person chooses."""

    problemsAsked = Signal()  # noqa: N815 - Qt's naming
    columnsAsked = Signal()  # noqa: N815
    heightChosen = Signal(object)  # noqa: N815
    coloursChosen = Signal(object)  # noqa: N815

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("surface", True)
        self.setProperty("rule", "bottom")
        self.setFixedHeight(round(34 * max(1.0, theme.text_scale())))
        self.rows = label("", "small", "text2")
        self._uses = ElidedLabel("", "small", "text2")
        self.kept_out = link_button("")
        self.kept_out.clicked.connect(self.problemsAsked)
        self._found = ElidedLabel("", "small", "muted")
        self.columns = link_button(tr("Columns"), tr("Show, hide and order columns"))
        self.columns.clicked.connect(self.columnsAsked)
        self.colours = ComboBox(
            [
                (ColourBy.NOTHING, tr("Nothing")),
                (ColourBy.VALUE, tr("Value")),
                (ColourBy.TARGET, tr("Target")),
                (ColourBy.MISSING, tr("Missing")),
                (ColourBy.OUTLIERS, tr("Outliers")),
            ],
            small=True,
            name=tr("Colour cells by"),
            quiet=True,
        )
        self.colours.changed.connect(lambda value: self.coloursChosen.emit(ColourBy(value)))
        self.density = Segmented(
            [(ROOMY, tr("Roomy")), (COMPACT, tr("Compact"))], small=True, name=tr("Density")
        )
        self.density.set_value(COMPACT)
        self.density.changed.connect(self.heightChosen)
        self.setLayout(
            row(
                self.rows,
                label("·", "small", "muted"),
                self._uses,
                self.kept_out,
                None,
                self._found,
                self.columns,
                4,
                label(tr("Colour cells by"), "small", "text2"),
                self.colours,
                label(tr("Density"), "small", "text2"),
                self.density,
                margins=(12, 0, 12, 0),
            )
        )

    def say_rows(self, first: int, last: int, shown: int, rows: int, *, is_narrowed: bool) -> None:
        """The places in sight (from 0; −1 for none), of so many shown, of so many in the table."""
        if first < 0 or not shown:
            self.rows.setText(trn("{count} row", "{count} rows", shown))
            return
        if is_narrowed:
            text = trn(
                "Showing {first}–{last} of {count} row that passes the filters",
                "Showing {first}–{last} of {count} rows that pass the filters",
                shown,
                first=first + 1,
                last=last + 1,
            )
        else:
            text = trn(
                "Showing {first}–{last} of {count} row",
                "Showing {first}–{last} of {count} rows",
                shown,
                first=first + 1,
                last=last + 1,
            )
        self.rows.setText(text)
        self.rows.setToolTip(
            trn("{count} row in the file", "{count} rows in the file", rows) if is_narrowed else ""
        )

    def say_uses(self, roles: Sequence[Role]) -> None:
        """How many columns are used for what; nothing for no columns."""
        if not roles:
            self._uses.set_text("")
            return
        features = sum(1 for role in roles if role is Role.FEATURE)
        targets = sum(1 for role in roles if role is Role.TARGET)
        ignored = sum(1 for role in roles if role is Role.IGNORE)
        parts = [
            trn("{count} feature", "{count} features", features),
            trn("{count} target", "{count} targets", targets) if targets else tr("no target"),
        ]
        if ignored:
            parts.append(trn("{count} ignored", "{count} ignored", ignored))
        self._uses.set_text(listed(parts))

    def say_kept_out(self, lines: int) -> None:
        """How many lines of the file are not in the table."""
        self.kept_out.setVisible(lines > 0)
        self.kept_out.setText(trn("{count} line kept out", "{count} lines kept out", lines))

    def say_hidden(self, columns: int) -> None:
        """How many columns are hidden."""
        hidden = tr("Columns ({count} hidden)", count=count_text(columns))
        self.columns.setText(hidden if columns else tr("Columns"))

    def say_found(self, text: str) -> None:
        """What the search came to."""
        self._found.set_text(text)
