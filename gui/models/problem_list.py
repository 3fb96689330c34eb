"""The problems of a table as a Qt list."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, Qt

from gui.i18n import listed, render, tr, trn
from gui.models.figures import count_text
from gui.models.table_model import Index

if TYPE_CHECKING:
    from engine.data.problems import Problem

PROBLEM = int(Qt.ItemDataRole.UserRole)
"""The role of the `Problem` itself."""
DISMISSED = PROBLEM + 1
"""The role that says whether a person has said that it is none."""
FIRST_DISMISSED = PROBLEM + 2
"""The role that is true for the first one of those."""
_DISPLAY = int(Qt.ItemDataRole.DisplayRole)
_ACCESSIBLE = int(Qt.ItemDataRole.AccessibleTextRole)
_LINES_NAMED = 4


def is_fixed_by_line(problem: Problem) -> bool:
    """Whether lines or cells are set right one by one."""
    return bool(problem.misfits) or (bool(problem.rejects) and problem.code.startswith("rejected"))


class ProblemListModel(QAbstractListModel):
    """Problems in the order in which the engine ranks them; those that are none at the end."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._problems: tuple[Problem, ...] = ()
        self._open = 0

    def set_problems(
        self, problems: tuple[Problem, ...], dismissed: Collection[str] = frozenset()
    ) -> None:
        """Show these; the keys in `dismissed` are of those that are none."""
        self.beginResetModel()
        still = tuple(problem for problem in problems if problem.key not in dismissed)
        gone = tuple(problem for problem in problems if problem.key in dismissed)
        self._problems = (*still, *gone)
        self._open = len(still)
        self.endResetModel()

    def row_like(self, key: str) -> int:
        """The row of the problem with that key; −1 if it is gone."""
        for row, candidate in enumerate(self._problems):
            if candidate.key == key:
                return row
        return -1

    @property
    def open_problems(self) -> tuple[Problem, ...]:
        """Those that nobody has said to be none."""
        return self._problems[: self._open]

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self._problems)

    def data(self, index: Index, role: int = _DISPLAY) -> Any:
        problem = self._problems[index.row()]
        if role == PROBLEM:
            return problem
        if role == DISMISSED:
            return index.row() >= self._open
        if role == FIRST_DISMISSED:
            return index.row() == self._open
        if role == _DISPLAY:
            return render(problem.title)
        if role == _ACCESSIBLE:
            state = tr("Not a problem") if index.row() >= self._open else severity_word(problem)
            parts = (state, render(problem.title), render(problem.detail))
            return ". ".join(part.rstrip(".") for part in (*parts, where(problem)) if part)
        return None


def severity_word(problem: Problem) -> str:
    """How bad it is, in a word."""
    words = {"error": tr("Error"), "warning": tr("Warning"), "info": tr("Note")}
    return words[problem.severity]


def severity_tone(problem: Problem) -> str:
    """The colour token of its severity."""
    return {"error": "err", "warning": "warn", "info": "text2"}[problem.severity]


def severity_icon(problem: Problem) -> str:
    """The icon of its severity."""
    return {"error": "error", "warning": "warn", "info": "info"}[problem.severity]


def where(problem: Problem) -> str:
    """The first few lines or rows that it concerns: `Lines 212, 519, 640`."""
    lines = [reject.line for reject in problem.rejects]
    lines = lines or [misfit.line for misfit in problem.misfits if misfit.line is not None]
    if lines:
        named = listed(count_text(line) for line in lines[:_LINES_NAMED])
        if len(lines) > _LINES_NAMED:
            named += " …"
        if problem.misfits and not problem.misfits[0].in_lines:
            return trn("Row {rows}", "Rows {rows}", len(lines), rows=named)
        return trn("Line {lines}", "Lines {lines}", len(lines), lines=named)
    rows = [misfit.row for misfit in problem.misfits] or list(problem.rows)
    if not rows:
        return ""
    named = listed(count_text(row + 1) for row in rows[:_LINES_NAMED])
    if len(rows) > _LINES_NAMED:
        named += " …"
    return trn("Row {rows}", "Rows {rows}", len(rows), rows=named)
