"""What is asked of a trained run: its scores, how it stands to baselines, what its columns matter."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from engine.data.progress import Progress, nothing
from engine.errors import NoFolds
from engine.events import RunStarted
from engine.files import write_atomic
from engine.pipeline.tables import table_of
from engine.pipeline.test_looks import note_look, note_seen
from engine.recipe.reading import Reading
from engine.recipe.start import BEST
from engine.schema import Schema
from engine.store.lock import processes_at_work
from engine.store.run_folder import RunFolder
from engine.tasks import Part, ScoredPart

if TYPE_CHECKING:
    from engine.baselines.result import SetBeside
    from engine.data.table import Table
    from engine.evaluation.result import Evaluation
    from engine.explanation.result import Importance
    from engine.predictor.predictor import Predictor


def evaluate_run(
    run: RunFolder,
    part: ScoredPart = "test",
    *,
    file: Path | None = None,
    reading: Reading | None = None,
    checkpoint: str = BEST,
    gaps_by: tuple[str, ...] = (),
    progress: Progress = nothing,
) -> Evaluation:
    """Score a run's best weights, or another checkpoint's, on one of its parts or another labelled file.

    Out of fold all rows of a cross-validation are scored, each by the fold that did not learn from it.

    Of the best weights the test part's result is kept in the run, and how often it was looked at. What is
    known of each row is kept beside it.

    Raises `RunUntrained`, `CheckpointMissing`, `RunDamaged`, `NoFolds`, or the errors of reading a table.
    """
    from engine.evaluation.evaluate import evaluate, evaluate_file
    from engine.evaluation.kept import state_of
    from engine.evaluation.row_table import FOLDER

    if part == "out_of_fold" and file is None:
        return _evaluate_out_of_fold(run, gaps_by, progress)
    predictor, table, schema = predictor_and_table(run, checkpoint)
    is_best = checkpoint == BEST
    rows_file = run.path / FOLDER / f"{'file' if file else part}.arrow" if is_best else None
    if file is not None:
        return evaluate_file(
            predictor,
            file,
            run=run.id,
            reading=reading,
            rows_file=rows_file,
            gaps_by=gaps_by,
            progress=progress,
        )
    assert part != "out_of_fold"
    found = evaluate(
        predictor,
        table,
        schema,
        part,
        run=run.id,
        rows_file=rows_file,
        gaps_by=gaps_by,
        progress=progress,
    )
    if part == "test" and is_best:
        state = state_of(run.path, run.progress()[1])
        found = found.model_copy(update={"looks": note_look(run).all, "state": state})
        write_atomic(run.evaluation, found.model_dump_json(indent=2).encode())
    return found


def _evaluate_out_of_fold(
    run: RunFolder, gaps_by: tuple[str, ...], progress: Progress
) -> Evaluation:
    from engine.cross_validation import results_of
    from engine.data.columns.infer import infer_schema
    from engine.evaluation.evaluate import evaluate_out_of_fold
    from engine.evaluation.out_of_fold import Fold
    from engine.evaluation.row_table import FOLDER
    from engine.predictor.predictor import Predictor
    from engine.store.workspace import Workspace

    folds = []
    if run.recipe().split.folds is not None:
        workspace = Workspace(run.path.parent.parent)
        try:
            folds = [
                Fold(each.number, Predictor.load(each.run.path))
                for each in results_of(workspace, run)
            ]
        finally:
            workspace.close()
    if not folds:
        raise NoFolds(run.id)
    table = table_of(run)
    return evaluate_out_of_fold(
        folds,
        table,
        infer_schema(table),
        run=run.id,
        rows_file=run.path / FOLDER / "out_of_fold.arrow",
        gaps_by=gaps_by,
        progress=progress,
    )


def set_beside_run(
    run: RunFolder,
    part: Part = "test",
    which: Sequence[str] = (),
    *,
    progress: Progress = nothing,
) -> SetBeside:
    """Compare a run's best weights with baselines that learn from the same rows.

    What the baselines predict is kept in the run, so that each is trained once. `which` names kinds of
    `engine.baselines`; none: all that are installed.

    Raises `RunUntrained`, `RunDamaged`, the errors of reading its table, and those of
    `engine.baselines.set_beside`.
    """
    from engine.baselines.set_beside import set_beside
    from engine.training.device import threads_for

    predictor, table, schema = predictor_and_table(run)
    if part == "test":
        note_seen(run)
    return set_beside(
        predictor,
        table,
        schema,
        part,
        run=run.id,
        folder=run.path,
        best_epoch=run.progress()[1],
        which=which,
        progress=progress,
        threads=threads_for(1 + processes_at_work(run.path.parent)),
    )


def explain_run(
    run: RunFolder, part: Part = "test", repeats: int = 5, *, progress: Progress = nothing
) -> Importance:
    """Permutation importance of a run's columns on one of its parts; kept in the run.

    Raises `RunUntrained`, `RunDamaged`, or the errors of reading its table.
    """
    from engine.explanation.importances import keep_importance
    from engine.explanation.permutation import importance

    predictor, table, schema = predictor_and_table(run)
    found = importance(predictor, table, schema, part, repeats, run=run.id, progress=progress)
    keep_importance(run.path, found, run.progress()[1])
    return found


def predictor_and_table(run: RunFolder, checkpoint: str = BEST) -> tuple[Predictor, Table, Schema]:
    """The model on the device and with the threads of its training, so that sums come out the same."""
    from engine.data.columns.infer import infer_schema
    from engine.predictor.predictor import Predictor
    from engine.training.device import choose_device, use_threads

    predictor = Predictor.load(run.path, checkpoint)
    started = next((event for event in run.events() if isinstance(event, RunStarted)), None)
    if started is not None:
        use_threads(started.threads)
        device, _ = choose_device(started.device)
        predictor.network.to(device)
    table = table_of(run)
    return predictor, table, infer_schema(table)
