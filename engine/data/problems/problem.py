"""A finding: what is wrong, how bad it is, the rows behind it, and a fix where there is a plain one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, TypeAlias

from engine.data.rejects import Misfit, Reject, Repair
from engine.data.rows.filters import Filter
from engine.messages import Message
from engine.recipe.recipe import Recipe

Severity: TypeAlias = Literal["error", "warning", "info"]
SEVERITIES: tuple[Severity, ...] = ("error", "warning", "info")

MOST_ROWS = 1000
"""So many rows behind a problem are named."""


@dataclass(frozen=True, slots=True)
class Fix:
    """An edit of the recipe that mends a problem, and its name."""

    label: Message
    edit: Callable[[Recipe], Recipe]
    """Gives the recipe in force with the problem mended; it may be another than when it was found."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One finding."""

    code: str
    """A name for the kind of problem, for instance `missing`."""
    severity: Severity
    title: Message
    detail: Message
    column: str | None = None
    """The column that it is about, where it is about one."""
    subject: str = ""
    """What in that column, where there can be several findings of a kind: a value, for instance."""
    count: int = 0
    """Rows, lines or cells that it concerns."""
    rows: tuple[int, ...] = ()
    """The first of the table's rows that it concerns."""
    rejects: tuple[Reject, ...] = ()
    repairs: tuple[Repair, ...] = ()
    misfits: tuple[Misfit, ...] = ()
    filters: tuple[Filter, ...] = ()
    """What narrows the table to the rows that it concerns, where filters can say so."""
    columns: tuple[str, ...] = ()
    """All columns that it is about, where it is about several."""
    fix: Fix | None = None

    @property
    def key(self) -> str:
        """What it is called from one look at the table to the next: "not a problem" is kept by it."""
        about = self.columns if self.column is None else (self.column,)
        if len(about) > 2:
            about = ("*",)
        return "/".join((self.code, *about, *filter(None, (self.subject,))))

    @property
    def is_serious(self) -> bool:
        """Whether it counts as a problem rather than as a remark."""
        return self.severity != "info"
