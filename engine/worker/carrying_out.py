"""What each task of a worker is done by."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from engine.errors import TrainyardError
from engine.pipeline.deciding import decide_run
from engine.pipeline.results import (
    evaluate_run,
    explain_run,
    set_beside_run,
)
from engine.pipeline.row_questions import nearest_to_row, residuals_of_run
from engine.store.run_folder import RunFolder
from engine.tasks import (
    BaselineTask,
    DecideTask,
    EvaluateTask,
    ExportTask,
    Failure,
    FindRateTask,
    First,
    ImportanceTask,
    NearestRowsTask,
    Opened,
    OpenTask,
    PredictRowTask,
    PredictTask,
    PrepareTask,
    Previewed,
    PreviewTask,
    Progress,
    Reply,
    ReportTask,
    ResidualsTask,
    RunsBesideTask,
    SizesTask,
    SplitTask,
    SummarizeTask,
    Task,
)

if TYPE_CHECKING:
    from pydantic import BaseModel

    from engine.data.first_rows import FirstRows
    from engine.predictor.one_row import KeptModel
    from engine.predictor.part import KeptTrainingRows

_TOLD_EVERY_SECONDS = 0.2
"""A hundredth of a very long task takes longer than that."""
_ABOUT_ROWS = (NearestRowsTask, ResidualsTask, PredictRowTask, DecideTask)
"""Between these a person looks at one row after another."""


class Window(Protocol):
    """Who is told how far a task is, before its answer."""

    def reply(self, reply: Reply) -> None:
        """Say something; raises `Cancelled` where nobody listens."""


class Hands:
    """Does one task after another; what the next question about a row would need is kept between them."""

    def __init__(self, window: Window, is_given_up: Callable[[], bool]) -> None:
        """`is_given_up`: whether nobody waits for the task at work any more."""
        self._window, self._is_given_up = window, is_given_up
        self._done, self._told = -1.0, 0.0
        self._kept: KeptModel | None = None
        self._training_rows: KeptTrainingRows | None = None

    def forget(self) -> None:
        """Give back the memory of what is kept: something else is to be done."""
        self._training_rows = None

    def carry_out(self, task: Task) -> BaseModel:
        """Do what a task asks for; its answer, as `engine.tasks` says.

        Raises:
            Cancelled: Nobody waits for it any more.
            TrainyardError: What it failed with.
        """
        self._done = -1.0
        if not isinstance(task, _ABOUT_ROWS):
            self.forget()
        match task:
            case EvaluateTask(run=run, part=scored, file=file):
                return evaluate_run(
                    RunFolder(Path(run)),
                    scored,
                    file=Path(file) if file else None,
                    gaps_by=task.gaps_by,
                    progress=self._progress,
                )
            case ResidualsTask():
                return residuals_of_run(RunFolder(Path(task.run)), task)
            case NearestRowsTask():
                from engine.predictor.part import KeptTrainingRows

                self._training_rows = self._training_rows or KeptTrainingRows()
                return nearest_to_row(
                    RunFolder(Path(task.run)),
                    task,
                    kept=self._training_rows,
                    progress=self._progress,
                )
            case DecideTask():
                return decide_run(RunFolder(Path(task.run)), task)
            case BaselineTask(run=run, part=part, which=which):
                return set_beside_run(RunFolder(Path(run)), part, which, progress=self._progress)
            case RunsBesideTask(run=run, others=others, part=part):
                from engine.pipeline.beside import runs_beside

                return runs_beside(
                    RunFolder(Path(run)),
                    [RunFolder(Path(other)) for other in others],
                    part,
                    progress=self._progress,
                )
            case ImportanceTask(run=run, part=part, repeats=repeats):
                return explain_run(RunFolder(Path(run)), part, repeats, progress=self._progress)
            case PredictTask(model=model, source=source, destination=destination):
                from engine.predictor.predict_file import predict_file
                from engine.predictor.predictor import Predictor

                return predict_file(
                    Predictor.load(Path(model)),
                    Path(source),
                    Path(destination),
                    outputs=task.outputs,
                    harmless_formulas=task.harmless_formulas,
                    progress=self._progress,
                )
            case PredictRowTask():
                from engine.predictor.one_row import KeptModel

                self._kept = self._kept or KeptModel()
                return self._kept.predict(task)
            case SummarizeTask():
                from engine.data.preparing.inputs import Inputs
                from engine.models.summary import summarize
                from engine.training.device import threads_for, use_threads
                from engine.training.probed_step import probed_step

                use_threads(threads_for(1))  # as a run would train alone
                inputs = Inputs(task.numbers, task.categories, task.outputs, task.encoders)
                return summarize(
                    task.recipe,
                    inputs,
                    task.train_rows,
                    task.target_task,
                    step_of=probed_step if task.timed else None,
                )
            case SizesTask():
                from engine.data.preparing.inputs import Inputs
                from engine.models.sizes import sizes

                inputs = Inputs(task.numbers, task.categories, task.outputs, task.encoders)
                return sizes(task.models, inputs)
            case ExportTask(run=run, destination=destination):
                from engine.export.bundle import export_run

                return export_run(RunFolder(Path(run)), Path(destination))
            case ReportTask():
                from engine.pipeline.reporting import report_run

                return report_run(
                    RunFolder(Path(task.run)),
                    Path(task.destination),
                    language=task.language,
                    part=task.part,
                    progress=self._progress,
                )
            case PrepareTask(other=other, destination=destination):
                from engine.prepared import prepare_table

                return prepare_table(
                    Path(task.folder),
                    Path(task.source),
                    task.recipe,
                    other=Path(other) if other else None,
                    destination=Path(destination) if destination else None,
                    names=task.names,
                    progress=self._progress,
                )
            case SplitTask(folder=folder, source=source):
                from engine.prepared import look_at_split

                return look_at_split(
                    Path(folder), Path(source), task.columns, task.recipe, progress=self._progress
                )
            case FindRateTask(folder=folder, recipe=recipe):
                from engine.data.table import Table
                from engine.pipeline.rate_finding import find_rate_for

                return find_rate_for(recipe, Table.load(Path(folder)), progress=self._progress)
            case OpenTask():
                return self._open(task)
            case PreviewTask():
                return self._preview(task)
            case _:
                raise AssertionError(task)

    def _open(self, task: OpenTask) -> Opened:
        import pyarrow as pa

        from engine.data.columns.infer import infer_schema
        from engine.data.open import open_table

        table = open_table(
            Path(task.path),
            task.reading,
            progress=self._progress,
            cancelled=self._is_given_up,
            must_choose=task.must_choose,
            first_rows=self._tell_of,
        )
        opened = Opened(folder=str(table.folder), columns=infer_schema(table))
        pa.default_memory_pool().release_unused()  # the next table may be long in coming
        return opened

    def _preview(self, task: PreviewTask) -> Previewed:
        from engine.data.reading_preview import PREVIEW, preview_reading

        found = preview_reading(Path(task.path), task.reading, cancelled=self._is_given_up)
        plain = PREVIEW.dump_python(replace(found, error=None), mode="json")
        return Previewed(
            preview=plain, failure=None if found.error is None else failure_of(found.error)
        )

    def _tell_of(self, first: FirstRows) -> None:
        from engine.data.first_rows import FIRST_ROWS

        self._window.reply(First(value=FIRST_ROWS.dump_python(first, mode="json")))

    def _progress(self, done: int, total: int) -> None:
        share, now = done / total if total else 0.0, time.monotonic()
        is_worth_telling = share - self._done >= 0.01 or now - self._told >= _TOLD_EVERY_SECONDS
        if (share > self._done and is_worth_telling) or share >= 1.0 > self._done:
            self._done, self._told = share, now
            self._window.reply(Progress(done=min(1.0, share)))


def failure_of(error: TrainyardError) -> Failure:
    """An error as a reply."""
    return Failure(error=type(error).__name__, facts=_plain(error.facts()))


def _plain(facts: dict[str, Any]) -> dict[str, Any]:
    return {key: _plain_value(value) for key, value in facts.items()}


def _plain_value(value: Any) -> Any:
    if isinstance(value, tuple):
        return [_plain_value(each) for each in value]
    return value if isinstance(value, str | int | float | bool | None) else str(value)
