import threading
from collections.abc import Callable

from pytestqt.qtbot import QtBot

from gui.jobs import ThreadJob
from gui.turns import Turns, Urgency

_PATIENCE = 30.0


def test_what_nobody_waits_for_stands_still_while_something_is_asked_for(qtbot: QtBot) -> None:
    steps: list[str] = []
    began, may_end = threading.Event(), threading.Event()

    def asked(progress: object, cancelled: Callable[[], bool]) -> None:
        began.set()
        may_end.wait(_PATIENCE)
        steps.append("asked")

    def later(progress: object, cancelled: Callable[[], bool]) -> None:
        cancelled()
        steps.append("later")

    first = ThreadJob(asked, urgency=Urgency.ASKED)
    second = ThreadJob(later, urgency=Urgency.LATER)
    first.start()
    assert began.wait(_PATIENCE)
    with qtbot.waitSignal(second.finished, timeout=60_000):
        second.start()
        assert steps == []
        may_end.set()
    assert steps == ["asked", "later"]
    first.wait()
    second.wait()


def test_a_job_that_is_given_up_waits_for_nothing(qtbot: QtBot) -> None:
    began, may_end, ended = threading.Event(), threading.Event(), threading.Event()

    def asked(progress: object, cancelled: object) -> None:
        began.set()
        may_end.wait(_PATIENCE)

    def later(progress: object, cancelled: Callable[[], bool]) -> None:
        cancelled()
        ended.set()

    first = ThreadJob(asked).start()
    assert began.wait(_PATIENCE)
    second = ThreadJob(later, urgency=Urgency.LATER).start()
    second.cancel()
    assert ended.wait(_PATIENCE)
    may_end.set()
    first.wait()
    second.wait()


def test_nothing_waits_for_a_job_that_nobody_waits_for_any_more() -> None:
    turns, job = Turns(), object()
    turns.begin(job, Urgency.ASKED)
    turns.end(job)
    turns.end(job)
    turns.wait(Urgency.LATER, lambda: False)


def test_jobs_that_are_equally_urgent_do_not_wait_for_each_other() -> None:
    turns = Turns()
    turns.begin(object(), Urgency.SHOWN)
    turns.begin(object(), Urgency.LATER)
    turns.wait(Urgency.SHOWN, lambda: False)
    turns.wait(Urgency.ASKED, lambda: False)
