"""Errors of runs that travel as one file."""

from __future__ import annotations

from dataclasses import dataclass

from engine.errors.base import TrainyardError
from engine.messages import N_


class RunFileError(TrainyardError):
    """A run file is refused."""


@dataclass(eq=False)
class RunFileDamaged(RunFileError):
    """Truncated, altered, incomplete, or not what it says it is."""

    path: str
    detail: str
    found = N_("The run file {path} is damaged: {detail}.")
    advice = N_("Nothing was imported. Copy or export it again.")


@dataclass(eq=False)
class RunFileTooNew(RunFileError):
    """Written by a newer Trainyard."""

    path: str
    version: int
    supported: int
    found = N_("The run file {path} has version {version}; this Trainyard reads up to {supported}.")
    advice = N_("Update Trainyard to open it.")


@dataclass(eq=False)
class NotARunFile(RunFileError):
    """Not written by Trainyard."""

    path: str
    found = N_("{path} is not a run file.")
    advice = N_("Choose a file that “trainyard runs export” has written.")
