"""Errors of runs that go on from others: continued, forked, started from their weights."""

from __future__ import annotations

from dataclasses import dataclass

from engine.errors.base import TrainyardError
from engine.messages import N_


class BranchError(TrainyardError):
    """A run cannot go on from where another one is."""


@dataclass(eq=False)
class CheckpointMissing(BranchError):
    """The run has no such checkpoint."""

    run: str
    checkpoint: str
    known: str
    """Those that it has, with commas; empty without any."""
    found = N_("Run “{run}” has no checkpoint “{checkpoint}”. It has: {known}.")
    advice = N_("Choose one of these, or train the run for at least one epoch.")


@dataclass(eq=False)
class RunHoldsOthers(BranchError):
    """A cross-validation or a group of networks is no single network."""

    run: str
    found = N_("Run “{run}” holds several others together, so it cannot go on as one network.")
    advice = N_("Fork one of the runs in it instead.")


@dataclass(eq=False)
class NoMoreEpochs(BranchError):
    """Continuing means more epochs than are done."""

    run: str
    done: int
    epochs: int
    found = N_("Run “{run}” has done {done} epochs already; {epochs} is not more than that.")
    advice = N_("Ask for more epochs in all.")


@dataclass(eq=False)
class ForkTooDifferent(BranchError):
    """A fork changes what its weights belong to."""

    run: str
    fields: str
    """What would be different, with commas."""
    found = N_("A fork of run “{run}” keeps its rows and its network, but these differ: {fields}.")
    advice = N_("Change the training alone, or start a new run from its weights.")


@dataclass(eq=False)
class StartGone(BranchError):
    """The run whose weights were to be taken is not there."""

    run: str
    checkpoint: str
    workspace: str
    found = N_(
        "Training was to start from the weights “{checkpoint}” of run “{run}”, which are not in {workspace}."
    )
    advice = N_("Restore that run from the trash, choose another one, or start by chance.")


@dataclass(eq=False)
class StartUnfit(BranchError):
    """No block of the network is like one of the run it was to start from."""

    run: str
    checkpoint: str
    blocks: int
    found = N_(
        "None of the {blocks} blocks of this network has the name and the shape of one in run “{run}” ({checkpoint})."
    )
    advice = N_("Choose a run with a network of the same kind and widths, or start by chance.")
