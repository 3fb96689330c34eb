"""The workspace: listing, names, trash, damage, the index."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from engine.errors import LossNotFinite, RunBusy, RunDamaged, RunNotFound
from engine.events import ControlApplied, RunFailed, RunStopped, StepsDone, to_line
from engine.messages import Message
from engine.store.run_folder import RunFolder, failure
from engine.store.summary import Status
from engine.store.workspace import Workspace
from tests.engine.store.helpers import epoch_ended, finished, new_run, started


@pytest.fixture
def workspace(tmp_path: Path) -> Iterator[Workspace]:
    workspace = Workspace(tmp_path / "workspace")
    yield workspace
    workspace.close()


def write_events(run: RunFolder, *events: object) -> None:
    with (run.path / "events.jsonl").open("a") as file:
        file.writelines(to_line(event) for event in events)


def pretend_dead_lock(run: RunFolder) -> None:
    (run.path / "lock").write_text('{"process": 1, "started": 1.0, "host": "x"}')
    os.utime(run.path / "lock", (1, 1))


def test_a_new_run_is_queued_and_keeps_its_recipe(workspace: Workspace) -> None:
    run = new_run(workspace, "  my   run ")
    [line] = workspace.runs()
    assert (line.id, line.number, line.name, line.status) == (run.id, 1, "my run", Status.QUEUED)
    assert (line.dataset, line.target, line.trunk, line.epochs) == (
        "titanic",
        "survived",
        "mlp",
        100,
    )
    assert run.recipe().target == "survived"
    assert run.info().versions["torch"]


def test_numbers_go_on_and_the_newest_comes_first(workspace: Workspace) -> None:
    first = new_run(workspace)
    second = new_run(workspace)
    workspace.trash(second.id)
    third = new_run(workspace)
    assert [line.number for line in workspace.runs()] == [3, 1]
    assert [third.id, first.id] == [line.id for line in workspace.runs()]


def test_a_run_is_found_by_id_number_name_path_and_as_the_last(workspace: Workspace) -> None:
    first = new_run(workspace, "plain")
    second = new_run(workspace, "Wide")
    assert workspace.run(first.id).path == first.path
    assert workspace.run("1").path == first.path
    assert workspace.run("Run 1").path == first.path
    assert workspace.run("wide").path == second.path
    assert workspace.run("last").path == second.path
    assert workspace.run(str(first.path)).path == first.path
    third = new_run(workspace, "2")
    assert workspace.run("2").path == second.path, "a number means the run of that number"
    assert workspace.run("last").path == third.path
    for wrong in ("", "7", "..", "nobody", ".create"):
        with pytest.raises(RunNotFound):
            workspace.run(wrong)


def test_status_follows_the_events_and_the_lock(workspace: Workspace) -> None:
    run = new_run(workspace)

    def status() -> Status:
        [line] = workspace.runs()
        assert run.status() is line.status
        return line.status

    with run.training() as log:
        assert status() is Status.STARTING
        log.emit(started())
        assert status() is Status.RUNNING
        log.emit(ControlApplied(1.0, 1, 5, "pause"))
        assert status() is Status.PAUSED
        log.emit(ControlApplied(2.0, 1, 5, "resume"))
        assert status() is Status.RUNNING
    pretend_dead_lock(run)
    assert status() is Status.INTERRUPTED
    (run.path / "lock").unlink()
    assert status() is Status.INTERRUPTED
    with run.training() as log:
        log.emit(started(epoch=1))
        log.emit(finished(early=True))
    assert status() is Status.STOPPED_EARLY
    write_events(run, finished())
    assert status() is Status.DONE
    write_events(run, started(epoch=4), RunStopped(1.0, 5, 5, ()))
    assert status() is Status.STOPPED
    write_events(run, failure(LossNotFinite(3, 30, 0.1, 0.01), 3, 2))
    assert status() is Status.FAILED
    with run.training():
        assert status() is Status.STARTING


def test_a_worker_that_died_before_its_first_event_is_interrupted(workspace: Workspace) -> None:
    run = new_run(workspace)
    pretend_dead_lock(run)
    assert run.status() is Status.INTERRUPTED


def test_the_line_tells_best_epoch_sparkline_and_times(workspace: Workspace) -> None:
    run = new_run(workspace)
    write_events(
        run,
        started(at=100.0),
        epoch_ended(1, at=110.0),
        epoch_ended(2, at=120.0),
        epoch_ended(3, is_best=False, at=130.0),
        ControlApplied(130.0, 3, 30, "pause"),
        ControlApplied(1000.0, 3, 30, "resume"),
        RunStopped(1005.0, 3, 2, (0.5, 0.8)),
    )
    [line] = workspace.runs()
    assert (line.epoch, line.epochs, line.monitor, line.best) == (3, 4, "accuracy", 0.2)
    assert line.higher_is_better
    assert line.sparkline == (2.0, 1.0, pytest.approx(2 / 3))
    assert line.duration == 35.0
    assert line.seconds_left is None


def test_epochs_after_the_checkpoint_of_a_resume_are_superseded(workspace: Workspace) -> None:
    run = new_run(workspace)
    write_events(
        run,
        started(at=0.0),
        epoch_ended(1, at=10.0),
        epoch_ended(2, at=20.0),
        epoch_ended(3, at=30.0),
        started(epoch=1, at=500.0),
        epoch_ended(2, is_best=False, at=510.0),
    )
    [line] = workspace.runs()
    assert line.epoch == 2
    assert line.best == 0.1
    assert len(line.sparkline) == 2
    assert line.duration == 40.0


def test_time_left_is_known_from_the_first_steps_on(workspace: Workspace) -> None:
    run = new_run(workspace)
    with run.training() as log:
        begin = started()
        log.emit(begin)
        log.emit(StepsDone(begin.time, 10, 1, 0.5, 1e-3, 100.0))
        log.flush()
        [line] = workspace.runs()
    assert line.seconds_left == pytest.approx(3 * line.duration, rel=1e-6)


def test_a_failed_run_says_why(workspace: Workspace) -> None:
    run = new_run(workspace)
    run.record_failure(LossNotFinite(3, 30, 0.1, 0.01))
    [line] = workspace.runs()
    assert line.status is Status.FAILED
    assert line.note is not None
    assert str(line.note) == "The loss became NaN or infinite in epoch 3, step 30."


def test_an_unknown_error_of_a_newer_version_still_lists(workspace: Workspace) -> None:
    run = new_run(workspace)
    write_events(run, RunFailed(1.0, 1, 1, "SomethingNew", {"x": 1}))
    [line] = workspace.runs()
    assert line.status is Status.FAILED
    assert isinstance(line.note, Message)


def damage_info(run: RunFolder) -> None:
    (run.path / "run.json").write_text("{ torn")


def lose_info(run: RunFolder) -> None:
    (run.path / "run.json").unlink()


def lose_recipe(run: RunFolder) -> None:
    (run.path / "recipe.json").unlink()


def damage_recipe(run: RunFolder) -> None:
    (run.path / "recipe.json").write_bytes(b"\xff\xfe\x00")


def newer_recipe(run: RunFolder) -> None:
    (run.path / "recipe.json").write_text('{"trainyard": 99}')


def info_is_a_folder(run: RunFolder) -> None:
    (run.path / "run.json").unlink()
    (run.path / "run.json").mkdir()


@pytest.mark.parametrize(
    "damage",
    [damage_info, lose_info, lose_recipe, damage_recipe, newer_recipe, info_is_a_folder],
)
def test_a_damaged_run_is_listed_as_such_and_hides_no_other(workspace: Workspace, damage) -> None:
    good = new_run(workspace)
    bad = new_run(workspace)
    workspace.runs()
    damage(bad)
    lines = workspace.runs()
    assert [line.status for line in lines] == [Status.DAMAGED, Status.QUEUED]
    assert [line.number for line in lines] == [2, 1]
    assert "damaged" in str(lines[0].note)
    assert lines[1].id == good.id
    workspace.trash(bad.id)
    assert [line.id for line in workspace.runs()] == [good.id]


def test_damaged_events_cost_only_their_lines(workspace: Workspace) -> None:
    run = new_run(workspace)
    write_events(run, started(), epoch_ended(1))
    with (run.path / "events.jsonl").open("ab") as file:
        file.write(b"\x00\xff garbage\n[1, 2]\n{}\n" + b'{"event": "FromTheFuture"}\n')
    write_events(run, epoch_ended(2), finished())
    [line] = workspace.runs()
    assert (line.status, line.epoch) == (Status.DONE, 2)


def test_renaming_reaches_the_list(workspace: Workspace) -> None:
    run = new_run(workspace)
    workspace.rename(run.id, "Älter — 一")
    assert workspace.runs()[0].name == "Älter — 一"
    workspace.rename(run.id, "   ")
    assert workspace.runs()[0].name == "Älter — 一"


def test_trash_is_undone(workspace: Workspace) -> None:
    run = new_run(workspace)
    write_events(run, started(), finished())
    before = workspace.runs()
    workspace.trash(run.id)
    assert workspace.runs() == ()
    assert [line.id for line in workspace.trashed()] == [run.id]
    workspace.restore(run.id)
    assert workspace.runs() == before
    with pytest.raises(RunNotFound):
        workspace.restore(run.id)
    workspace.trash("1")
    assert workspace.empty_trash() == 1
    assert workspace.trashed() == ()


def test_a_run_in_training_is_not_deleted(workspace: Workspace) -> None:
    run = new_run(workspace)
    with run.training():
        with pytest.raises(RunBusy):
            workspace.trash(run.id)
        with pytest.raises(RunBusy):
            run.record_failure(LossNotFinite(1, 1, 1.0, 0.1))
    workspace.trash(run.id)


def test_commands_to_an_earlier_session_are_not_repeated(workspace: Workspace) -> None:
    run = new_run(workspace)
    run.control.write_text('{"command": "stop"}\n')
    with run.training() as log:
        assert run.control.exists(), "a command sent before the first start counts"
        log.emit(started())
    with run.training():
        assert not run.control.exists()


@pytest.mark.parametrize(
    "content", [None, b"not a database", b"SQLite format 3\0" + b"\xff" * 5000]
)
def test_the_index_is_made_again(tmp_path: Path, content: bytes | None) -> None:
    first = Workspace(tmp_path)
    for _ in range(3):
        write_events(new_run(first), started(), epoch_ended(1), finished())
    before = first.runs()
    first.close()
    index = tmp_path / "trainyard.sqlite"
    assert index.exists()
    index.unlink()
    if content is not None:
        index.write_bytes(content)
    second = Workspace(tmp_path)
    assert second.runs() == before
    second.close()


def test_the_index_is_used_and_not_believed_when_files_change(tmp_path: Path) -> None:
    first = Workspace(tmp_path)
    run = new_run(first)
    write_events(run, started(), epoch_ended(1), finished())
    first.runs()
    first.close()
    second = Workspace(tmp_path)
    write_events(run, started(epoch=1), epoch_ended(2), finished())
    assert second.runs()[0].epoch == 2
    second.close()


def test_runs_at_rest_are_not_read_again(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(3):
        write_events(new_run(workspace), started(), finished())
    before = workspace.runs()

    def never(*args: object) -> None:
        raise AssertionError("read again")

    monkeypatch.setattr(RunFolder, "recipe", never)
    assert workspace.runs() == before
    again = Workspace(workspace.folder)
    assert again.runs() == before
    again.close()


def test_an_index_that_cannot_be_written_only_costs_time(tmp_path: Path) -> None:
    (tmp_path / "trainyard.sqlite").mkdir(parents=True)
    workspace = Workspace(tmp_path)
    new_run(workspace)
    assert len(workspace.runs()) == 1
    workspace.close()


def test_two_views_of_one_workspace_agree(workspace: Workspace) -> None:
    other = Workspace(workspace.folder)
    run = new_run(workspace)
    assert [line.id for line in other.runs()] == [run.id]
    other.trash(run.id)
    assert workspace.runs() == ()
    other.close()


def test_a_workspace_that_moves_keeps_its_runs(tmp_path: Path) -> None:
    first = Workspace(tmp_path / "here")
    write_events(new_run(first), started(), finished())
    before = first.runs()
    first.close()
    shutil.move(tmp_path / "here", tmp_path / "there")
    second = Workspace(tmp_path / "there")
    assert second.runs() == before
    second.close()


def test_an_unreadable_folder_names_itself(workspace: Workspace) -> None:
    run = new_run(workspace)
    lose_recipe(run)
    with pytest.raises(RunDamaged, match=r"recipe\.json"):
        run.recipe()
    lose_info(run)
    with pytest.raises(RunDamaged, match=r"run\.json"):
        run.info()
