"""The process beside the window: does what needs torch, or reads tables.

`python -m engine.worker RUN_FOLDER` trains one run. `python -m engine.worker --wait` does its imports
ahead, says so, then carries out the tasks that come as JSON lines on its standard input (`engine.tasks`),
until that is closed; with `--read` it imports what opening a table needs, and no torch. A training
worker belongs to nobody: it goes on when the window that started it is gone, and the run's event log is
all it says.
"""

from __future__ import annotations

import os
import queue
import signal
import sys
import threading
import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from engine.errors import Cancelled, TrainyardError, Unexpected, WorkerDied
from engine.events import RunFailed
from engine.pipeline.deciding import decide_run
from engine.pipeline.results import (
    evaluate_run,
    explain_run,
    set_beside_run,
)
from engine.pipeline.row_questions import nearest_to_row, residuals_of_run
from engine.pipeline.training import train_run
from engine.store.run_folder import RunFolder
from engine.tasks import (
    TASK,
    BaselineTask,
    CancelTask,
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
    Ready,
    Reply,
    ReportTask,
    ResidualsTask,
    Result,
    RunsBesideTask,
    SizesTask,
    SplitTask,
    SummarizeTask,
    Task,
    TrainTask,
)

if TYPE_CHECKING:
    from pydantic import BaseModel

    from engine.data.first_rows import FirstRows
    from engine.predictor.one_row import KeptModel

_NICE = 10
_TRIES = 10
_TRY_AGAIN_SECONDS = 0.05
_TOLD_EVERY_SECONDS = 0.2
"""A hundredth of a very long task takes longer than that."""
_FIRST_TO_GO = "500"
"""`oom_score_adj`: when memory runs out, the worker is killed and not the window."""


def main(arguments: list[str]) -> int:
    """Carry out the command line of a worker; the exit code (1: a run failed, 2: misuse)."""
    _step_back()
    if arguments == ["--wait"]:
        return _Waiting().serve(_warm_up)
    if arguments == ["--read"]:
        return _Waiting().serve(_warm_up_for_tables)
    if len(arguments) != 1:
        sys.stderr.write("usage: python -m engine.worker RUN_FOLDER | --wait | --read\n")
        return 2
    return _train(Path(arguments[0]))


def _step_back() -> None:
    """Leave the processor and the memory to the window, and the terminal to its user."""
    if hasattr(os, "nice"):
        os.nice(_NICE)
    with suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text(_FIRST_TO_GO)
    if hasattr(os, "setsid"):
        with suppress(OSError):  # refused to a process that leads its group already
            os.setsid()
        if os.getsid(0) == os.getpid() and not _has_terminal():
            _step_back_as_session()
    for name in ("SIGHUP", "SIGINT"):
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), signal.SIG_IGN)


def _train(folder: Path) -> int:
    _mute(1)
    try:
        ending = train_run(RunFolder(folder.absolute()))
    except TrainyardError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 1 if isinstance(ending, RunFailed) else 0


def _mute(descriptor: int) -> None:
    """Nobody may be left to read: what libraries print must not end the worker."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, descriptor)
    os.close(nowhere)


class _Inbox:
    """The tasks on standard input. A thread waits for them: one at work may be told to give up."""

    def __init__(self) -> None:
        self.is_given_up = threading.Event()
        """Nobody waits for the task at work any more."""
        self._tasks: queue.SimpleQueue[Task | ValidationError | None] = queue.SimpleQueue()
        threading.Thread(target=self._listen, name="inbox", daemon=True).start()

    def __iter__(self) -> Iterator[Task | ValidationError]:
        """One after another, or why it is none, until the input ends."""
        return iter(self._tasks.get, None)

    def _listen(self) -> None:
        with os.fdopen(os.dup(0), "rb") as lines:
            for line in lines:
                try:
                    task: Task | ValidationError = TASK.validate_json(line)
                except ValidationError as error:
                    task = error
                if isinstance(task, CancelTask):
                    self.is_given_up.set()
                else:
                    self.is_given_up.clear()  # the window sends no task before the last is answered
                    self._tasks.put(task)
        self.is_given_up.set()
        self._tasks.put(None)


def _has_terminal() -> bool:
    """Whether the session is that of a terminal, which somebody else may work in."""
    try:
        os.close(os.open("/dev/tty", os.O_RDWR))
    except OSError:
        return False
    return True


def _step_back_as_session() -> None:
    """Linux shares the processor among sessions first: in one of its own, a nice process is like any other."""
    for _ in range(_TRIES):
        try:
            Path("/proc/self/autogroup").write_text(str(_NICE))
        except BlockingIOError:  # only so many sessions may ask in a second
            time.sleep(_TRY_AGAIN_SECONDS)
        except OSError:
            return  # another system
        else:
            return


class _Waiting:
    """Serves tasks one after another over standard input and output."""

    def __init__(self) -> None:
        # The pipe to the window is kept for replies alone; prints of libraries go elsewhere.
        sys.stdout.flush()
        self._replies = os.fdopen(os.dup(1), "w", encoding="utf-8")
        os.dup2(2, 1)
        self._writing = threading.RLock()  # first rows are told of by the thread that reads them
        self._done, self._told = -1.0, 0.0
        self._ended = False
        self._inbox = _Inbox()
        self._kept: KeptModel | None = None

    def serve(self, warm_up: Callable[[], None]) -> int:
        """Until the input ends, or the window is gone. Returns the exit code."""
        signal.signal(signal.SIGTERM, self._terminate)
        try:
            warm_up()
            self._reply(Ready())
            for task in self._inbox:
                self._carry_out(task)
        except (BrokenPipeError, Cancelled):
            pass  # nobody is left to answer to
        finally:
            with suppress(OSError):
                self._replies.close()
        return 0

    def _carry_out(self, task: Task | ValidationError) -> None:
        if isinstance(task, ValidationError):
            self._fail(WorkerDied(2, str(task.errors()[0]["msg"])))
            return
        if isinstance(task, TrainTask):
            self._replies.close()
            signal.signal(signal.SIGTERM, signal.SIG_DFL)
            sys.exit(_train(Path(task.run)))
        try:
            answer = self._answer(task)
        except BrokenPipeError:
            raise
        except Cancelled as error:
            if self._ended or not self._inbox.is_given_up.is_set():
                raise
            self._fail(error)
        except TrainyardError as error:
            self._fail(error)
        except Exception as error:  # noqa: BLE001 - told to the window, and the worker serves on
            traceback.print_exc()
            found = f"{type(error).__name__}: {error}"
            reads = isinstance(task, OpenTask | PreviewTask)
            self._fail(Unexpected(found) if reads else WorkerDied(1, found))
        else:
            self._reply(Result(value=answer.model_dump(mode="json")))

    def _answer(self, task: Task) -> BaseModel:
        self._done = -1.0
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
                return nearest_to_row(RunFolder(Path(task.run)), task, progress=self._progress)
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
            cancelled=self._inbox.is_given_up.is_set,
            must_choose=task.must_choose,
            first_rows=self._tell_of,
        )
        opened = Opened(folder=str(table.folder), columns=infer_schema(table))
        pa.default_memory_pool().release_unused()  # the next table may be long in coming
        return opened

    def _preview(self, task: PreviewTask) -> Previewed:
        from engine.data.reading_preview import PREVIEW, preview_reading

        found = preview_reading(
            Path(task.path), task.reading, cancelled=self._inbox.is_given_up.is_set
        )
        plain = PREVIEW.dump_python(replace(found, error=None), mode="json")
        return Previewed(
            preview=plain, failure=None if found.error is None else _failure(found.error)
        )

    def _tell_of(self, first: FirstRows) -> None:
        from engine.data.first_rows import FIRST_ROWS

        self._reply(First(value=FIRST_ROWS.dump_python(first, mode="json")))

    def _progress(self, done: int, total: int) -> None:
        share, now = done / total if total else 0.0, time.monotonic()
        is_worth_telling = share - self._done >= 0.01 or now - self._told >= _TOLD_EVERY_SECONDS
        if (share > self._done and is_worth_telling) or share >= 1.0 > self._done:
            self._done, self._told = share, now
            self._reply(Progress(done=min(1.0, share)))

    def _reply(self, reply: Reply) -> None:
        if self._ended:
            raise Cancelled
        line = reply.model_dump_json() + "\n"
        with self._writing:
            self._replies.write(line)
            self._replies.flush()

    def _fail(self, error: TrainyardError) -> None:
        self._reply(_failure(error))

    def _terminate(self, number: int, frame: object) -> None:
        """End a task tidily: raised inside it, so that files half written go away.

        A library may swallow what is raised while it calls back, so the next reply raises it again.
        """
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        self._ended = True
        raise Cancelled


def _failure(error: TrainyardError) -> Failure:
    return Failure(error=type(error).__name__, facts=_plain(error.facts()))


def _plain(facts: dict[str, Any]) -> dict[str, Any]:
    return {key: _plain_value(value) for key, value in facts.items()}


def _plain_value(value: Any) -> Any:
    if isinstance(value, tuple):
        return [_plain_value(each) for each in value]
    return value if isinstance(value, str | int | float | bool | None) else str(value)


def _warm_up() -> None:
    """Import what tasks need, and make a first step: torch loads half of itself only then."""
    import sklearn.model_selection  # noqa: F401
    import torch

    import engine.data.columns.infer
    import engine.data.open
    import engine.data.preparing.dataset
    import engine.data.preparing.split_report.report
    import engine.training.loop  # noqa: F401

    torch.set_num_threads(1)
    layer = torch.nn.Linear(2, 1)
    for parameter in layer.parameters():
        parameter.grad = torch.zeros_like(parameter)
    torch.optim.AdamW(layer.parameters(), fused=True).step()


def _warm_up_for_tables() -> None:
    """Import what opening needs, and look at a table: much is loaded by the first look only."""
    import engine.data.columns.infer
    import engine.data.first_rows
    import engine.data.open  # noqa: F401
    from engine.data.reading_preview import preview_reading
    from engine.data.samples import samples
    from engine.recipe.reading import Reading

    with suppress(TrainyardError, OSError):  # no room for scratch files: the first table will tell
        preview_reading(samples()[0].path, Reading())


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
