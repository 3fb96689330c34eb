"""A single row that a person types, and what a model says of it."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa

from engine.data.preparing.fitted import warnings_of
from engine.predictor.outputs import EVERYTHING, output_columns
from engine.predictor.predictor import Predictor
from engine.predictor.report import RowOutput, RowPrediction
from engine.tasks import PredictRowTask


class KeptModel:
    """Keeps the model that was asked for last, so that the next row takes milliseconds."""

    def __init__(self) -> None:
        self._key: tuple[str, str] | None = None
        self._predictor: Predictor | None = None

    def predict(self, task: PredictRowTask) -> RowPrediction:
        """Raises what `Predictor.load` and `predict_row` do."""
        key = (task.model, task.version)
        if self._predictor is None or key != self._key:
            self._predictor, self._key = Predictor.load(Path(task.model)), key
        return predict_row(self._predictor, task.cells)


def predict_row(predictor: Predictor, cells: dict[str, str | None]) -> RowPrediction:
    """Predict one row of text cells, by name; numbers as the training file writes them.

    Raises `ColumnMissing`, or `KeyMissing` and `KeyDamaged` where columns are hidden.
    """
    names = list(cells)
    row = pa.record_batch([pa.array([cells[name] or None], pa.string()) for name in names], names)
    preparation = predictor.preparation
    arrays = preparation.transform(row, with_target=False)
    found = output_columns(preparation, predictor.decision, predictor.outputs(arrays), EVERYTHING)
    warnings = [
        warning
        for column, read in zip(preparation.fitted, arrays.reads, strict=True)
        for warning in warnings_of(column, read)
    ]
    return RowPrediction(
        outputs=tuple(
            RowOutput(output=each.output, name=each.name, value=_plain(each.values[0]))
            for each in found
        ),
        warnings=(*warnings, *arrays.other_warnings),
    )


def _plain(value: object) -> float | str | None:
    if isinstance(value, str):
        return value
    number = float(value)  # type: ignore[arg-type]
    return number if number == number else None
