"""A small slice of the harnesses, so that they stay runnable and what they find stays found."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.harness.faults import Faults

ROOT = Path(__file__).resolve().parents[3]


def test_writing_survives_errors_torn_writes_and_crashes(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    good, points = Faults(tmp_path).try_all(every=140)
    assert points > 30
    assert good == points, capsys.readouterr().out


@pytest.mark.skipif(not hasattr(os, "fork"), reason="the harness forks")
def test_a_killed_worker_ends_as_if_it_had_not_been_killed() -> None:
    command = [sys.executable, "-m", "tests.harness.kill", "--rounds", "1", "--parts", "worker"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=280)
    assert done.stdout.splitlines()[-1:] == ["1/1"], done.stdout + done.stderr
