"""Which rows are chosen on the page, by a cell, a bar, a bin, a point or a slice; and what is shown of them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from engine.evaluation.result import RowError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from engine.evaluation.result import Evaluation
    from engine.evaluation.row_table import Choice, KnownRow, RowTable

MOST = 200
"""Rows that are listed."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """What was chosen."""

    choice: Choice
    title: str
    """In words, for people."""


class RowChoice(QObject):
    """One choice at a time; `changed` when it is another one, or its rows are."""

    changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._answer: Evaluation | None = None
        self._table: RowTable | None = None
        self._threshold = 0.5
        self.chosen: Chosen | None = None

    def show_answer(self, answer: Evaluation | None) -> None:
        """Look at the rows of another evaluation; nothing is chosen then."""
        self._answer, self._table, self.chosen = answer, None, None
        if answer is not None:
            self._threshold = answer.threshold
            self._table = _table_of(answer)

    @property
    def table(self) -> RowTable | None:
        """What is known of each row; None where it was not kept."""
        return self._table

    @property
    def knows_rows(self) -> bool:
        """Whether what is known of each row was kept."""
        return self._table is not None

    def choose(self, chosen: Chosen | None) -> None:
        """Choose other rows, or none in particular."""
        if chosen != self.chosen:
            self.chosen = chosen
            self.changed.emit()

    def set_threshold(self, threshold: float) -> None:
        """Predict by another threshold; the rows of a cell follow."""
        from engine.evaluation.row_table import ByCell

        self._threshold = threshold
        if self.chosen is not None and isinstance(self.chosen.choice, ByCell):
            self.changed.emit()

    def errors(self) -> Sequence[RowError]:
        """Those of the chosen rows, or of all, that the model gets most wrong."""
        answer, table = self._answer, self._table
        if answer is None:
            return ()
        if table is None:
            return _of_cell(answer, self.chosen)
        if self.chosen is None and not self._moves:
            return answer.largest_errors
        found = table.worst(self._mask(), MOST)
        return [self._told(answer, each) for each in found]

    def count(self) -> int | None:
        """How many rows are chosen; None where that is not known."""
        if self._table is None or self.chosen is None:
            return None
        mask = self._mask()
        return None if mask is None else int(mask.sum())

    def rows(self) -> NDArray[np.int64]:
        """Their numbers in the table, in its order; of all rows without a choice."""
        assert self._table is not None
        mask = self._mask()
        if mask is None:
            return self._table.rows
        return self._table.rows_of(mask)

    @property
    def _moves(self) -> bool:
        answer = self._answer
        return answer is not None and self._threshold != answer.threshold

    def _mask(self) -> NDArray[np.bool_] | None:
        if self._table is None or self.chosen is None:
            return None
        return self._table.mask(self.chosen.choice, self._live(), self._positive())

    def _live(self) -> float | None:
        return self._threshold if self._moves else None

    def _positive(self) -> int:
        answer = self._answer
        if answer is None or answer.positive not in answer.classes:
            return 1
        return answer.classes.index(answer.positive)

    def _told(self, answer: Evaluation, row: KnownRow) -> RowError:
        if not answer.classes:
            actual, predicted = f"{row.actual:.6g}", f"{row.predicted:.6g}"
            return RowError(row=row.row, actual=actual, predicted=predicted, loss=row.loss)
        place, positive = int(row.predicted), self._positive()
        if self._moves:
            place = positive if row.chance > self._threshold else 1 - positive
        chance: float | None = row.chance
        if len(answer.classes) == 2:
            chance = row.chance if place == positive else 1 - row.chance
        elif answer.positive:
            chance = None  # it is that of the positive class
        return RowError(
            row=row.row,
            actual=answer.classes[int(row.actual)],
            predicted=answer.classes[place],
            loss=row.loss,
            chance=chance,
            margin=None if math.isnan(row.margin) else row.margin,
        )


def _table_of(answer: Evaluation) -> RowTable | None:
    if not answer.rows_file or not Path(answer.rows_file).exists():
        return None
    from engine.evaluation.row_table import RowTable

    try:
        found = RowTable.load(Path(answer.rows_file))
    except (OSError, ValueError, KeyError):  # pyarrow's errors are ValueErrors too
        return None
    return found if len(found) == answer.rows else None


def _of_cell(answer: Evaluation, chosen: Chosen | None) -> Sequence[RowError]:
    """Of the errors that came with the evaluation, where rows were not kept."""
    if chosen is None:
        return answer.largest_errors
    from engine.evaluation.row_table import ByCell

    if not isinstance(chosen.choice, ByCell):
        return ()
    names = (answer.classes[chosen.choice.actual], answer.classes[chosen.choice.predicted])
    return [each for each in answer.largest_errors if (each.actual, each.predicted) == names]
