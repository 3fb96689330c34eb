from __future__ import annotations

from pathlib import Path
from typing import Any

from engine.errors import Cancelled
from engine.predictor.report import PredictReport
from gui.pages.deploy.prediction import PredictionQueue, State, free_destination
from tests.gui.pages.result_session import FakeJob, TooBad


class Worker:
    def __init__(self) -> None:
        self.jobs: list[FakeJob] = []

    def ask(self, task: Any) -> FakeJob:
        self.jobs.append(FakeJob(task))
        return self.jobs[-1]


def report(destination: str = "/x/out.csv", **changes: Any) -> dict[str, Any]:
    values: dict[str, Any] = {
        "source": "/x/in.csv",
        "destination": destination,
        "rows": 2,
        "quarantined": 0,
        "seconds": 0.1,
        "header": ("a", "y (predicted)"),
        "preview": (("1", "yes"), ("2", "no")),
    }
    return PredictReport(**(values | changes)).model_dump(mode="json")


def test_files_are_worked_on_one_at_a_time(qapp: Any) -> None:
    worker = Worker()
    queue = PredictionQueue(worker.ask)
    first = queue.add(Path("/m"), "Run 1", Path("/x/a.csv"))
    second = queue.add(Path("/m"), "Run 1", Path("/x/b.csv"))
    assert (first.state, second.state) == (State.RUNNING, State.WAITING)
    worker.jobs[0].finished.emit(report())
    assert (first.state, second.state) == (State.DONE, State.RUNNING)
    worker.jobs[1].failed.emit(TooBad())
    assert second.state is State.FAILED
    second.wait_again()
    assert second.state is State.RUNNING
    assert [job.task.source for job in worker.jobs] == ["/x/a.csv", "/x/b.csv", "/x/b.csv"]


def test_cancelling_ends_the_job_and_starts_the_next(qapp: Any) -> None:
    worker = Worker()
    queue = PredictionQueue(worker.ask)
    first = queue.add(Path("/m"), "Run 1", Path("/x/a.csv"))
    second = queue.add(Path("/m"), "Run 1", Path("/x/b.csv"))
    first.cancel()
    assert worker.jobs[0].is_cancelled
    assert isinstance(first.error, Cancelled)
    assert second.state is State.RUNNING
    worker.jobs[0].finished.emit(report())
    assert first.state is State.FAILED


def test_removing_a_running_file_cancels_it(qapp: Any) -> None:
    worker = Worker()
    queue = PredictionQueue(worker.ask)
    queue.remove(queue.add(Path("/m"), "Run 1", Path("/x/a.csv")))
    assert worker.jobs[0].is_cancelled
    assert queue.predictions == []


def test_no_file_is_overwritten(tmp_path: Path) -> None:
    source = tmp_path / "people.csv"
    assert free_destination(source).name == "people predictions.csv"
    (tmp_path / "people predictions.csv").touch()
    taken = tmp_path / "people predictions 2.csv"
    assert free_destination(source, [taken]).name == "people predictions 3.csv"


def test_two_files_of_one_name_get_two_destinations(qapp: Any, tmp_path: Path) -> None:
    queue = PredictionQueue(Worker().ask)
    names = {
        queue.add(Path("/m"), "Run 1", tmp_path / "people.csv").destination.name for _ in range(3)
    }
    assert len(names) == 3
