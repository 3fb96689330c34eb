"""One window per workspace; a second start hands its file over."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from engine.errors import WriteFailed
from gui.app.single_instance import SingleInstance

_SECOND = """
import sys
from pathlib import Path
from PySide6.QtCore import QCoreApplication
from gui.app.single_instance import SingleInstance
app = QCoreApplication([])
first = SingleInstance(Path(sys.argv[1])).is_first(sys.argv[2])
print("first" if first else "second", flush=True)
if first:
    sys.stdin.read()
"""


def start(workspace: Path, path: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", _SECOND, str(workspace), path],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def test_a_second_start_hands_its_file_to_the_first(qtbot: QtBot, tmp_path: Path) -> None:
    first = SingleInstance(tmp_path)
    assert first.is_first("")
    with start(tmp_path, "/data/ä b.csv") as second:
        with qtbot.waitSignal(first.called, timeout=20_000) as called:
            pass
        said, _ = second.communicate(timeout=20)
    assert called.args == ["/data/ä b.csv"]
    assert (said, second.returncode) == ("second\n", 0)
    first.release()


def test_another_workspace_is_another_first(qtbot: QtBot, tmp_path: Path) -> None:
    one, two = SingleInstance(tmp_path / "one"), SingleInstance(tmp_path / "two")
    assert one.is_first("")
    assert two.is_first("")
    one.release()
    two.release()


def test_a_workspace_that_cannot_be_written_is_told(qtbot: QtBot, tmp_path: Path) -> None:
    a_file = tmp_path / "taken"
    a_file.write_text("not a folder")
    with pytest.raises(WriteFailed):
        SingleInstance(a_file)
    gone = tmp_path / "gone"
    instance = SingleInstance(gone)
    gone.rmdir()
    with pytest.raises(WriteFailed):
        instance.is_first("")


def test_a_killed_window_does_not_lock_the_workspace(qtbot: QtBot, tmp_path: Path) -> None:
    with start(tmp_path, "") as killed:
        assert killed.stdout is not None
        assert killed.stdout.readline() == "first\n"
        os.kill(killed.pid, signal.SIGKILL)
    after = SingleInstance(tmp_path)
    assert after.is_first("")
    after.release()


def test_the_next_start_is_first_after_the_window_was_closed(qtbot: QtBot, tmp_path: Path) -> None:
    one = SingleInstance(tmp_path)
    assert one.is_first("")
    one.release()
    two = SingleInstance(tmp_path)
    assert two.is_first("")
    two.release()
