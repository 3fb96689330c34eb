import os
import sys
import threading
import time
import weakref
from collections.abc import Callable

import pytest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot
from shiboken6 import delete

from engine.errors import Cancelled, FileMissing, Unexpected
from gui.jobs import ThreadJob


class Noted(QWidget):
    """Notes the thread on which it goes."""

    def __init__(self, gone: list[int]) -> None:
        super().__init__()
        self._note = Note(gone)


class Note:
    def __init__(self, gone: list[int]) -> None:
        self._gone = gone

    def __del__(self) -> None:
        self._gone.append(threading.get_ident())


def test_a_job_delivers_progress_and_outcome_on_the_gui_thread(qtbot: QtBot) -> None:
    seen: list[object] = []
    threads: set[int] = set()

    def work(progress: Callable[[float], None], cancelled: Callable[[], bool]) -> str:
        progress(0.5)
        threads.add(threading.get_ident())
        return "done"

    job = ThreadJob(work)
    job.progress.connect(lambda share: seen.append((share, threading.get_ident())))
    with qtbot.waitSignal(job.finished, timeout=5000) as caught:
        job.start()
    assert caught.args == ["done"]
    assert seen == [(0.5, threading.get_ident())]
    assert threading.get_ident() not in threads
    job.wait()


def test_an_error_for_people_arrives_as_it_is(qtbot: QtBot) -> None:
    def work(progress: object, cancelled: object) -> None:
        raise FileMissing("a.csv")

    job = ThreadJob(work)
    with qtbot.waitSignal(job.failed, timeout=5000) as caught:
        job.start()
    assert isinstance(caught.args[0], FileMissing)
    job.wait()


def test_a_bug_in_a_job_is_shown_instead_of_lost(qtbot: QtBot) -> None:
    def work(progress: object, cancelled: object) -> None:
        raise ZeroDivisionError("x")

    job = ThreadJob(work)
    with qtbot.waitSignal(job.failed, timeout=5000) as caught:
        job.start()
    assert isinstance(caught.args[0], Unexpected)
    assert "ZeroDivisionError" in str(caught.args[0])
    job.wait()


def test_a_cancelled_job_delivers_nothing(qtbot: QtBot) -> None:
    entered = threading.Event()

    def work(progress: Callable[[float], None], cancelled: Callable[[], bool]) -> str:
        entered.set()
        while not cancelled():
            time.sleep(0.001)
        progress(1.0)
        raise Cancelled

    seen: list[object] = []
    job = ThreadJob(work)
    for signal in (job.progress, job.finished, job.failed):
        signal.connect(seen.append)
    job.start()
    assert entered.wait(5)
    job.cancel()
    job.wait()
    qtbot.wait(50)
    assert seen == []


def test_an_outcome_on_its_way_when_the_job_is_cancelled_is_dropped(qtbot: QtBot) -> None:
    seen: list[object] = []
    job = ThreadJob(lambda progress, cancelled: "late")
    job.finished.connect(seen.append)
    job.start()
    job.wait()  # the outcome is queued, not yet delivered
    job.cancel()
    qtbot.wait(50)
    assert seen == []


def test_a_widget_that_a_job_outlives_goes_on_the_gui_thread(qtbot: QtBot) -> None:
    gone: list[int] = []
    go_on = threading.Event()

    def start(widget: Noted) -> None:
        ThreadJob(lambda progress, cancelled: go_on.wait(10) and widget.width()).start()

    start(Noted(gone))
    go_on.set()
    qtbot.waitUntil(lambda: bool(gone))
    assert gone == [threading.get_ident()]


def test_a_job_whose_window_is_gone_delivers_nothing_and_is_let_go(qtbot: QtBot) -> None:
    go_on = threading.Event()
    window = QWidget()
    stopped: list[bool] = []
    seen: list[object] = []

    def work(progress: Callable[[float], None], cancelled: Callable[[], bool]) -> str:
        go_on.wait(10)
        progress(0.5)
        stopped.append(cancelled())
        return "late"

    job = ThreadJob(work, window)
    for signal in (job.progress, job.finished, job.failed):
        signal.connect(seen.append)
    job.start()
    delete(window)
    held = weakref.ref(job)
    del job, signal
    go_on.set()
    qtbot.waitUntil(lambda: held() is None)
    assert stopped == [True]
    assert seen == []


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere the system sees to it")
def test_a_job_lets_the_window_go_first(qtbot: QtBot) -> None:
    window = os.getpriority(os.PRIO_PROCESS, threading.get_native_id())
    begun: list[int] = []

    def priority(*_: object) -> int:
        one = threading.Thread(
            target=lambda: begun.append(os.getpriority(os.PRIO_PROCESS, threading.get_native_id()))
        )
        one.start()
        one.join()
        return os.getpriority(os.PRIO_PROCESS, threading.get_native_id())

    job = ThreadJob(priority)
    with qtbot.waitSignal(job.finished, timeout=5000) as caught:
        job.start()
    job.wait()
    assert caught.args[0] > window
    assert begun == caught.args, "threads that a job starts stand back too"
    assert os.getpriority(os.PRIO_PROCESS, threading.get_native_id()) == window
