"""The command line of a worker."""

from __future__ import annotations

import sys
from pathlib import Path

from engine.worker.serving import Server
from engine.worker.standing_back import step_back
from engine.worker.training import train_folder
from engine.worker.warming_up import warm_up, warm_up_for_tables


def main(arguments: list[str]) -> int:
    """Carry out the command line of a worker; the exit code (1: a run failed, 2: misuse)."""
    step_back()
    if arguments == ["--wait"]:
        return Server().serve(warm_up)
    if arguments == ["--read"]:
        return Server().serve(warm_up_for_tables)
    if len(arguments) != 1:
        sys.stderr.write("usage: python -m engine.worker RUN_FOLDER | --wait | --read\n")
        return 2
    return train_folder(Path(arguments[0]))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
