"""Whether a run can be lost: kills, full disks, damage.

    python -m tests.harness.kill --rounds 200 --windows 50

kills training processes at so many random moments, across optimizers, schedules and the rest, resumes
them and compares weights, scores and curves to the bit with runs that nobody killed; kills the window at
random moments, most of them while its run trains; fills the disk, takes permissions away and damages each
file of a run in turn. The parts go on beside each other. Prints what went wrong, how far each part is after
every ten rounds, a line for each part, and last `N/N`: rounds that ended well, of all.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Iterable
from pathlib import Path

PARTS = ("worker", "window", "damage", "disk")
_TOLD_EVERY = 10


def main(arguments: list[str]) -> int:
    """Carry out the command line; the exit code, 0 if nothing was bad."""
    parser = argparse.ArgumentParser(prog="python -m tests.harness.kill", description=__doc__)
    parser.add_argument("--rounds", type=int, default=20, help="runs whose worker is killed")
    parser.add_argument("--windows", type=int, default=None, help="default: a quarter of them")
    parser.add_argument("--parts", default=",".join(PARTS), help="some of " + ",".join(PARTS))
    parser.add_argument("--seed", type=int, default=0, help="of the moments; else by the clock")
    parser.add_argument(
        "--real-every", type=int, default=25, help="rounds with a worker started anew"
    )
    parser.add_argument("--verbose", action="store_true")
    asked = parser.parse_args(arguments)
    parts = [part for part in asked.parts.split(",") if part]
    if unknown := set(parts) - set(PARTS):
        parser.error(f"no such part: {', '.join(sorted(unknown))}")
    memory = Path("/dev/shm")
    within = memory if os.access(memory, os.W_OK) else None
    folder = Path(tempfile.mkdtemp(prefix="trainyard-kill-", dir=within))
    os.environ["TRAINYARD_HOME"] = str(folder / "home")
    os.environ["TRAINYARD_CACHE"] = str(folder / "cache")
    os.environ["TRAINYARD_KEYS"] = str(folder / "keys")
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    try:
        return _run(folder, asked, parts)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _run(folder: Path, asked: argparse.Namespace, parts: list[str]) -> int:
    from tests.harness.configurations import configurations, new_run, write_table
    from tests.harness.nursery import warm_up

    say: Callable[[str], None] = _say if asked.verbose else lambda text: None
    windows = asked.windows if asked.windows is not None else max(1, asked.rounds // 4)
    _say("a first run, that all others are spared the imports")
    table = write_table(folder)
    warm_up(new_run(folder / "first", table, configurations()["adamw"]))
    seed = asked.seed or time.time_ns() % 1_000_000
    _say(f"seed {seed}")
    rounds = {"worker": asked.rounds, "window": windows}
    began = [
        _Part(name, folder, table, seed, say, rounds.get(name, 0), asked.real_every)
        for name in parts
        if name != "window" or windows
    ]
    bad = {part.name: part.wait() for part in began}
    good = max(0, asked.rounds - sum(bad.values()))
    _say(f"{good}/{asked.rounds}")
    return 0 if good == asked.rounds else 1


class _Part:
    """A part in a process of its own, beside the others; what it starts are children of that."""

    def __init__(
        self,
        name: str,
        folder: Path,
        table: Path,
        seed: int,
        say: Callable[[str], None],
        rounds: int,
        real_every: int,
    ) -> None:
        self.name = name
        self._bad = folder / f"{name}.bad"
        context = multiprocessing.get_context("fork")

        def work() -> None:
            found = _carry_out(name, folder, table, seed, say, rounds, real_every)
            self._bad.write_text(str(found))

        self._process = context.Process(target=work, name=name)
        self._process.start()

    def wait(self) -> int:
        """How many of its rounds were bad; at least one where it did not come to its end."""
        self._process.join()
        if self._process.exitcode == 0:
            return int(self._bad.read_text())
        _say(f"BAD  {self.name}: it ended with {self._process.exitcode}")
        return 1


def _carry_out(
    name: str,
    folder: Path,
    table: Path,
    seed: int,
    say: Callable[[str], None],
    rounds: int,
    real_every: int,
) -> int:
    """One part; how many of its rounds were bad."""
    if name == "damage":
        from tests.harness.damage import damaged_files

        return _tell(name, damaged_files(folder / "damage", table, say))
    if name == "disk":
        from tests.harness.disk import full_disks

        return _tell(name, full_disks(folder / "disk", table, say))
    if name == "window":
        from tests.harness.windows import Windows

        killed = Windows(folder / "windows", table, seed, say)
        bad = _tell(name, (killed.round(number) for number in range(rounds)), rounds)
        _say(f"        {killed.while_training} of them while their run was training")
        return bad
    from tests.harness.workers import Workers

    workers = Workers(folder / "workers", table, seed, say, real_every)
    bad = _tell(name, (workers.round(number) for number in range(rounds)), rounds)
    _say(f"        {workers.kills} kills, {workers.while_training} after a checkpoint")
    return bad


def _say(text: str) -> None:
    print(text, flush=True)


def _tell(part: str, rounds: Iterable[str], of: int = 0) -> int:
    """Carry the rounds of a part out, `of` if that is known; how many were bad."""
    count, bad = 0, 0
    began = time.monotonic()
    for found in rounds:
        count += 1
        if found:
            bad += 1
            _say(f"BAD  {part}: {found}")
        if count % _TOLD_EVERY == 0:
            seconds = time.monotonic() - began
            left = f", {of - count} to go" if of else ""
            _say(f"  {part}: {count - bad} of {count} good{left}, {seconds:.0f} s")
    seconds = time.monotonic() - began
    _say(f"{part + ':':<8}{count - bad}/{count} in {seconds:.0f} s")
    return bad


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
