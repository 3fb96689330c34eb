"""What was noticed about a column and has a fix: told at the head of its inspector, done with one click."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal

from gui.i18n import render, tr
from gui.widgets import Note

if TYPE_CHECKING:
    from engine.data.problems import Problem


def suggested(name: str, problems: Sequence[Problem], dismissed: Collection[str]) -> Problem | None:
    """The first problem of a column that has a fix and was not called "not a problem"."""
    for problem in problems:
        if problem.column == name and problem.fix is not None and problem.key not in dismissed:
            return problem
    return None


class Suggestion(Note):
    """One problem in words, and a button with its fix."""

    wanted = Signal(object)
    """The `Problem` whose fix is asked for."""

    def __init__(self) -> None:
        super().__init__("")
        self._problem: Problem | None = None
        self.acted.connect(lambda: self.wanted.emit(self._problem))

    def show_problem(self, problem: Problem | None) -> None:
        """Tell of a problem that has a fix."""
        self._problem = problem
        if problem is not None and problem.fix is not None:
            tone = "warn" if problem.is_serious else "info"
            title = tr("{sentence}.", sentence=render(problem.title))
            self.set(render(problem.detail), tone, render(problem.fix.label), title=title)
