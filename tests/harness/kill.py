"""Whether a run can be lost: kills, full disks, damage.

    python -m tests.harness.kill --rounds 200 --windows 50

kills training processes at so many random moments, across optimizers, schedules and the rest, resumes
them and compares weights, scores and curves to the bit with runs that nobody killed; kills the window at
random moments of training; fills the disk, takes permissions away and damages each file of a run in turn.
Prints what went wrong, a line for each part, and last `N/N`: rounds that ended well, of all.
"""

from __future__ import annotations

import argparse
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

PARTS = ("worker", "window", "damage", "disk")


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

    say: Callable[[str], None] = print if asked.verbose else lambda text: None
    windows = asked.windows if asked.windows is not None else max(1, asked.rounds // 4)
    table = write_table(folder)
    warm_up(new_run(folder / "first", table, configurations()["adamw"]))
    seed = asked.seed or time.time_ns() % 1_000_000
    print(f"seed {seed}")
    bad_elsewhere = 0
    if "damage" in parts:
        from tests.harness.damage import damaged_files

        bad_elsewhere += _tell("damage", damaged_files(folder / "damage", table, say))
    if "disk" in parts:
        from tests.harness.disk import full_disks

        bad_elsewhere += _tell("disk", full_disks(folder / "disk", table, say))
    if "window" in parts and windows:
        from tests.harness.windows import Windows

        killed = Windows(folder / "windows", table, seed, say)
        found = _tell("window", (killed.round(number) for number in range(windows)))
        bad_elsewhere += found
        print(f"        {killed.while_training} of them while their run was training")
    good = asked.rounds
    if "worker" in parts:
        from tests.harness.workers import Workers

        workers = Workers(folder / "workers", table, seed, say, asked.real_every)
        good -= _tell("worker", (workers.round(number) for number in range(asked.rounds)))
        print(f"        {workers.kills} kills, {workers.while_training} after a checkpoint")
    good = max(0, good - bad_elsewhere)
    print(f"{good}/{asked.rounds}")
    return 0 if good == asked.rounds else 1


def _tell(part: str, rounds: object) -> int:
    """Carry the rounds of a part out; how many were bad."""
    count, bad = 0, 0
    began = time.monotonic()
    for found in rounds:  # type: ignore[attr-defined]
        count += 1
        if found:
            bad += 1
            print(f"BAD  {part}: {found}", flush=True)
    seconds = time.monotonic() - began
    print(f"{part + ':':<8}{count - bad}/{count} in {seconds:.0f} s", flush=True)
    return bad


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
