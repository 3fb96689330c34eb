"""Errors of writing and of finding what was written."""

from __future__ import annotations

from dataclasses import dataclass

from engine.errors.base import TrainyardError
from engine.messages import N_


class StoreError(TrainyardError):
    """Something cannot be written or found."""


@dataclass(eq=False)
class DiskFull(StoreError):
    """No space left."""

    path: str
    found = N_("The disk is full: {path} could not be saved.")
    advice = N_("What was saved before is still there. Free some space and try again.")


@dataclass(eq=False)
class CacheDiskFull(DiskFull):
    """No space left for a converted table."""

    found = N_("The disk is full: {path} has no room for the converted table.")
    advice = N_(
        "Nothing was left behind. Free some space, or clear the cache: in Settings, or with trainyard cache --clear."
    )


@dataclass(eq=False)
class WriteFailed(StoreError):
    """Writing failed for another reason than a full disk."""

    path: str
    reason: str
    found = N_("{path} could not be saved: {reason}.")
    advice = N_("What was saved before is still there. Choose another folder.")


@dataclass(eq=False)
class RunNotFound(StoreError):
    """No such run in the workspace."""

    run: str
    workspace: str
    found = N_("There is no run “{run}” in {workspace}.")
    advice = N_("“trainyard runs” lists the runs.")


@dataclass(eq=False)
class RunBusy(StoreError):
    """The run is being trained by another process."""

    run: str
    process: str
    """Process id, as text: it is a name, not a quantity."""
    found = N_("Run “{run}” is being trained by process {process}.")
    advice = N_("Stop it first.")


@dataclass(eq=False)
class RunNotAlive(StoreError):
    """A command for a run that no process trains."""

    run: str
    status: str
    found = N_("Run “{run}” is not in training: it is {status}.")
    advice = N_("“trainyard resume” goes on with a run that has not finished.")


@dataclass(eq=False)
class NotQueued(StoreError):
    """The run does not wait in the queue."""

    run: str
    status: str
    found = N_("Run “{run}” does not wait in the queue: it is {status}.")
    advice = N_("“trainyard queue” lists the runs that wait.")


@dataclass(eq=False)
class RunComplete(StoreError):
    """A finished run has nothing left to resume."""

    run: str
    found = N_("Run “{run}” has finished, so there is nothing to resume.")
    advice = N_("Go on for more epochs with trainyard train --continue, or train a new run.")


@dataclass(eq=False)
class NoFolds(StoreError):
    """No fold of the run is trained to its end, or it is no cross-validation."""

    run: str
    found = N_("{run} has no folds that are trained to the end.")
    advice = N_("Train a cross-validation with trainyard train --folds 5, or resume this one.")


@dataclass(eq=False)
class RunUntrained(StoreError):
    """No weights were saved yet."""

    run: str
    found = N_("Run “{run}” has no weights yet.")
    advice = N_("Train it for at least one epoch.")


@dataclass(eq=False)
class RunDamaged(StoreError):
    """A file of the run cannot be read."""

    run: str
    file: str
    detail: str
    found = N_("Run “{run}” is damaged: {file} cannot be read ({detail}).")
    advice = N_(
        "The other runs are not affected. Delete this run or restore its folder from a backup."
    )
