"""Remarks, tags, stars, the bounded trash, and finding runs by them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from engine.errors import RunDamaged
from engine.store.run_filter import RunFilter, said_of
from engine.store.summary import Status
from engine.store.workspace import Workspace
from tests.engine.store.helpers import epoch_ended, finished, new_run, started


@pytest.fixture
def workspace(tmp_path: Path) -> Iterator[Workspace]:
    made = Workspace(tmp_path)
    yield made
    made.close()


def test_marks_survive_and_reach_the_list(workspace: Workspace) -> None:
    run = new_run(workspace)
    run.set_tags(["Slow", "slow", " two words ", "", "a,b"])
    run.set_remark("  try again\nlater ")
    run.set_favourite(True)
    again = Workspace(workspace.folder)
    [line] = again.runs()
    again.close()
    assert line.tags == ("a-b", "Slow", "two-words")
    assert (line.remark, line.favourite) == ("try again\nlater", True)


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("", [3, 2, 1]),
        ("#slow", [2]),
        ("tag:slow is:favourite", [2]),
        ("tag:slow tag:other", []),
        ("is:favourite", [3, 2]),
        ("status:queued", [3, 2, 1]),
        ("status:stopped-early", []),
        ("data:titan wide", [3]),
        ("#3", [3]),
        ("try again", [1]),
    ],
)
def test_runs_are_found_by_words_tags_and_stars(
    workspace: Workspace, words: str, found: list[int]
) -> None:
    first, second, third = (new_run(workspace, name) for name in ("plain", "deep", "wide"))
    first.set_remark("try it again")
    second.set_tags(["slow"])
    for run in (second, third):
        run.set_favourite(True)
    asked = RunFilter.parse(words)
    assert [run.number for run in workspace.runs() if asked.passes(run, said_of)] == found
    assert asked.is_empty is (words == "")


def test_the_trash_holds_so_many_runs_and_the_oldest_go_first(workspace: Workspace) -> None:
    import os

    ids = [new_run(workspace).id for _ in range(4)]
    for place, run in enumerate(ids):
        workspace.trash(run)
        os.utime(workspace.folder / "trash" / run, (place, place))
    assert workspace.bound_trash(2) == (ids[0], ids[1])
    assert workspace.count_trash() == 2
    assert {run.id for run in workspace.trashed()} == set(ids[2:])


def test_altered_files_of_a_run_are_noticed(workspace: Workspace) -> None:
    run = new_run(workspace, "a name")
    with run.training() as log:
        for event in (started(), epoch_ended(1), epoch_ended(2), finished(2, 2)):
            log.emit(event)
    log_file = run.path / "events.jsonl"
    log_file.write_text(log_file.read_text().replace('"epoch": 2', '"epoch": 3', 1))
    [line] = workspace.runs()
    assert (line.status, str(line.note)) == (
        Status.DONE,
        "1 line of its log is damaged and left out",
    )
    info = run.path / "run.json"
    info.write_text(info.read_text().replace("a name", "a game"))
    with pytest.raises(RunDamaged, match="altered"):
        run.info()


def test_a_torn_command_costs_no_later_one(workspace: Workspace) -> None:
    from engine.training.control import Command, FileControl

    run = new_run(workspace)
    run.control.write_text('{"command": "pau')
    run.send(Command(command="stop"))
    assert FileControl(run.control).poll() == (Command(command="stop"),)
