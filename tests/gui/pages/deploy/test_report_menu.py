from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QLabel, QWidget

from engine.report.result import Reported
from engine.tasks import ReportTask
from gui.notices import Notices
from gui.pages import report_menu
from gui.pages.deploy import page as deploy_module
from gui.pages.deploy.page import DeployPage
from gui.pages.evaluate.page import EvaluatePage
from gui.pages.report_menu import ReportMenu
from tests.gui.pages.result_session import FakeSession, TooBad, a_run, shown

RUN = Path("/workspace/runs/run12")


@pytest.fixture
def menu(
    session: FakeSession,
    window: QWidget,
    qtbot: Any,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> ReportMenu:
    made = ReportMenu(session.ask, Notices(window))
    made.button.setParent(window)
    with qtbot.waitExposed(window):
        window.show()
    made.set_run(RUN, "adult: mlp/12", "validation")

    def choose(_parent: QWidget, _title: str, proposed: Path, _kinds: str) -> Path:
        return tmp_path / proposed.name

    monkeypatch.setattr(report_menu, "choose_destination", choose)
    return made


def written(task: ReportTask, *, boxes: bool = False) -> dict[str, Any]:
    return Reported(
        run="run12",
        path=task.destination,
        size=9,
        format="pdf",
        language=task.language,
        part=task.part,
        boxes=boxes,
    ).model_dump(mode="json")


def notices(menu: ReportMenu) -> list[str]:
    return [notice.findChildren(QLabel)[1].text() for notice in menu._notices.shown()]


def test_a_format_and_a_language_become_a_task(
    menu: ReportMenu,
    session: FakeSession,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    chinese = next(a for a in menu.button.menu().actions() if a.text() == "简体中文")
    chinese.trigger()
    menu.formats[1].trigger()
    task = session.jobs[0].task
    assert task == ReportTask(
        run=str(RUN),
        destination=str(tmp_path / "adult- mlp-12.pdf"),
        language="zh_CN",
        part="validation",
    )
    session.jobs[0].progress.emit(0.4)
    assert menu.button.text() == "Writing 40%"
    assert not menu.formats[0].isEnabled()
    session.jobs[0].finished.emit(written(task))
    assert menu.button.text() == "Report"
    assert notices(menu) == ["Report saved"]
    opened: list[str] = []
    monkeypatch.setattr(
        QDesktopServices, "openUrl", lambda url: opened.append(url.toLocalFile()) or True
    )
    menu.open.trigger()
    menu.show_folder.trigger()
    assert opened == [task.destination, str(tmp_path)]


def test_what_goes_wrong_is_said_and_can_be_tried_again(
    menu: ReportMenu,
    session: FakeSession,
) -> None:
    menu.formats[0].trigger()
    session.jobs[0].failed.emit(TooBad())
    assert notices(menu) == ["The worker is gone."]
    menu.formats[0].trigger()
    session.jobs[1].finished.emit(written(session.jobs[1].task, boxes=True))
    assert notices(menu)[-1] == "Report saved, but names in it stand as boxes"


def test_it_can_be_given_up(menu: ReportMenu, session: FakeSession) -> None:
    assert not menu.cancel.isVisible()
    menu.formats[2].trigger()
    assert menu.cancel.isVisible()
    menu.cancel.trigger()
    assert session.jobs[0].is_cancelled
    assert menu.formats[2].isEnabled()


def test_without_a_run_there_is_no_button(menu: ReportMenu) -> None:
    assert menu.button.isVisible()
    menu.set_run(None)
    assert not menu.button.isVisible()


@pytest.mark.parametrize("page_class", [EvaluatePage, DeployPage])
def test_pages_report_on_the_run_in_focus(
    page_class: Any,
    session: FakeSession,
    window: QWidget,
    qtbot: Any,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(deploy_module, "read_schema", lambda _path: None)
    page = shown(page_class, session, window, qtbot)
    assert not page.report.button.isVisible()
    session.add(a_run(12))
    assert page.report.button.isVisible()
    page.report.write(Path("/tmp/a.html"))
    assert session.jobs[-1].task.run == str(RUN)
