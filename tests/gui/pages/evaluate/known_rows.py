"""An evaluation of two classes with all of its rows, as a worker would keep them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from engine.evaluation.curves import calibration, chance_histogram, sweep
from engine.evaluation.fairness import Groups, fairness
from engine.evaluation.groups import ColumnGroups
from engine.evaluation.measures import ScoredRows
from engine.evaluation.result import Evaluation
from engine.evaluation.row_table import write_row_table
from engine.evaluation.slices import SliceSearch
from tests.gui.pages import evaluations

ROWS = 400


def known(folder: Path) -> tuple[Evaluation, ScoredRows, np.ndarray[Any, Any]]:
    """An evaluation of two classes with all its rows."""
    generator = np.random.default_rng(0)
    actual = (generator.random(ROWS) < 0.4).astype(np.int64)
    chances = np.clip(generator.normal(0.35 + 0.3 * actual, 0.2), 0.001, 0.999)
    scored = ScoredRows(actual, chances, (chances > 0.5).astype(np.int64), 2)
    losses = np.where(actual == 1, -np.log(chances), -np.log(1 - chances))
    groups = (
        ColumnGroups("sex", ("Female", "Male"), (np.arange(ROWS) % 2).astype(np.int8), False),
    )
    rows = np.arange(ROWS) * 3
    file = folder / "test.arrow"
    write_row_table(file, rows, actual, scored.chosen, chances, losses, groups)
    counts = np.bincount(actual * 2 + (chances > 0.5), minlength=4).reshape(2, 2).tolist()
    search = SliceSearch(scored, losses, groups, 20)
    groups_of, gaps = fairness(
        Groups(actual == 1, scored.chosen == 1, chances, scored.right), groups
    )
    answer = evaluations.binary(
        rows=ROWS,
        positive="> 50K",
        confusion=tuple(tuple(row) for row in counts),
        sweep=sweep(actual == 1, chances, None),
        calibration=calibration(scored),
        chances=chance_histogram(actual == 1, chances),
        slices=search.slices(),
        gaps=gaps,
        fairness=groups_of,
        rows_file=str(file),
    )
    return answer, scored, rows
