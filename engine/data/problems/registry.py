"""All families of findings in their order, and the one call that asks them all."""

from __future__ import annotations

from engine.data.problems.case import Case, Finder
from engine.data.problems.dates import dates
from engine.data.problems.emptiness import missing, useless
from engine.data.problems.gathered import gathered
from engine.data.problems.image_files import images
from engine.data.problems.leakage import leakage, order
from engine.data.problems.likeness import twins
from engine.data.problems.personal import personal
from engine.data.problems.problem import SEVERITIES, Problem
from engine.data.problems.reading import left_out, misfits, rejected, renamed, repaired
from engine.data.problems.repeats import conflicts, duplicates
from engine.data.problems.row_weights import row_weights
from engine.data.problems.spelling import spelling
from engine.data.problems.strange import far_off, stand_ins
from engine.data.problems.target import little, target
from engine.data.profiling.profile import Profile
from engine.data.progress import Cancelled, never
from engine.data.table import Table
from engine.recipe.recipe import Recipe
from engine.schema import Schema

FINDERS: tuple[Finder, ...] = (
    rejected, misfits, dates, target, little, leakage, spelling, conflicts, twins, useless, personal,
    images, duplicates, missing, stand_ins, far_off, order, row_weights, repaired, left_out, renamed,
)  # fmt: skip
"""Ranked: of two findings that are equally bad, the one of the earlier finder comes first."""

_THOROUGH = frozenset(
    {dates, leakage, spelling, conflicts, twins, personal, images, duplicates, stand_ins, far_off, order}
)  # fmt: skip
"""Those that go through all rows, or look closely at many."""


def find_problems(
    table: Table,
    schema: Schema,
    profile: Profile,
    recipe: Recipe,
    *,
    thorough: bool = True,
    cancelled: Cancelled = never,
) -> tuple[Problem, ...]:
    """All findings, the worst first; or without `thorough` those that are had at once.

    `recipe` lists every column. What depends on the table alone is worked out once for each table.
    Raises `engine.errors.Cancelled`.
    """
    case = Case(table, schema, profile, recipe, cancelled)
    found: list[Problem] = []
    for finder in FINDERS:
        case.go_on()
        if thorough or finder not in _THOROUGH:
            found += finder(case)
    return tuple(sorted(gathered(found), key=lambda problem: SEVERITIES.index(problem.severity)))
