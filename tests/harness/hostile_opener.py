"""The process that opens what `tests.harness.hostile` makes: one path a line in, one answer a line out."""

from __future__ import annotations

import hashlib
import json
import os
import resource
import sys
import traceback
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from engine.errors import TrainyardError
from engine.predictor.fitted_recipe import fitted_recipe
from engine.predictor.predictor import Predictor
from engine.store.run_file import SUFFIX, import_run_file
from engine.store.run_folder import INFO
from engine.store.workspace import Workspace

STATUS = Path("/proc/self/status")


def main(arguments: list[str]) -> int:
    """Serve until the input ends."""
    folder, memory = Path(arguments[0]), int(arguments[1])
    rows = pd.read_csv(folder / "flowers.csv").head(20)
    workspace = Workspace(folder / "home" / "workspace")
    model, run = folder / "whole.trainyard", folder / f"whole{SUFFIX}"
    right: dict[bool, Any] = {False: opened_model(model, rows), True: opened_run(run, workspace)}
    replies = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    own = kilobytes("VmData")
    bound = (own << 10) + (memory << 20)
    resource.setrlimit(resource.RLIMIT_DATA, (bound, bound))
    _say(replies, "ready")
    for line in sys.stdin:
        path = Path(line.strip())
        _forget_peak()
        start = kilobytes("VmRSS")
        is_run = path.suffix == SUFFIX
        try:
            found = opened_run(path, workspace) if is_run else opened_model(path, rows)
            same = found == right[is_run]
            answer = {"outcome": "opened same" if same else "opened other", "detail": ""}
        except TrainyardError as error:
            told = str(error)
            named = path.name in told and len(told) < 2_000
            answer = {"outcome": "refused" if named else "told badly", "detail": told}
        except BaseException as error:
            traceback.print_exc()
            answer = {"outcome": "raised", "detail": f"{type(error).__name__}: {error}"}
        peak = max(0, kilobytes("VmHWM") - start) / 1024
        _say(replies, json.dumps({**answer, "peak": peak}))
    return 0


def opened_model(path: Path, rows: pd.DataFrame) -> Any:
    """What a model file predicts, after all that the window does with it."""
    fitted_recipe(path)
    predictor = Predictor.load(path)
    with np.errstate(all="ignore"):
        return predictor.predict(rows).to_json(double_precision=15)


def opened_run(path: Path, workspace: Workspace) -> Any:
    """The files that came with a run, which is taken away again; nothing may be left of one refused."""
    runs = workspace.folder / "runs"
    try:
        run = import_run_file(workspace, path)
    except TrainyardError:
        left = sorted(each.name for each in runs.iterdir())
        if left:
            raise AssertionError(f"left behind: {left}") from None
        raise
    found = {
        str(each.relative_to(run.path)): hashlib.sha256(each.read_bytes()).hexdigest()
        for each in sorted(run.path.rglob("*"))
        if each.is_file() and each.name != INFO
    }
    for each in sorted(run.path.rglob("*"), reverse=True):
        each.rmdir() if each.is_dir() else each.unlink()
    run.path.rmdir()
    return found


def kilobytes(name: str) -> int:
    """A figure of this process's memory."""
    for line in STATUS.read_text().splitlines():
        if line.startswith(f"{name}:"):
            return int(line.split()[1])
    return 0


def _forget_peak() -> None:
    Path("/proc/self/clear_refs").write_text("5")


def _say(replies: Any, text: str) -> None:
    replies.write(text + "\n")
    replies.flush()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
