"""The process beside the window, as its parent finds it."""

from __future__ import annotations

import os

import pytest

from engine.tasks import Ready
from gui.worker_process import WorkerProcess


@pytest.mark.skipif(not hasattr(os, "getpgid"), reason="this system has no process groups")
def test_a_worker_of_the_window_is_nice_to_it_in_a_group_of_its_own() -> None:
    worker = WorkerProcess("--read")
    try:
        assert isinstance(next(worker.replies()), Ready)
        process = worker._process.pid
        assert os.getpriority(os.PRIO_PROCESS, process) == min(os.nice(0) + 10, 19)
        assert os.getsid(process) == os.getsid(0)
        assert os.getpgid(process) == process
    finally:
        worker.end()
        assert worker.wait(60) is not None
        worker.leave()
