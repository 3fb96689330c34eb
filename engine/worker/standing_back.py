"""A worker takes what the window and the rest of the machine leave."""

from __future__ import annotations

import os
import signal
import time
from contextlib import suppress
from pathlib import Path

_NICE = 10
_TRIES = 10
_TRY_AGAIN_SECONDS = 0.05
_FIRST_TO_GO = "500"
"""`oom_score_adj`: when memory runs out, the worker is killed and not the window."""


def step_back() -> None:
    """Leave the processor and the memory to the window, and the terminal to its user."""
    if hasattr(os, "nice"):
        os.nice(_NICE)
    with suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text(_FIRST_TO_GO)
    if hasattr(os, "setsid"):
        with suppress(OSError):  # refused to a process that leads its group already
            os.setsid()
        if os.getsid(0) == os.getpid() and not _has_terminal():
            _step_back_as_session()
    for name in ("SIGHUP", "SIGINT"):
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), signal.SIG_IGN)


def _has_terminal() -> bool:
    """Whether the session is that of a terminal, which somebody else may work in."""
    try:
        os.close(os.open("/dev/tty", os.O_RDWR))
    except OSError:
        return False
    return True


def _step_back_as_session() -> None:
    """Linux shares the processor among sessions first: in one of its own, a nice process is like any other."""
    for _ in range(_TRIES):
        try:
            Path("/proc/self/autogroup").write_text(str(_NICE))
        except BlockingIOError:  # only so many sessions may ask in a second
            time.sleep(_TRY_AGAIN_SECONDS)
        except OSError:
            return  # another system
        else:
            return
