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
import json
import multiprocessing
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Iterable
from dataclasses import astuple, dataclass
from pathlib import Path

from tests.harness.shard import Shard

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
    parser.add_argument("--at-once", type=int, default=2, help="processes for each part")
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
        _Share(name, Shard(place, shards), folder, Job(table, seed, say, asked.real_every, count))
        for name in parts
        for shards in (1 if name == "disk" else max(1, asked.at_once),)
        for place in range(shards)
        for count in (rounds.get(name, 0),)
        if name in ("damage", "disk") or place < count
    ]
    totals: dict[str, Found] = {}
    for share in began:
        totals[share.name] = totals.get(share.name, Found()) + share.wait()
    for name, found in totals.items():
        _say(f"{name + ':':<8}{found.count - found.bad}/{found.count}{found.more}")
    good = max(0, asked.rounds - sum(found.bad for found in totals.values()))
    _say(f"{good}/{asked.rounds}")
    return 0 if good == asked.rounds else 1


@dataclass(frozen=True)
class Job:
    """What is the same for all shares."""

    table: Path
    seed: int
    say: Callable[[str], None]
    real_every: int
    rounds: int
    """Of the part, in all."""


@dataclass(frozen=True)
class Found:
    """What came of some rounds."""

    count: int = 0
    bad: int = 0
    kills: int = 0
    while_training: int = 0

    def __add__(self, other: Found) -> Found:
        return Found(*(a + b for a, b in zip(astuple(self), astuple(other), strict=True)))

    @property
    def more(self) -> str:
        """What there is to say of the kills."""
        return f", {self.kills} kills, {self.while_training} while training" if self.kills else ""


class _Share:
    """Some rounds of a part in a process of their own, beside the others."""

    def __init__(self, name: str, shard: Shard, folder: Path, job: Job) -> None:
        self.name = name
        self._path = folder / f"{name}-{shard.place}.json"
        context = multiprocessing.get_context("fork")

        def work() -> None:
            found = _carry_out(name, shard, folder / f"{name}-{shard.place}", job)
            self._path.write_text(json.dumps(astuple(found)))

        self._process = context.Process(target=work, name=name)
        self._process.start()

    def wait(self) -> Found:
        """What came of them; at least one is bad where it did not come to its end."""
        self._process.join()
        if self._process.exitcode == 0:
            return Found(*json.loads(self._path.read_text()))
        _say(f"BAD  {self.name}: it ended with {self._process.exitcode}")
        return Found(1, 1)


def _carry_out(name: str, shard: Shard, folder: Path, job: Job) -> Found:
    """The rounds of one share."""
    if name == "damage":
        from tests.harness.damage import damaged_files

        return Found(*_tell(name, damaged_files(folder, job.table, job.say, shard)))
    if name == "disk":
        from tests.harness.disk import full_disks

        return Found(*_tell(name, full_disks(folder, job.table, job.say)))
    seed = job.seed * 1_000 + shard.place
    if name == "window":
        from tests.harness.windows import Windows

        windows = Windows(folder, job.table, seed, job.say)
        mine = [number for number in range(job.rounds) if shard.has(number)]
        count, bad = _tell(name, map(windows.round, mine), len(mine))
        return Found(count, bad, count, windows.while_training)
    from tests.harness.workers import Workers

    workers = Workers(folder, job.table, seed, job.say, job.real_every)
    # By configuration, so that each is trained without kills once only.
    mine = [n for n in range(job.rounds) if shard.has(n % workers.configurations)]
    count, bad = _tell(name, map(workers.round, mine), len(mine))
    return Found(count, bad, workers.kills, workers.while_training)


def _say(text: str) -> None:
    print(text, flush=True)


def _tell(part: str, rounds: Iterable[str], of: int = 0) -> tuple[int, int]:
    """Carry rounds of a part out, `of` so many if that is known; how many there were, and were bad."""
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
    return count, bad


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
