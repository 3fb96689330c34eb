"""A run's report: what it needs is computed where it is not kept, then it is written."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from engine.data.progress import Progress, nothing
from engine.errors import RunUnfinished, RunUntrained
from engine.languages import Language
from engine.pipeline.results import evaluate_run, explain_run, set_beside_run
from engine.pipeline.test_looks import looks_of
from engine.report.result import Reported
from engine.report.write import format_of, write_report
from engine.store.run_folder import RunFolder
from engine.store.summary import Status
from engine.tasks import Part, ScoredPart

if TYPE_CHECKING:
    from engine.evaluation.result import Evaluation

_FINISHED = (Status.DONE, Status.STOPPED_EARLY, Status.STOPPED, Status.PRUNED)


def report_run(
    run: RunFolder,
    destination: Path,
    *,
    language: Language = "en",
    part: ScoredPart | None = None,
    baselines: bool = False,
    importance: bool = False,
    progress: Progress = nothing,
) -> Reported:
    """Write the report of a finished run; its format is told by the ending of `destination`.

    Args:
        run: The run.
        destination: `.html`, `.pdf` or `.md`.
        language: Of the report.
        part: Whose scores it tells; None: the test part, or what there is instead.
        baselines: Train baselines to set the run beside, where that was not done.
        importance: Compute how much columns matter, where that was not done.
        progress: Told of the work done.

    Raises `RunUnfinished`, `RunUntrained`, `RunDamaged`, `ReportFormatUnknown`, `ChineseFontMissing`,
    `DiskFull`, `WriteFailed`, or the errors of reading the run's table.
    """
    wanted = format_of(destination)
    summary = run.summary()
    if summary.status not in _FINISHED:
        raise RunUnfinished(summary.name, summary.status.value.replace("_", " "))
    if not run.has_weights():
        raise RunUntrained(run.id)
    from engine.report.facts import facts_of

    scored = part or _part_with_rows(run)
    evaluation = None if scored is None else _evaluation(run, scored, progress)
    beside_part: Part = "test" if scored is None or scored == "out_of_fold" else scored
    facts = facts_of(run, evaluation, beside_part)
    if scored is not None and baselines and facts.beside is None and beside_part != "train":
        set_beside_run(run, beside_part, progress=progress)
    if scored is not None and importance and facts.importance is None:
        explain_run(run, beside_part, progress=progress)
    if baselines or importance:
        facts = facts_of(run, evaluation, beside_part)
    document = write_report(facts, destination, language, wanted)
    boxes = False
    if wanted == "pdf":
        from engine.report.fonts import chinese_family, has_chinese

        boxes = has_chinese(document) and chinese_family() is None
    return Reported(
        run=run.id,
        path=str(destination),
        size=destination.stat().st_size,
        format=wanted,
        language=language,
        part=scored,
        boxes=boxes,
    )


def _part_with_rows(run: RunFolder) -> ScoredPart | None:
    """The part that tells most of how good it is; None where no row was kept aside."""
    from engine.members.results import start_of

    started = start_of(run)
    if started is None or started.test_rows:
        return "test"
    if run.recipe().split.cross_validates and run.info().group is None:
        return "out_of_fold"
    return "validation" if started.validation_rows else None


def _evaluation(run: RunFolder, part: ScoredPart, progress: Progress) -> Evaluation:
    """The one that is kept, where it is still true: looking at the test part again would count."""
    from engine.evaluation.kept import kept_evaluation

    kept = kept_evaluation(run.path, run.progress()[1]) if part == "test" else None
    if kept is None:
        return evaluate_run(run, part, progress=progress)
    return kept.model_copy(update={"looks": looks_of(run).all})
