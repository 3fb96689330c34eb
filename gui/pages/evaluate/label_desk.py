"""Labels that are wrong: set right as a step of the recipe, and trained on again."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from engine.recipe.rows import CellCorrection, with_corrections
from gui.i18n import tr, trn

if TYPE_CHECKING:
    from engine.data.table import Table
    from engine.recipe.recipe import Recipe
    from gui.pages.evaluate.origin import Origin
    from gui.pages.evaluate.shown import Shown
    from gui.session import Session


class Retrained(QObject):
    """Which run each run with corrected labels was trained again from; one for all windows of a session."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.before: dict[str, str] = {}


def retrained_of(session: Session) -> Retrained:
    """That of a session."""
    for child in session.children():
        if isinstance(child, Retrained):
            return child
    return Retrained(session)


class LabelDesk(QObject):
    """Corrects labels of the open table's rows in the recipe in force."""

    def __init__(self, shown: Shown, parent: QObject) -> None:
        super().__init__(parent)
        self._shown = shown
        self.retrained = retrained_of(shown.session)

    @property
    def can_correct(self) -> bool:
        """Whether the rows that are listed stand in the open table, under one target."""
        answer, table = self._shown.answer, self._shown.session.table
        return (
            answer is not None
            and table is not None
            and self._shown.is_of_open_table
            and not self._shown.is_one_of_several
            and answer.target in table.names
        )

    def corrected(self) -> dict[int, str]:
        """Rows whose label the recipe in force corrects, and to what."""
        answer = self._shown.answer
        if answer is None or not self.can_correct:
            return {}
        own = self._shown.session.recipe.rows.corrections
        return {
            cell.row: cell.value
            for each in own
            if each.name == answer.target
            for cell in each.cells
        }

    def correct(self, labels: Sequence[tuple[int, str]]) -> None:
        """Read the labels of these rows as other ones; empty: as missing."""
        session, answer, table = self._shown.session, self._shown.answer, self._shown.session.table
        if answer is None or table is None or not labels:
            return
        cells = [
            CellCorrection(row=row, found=_cell(table, answer.target, row), value=self._raw(value))
            for row, value in labels
        ]
        rules = with_corrections(session.recipe.rows, answer.target, cells)
        session.edit(
            session.recipe.model_copy(update={"rows": rules}),
            trn("Correct {count} label", "Correct {count} labels", len(labels)),
        )

    def put_back(self, rows: Sequence[int]) -> None:
        """Read the labels of these rows as they stand in the file again."""
        session, answer, table = self._shown.session, self._shown.answer, self._shown.session.table
        if answer is None or table is None:
            return
        cells = []
        for row in rows:
            found = _cell(table, answer.target, row)
            cells.append(CellCorrection(row=row, found=found, value=found or ""))
        rules = with_corrections(session.recipe.rows, answer.target, cells)
        session.edit(
            session.recipe.model_copy(update={"rows": rules}),
            trn("Put {count} label back", "Put {count} labels back", len(cells)),
        )

    @property
    def is_trained(self) -> bool:
        """Whether the run has learned from just the labels that the recipe in force gives."""
        origin = self._shown.origin
        if origin is None:
            return False
        return origin.asked.rows.corrections == self._shown.session.recipe.rows.corrections

    def train_again(self) -> None:
        """Train the run's own recipe with the labels as they are now: nothing else is different."""
        run, origin, session = self._shown.run, self._shown.origin, self._shown.session
        if run is None or origin is None or session.schema is None:
            return
        new = session.train_with(
            self._recipe(origin, session), name=tr("{name}, labels", name=run.name)
        )
        if new is not None:
            self.retrained.before[new] = run.id

    def _recipe(self, origin: Origin, session: Session) -> Recipe:
        from engine.data.columns.infer import complete

        assert session.schema is not None
        asked = complete(origin.asked, session.schema)
        rules = asked.rows.model_copy(update={"corrections": session.recipe.rows.corrections})
        return asked.model_copy(update={"rows": rules, "reading": session.recipe.reading})

    def _raw(self, label: str) -> str:
        """A class as the file writes it: merged ones by the first of them."""
        answer, origin = self._shown.answer, self._shown.origin
        if answer is None or origin is None:
            return label
        renamed = origin.resolved.outcome_of(answer.target).renamed
        return next((raw for raw, name in renamed.items() if name == label), label)


def is_number(text: str) -> bool:
    """Whether a text can be the label of a row where numbers are predicted."""
    try:
        return math.isfinite(float(text))
    except ValueError:
        return False


def _cell(table: Table, column: str, row: int) -> str | None:
    return table.cells(column, row, row + 1)[0]
