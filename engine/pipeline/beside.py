"""Setting runs beside each other."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from engine.data.progress import Progress, nothing
from engine.store.run_folder import RunFolder
from engine.tasks import Part

if TYPE_CHECKING:
    from engine.baselines.result import RunsBeside


def runs_beside(
    run: RunFolder,
    others: Sequence[RunFolder],
    part: Part = "test",
    *,
    progress: Progress = nothing,
) -> RunsBeside:
    """Score a run's best weights and those of other runs on the rows that all have in `part`.

    Raises `RunUntrained`, `RunDamaged`, `NothingToCompare`, or the errors of reading a table.
    """
    from engine.baselines.other_runs import LoadedRun, set_runs_beside
    from engine.pipeline.results import predictor_and_table

    loaded = [LoadedRun(each.id, *predictor_and_table(each)) for each in (run, *others)]
    return set_runs_beside(loaded[0], loaded[1:], part, progress)
