"""What a worker process can be asked to do, and what it answers.

The window never imports torch, and leaves to others what holds the interpreter for long: it sends one of
these tasks to a worker (one JSON line on the worker's standard input) and reads replies (one JSON line
each on its standard output). A training task has no replies: a run speaks through its event log alone.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal, TypeAlias

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from engine.errors import TrainyardError, from_facts
from engine.languages import Language
from engine.outputs import EVERYTHING, Outputs
from engine.recipe.families import CategoryEncoder
from engine.recipe.model import ModelSpec
from engine.recipe.parts import OneOf
from engine.recipe.reading import Reading
from engine.recipe.recipe import Recipe
from engine.schema import Schema
from engine.schema import Task as LearningTask

Part: TypeAlias = Literal["train", "validation", "test"]
CalibrationKind: TypeAlias = Literal["temperature", "platt", "isotonic"]
ScoredPart: TypeAlias = Literal["train", "validation", "test", "out_of_fold"]
"""A part of a run's split; out of fold: all rows that folds validated on, each scored by the fold that did
not learn from it."""
EvaluatedPart: TypeAlias = Literal["train", "validation", "test", "out_of_fold", "file"]
"""The same, or another labelled file."""


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True)


class TrainTask(_Frozen):
    """Train (or resume) the run in a folder."""

    task: Literal["train"] = "train"
    run: str
    """Path of the run folder."""


class EvaluateTask(_Frozen):
    """Score a run's best weights on one of its parts. Answer: `engine.evaluation.result.Evaluation`."""

    task: Literal["evaluate"] = "evaluate"
    run: str
    part: ScoredPart = "test"
    file: str | None = None
    """Another labelled file to score instead of a part."""
    gaps_by: tuple[str, ...] = ()
    """Columns of numbers whose ranges are compared as groups too; few-valued ones always are."""


class ResidualsTask(_Frozen):
    """Errors of an evaluated part against a column. Answer: `engine.evaluation.residuals.Residuals`.

    The part has to be evaluated first: what is known of its rows is read from there.
    """

    task: Literal["residuals"] = "residuals"
    run: str
    part: EvaluatedPart = "test"
    column: str
    """Of the table, whether the model sees it or not."""


class NearestRowsTask(_Frozen):
    """Training rows nearest to a row in the last hidden layer.

    Answer: `engine.explanation.result.NearestRows`.
    """

    task: Literal["nearest_rows"] = "nearest_rows"
    run: str
    row: int = Field(ge=0)
    """Of the run's table, or of `file`, from 0."""
    file: str | None = None
    """Another file that the row is counted in, such as `Evaluation.rows_from`."""
    count: int = Field(default=10, ge=1, le=1_000)


class DecideTask(_Frozen):
    """Decide how a run's probabilities are read from now on; what is not named stays.

    Answer: `engine.predictor.decision.Decision`.
    """

    task: Literal["decide"] = "decide"
    run: str
    forget: bool = False
    """Begin with a plain decision."""
    threshold: float | None = Field(default=None, ge=0, le=1)
    chosen_by: Literal["hand", "cost", "metric"] = "hand"
    """How that threshold was found."""
    best: str | None = None
    """Choose the threshold at which this metric is highest on `part`."""
    costs: tuple[float, float] | None = None
    """Choose it by the costs of a missed row and of a false alarm, or note them beside a threshold."""
    part: Part = "validation"
    calibration: CalibrationKind | Literal["none"] | None = None
    coverage: float | None = Field(default=None, ge=0, lt=1)
    """Of sets or intervals; 0: none."""
    least_confidence: float | None = Field(default=None, ge=0, le=1)
    """0: always sure."""


class BaselineTask(_Frozen):
    """Set a run beside baselines; what is not trained yet is trained first.

    Answer: `engine.baselines.result.SetBeside`.
    """

    task: Literal["baselines"] = "baselines"
    run: str
    part: Part = "test"
    which: tuple[str, ...] = ()
    """Kinds of baselines; none: all that are installed."""


class RunsBesideTask(_Frozen):
    """Set a run beside other runs, on the rows that all of them have in a part.

    Answer: `engine.baselines.result.RunsBeside`.
    """

    task: Literal["runs_beside"] = "runs_beside"
    run: str
    others: tuple[str, ...] = Field(min_length=1)
    """Paths of run folders."""
    part: Part = "test"


class ImportanceTask(_Frozen):
    """Permutation importance on one part. Answer: `engine.explanation.result.Importance`."""

    task: Literal["importance"] = "importance"
    run: str
    part: Part = "test"
    repeats: int = 5


class PredictTask(_Frozen):
    """Predict a file. Answer: `engine.predictor.report.PredictReport`."""

    task: Literal["predict"] = "predict"
    model: str
    """Path of a run folder or of a `.trainyard` file."""
    source: str
    destination: str
    """Its ending says what is written: CSV, Parquet or Excel."""
    outputs: Outputs = EVERYTHING
    harmless_formulas: bool = False


class PredictRowTask(_Frozen):
    """Predict a single row that a person types. Answer: `engine.predictor.report.RowPrediction`."""

    task: Literal["predict_row"] = "predict_row"
    model: str
    version: str = ""
    """Changes when the weights do; a worker keeps the model that it was asked for last."""
    cells: dict[str, str | None]
    """By the name of the column; None is missing."""


class SummarizeTask(_Frozen):
    """Describe the network a recipe would build. Answer: `engine.models.summary.NetworkSummary`."""

    task: Literal["summarize"] = "summarize"
    recipe: Recipe
    numbers: tuple[str, ...]
    categories: tuple[tuple[str, int], ...]
    """Name and number of levels (unknown included) of each category input."""
    encoders: tuple[Annotated[CategoryEncoder | None, OneOf(CategoryEncoder, auto=True)], ...] = ()
    """How each category input is encoded; None: as the recipe's model says."""
    outputs: int
    """1 for regression and binary, the number of classes otherwise."""
    train_rows: int
    target_task: LearningTask | None = None
    """What is predicted, for Auto."""
    timed: bool = True
    """Whether to train some steps too, which takes a while, to tell how long an epoch takes."""


class SizesTask(_Frozen):
    """Tell how large networks come out. Answer: `engine.models.sizes.Sizes`."""

    task: Literal["sizes"] = "sizes"
    models: tuple[ModelSpec, ...]
    numbers: tuple[str, ...]
    categories: tuple[tuple[str, int], ...]
    encoders: tuple[Annotated[CategoryEncoder | None, OneOf(CategoryEncoder, auto=True)], ...] = ()
    outputs: int


class ExportTask(_Frozen):
    """Write a run as one model file. Answer: `engine.export.result.Exported`."""

    task: Literal["export"] = "export"
    run: str
    destination: str


class ReportTask(_Frozen):
    """Write a run's model card. Answer: `engine.report.result.Reported`."""

    task: Literal["report"] = "report"
    run: str
    destination: str
    """Its ending names the format: `.html`, `.pdf` or `.md`."""
    language: Language = "en"
    part: ScoredPart | None = None
    """Whose scores it tells; None: the test part's, or what there is instead."""


class PrepareTask(_Frozen):
    """Prepare a table without training. Answer: `engine.prepared.Prepared`."""

    task: Literal["prepare"] = "prepare"
    folder: str
    """Of the converted table."""
    source: str
    recipe: Recipe
    other: str | None = None
    """A file to compare with what was prepared."""
    destination: str | None = None
    """Where prepared rows are written: `.csv` or `.parquet`."""
    names: bool = False


class SplitTask(_Frozen):
    """Look at what the split makes of the rows.

    Answer: `engine.data.preparing.split_report.finding.SplitAnswer`.
    """

    task: Literal["split"] = "split"
    folder: str
    """Of the converted table."""
    source: str
    columns: Schema
    """Those of the table, so that they need not be inferred again."""
    recipe: Recipe


class FindRateTask(_Frozen):
    """Find a learning rate for a recipe. Answer: `engine.training.rate_curve.RateCurve`."""

    task: Literal["find_rate"] = "find_rate"
    folder: str
    """Of the converted table."""
    recipe: Recipe


class OpenTask(_Frozen):
    """Convert a file into the cache of tables, unless it is there. Answer: `Opened`.

    The first rows are told of by a reply of their own. The task can be given up by a `CancelTask`.
    """

    task: Literal["open"] = "open"
    path: str
    reading: Reading = Reading()
    must_choose: bool = False
    """Whether a file of several tables needs `reading.part`."""


class PreviewTask(_Frozen):
    """Read the beginning of a file to try a reading out. Answer: `Previewed`.

    Can be given up as an `OpenTask` can.
    """

    task: Literal["preview"] = "preview"
    path: str
    reading: Reading


class CancelTask(_Frozen):
    """Give up the opening under way, which then fails with `Cancelled`; the worker serves on."""

    task: Literal["cancel"] = "cancel"


Task: TypeAlias = Annotated[
    TrainTask
    | EvaluateTask
    | ResidualsTask
    | NearestRowsTask
    | DecideTask
    | BaselineTask
    | RunsBesideTask
    | ImportanceTask
    | PredictTask
    | PredictRowTask
    | SummarizeTask
    | SizesTask
    | ExportTask
    | ReportTask
    | PrepareTask
    | SplitTask
    | FindRateTask
    | OpenTask
    | PreviewTask
    | CancelTask,
    Field(discriminator="task"),
]
TASK: TypeAdapter[Task] = TypeAdapter(Task)


class Opened(_Frozen):
    """A table that can be mapped into memory now, and what its columns are."""

    folder: str
    """Of the converted table, for `engine.data.table.Table.load`."""
    columns: Schema


class Failure(_Frozen):
    """The task failed with an error of `engine.errors`."""

    reply: Literal["failure"] = "failure"
    error: str
    facts: dict[str, Any]

    def exception(self) -> TrainyardError:
        """The error itself."""
        return from_facts(self.error, self.facts)


class Previewed(_Frozen):
    """How the beginning of a file would be read."""

    preview: dict[str, Any]
    """`engine.data.reading_preview.ReadingPreview` as plain values, but for its error."""
    failure: Failure | None = None
    """That error."""


class Ready(_Frozen):
    """The worker has finished its imports and waits for a task."""

    reply: Literal["ready"] = "ready"


class Progress(_Frozen):
    """How far a task is: a share from 0 to 1."""

    reply: Literal["progress"] = "progress"
    done: float


class First(_Frozen):
    """The first rows of the table that is being opened."""

    reply: Literal["first"] = "first"
    value: dict[str, Any]
    """`engine.data.first_rows.FirstRows` as plain values."""


class Result(_Frozen):
    """The task is done; `value` is the answer's `model_dump(mode="json")`."""

    reply: Literal["result"] = "result"
    value: dict[str, Any]


Reply: TypeAlias = Annotated[
    Ready | Progress | First | Result | Failure, Field(discriminator="reply")
]
REPLY: TypeAdapter[Reply] = TypeAdapter(Reply)
