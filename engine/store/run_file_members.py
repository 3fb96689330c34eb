"""The runs that a run holds, inside its run file: each in a folder of its own, the holding one first."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace

from engine.checked_archive import ArchiveFlaw
from engine.events import TrialStarted, from_line, to_line
from engine.files import write_atomic
from engine.store.run_folder import EVENTS, RunFolder
from engine.store.workspace import Workspace

_FOLDER = re.compile(r"members/[0-9]{5}/", re.ASCII)


@dataclass(frozen=True, slots=True)
class Packed:
    """A run in a run file."""

    run: RunFolder
    folder: str
    """Where its files lie in the file, `/` at the end; empty for the run that holds the others."""


def packed_runs(run: RunFolder) -> tuple[Packed, ...]:
    """A run and all that it holds, folds of trials among them; whoever holds a run comes before it."""
    found = [Packed(run, "")]
    workspace = Workspace(run.path.parent.parent)
    try:
        for holder in found:  # grows while it is gone through
            for _, member in sorted(workspace.members(holder.run.id).items()):
                found.append(Packed(member, f"members/{len(found):05}/"))
    finally:
        workspace.close()
    return tuple(found)


def folder_of(name: str) -> str:
    """The folder that a name in a run file begins with; empty for one of the run's own."""
    match = _FOLDER.match(name)
    return match.group() if match is not None else ""


def check_holders(holders: Mapping[str, str]) -> None:
    """See whether each member is held by a run that comes before it.

    Args:
        holders: By the folders of the members, in their order, that of who holds them.

    Raises `ArchiveFlaw`.
    """
    known = {""}
    for folder, holder in holders.items():
        if folder_of(folder) != folder or not folder or holder not in known:
            raise ArchiveFlaw(f"“{folder[:40]}” belongs to no run of it")
        known.add(folder)


def rename_trials(run: RunFolder, names: Mapping[str, str]) -> None:
    """Let a sweep's log speak of its trials by their ids here. Raises `DiskFull` or `WriteFailed`.

    Args:
        run: The sweep.
        names: The ids here by those where the file was made.
    """
    path = run.path / EVENTS
    try:
        lines = path.read_text(encoding="utf-8", errors="replace").split("\n")
    except FileNotFoundError:
        return
    written: list[str] = []
    for line in lines:
        event = from_line(line) if '"TrialStarted"' in line else None
        if isinstance(event, TrialStarted) and event.run in names:
            line = to_line(replace(event, run=names[event.run])).rstrip("\n")
        written.append(line)
    if written != lines:
        write_atomic(path, "\n".join(written).encode())
