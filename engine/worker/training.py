"""Training one run in a process of its own."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from engine.errors import TrainyardError
from engine.events import RunFailed
from engine.pipeline.training import train_run
from engine.store.run_folder import RunFolder


def train_folder(folder: Path) -> int:
    """Train the run in a folder to its end; the exit code, 1 for one that failed."""
    _mute(1)
    try:
        ending = train_run(RunFolder(folder.absolute()))
    except TrainyardError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 1 if isinstance(ending, RunFailed) else 0


def _mute(descriptor: int) -> None:
    """Nobody may be left to read: what libraries print must not end the worker."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, descriptor)
    os.close(nowhere)
