"""What is asked of single rows, or of the rows of a part, once they are scored."""

from __future__ import annotations

from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING

from engine.data.progress import Progress, nothing
from engine.errors import NotEvaluated, UnknownColumn
from engine.pipeline.results import predictor_and_table
from engine.pipeline.tables import table_of
from engine.recipe.reading import Reading
from engine.store.run_folder import RunFolder
from engine.tasks import NearestRowsTask, ResidualsTask

if TYPE_CHECKING:
    from engine.evaluation.residuals import ErrorKind, Residuals
    from engine.explanation.result import NearestRows
    from engine.predictor.part import KeptTrainingRows


def residuals_of_run(run: RunFolder, asked: ResidualsTask) -> Residuals:
    """Errors of a part that was evaluated, by a column of its table.

    Raises `NotEvaluated`, `UnknownColumn`, or the errors of reading a table.
    """
    import pyarrow as pa

    from engine.data.open import open_table
    from engine.data.preparing.columnar import column_cells, column_names
    from engine.evaluation.residuals import residuals_against
    from engine.evaluation.row_table import FOLDER, RowTable
    from engine.predictor.fitted_recipe import fitted_recipe

    path = run.path / FOLDER / f"{asked.part}.arrow"
    try:
        known = RowTable.load(path)
    except (OSError, pa.ArrowInvalid):
        raise NotEvaluated(run.id, asked.part) from None
    recipe, preparation = fitted_recipe(run.path)
    reading = Reading(header=recipe.reading.header)
    table = open_table(Path(known.rows_from), reading) if known.rows_from else table_of(run)
    source = preparation.seen(table)
    names = column_names(source)
    if asked.column not in names:
        close = get_close_matches(asked.column, names, 1, 0.0)
        raise UnknownColumn(asked.column, close[0])
    cells = column_cells(source, asked.column, known.rows)
    kind: ErrorKind = "loss" if preparation.task.is_classification else "residual"
    return residuals_against(known, asked.column, cells, kind)


def nearest_to_row(
    run: RunFolder,
    asked: NearestRowsTask,
    *,
    kept: KeptTrainingRows | None = None,
    progress: Progress = nothing,
) -> NearestRows:
    """The training rows nearest to a row in a run's last hidden layer.

    Several questions about one run take their training rows from `kept`, once they are prepared.
    Raises `RunUntrained`, `RunDamaged`, `RowMissing`, or the errors of reading a table.
    """
    from engine.data.open import open_table
    from engine.explanation.nearest import nearest_rows
    from engine.predictor.part import KeptTrainingRows

    predictor, table, schema = predictor_and_table(run)
    reading = Reading(header=predictor.recipe.reading.header)
    file = open_table(Path(asked.file), reading) if asked.file else None
    return nearest_rows(
        predictor,
        table,
        schema,
        asked,
        run=run.id,
        kept=kept or KeptTrainingRows(),
        test_file=file,
        progress=progress,
    )
