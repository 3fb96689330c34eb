"""Going on, forking, marking and taking runs elsewhere, through the window's session and menus."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication, QMenu, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from engine.store.run_folder import RunFolder
from engine.store.workspace import Workspace
from gui import theme
from gui.notices import Notices
from gui.runs_drawer import run_menu
from gui.runs_drawer.drawer import RunsDrawer
from gui.session import Session
from tests.engine.store.helpers import epoch_ended, finished, new_run, started


@pytest.fixture
def run(tmp_path: Path) -> RunFolder:
    workspace = Workspace(tmp_path / "w")
    made = new_run(workspace, "first")
    made.write_resolved(made.recipe())
    with made.training() as log:
        log.emit(started(epochs=2))
        log.emit(epoch_ended(1))
        log.emit(epoch_ended(2))
        log.emit(finished(2, 2))
    for name, more in (("last", {"batches": 0, "step": 20}), ("best", {"value": 0.5})):
        folder = made.checkpoints / name
        folder.mkdir(parents=True)
        (folder / "t.safetensors").write_bytes((2).to_bytes(8, "little") + b"{}")  # holds none
        state = {"epoch": 2, "tensors": "t.safetensors", **more}
        (folder / "state.json").write_text(json.dumps(state))
    workspace.close()
    return made


class Begun:
    """Notes what would be trained, so that no worker is started."""

    def __init__(self, session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
        self.runs: list[str] = []
        monkeypatch.setattr(session._run_list, "resume", self.runs.append)
        monkeypatch.setattr(session._run_list, "begin", self.runs.append)


@pytest.fixture
def session(tmp_path: Path, run: RunFolder, qapp: QApplication) -> Iterator[Session]:
    theme.apply(qapp, "light")
    made = Session(tmp_path / "w")
    made._run_list._on_listed(made.workspace.runs())
    yield made
    made.close()


@pytest.fixture
def drawer(session: Session, qtbot: QtBot) -> RunsDrawer:
    host = QWidget()
    host.setLayout(QVBoxLayout())
    host.resize(1400, 300)
    qtbot.addWidget(host)
    made = RunsDrawer(session, Notices(host))
    host.layout().addWidget(made)
    with qtbot.waitExposed(host):
        host.show()
    return made


def choose(menu: QMenu, *path: str) -> None:
    action = next(a for a in menu.actions() if a.text() == path[0])
    if len(path) > 1:
        inside = action.menu()
        assert isinstance(inside, QMenu)
        choose(inside, *path[1:])
    else:
        action.trigger()


def test_a_finished_run_goes_on_for_more_epochs(
    drawer: RunsDrawer, session: Session, run: RunFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun = Begun(session, monkeypatch)
    menu = drawer.menu_for(run.id)
    assert menu is not None
    choose(menu, "Continue", "10 more epochs")
    assert begun.runs == [run.id]
    assert run.recipe().training.epochs == run.info().epochs == 12


def test_a_fork_is_made_from_a_checkpoint_and_told(
    drawer: RunsDrawer, session: Session, run: RunFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun = Begun(session, monkeypatch)
    told: list[str] = []
    session.noticed.connect(lambda title, detail, tone: told.append(f"{title} {detail}"))
    menu = drawer.menu_for(run.id)
    assert menu is not None
    choose(menu, "Fork", "From “best”, epoch 2")
    [fork] = begun.runs
    line = next(each for each in session.workspace.runs() if each.id == fork)
    assert (line.parent, line.parent_epoch, line.status.value) == (run.id, 2, "queued")
    assert line.epoch == 2
    assert told == ["Run 2 is forked from run 1 It goes on from “best”, after epoch 2."]


def test_a_star_and_a_note_reach_the_disk(session: Session, run: RunFolder) -> None:
    session.shelf.star(run.id, True)
    session.shelf.note(run.id, "remember", ["b", "a"])
    info = run.info()
    assert (info.favourite, info.remark, info.tags) == (True, "remember", ("a", "b"))


def test_a_run_is_exported_and_imported(
    drawer: RunsDrawer,
    session: Session,
    run: RunFolder,
    tmp_path: Path,
    qtbot: QtBot,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    path = tmp_path / "out.trainyard-run"
    monkeypatch.setattr(run_menu, "choose_destination", lambda *asked: path)
    menu = drawer.menu_for(run.id)
    assert menu is not None
    with qtbot.waitSignal(session.noticed):
        choose(menu, "Save as", "Run file…")
    with qtbot.waitSignal(session.noticed):
        session.open(path)
    assert [line.name for line in session.workspace.runs()] == ["first", "first"]
    errors: list[object] = []
    session.failed.connect(errors.append)
    path.write_bytes(b"no run at all")
    with qtbot.waitSignal(session.failed):
        session.open(path)
    assert "is not a run file" in str(errors[0])


def test_the_trash_gives_back_and_is_emptied(
    drawer: RunsDrawer, session: Session, run: RunFolder
) -> None:
    session.delete_run(run.id)
    menu = run_menu.shelf_menu(drawer, session)
    choose(menu, "Restore from the trash")
    assert [line.id for line in session.workspace.runs()] == [run.id]
    session.delete_run(run.id)
    menu = run_menu.shelf_menu(drawer, session)
    choose(menu, "Empty the trash (1 run)", "Delete for good")
    assert session.shelf.trashed() == 0
    assert session.workspace.runs() == ()
