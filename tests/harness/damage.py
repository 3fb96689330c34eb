"""Each file of a run damaged in turn: told clearly, and nothing else is harmed."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from engine.errors import TrainyardError
from engine.pipeline.results import evaluate_run
from engine.predictor.predictor import Predictor
from engine.store.branching import continue_run
from engine.store.run_folder import RunFolder
from engine.store.summary import Status
from engine.store.workspace import Workspace
from tests.harness.configurations import configurations, new_run
from tests.harness.nursery import Child
from tests.harness.results import fingerprint
from tests.harness.shard import Shard

_LEFT_OUT = (".guard", ".edit", "lock")


def damaged_files(
    folder: Path, table: Path, say: Callable[[str], None], shard: Shard
) -> Iterator[str]:
    """For each file of a trained run and each kind of damage: what was bad, or nothing."""
    workspace = folder / "workspace"
    fields = configurations()["kept epochs"]
    victim, other = (new_run(workspace, table, fields) for _ in range(2))
    for run in (victim, other):
        Child.training(run, folder / "log").wait()
    # What is looked at must be there: the harness itself could be at fault.
    whole = folder / "whole"
    shutil.copytree(victim.path, whole)
    bad = _use(victim, folder / "log", must_work=True)
    yield f"before any damage: {bad}" if bad else ""
    others = fingerprint(other.path)
    files = sorted(path for path in whole.rglob("*") if path.is_file())
    for number, file in enumerate(path for path in files if path.name not in _LEFT_OUT):
        name = file.relative_to(whole).as_posix()
        for kind, damage in _DAMAGES.items() if shard.has(number) else ():
            shutil.rmtree(victim.path)
            shutil.copytree(whole, victim.path)
            damage(victim.path / name)
            found = _use(victim, folder / "log")
            if not found and fingerprint(other.path) != others:
                found = "another run was changed"
            if not found and kind.startswith("flip"):
                found = _untold(victim, whole, name)
            say(f"  {name}, {kind}: {found or 'told'}")
            yield f"{name}, {kind}: {found}" if found else ""


def _use(run: RunFolder, log: Path, *, must_work: bool = False) -> str:
    """List, read, predict with and go on with a run: it works, or an error for people is raised."""
    actions: dict[str, Callable[[], Any]] = {
        "info": run.info,
        "recipe": run.recipe,
        "resolved": run.resolved,
        "summary": run.summary,
        "score": lambda: evaluate_run(run, "validation"),
    }
    for name, action in actions.items():
        try:
            action()
        except TrainyardError as error:
            if must_work or not str(error):
                return f"{name}: {error!r}"
        except Exception as error:
            return f"{name} raised {error!r}"
    try:
        opened = Workspace(run.path.parent.parent)
        lines = {line.id: line for line in opened.runs()}
        opened.close()
    except Exception as error:
        return f"the list raised {error!r}"
    if run.id not in lines or len(lines) != 2:
        return f"the list has {sorted(lines)}"
    if any(line.status is Status.DAMAGED for line in lines.values() if line.id != run.id):
        return "another run is listed as damaged"
    if lines[run.id].status is Status.DAMAGED and not lines[run.id].note:
        return "it is listed as damaged and nobody says why"
    return _go_on(run, log)


def _go_on(run: RunFolder, log: Path) -> str:
    try:
        continue_run(run, 20)
    except TrainyardError as error:
        return "" if str(error) else "going on was refused without a word"
    except Exception as error:
        return f"going on raised {error!r}"
    child = Child.training(run, log)
    code = child.wait()
    if code not in (0, 1, 3) or ("Traceback" in child.said and "TrainyardError" not in child.said):
        return f"training ended with {code}: {child.said[-300:]}"
    return ""


def _untold(run: RunFolder, whole: Path, name: str) -> str:
    """Whether a flipped byte went by without a word; a file that was written anew since is well again."""
    if name.endswith(("control.jsonl", "evaluation.json")):
        return ""
    now = run.path / name
    if not now.exists() or now.read_bytes() != _flipped((whole / name).read_bytes(), 0.5):
        return ""
    checks: tuple[Callable[[], Any], ...] = (
        run.info,
        run.recipe,
        run.resolved,
        lambda: Predictor.load(run.path),
    )
    for check in checks:
        try:
            check()
        except TrainyardError:
            return ""
    opened = Workspace(run.path.parent.parent)
    told = any(line.id == run.id and line.note for line in opened.runs())
    opened.close()
    from engine.training.checkpoint import load_weights

    for checkpoint in run.checkpoints.iterdir():
        try:
            load_weights(checkpoint)
        except TrainyardError:
            return ""
    return "" if told else "a flipped byte went by without a word"


def _flipped(data: bytes, share: float) -> bytes:
    if not data:
        return data
    place = min(len(data) - 1, int(len(data) * share))
    return data[:place] + bytes([data[place] ^ 0x04]) + data[place + 1 :]


_DAMAGES: dict[str, Callable[[Path], Any]] = {
    "delete": Path.unlink,
    "empty": lambda path: path.write_bytes(b""),
    "truncate": lambda path: path.write_bytes(path.read_bytes()[: path.stat().st_size // 2]),
    "flip": lambda path: path.write_bytes(_flipped(path.read_bytes(), 0.5)),
}
