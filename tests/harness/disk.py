"""Disks that are full and folders that may not be written: told clearly, and made good once there is room."""

from __future__ import annotations

import os
import resource
import shutil
import signal
import subprocess
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

from engine.events import RunFailed
from engine.pipeline.training import train_run
from engine.store.run_folder import RunFolder
from engine.store.summary import Status
from tests.harness.configurations import configurations, new_run
from tests.harness.nursery import Child
from tests.harness.results import Result, fingerprint, result_of

_LIMITS = (1_000, 2_000, 3_000, 4_500, 6_000, 8_000, 12_000)
"""Bytes that a file may have: less than the preparation, than a checkpoint, than the log."""
_SMALL = ("300k", "400k", "600k")
_NOBODY = 65534
_NAME = "adamw"


def full_disks(folder: Path, table: Path, say: Callable[[str], None]) -> Iterator[str]:
    """One result for each limit, each small disk and each folder without permission: what was bad."""
    for place in (folder.parent, folder):
        place.mkdir(exist_ok=True)
        place.chmod(0o755)
    log = folder / "log"
    whole = new_run(folder / "whole", table, configurations()[_NAME])
    Child.training(whole, log).wait()
    reference = result_of(whole)
    untouched = fingerprint(whole.path)

    def tried(name: str, run: RunFolder, work: Callable[[], int], free: Callable[[], None]) -> str:
        bad = _told(run, Child(work, log))
        free()
        bad = bad or _made_good(run, log, reference)
        if not bad and fingerprint(whole.path) != untouched:
            bad = "another run was changed"
        say(f"  {name}: {bad or 'told, then made good'}")
        return f"{name}: {bad}" if bad else ""

    for limit in _LIMITS:
        run = new_run(folder / f"limit-{limit}", table, configurations()[_NAME])
        yield tried(f"files of {limit} bytes", run, _limited(run, limit), lambda: None)
    for size in _SMALL:
        disk = folder / f"disk-{size}"
        disk.mkdir()
        if not _mount(disk, size):
            say(f"  a disk of {size}: it cannot be mounted here")
            continue
        try:
            run = new_run(disk, table, configurations()[_NAME])
            filler = disk / "filler"
            _fill(filler, leave=60_000)
            yield tried(f"a disk of {size}", run, _training(run), filler.unlink)
        finally:
            subprocess.run(["umount", str(disk)], check=False, capture_output=True)
    for name in ("", "checkpoints"):
        run = new_run(folder / f"denied-{name or 'run'}", table, configurations()[_NAME])
        denied = run.path / name
        denied.mkdir(exist_ok=True)
        denied.chmod(0o555)
        yield tried(
            f"no permission to write {name or 'the run'}",
            run,
            _as_nobody(run),
            lambda denied=denied: denied.chmod(0o777),  # type: ignore[misc]
        )


def _told(run: RunFolder, child: Child) -> str:
    """Whether the process ended by itself and said why, in words for people."""
    code = child.wait()
    if code == 0 and run.status() is Status.DONE:
        return ""  # there was room enough
    if code not in (0, 1, 3):
        return f"training ended with {code}"
    status = run.status()
    if status is Status.FAILED:
        return "" if run.summary().note is not None else "it failed without a word"
    # Where not even the end could be written the process has to say so itself.
    said = child.said
    if "could not be saved" in said or "is full" in said:
        return ""
    return f"it is {status}, and it said: {said[-300:]}"


def _made_good(run: RunFolder, log: Path, reference: Result) -> str:
    if run.status() not in (Status.DONE, Status.STOPPED_EARLY):
        child = Child.training(run, log)
        if child.wait() != 0:
            return f"going on failed: {run.summary().note} {child.said[-300:]}"
    return result_of(run).differs_from(reference)


def _training(run: RunFolder) -> Callable[[], int]:
    return lambda: 1 if isinstance(train_run(run), RunFailed) else 0


def _limited(run: RunFolder, limit: int) -> Callable[[], int]:
    def work() -> int:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, resource.RLIM_INFINITY))
        try:
            return _training(run)()
        finally:
            resource.setrlimit(
                resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY)
            )

    return work


def _as_nobody(run: RunFolder) -> Callable[[], int]:
    def work() -> int:
        if os.geteuid() == 0:
            for folder, _, files in os.walk(run.path.parent.parent):
                os.chown(folder, _NOBODY, _NOBODY)
                for file in files:
                    os.chown(os.path.join(folder, file), _NOBODY, _NOBODY)  # noqa: PTH118
            os.setgid(_NOBODY)
            os.setuid(_NOBODY)
        return _training(run)()

    return work


def _mount(folder: Path, size: str) -> bool:
    command = ["mount", "-t", "tmpfs", "-o", f"size={size},mode=755", "tmpfs", str(folder)]
    if shutil.which("mount") is None:
        return False
    return subprocess.run(command, check=False, capture_output=True).returncode == 0


def _fill(path: Path, leave: int) -> None:
    """Take what is free on a disk, but so many bytes."""
    with path.open("wb", buffering=0) as file:
        with suppress(OSError):
            while True:
                file.write(b"0" * 4096)
        file.truncate(max(0, file.tell() - leave))
