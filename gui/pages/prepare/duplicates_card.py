"""The card of rows that are alike, and of rows that belong together."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QMenu

from engine.recipe.rows import DuplicatePolicy, Duplicates, KeptCopy
from gui.i18n import listed, tr, trn
from gui.pages.prepare.warning_notes import WarningNotes
from gui.widgets import Badge, Card, ComboBox, Segmented, button, label, row

if TYPE_CHECKING:
    from engine.data.preparing.split_report.finding import SplitWarning

CODES = ("copies", "groups")
"""Warnings that this card shows."""


class DuplicatesCard(Card):
    """Edits a `Duplicates`; `edited` hands over another one and the words for the step."""

    edited = Signal(object, str)
    fixed = Signal(object, str)
    """A mended `Recipe`, and the words for the step."""

    def __init__(self) -> None:
        super().__init__(tr("Duplicates"))
        self._duplicates = Duplicates()
        self._names: tuple[str, ...] = ()
        self.badge = Badge("")
        self.header.addWidget(self.badge)
        self._says = label("", "small", "text2", wrap=True)
        self.policy = Segmented(
            (
                (DuplicatePolicy.KEEP, tr("Use all")),
                (DuplicatePolicy.DROP, tr("Use one")),
                (DuplicatePolicy.TOGETHER, tr("Keep together")),
            ),
            small=True,
            name=tr("What becomes of rows that are alike"),
        )
        self.policy.changed.connect(self._on_policy)
        self.kept = ComboBox()
        self.kept.setAccessibleName(tr("Which of the rows that are alike is used"))
        self.kept.set_choices(
            ((KeptCopy.FIRST, tr("the first of them")), (KeptCopy.LAST, tr("the last of them")))
        )
        self.kept.changed.connect(self._on_kept)
        self.alike = button(tr("Match on other columns"), small=True)
        self._menu = QMenu(self.alike)
        self.alike.setMenu(self._menu)
        self._menu.aboutToShow.connect(self._fill_menu)
        self.warnings = WarningNotes()
        self.warnings.fixed.connect(self.fixed)
        self.body.addWidget(self._says)
        self.body.addLayout(row(self.policy, self.kept, None, self.alike))
        self.body.addWidget(self.warnings)
        self.body.addStretch(1)

    def show_duplicates(
        self,
        duplicates: Duplicates,
        names: Sequence[str],
        exact: int | None,
        warnings: Sequence[SplitWarning],
    ) -> None:
        """Show the policy.

        Args:
            duplicates: What the recipe says.
            names: Columns of the table.
            exact: Rows that are there twice in all columns; None while nobody has counted.
            warnings: Of the split, about copies and groups.
        """
        self._duplicates, self._names = duplicates, tuple(names)
        self.badge.setVisible(exact is not None)
        self.badge.setText(tr("{count} exact", count=exact or 0))
        self.policy.set_value(duplicates.policy)
        self.kept.set_value(duplicates.keep)
        self.kept.setVisible(duplicates.policy is DuplicatePolicy.DROP)
        self._says.setText(self._words())
        self.warnings.set_warnings([each for each in warnings if each.code in CODES])

    def _words(self) -> str:
        columns = self._duplicates.columns
        if not columns:
            alike = tr("Rows are alike if they have the same values in all columns.")
        else:
            shown = listed(columns[:4]) + ("…" if len(columns) > 4 else "")
            alike = trn(
                "Rows are alike if they have the same value in {columns}.",
                "Rows are alike if they have the same values in {columns}.",
                len(columns),
                columns=shown,
            )
        said = {
            DuplicatePolicy.KEEP: tr("All of them are used, wherever they come to lie."),
            DuplicatePolicy.DROP: tr("One of them is used."),
            DuplicatePolicy.TOGETHER: tr("All of them are used, in the same part."),
        }[self._duplicates.policy]
        return f"{alike} {said}"

    def _on_policy(self, policy: object) -> None:
        self._edit({"policy": DuplicatePolicy(str(policy))})

    def _on_kept(self, kept: object) -> None:
        self._edit({"keep": KeptCopy(str(kept))})

    def _fill_menu(self) -> None:
        self._menu.clear()
        all_columns = self._menu.addAction(tr("All columns"))
        all_columns.setCheckable(True)
        all_columns.setChecked(not self._duplicates.columns)
        all_columns.triggered.connect(lambda: self._edit({"columns": ()}))
        self._menu.addSeparator()
        for name in self._names:
            action = self._menu.addAction(name.replace("&", "&&"))
            action.setCheckable(True)
            action.setChecked(name in self._duplicates.columns)
            action.triggered.connect(lambda on, name=name: self._match_on(name, on))

    def _match_on(self, name: str, wanted: bool) -> None:
        chosen = (
            {*self._duplicates.columns, name} if wanted else {*self._duplicates.columns} - {name}
        )
        self._edit({"columns": tuple(each for each in self._names if each in chosen)})

    def _edit(self, update: dict[str, object]) -> None:
        self.edited.emit(self._duplicates.model_copy(update=update), tr("rows that are alike"))
