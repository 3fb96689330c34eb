"""The queue: an order on disk that survives whoever keeps it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from engine.data.open import open_table
from engine.errors import NotQueued
from engine.events import RunStarted
from engine.queue import FILE, RunQueue
from engine.recipe.recipe import Recipe
from engine.store.lock import Holder
from engine.store.run_folder import RunFolder
from engine.store.workspace import Workspace
from tests.engine.trained import SMALL, flowers


@pytest.fixture
def workspace(tmp_path: Path) -> Iterator[Workspace]:
    workspace = Workspace(tmp_path / "home")
    yield workspace
    workspace.close()


@pytest.fixture
def queue(workspace: Workspace) -> RunQueue:
    return RunQueue(workspace)


def new_runs(workspace: Workspace, tmp_path: Path, count: int) -> list[str]:
    recipe = Recipe.model_validate(SMALL).with_target("kind")
    table = open_table(flowers(tmp_path / "flowers.csv", rows=60))
    return [workspace.create(recipe, table).id for _ in range(count)]


def begin(workspace: Workspace, run: str) -> None:
    folder = workspace.run(run)
    with folder.training() as log:
        log.emit(RunStarted(0.0, ("loss",), "loss", 1, 1, 1, 0, 0, 1, "cpu", 1))


def test_runs_wait_in_the_order_in_which_they_came_and_can_be_moved_and_removed(
    workspace: Workspace, queue: RunQueue, tmp_path: Path
) -> None:
    one, two, three = new_runs(workspace, tmp_path, 3)
    for run in (one, two, three):
        queue.add(run)
    queue.move(three, 0)
    assert queue.view().waiting == (three, one, two)
    queue.move(three, 99)
    assert queue.view().waiting == (one, two, three)
    queue.remove(two)
    assert queue.view().waiting == (one, three)
    assert workspace.run(two).path.is_dir()
    assert RunQueue(Workspace(workspace.folder)).view().waiting == (one, three)
    with pytest.raises(NotQueued):
        queue.move(two, 0)


def test_as_many_are_taken_as_there_is_room_for_and_none_twice(
    workspace: Workspace, queue: RunQueue, tmp_path: Path
) -> None:
    one, two, three = new_runs(workspace, tmp_path, 3)
    for run in (one, two, three):
        queue.add(run)
    assert [run.id for run in queue.take()] == [one]
    assert queue.take() == ()
    queue.set(at_once=2)
    assert [run.id for run in queue.take()] == [two]
    begin(workspace, one)  # over already: nobody holds it any more
    assert queue.view().waiting == (three,)
    assert [run.id for run in queue.take()] == [three]


def test_places_are_those_among_runs_that_wait_whatever_is_about_to_start(
    workspace: Workspace, queue: RunQueue, tmp_path: Path
) -> None:
    one, two, three, four = new_runs(workspace, tmp_path, 4)
    for run in (one, two, three, four):
        queue.add(run)
    queue.take()
    queue.move(four, 1)
    assert queue.view().waiting == (two, four, three)
    queue.move(three, 0)
    assert queue.view().waiting == (three, two, four)


def test_a_run_that_trains_takes_the_room_and_a_paused_one_does_not(
    workspace: Workspace, queue: RunQueue, tmp_path: Path
) -> None:
    from engine.events import ControlApplied

    one, two = new_runs(workspace, tmp_path, 2)
    queue.add(two)
    folder: RunFolder = workspace.run(one)
    with folder.training() as log:
        log.emit(RunStarted(0.0, ("loss",), "loss", 1, 1, 1, 0, 0, 1, "cpu", 1))
        assert queue.take() == ()
        log.emit(ControlApplied(0.0, 1, 1, "pause"))
        assert [run.id for run in queue.take()] == [two]


def test_what_a_killed_window_had_taken_waits_again(
    workspace: Workspace, queue: RunQueue, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (run,) = new_runs(workspace, tmp_path, 1)
    queue.add(run)
    gone = Holder(process=2**22 - 3, started=1.0, host=Holder.this_process().host)
    with monkeypatch.context() as patch:
        patch.setattr(Holder, "this_process", classmethod(lambda cls: gone))
        assert [each.id for each in queue.take()] == [run]
    assert queue.view().waiting == (run,)  # whoever took it is gone
    assert [each.id for each in queue.take()] == [run]


def test_a_held_queue_starts_nothing_but_what_is_asked_for(
    workspace: Workspace, queue: RunQueue, tmp_path: Path
) -> None:
    one, two = new_runs(workspace, tmp_path, 2)
    queue.add(one)
    queue.add(two)
    queue.set(held=True)
    assert queue.take() == ()
    assert [run.id for run in queue.take(only=two)] == [two]
    assert queue.view().held


def test_a_spoilt_queue_is_made_again_from_the_runs_that_wait(
    workspace: Workspace, queue: RunQueue, tmp_path: Path
) -> None:
    one, two = new_runs(workspace, tmp_path, 2)
    queue.add(two)
    (workspace.folder / FILE).write_text('{"entries": [{"ru')
    assert queue.view().waiting == (one, two)
    queue.move(two, 0)
    assert queue.view().waiting == (two, one)


def test_a_run_left_behind_before_it_could_wait_is_found(
    workspace: Workspace, queue: RunQueue, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import time

    one, two = new_runs(workspace, tmp_path, 2)
    queue.add(two)
    assert queue.adopt() == ()  # it may be about to start
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now + 120)
    assert queue.adopt() == (one,)
    assert queue.view().waiting == (two, one)


def test_a_run_that_was_trained_is_not_queued(
    workspace: Workspace, queue: RunQueue, tmp_path: Path
) -> None:
    (run,) = new_runs(workspace, tmp_path, 1)
    begin(workspace, run)
    with pytest.raises(NotQueued):
        queue.add(run)
    assert not (workspace.folder / FILE).exists()


def test_a_run_told_to_stop_is_stopping_until_it_has_stopped(
    workspace: Workspace, tmp_path: Path
) -> None:
    from engine.events import ControlApplied, RunStopped
    from engine.store.summary import Status
    from engine.training.control import Command

    (run,) = new_runs(workspace, tmp_path, 1)
    folder = workspace.run(run)
    with folder.training() as log:
        log.emit(RunStarted(0.0, ("loss",), "loss", 1, 1, 1, 0, 0, 1, "cpu", 1))
        assert folder.status() is Status.RUNNING
        folder.send(Command(command="stop"))
        assert folder.status() is Status.STOPPING  # it has not heard of it yet
        log.emit(ControlApplied(0.0, 1, 1, "stop"))
        assert folder.status() is Status.STOPPING
        assert Status.STOPPING.is_alive
        log.emit(RunStopped(0.0, 1, 1, ()))
    assert folder.status() is Status.STOPPED
