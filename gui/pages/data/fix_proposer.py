"""Lists the lines that can be set right and looks for likely fixes, beside the window."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from gui.i18n import render
from gui.jobs import ThreadJob
from gui.models.fix_line import FixLine, FixLines, Option, option_of_cell, option_of_line

if TYPE_CHECKING:
    from engine.data.cells.cell_types import CellType
    from engine.data.problems import Problem
    from engine.data.table import Table
    from engine.schema import Kind
    from gui.session import Session

MOST = 500
"""Lines of a problem for which fixes are looked for; a file with more of them is to be read otherwise."""
_HANDED_OVER_S = 0.15

Found = tuple[FixLine, tuple[Option, ...]]


Listed = list[tuple["Problem", FixLines]]


class FixProposer(QObject):
    """Says which lines and cells problems are about, then what each may have been meant to be."""

    listed = Signal(object)
    """Pairs of a problem and its lines."""
    found = Signal(object)
    """Pairs of a line and its options, as they are found."""

    def __init__(self, session: Session, parent: QObject) -> None:
        super().__init__(parent)
        self._session = session
        self._job: ThreadJob | None = None
        self._ready: deque[Found] = deque()

    def forget(self) -> None:
        """Look no further."""
        if self._job is not None:
            self._job.cancel()
            self._job = None
        self._ready.clear()

    def list_lines(self, problems: Sequence[Problem]) -> None:
        """List the lines of problems that are fixed line by line."""
        self.forget()

        def work(progress: Callable[[float], None], cancelled: Callable[[], bool]) -> Listed:
            return [(problem, _lines_of(problem)) for problem in problems]

        self._job = ThreadJob(work, self)
        self._job.finished.connect(self.listed)
        self._job.failed.connect(self._session.failed)
        self._job.start()

    def look(self, lines: Sequence[FixLine]) -> None:
        """Look for fixes of these lines."""
        self.forget()
        table, schema = self._session.table, self._session.used_schema
        if table is None or schema is None or not lines:
            return
        kinds = {column.name: column.kind for column in schema.columns}
        ready: deque[Found] = deque()
        self._ready = ready

        def work(progress: Callable[[float], None], cancelled: Callable[[], bool]) -> None:
            types: dict[str, CellType] = {}
            told = time.monotonic()
            for at, line in enumerate(lines):
                if cancelled():
                    return
                ready.append((line, _options(table, line, kinds, types)))
                if time.monotonic() - told > _HANDED_OVER_S:
                    told = time.monotonic()
                    progress(at / len(lines))

        self._job = ThreadJob(work, self)
        self._job.progress.connect(self._hand_over)
        self._job.finished.connect(self._hand_over)
        self._job.failed.connect(self._session.failed)
        self._job.start()

    def _hand_over(self) -> None:
        found = []
        while self._ready:
            found.append(self._ready.popleft())
        if found:
            self.found.emit(found)


def _lines_of(problem: Problem) -> FixLines:
    if problem.misfits:
        lines = FixLines(FixLine.of_misfits(problem.misfits, render(problem.title)))
    else:
        lines = FixLines(map(FixLine.of_reject, problem.rejects))
    for line in lines[MOST:]:
        line.options = ()
    return lines


def _options(
    table: Table, line: FixLine, kinds: dict[str, Kind], types: dict[str, CellType]
) -> tuple[Option, ...]:
    from engine.data.corrections.cell_proposals import cell_proposals
    from engine.data.corrections.proposals import proposals
    from engine.data.rejects import Reject
    from engine.messages import Message

    if not line.is_cell:
        reject = Reject(line.line or 0, line.found, line.reject_reason or Message(""), line.file)
        return tuple(option_of_line(p.text, p.label) for p in proposals(table, reject))
    if line.column not in types:
        types[line.column] = _type_of(table, line.column, kinds[line.column])
    found = cell_proposals(line.found, types[line.column])
    return tuple(option_of_cell(p.value, p.label) for p in found if p.value)


def _type_of(table: Table, name: str, kind: Kind) -> CellType:
    from engine.data.cells.cell_types import CellKind
    from engine.data.values import type_as

    stored = table.cell_type(name)
    return type_as(table, name, kind) if stored.kind is CellKind.TEXT else stored
