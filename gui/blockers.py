"""Why Train cannot start: what the trainer would say after a start, known before."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.errors import NoFeatures, NoTarget, TargetMissing, TargetOneClass
from engine.lookup import Last
from engine.messages import Message, format_fact, message
from engine.recipe.checks import findings
from engine.recipe.recipe import Recipe
from engine.schema import Role

if TYPE_CHECKING:
    from engine.data.profiling.profile import Profile
    from engine.data.table import Table

_findings = Last(findings)
"""Asked several times for each recipe: by the actions, the rail, the pages."""


def blockers(table: Table | None, recipe: Recipe, profile: Profile | None) -> tuple[Message, ...]:
    """One sentence for each reason; empty when a run can start."""
    if table is None:
        return (message("Open a table first."),)
    if recipe.reading != table.reading:
        return (message("The file is being read again."),)
    if recipe.target is None:
        return NoTarget().messages()
    broken = tuple(finding.problem for finding in _findings(recipe))
    if broken:
        return broken
    roles = [column.role for column in recipe.columns]
    if Role.FEATURE not in roles:
        return NoFeatures(roles.count(Role.IGNORE)).messages()
    return _useless_target(table.rows, recipe.target, profile)


def _useless_target(rows: int, target: str, profile: Profile | None) -> tuple[Message, ...]:
    figures = profile.columns.get(target) if profile is not None else None
    if figures is None:
        return ()
    if figures.missing == rows:
        return TargetMissing(target, rows).messages()
    if figures.distinct == 1:
        value = figures.top[0][0] if figures.top else format_fact(figures.minimum)
        return TargetOneClass(target, value, rows - figures.missing).messages()
    return ()
