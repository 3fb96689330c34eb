"""The problems of a table as a Qt list."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, Qt

from gui.i18n import listed, render, tr, trn
from gui.models.figures import count_text
from gui.models.table_model import Index

if TYPE_CHECKING:
    from engine.data.problems import Problem

PROBLEM = int(Qt.ItemDataRole.UserRole)
"""The role of the `Problem` itself."""
_DISPLAY = int(Qt.ItemDataRole.DisplayRole)
_ACCESSIBLE = int(Qt.ItemDataRole.AccessibleTextRole)
_LINES_NAMED = 4


class ProblemListModel(QAbstractListModel):
    """Problems in the order in which the engine ranks them."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._problems: tuple[Problem, ...] = ()

    def set_problems(self, problems: tuple[Problem, ...]) -> None:
        """Show these."""
        self.beginResetModel()
        self._problems = problems
        self.endResetModel()

    def row_like(self, problem: Problem | None) -> int:
        """The row of the same problem in a new list (same code and column); −1 if it is gone."""
        if problem is not None:
            for row, candidate in enumerate(self._problems):
                if (candidate.code, candidate.column) == (problem.code, problem.column):
                    return row
        return -1

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self._problems)

    def data(self, index: Index, role: int = _DISPLAY) -> Any:
        problem = self._problems[index.row()]
        if role == PROBLEM:
            return problem
        if role == _DISPLAY:
            return render(problem.title)
        if role == _ACCESSIBLE:
            parts = (severity_word(problem), render(problem.title), render(problem.detail))
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
        return trn("Line {lines}", "Lines {lines}", len(lines), lines=named)
    rows = [misfit.row for misfit in problem.misfits] or list(problem.rows)
    if not rows:
        return ""
    named = listed(count_text(row + 1) for row in rows[:_LINES_NAMED])
    if len(rows) > _LINES_NAMED:
        named += " …"
    return trn("Row {rows}", "Rows {rows}", len(rows), rows=named)
