"""Runs that travel as one file: whole, checked, and refused where they cannot be trusted."""

from __future__ import annotations

import hashlib
import json
import shutil
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from engine.errors import (
    FileMissing,
    NotARunFile,
    RunBusy,
    RunFileDamaged,
    RunFileError,
    RunFileTooNew,
)
from engine.events import TrialStarted
from engine.recipe.recipe import Recipe
from engine.store.run_file import export_run_file, import_run_file
from engine.store.run_folder import RunFolder
from engine.store.workspace import Workspace
from tests.engine.store.helpers import NoTable, epoch_ended, finished, new_run, started

TENSORS = (2).to_bytes(8, "little") + b"{}" + bytes(range(256))


@pytest.fixture
def workspace(tmp_path: Path) -> Iterator[Workspace]:
    made = Workspace(tmp_path / "workspace")
    yield made
    made.close()


@pytest.fixture
def run(workspace: Workspace) -> RunFolder:
    made = new_run(workspace, "mine")
    with made.training() as log:
        for event in (started(), epoch_ended(1), finished(1, 1)):
            log.emit(event)
    best = made.checkpoints / "best"
    best.mkdir(parents=True)
    (best / "state.json").write_text('{"epoch": 1, "tensors": "tensors-1.safetensors"}')
    (best / "tensors-1.safetensors").write_bytes(TENSORS)
    made.set_tags(["kept"])
    made.set_remark("one to keep")
    return made


def test_a_run_comes_back_whole_in_another_workspace(run: RunFolder, tmp_path: Path) -> None:
    size = export_run_file(run, tmp_path / "a.trainyard-run")
    assert size == (tmp_path / "a.trainyard-run").stat().st_size
    other = Workspace(tmp_path / "other")
    new_run(other)

    found = import_run_file(other, tmp_path / "a.trainyard-run")

    line = other.runs()[0]
    assert (line.number, line.name, line.status.value) == (2, "mine", "done")
    assert (line.tags, line.remark, line.epoch) == (("kept",), "one to keep", 1)
    assert found.recipe() == run.recipe()
    assert list(found.events()) == list(run.events())
    weights = Path("checkpoints") / "best" / "tensors-1.safetensors"
    assert (found.path / weights).read_bytes() == (run.path / weights).read_bytes()
    other.close()
    shutil.move(tmp_path / "other", tmp_path / "moved")
    moved = Workspace(tmp_path / "moved")
    assert [each.name for each in moved.runs()] == [line.name, moved.runs()[1].name]
    moved.close()


def test_the_same_file_may_be_imported_twice(
    workspace: Workspace, run: RunFolder, tmp_path: Path
) -> None:
    path = tmp_path / "a.trainyard-run"
    export_run_file(run, path)
    import_run_file(workspace, path)
    import_run_file(workspace, path)
    assert [line.number for line in workspace.runs()] == [3, 2, 1]


def test_a_run_that_trains_is_not_exported(run: RunFolder, tmp_path: Path) -> None:
    with run.training(), pytest.raises(RunBusy):
        export_run_file(run, tmp_path / "a.trainyard-run")
    assert not (tmp_path / "a.trainyard-run").exists()


@pytest.fixture
def sweep(workspace: Workspace) -> RunFolder:
    """A sweep of two trials, the second of which holds a fold."""
    made = new_run(workspace, "sweep")
    first = member(workspace, "first", made, 0)
    second = member(workspace, "second", made, 1)
    member(workspace, "fold", second, 0)
    with made.training() as log:
        log.emit(started())
        for number, trial in ((1, first), (2, second)):
            log.emit(TrialStarted(1.0, number, trial.id, {"model.trunk.dropout": 0.1 * number}))
        log.emit(epoch_ended(1))
        log.emit(finished(1, 1))
    return made


def member(workspace: Workspace, name: str, holder: RunFolder, place: int) -> RunFolder:
    recipe = Recipe().with_target("survived")
    made = workspace.create(recipe, NoTable(), name, group=holder.id, place=place)  # type: ignore[arg-type]
    with made.training() as log:
        for event in (started(), epoch_ended(1), finished(1, 1)):
            log.emit(event)
    return made


def test_a_run_takes_along_all_runs_that_it_holds(sweep: RunFolder, tmp_path: Path) -> None:
    export_run_file(sweep, tmp_path / "a.trainyard-run")
    other = Workspace(tmp_path / "other")
    for _ in range(6):  # else the ids could be those of the workspace that it comes from
        new_run(other, "here before")
    found = import_run_file(other, tmp_path / "a.trainyard-run")
    trials = other.members(found.id)
    assert [trials[place].info().name for place in (0, 1)] == ["first", "second"]
    assert [fold.info().name for fold in other.members(trials[1].id).values()] == ["fold"]
    told = [event.run for event in found.events() if isinstance(event, TrialStarted)]
    assert told == [trials[0].id, trials[1].id]
    assert not set(told) & {path.name for path in sweep.path.parent.iterdir()}
    assert len(other.runs()) == 6 + 4
    other.close()


@pytest.mark.parametrize(
    "members",
    [
        {"members/00001/": "members/00002/"},
        {"members/00001/": "", "members/00002/": "members/00002/", "members/00003/": ""},
        {"members/00001/": "", "members/00002/": ""},
        {"../other/": ""},
    ],
)
def test_members_that_do_not_belong_together_are_refused(
    workspace: Workspace, sweep: RunFolder, tmp_path: Path, members: dict[str, str]
) -> None:
    path = tmp_path / "a.trainyard-run"
    export_run_file(sweep, path)
    before = len(workspace.runs())
    entries = entries_of(path)
    manifest = json.loads(entries["manifest.json"]) | {"members": members}
    rewrite(path, entries | {"manifest.json": json.dumps(manifest).encode()})
    with pytest.raises(RunFileDamaged):
        import_run_file(workspace, path)
    assert len(workspace.runs()) == before


def test_a_group_with_an_altered_member_leaves_nothing(
    workspace: Workspace, sweep: RunFolder, tmp_path: Path
) -> None:
    path = tmp_path / "a.trainyard-run"
    export_run_file(sweep, path)
    before = len(workspace.runs())
    entries = entries_of(path)
    spoilt = entries["members/00003/events.jsonl"] + b"{}"
    rewrite(path, entries | {"members/00003/events.jsonl": spoilt}, sealed=False)
    with pytest.raises(RunFileDamaged):
        import_run_file(workspace, path)
    assert len(workspace.runs()) == before


def entries_of(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def rewrite(
    path: Path, entries: dict[str, bytes], *, sealed: bool = True, deflate: bool = False
) -> None:
    if sealed:
        manifest = json.loads(entries["manifest.json"])
        manifest["files"] = {
            name: {"size": len(data), "sha256": hashlib.sha256(data).hexdigest()}
            for name, data in entries.items()
            if name != "manifest.json"
        }
        entries["manifest.json"] = json.dumps(manifest).encode()
    kind = zipfile.ZIP_DEFLATED if deflate else zipfile.ZIP_STORED
    with zipfile.ZipFile(path, "w", kind) as archive:
        for name, data in entries.items():
            archive.writestr(name, data)


def slips_out(path: Path) -> None:
    rewrite(path, entries_of(path) | {"../../evil.json": b"{}"})


def is_absolute(path: Path) -> None:
    rewrite(path, entries_of(path) | {"/tmp/evil.json": b"{}"})


def holds_a_pickle(path: Path) -> None:
    rewrite(path, entries_of(path) | {"checkpoints/best/model.pkl": b"\x80\x04."})


def calls_a_pickle_tensors(path: Path) -> None:
    rewrite(path, entries_of(path) | {"checkpoints/best/more.safetensors": b"\x80\x04."})


def hides_a_file(path: Path) -> None:
    rewrite(path, entries_of(path) | {"checkpoints/.guard.json": b"{}"})


def is_a_bomb(path: Path) -> None:
    rewrite(path, entries_of(path) | {"big.json": b"0" * 30_000_000}, deflate=True)


def was_altered(path: Path) -> None:
    entries = entries_of(path)
    rewrite(path, entries | {"events.jsonl": entries["events.jsonl"] + b"{}\n"}, sealed=False)


def lacks_its_recipe(path: Path) -> None:
    entries = entries_of(path)
    del entries["recipe.json"]
    rewrite(path, entries)


def has_a_wrong_identity(path: Path) -> None:
    rewrite(path, entries_of(path) | {"run.json": b'{"id": "../x"}'})


def has_a_wrong_recipe(path: Path) -> None:
    rewrite(path, entries_of(path) | {"recipe.json": b'{"trainyard": 1, "nonsense": 2}'})


def is_cut_off(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-40])


def has_a_flipped_byte(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[data.index(TENSORS) + 20] ^= 1
    path.write_bytes(data)


def is_newer(path: Path) -> None:
    entries = entries_of(path)
    manifest = json.loads(entries["manifest.json"]) | {"version": 9}
    rewrite(path, entries | {"manifest.json": json.dumps(manifest).encode()})


def is_text(path: Path) -> None:
    path.write_text("no zip")


def is_another_zip(path: Path) -> None:
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("a.txt", "hello")


@pytest.mark.parametrize(
    ("spoil", "error"),
    [
        (slips_out, RunFileDamaged),
        (is_absolute, RunFileDamaged),
        (holds_a_pickle, RunFileDamaged),
        (calls_a_pickle_tensors, RunFileDamaged),
        (hides_a_file, RunFileDamaged),
        (is_a_bomb, RunFileDamaged),
        (was_altered, RunFileDamaged),
        (lacks_its_recipe, RunFileDamaged),
        (has_a_wrong_identity, RunFileDamaged),
        (has_a_wrong_recipe, RunFileDamaged),
        (is_cut_off, RunFileError),
        (has_a_flipped_byte, RunFileDamaged),
        (is_newer, RunFileTooNew),
        (is_text, NotARunFile),
        (is_another_zip, NotARunFile),
    ],
)
def test_a_hostile_or_damaged_file_is_refused_and_leaves_nothing(
    workspace: Workspace,
    run: RunFolder,
    tmp_path: Path,
    spoil: Callable[[Path], None],
    error: type[Exception],
) -> None:
    path = tmp_path / "a.trainyard-run"
    export_run_file(run, path)
    spoil(path)

    with pytest.raises(error) as raised:
        import_run_file(workspace, path)

    assert str(path) in str(raised.value)
    assert len(workspace.runs()) == 1
    assert [each.name for each in (workspace.folder / "runs").iterdir()] == [run.id]
    assert not list(tmp_path.rglob("evil*"))


def test_a_file_that_is_not_there_is_told(workspace: Workspace, tmp_path: Path) -> None:
    with pytest.raises(FileMissing):
        import_run_file(workspace, tmp_path / "none.trainyard-run")
    with pytest.raises(NotARunFile):
        import_run_file(workspace, tmp_path)
