import threading
import time
from collections.abc import Callable

from pytestqt.qtbot import QtBot

from engine.errors import Cancelled, FileMissing, Unexpected
from gui.jobs import ThreadJob


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
