"""Who holds a run, told honestly after deaths and restarts."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from engine.errors import RunBusy
from engine.store import lock
from engine.store.lock import Holder, RunLock, holder


def write_lock(folder: Path, **changes: object) -> None:
    body = Holder.this_process().model_dump() | changes
    (folder / "lock").write_text(json.dumps(body))


def age(folder: Path, seconds: float) -> None:
    then = time.time() - seconds
    os.utime(folder / "lock", (then, then))


def test_held_while_the_block_runs(tmp_path: Path) -> None:
    assert holder(tmp_path) is None
    with RunLock(tmp_path):
        found = holder(tmp_path)
        assert found is not None
        assert found.process == os.getpid()
        with pytest.raises(RunBusy) as caught, RunLock(tmp_path):
            pass
        assert caught.value.process == str(os.getpid())
    assert holder(tmp_path) is None
    with RunLock(tmp_path):
        pass


def test_the_heartbeat_keeps_the_lock_fresh(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lock, "HEARTBEAT_SECONDS", 0.01)
    with RunLock(tmp_path):
        age(tmp_path, 100)
        deadline = time.monotonic() + 20
        while (tmp_path / "lock").stat().st_mtime < time.time() - 50:
            assert time.monotonic() < deadline
            time.sleep(0.01)


def test_a_process_id_used_again_by_another_process_is_no_sign_of_life(tmp_path: Path) -> None:
    write_lock(tmp_path, started=1000.0)
    age(tmp_path, 3600)
    assert holder(tmp_path) is None


def test_a_silent_process_that_still_is_the_same_holds_on(tmp_path: Path) -> None:
    write_lock(tmp_path)
    age(tmp_path, 3600)
    assert holder(tmp_path) is not None


def test_a_clock_set_while_the_process_runs_does_not_kill_it(tmp_path: Path) -> None:
    write_lock(tmp_path, started=Holder.this_process().started - 500)
    assert holder(tmp_path) is not None


def test_on_another_machine_the_heartbeat_decides(tmp_path: Path) -> None:
    write_lock(tmp_path, host="elsewhere", process=1)
    assert holder(tmp_path) is not None
    age(tmp_path, 3600)
    assert holder(tmp_path) is None


def test_a_damaged_lock_file_holds_nothing(tmp_path: Path) -> None:
    (tmp_path / "lock").write_text("{")
    assert holder(tmp_path) is None


def test_a_killed_process_frees_the_run_at_once_even_before_it_is_reaped(tmp_path: Path) -> None:
    code = (
        "import sys, time; from pathlib import Path; from engine.store.lock import RunLock\n"
        "with RunLock(Path(sys.argv[1])): print('held', flush=True); time.sleep(60)"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", code, str(tmp_path)], stdout=subprocess.PIPE, text=True
    )
    try:
        assert process.stdout is not None
        assert process.stdout.readline() == "held\n"
        found = holder(tmp_path)
        assert found is not None
        assert found.process == process.pid
        with pytest.raises(RunBusy), RunLock(tmp_path):
            pass
        process.kill()
        process.stdout.read()  # ends as the process does; it stays a zombie until waited for
        dying = psutil.Process(process.pid)
        while dying.status() != psutil.STATUS_ZOMBIE:
            time.sleep(0.005)
        assert holder(tmp_path) is None
        with RunLock(tmp_path):
            pass
    finally:
        process.kill()
        process.communicate()
