"""The process that does what needs torch, beside the window.

`python -m engine.worker RUN_FOLDER` trains one run. `python -m engine.worker --wait` does its imports
ahead, says so, then carries out the tasks that come as JSON lines on its standard input (`engine.tasks`),
until that is closed. A training worker belongs to nobody: it goes on when the window that started it is
gone, and the run's event log is all it says.
"""

from __future__ import annotations

import os
import signal
import sys
import traceback
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from engine.errors import Cancelled, TrainyardError, WorkerDied
from engine.events import RunFailed
from engine.pipeline import evaluate_run, explain_run, set_beside_run, train_run
from engine.store.run_folder import RunFolder
from engine.tasks import (
    TASK,
    BaselineTask,
    EvaluateTask,
    ExportTask,
    Failure,
    ImportanceTask,
    PredictTask,
    PrepareTask,
    Progress,
    Ready,
    Reply,
    Result,
    SplitTask,
    SummarizeTask,
    Task,
    TrainTask,
)

if TYPE_CHECKING:
    from pydantic import BaseModel

_NICE = 10
_FIRST_TO_GO = "500"
"""`oom_score_adj`: when memory runs out, the worker is killed and not the window."""


def main(arguments: list[str]) -> int:
    """Carry out the command line of a worker; the exit code (1: a run failed, 2: misuse)."""
    _step_back()
    if arguments == ["--wait"]:
        return _Waiting().serve()
    if len(arguments) != 1:
        sys.stderr.write("usage: python -m engine.worker RUN_FOLDER | --wait\n")
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


class _Waiting:
    """Serves tasks one after another over standard input and output."""

    def __init__(self) -> None:
        # The pipe to the window is kept for replies alone; prints of libraries go elsewhere.
        sys.stdout.flush()
        self._replies = os.fdopen(os.dup(1), "w", encoding="utf-8")
        os.dup2(2, 1)
        self._done = -1.0
        self._ended = False

    def serve(self) -> int:
        """Until the input ends, or the window is gone. Returns the exit code."""
        signal.signal(signal.SIGTERM, self._terminate)
        try:
            _warm_up()
            self._reply(Ready())
            for line in sys.stdin:
                self._carry_out(line)
        except (BrokenPipeError, Cancelled):
            pass  # nobody is left to answer to
        finally:
            with suppress(OSError):
                self._replies.close()
        return 0

    def _carry_out(self, line: str) -> None:
        try:
            task = TASK.validate_json(line)
        except ValidationError as error:
            self._fail(WorkerDied(2, str(error.errors()[0]["msg"])))
            return
        if isinstance(task, TrainTask):
            self._replies.close()
            signal.signal(signal.SIGTERM, signal.SIG_DFL)
            sys.exit(_train(Path(task.run)))
        try:
            answer = self._answer(task)
        except (BrokenPipeError, Cancelled):
            raise
        except TrainyardError as error:
            self._fail(error)
        except Exception as error:  # noqa: BLE001 - told to the window, and the worker serves on
            traceback.print_exc()
            self._fail(WorkerDied(1, f"{type(error).__name__}: {error}"))
        else:
            self._reply(Result(value=answer.model_dump(mode="json")))

    def _answer(self, task: Task) -> BaseModel:
        self._done = -1.0
        match task:
            case EvaluateTask(run=run, part=part):
                return evaluate_run(RunFolder(Path(run)), part, progress=self._progress)
            case BaselineTask(run=run, part=part, which=which):
                return set_beside_run(RunFolder(Path(run)), part, which, progress=self._progress)
            case ImportanceTask(run=run, part=part, repeats=repeats):
                return explain_run(RunFolder(Path(run)), part, repeats, progress=self._progress)
            case PredictTask(model=model, source=source, destination=destination):
                from engine.predictor.predict_file import predict_file
                from engine.predictor.predictor import Predictor

                return predict_file(
                    Predictor.load(Path(model)),
                    Path(source),
                    Path(destination),
                    progress=self._progress,
                )
            case SummarizeTask():
                from engine.data.preparing.inputs import Inputs
                from engine.models.summary import summarize

                inputs = Inputs(task.numbers, task.categories, task.outputs, task.encoders)
                return summarize(task.recipe, inputs, task.train_rows)
            case ExportTask(run=run, destination=destination):
                from engine.export.bundle import export_run

                return export_run(RunFolder(Path(run)), Path(destination))
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
            case _:
                raise AssertionError(task)

    def _progress(self, done: int, total: int) -> None:
        share = done / total if total else 0.0
        if share - self._done >= 0.01 or share >= 1.0 > self._done:
            self._done = share
            self._reply(Progress(done=min(1.0, share)))

    def _reply(self, reply: Reply) -> None:
        if self._ended:
            raise Cancelled
        self._replies.write(reply.model_dump_json() + "\n")
        self._replies.flush()

    def _fail(self, error: TrainyardError) -> None:
        self._reply(Failure(error=type(error).__name__, facts=_plain(error.facts())))

    def _terminate(self, number: int, frame: object) -> None:
        """End a task tidily: raised inside it, so that files half written go away.

        A library may swallow what is raised while it calls back, so the next reply raises it again.
        """
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        self._ended = True
        raise Cancelled


def _plain(facts: dict[str, Any]) -> dict[str, Any]:
    kinds = (str, int, float, bool, type(None))
    return {key: v if isinstance(v, kinds) else str(v) for key, v in facts.items()}


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


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
