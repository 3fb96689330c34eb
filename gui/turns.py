"""Whose turn it is: of the jobs in threads only the most urgent ones work, the others wait for them.

Python lets one thread work at a time, and hands that right to any of those who wait: each thread more
that computes makes the window itself wait longer between two events. So what nobody waits for stands
still while a person waits for something else.
"""

from __future__ import annotations

import contextlib
import os
import sys
import threading
from collections.abc import Callable
from enum import IntEnum

_LOOK_AGAIN_SECONDS = 0.25
_NICE, _NICEST = 5, 19
"""By how much Linux prefers the window to a thread with a job, and the most that there is.

Not by more: where other programs take all cores, a thread that is put back far keeps the interpreter
lock while it waits for a core, and the window waits with it."""


class Urgency(IntEnum):
    """How much somebody waits for a job; a smaller number goes first."""

    ASKED = 0
    """A person has asked for just this."""
    SHOWN = 1
    """It belongs to what is on screen."""
    BESIDE = 2
    """It says more about what is on screen."""
    LATER = 3
    """It will be there when somebody looks."""


class Turns:
    """Knows who is at work; may be called from any thread."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._at_work: dict[object, Urgency] = {}

    def begin(self, job: object, urgency: Urgency) -> None:
        """A job is there: those that are less urgent wait from now on."""
        with self._changed:
            self._at_work[job] = urgency

    def end(self, job: object) -> None:
        """It is over, or nobody waits for it any more; may be said twice."""
        with self._changed:
            if self._at_work.pop(job, None) is not None:
                self._changed.notify_all()

    def wait(self, urgency: Urgency, given_up: Callable[[], bool]) -> None:
        """Come back when nothing more urgent is at work, or once the job is given up."""
        with self._changed:
            while any(other < urgency for other in self._at_work.values()) and not given_up():
                self._changed.wait(_LOOK_AGAIN_SECONDS)


def stand_back() -> None:
    """Let the window's own thread go first where there are not enough cores for both.

    Linux only, where threads are alike to the scheduler otherwise; threads that this one starts stand
    back too. Elsewhere the system prefers the thread that windows belong to by itself.
    """
    if sys.platform == "linux":
        thread = threading.get_native_id()
        with contextlib.suppress(OSError):
            nice = os.getpriority(os.PRIO_PROCESS, thread) + _NICE
            os.setpriority(os.PRIO_PROCESS, thread, min(nice, _NICEST))
