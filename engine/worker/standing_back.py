"""A worker takes what the window and the rest of the machine leave."""

from __future__ import annotations

import os
import signal
from contextlib import suppress
from pathlib import Path

_NICE = 10
_FIRST_TO_GO = "500"
"""`oom_score_adj`: when memory runs out, the worker is killed and not the window."""


def step_back() -> None:
    """Leave the processor and the memory to the window, and the terminal to its user.

    The worker leads a group of its own, so that the keys of a terminal do not reach it, and stays in the
    session of the window: Linux shares the processor among sessions first, and only within one of them
    does it heed who is nice (sched(7), autogroup).
    """
    if hasattr(os, "nice"):
        os.nice(_NICE)
    with suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text(_FIRST_TO_GO)
    if hasattr(os, "setpgid"):
        with suppress(OSError):  # refused to the leader of a session
            os.setpgid(0, 0)
    for name in ("SIGHUP", "SIGINT"):
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), signal.SIG_IGN)
