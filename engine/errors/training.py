"""Errors of a run that cannot go on."""

from __future__ import annotations

from dataclasses import dataclass

from engine.errors.base import TrainyardError
from engine.messages import N_, Message, message


class TrainError(TrainyardError):
    """A run cannot go on."""


@dataclass(eq=False)
class LossNotFinite(TrainError):
    """The loss became NaN or infinite."""

    epoch: int
    step: int
    learning_rate: float
    suggested: float
    found = N_("The loss became NaN or infinite in epoch {epoch}, step {step}.")
    advice = N_(
        "Lower the learning rate from {learning_rate} to {suggested}. The best weights so far are kept."
    )


@dataclass(eq=False)
class OutOfMemory(TrainError):
    """Memory ran out."""

    device: str
    batch_size: int
    found = N_("Memory ran out on {device} at batch size {batch_size}.")
    advice = N_("Use a smaller batch size or a smaller network. The best weights so far are kept.")


@dataclass(eq=False)
class NetworkTooLarge(TrainError):
    """Training would take more memory than is free; nothing was built."""

    needed: float
    """Gigabytes."""
    free: float
    device: str
    batch_size: int
    fitting: int
    """The largest power of two that fits as a batch size; 0 if the weights alone do not."""
    found = N_(
        "Training this network in batches of {batch_size} takes {needed} GB of memory. {free} GB are free on {device}."
    )

    def messages(self) -> tuple[Message, ...]:
        """With the batch size that fits, if one does."""
        advice = (
            message("Use a batch size of {rows}, or a smaller network.", rows=self.fitting)
            if self.fitting
            else message("Use a smaller network: fewer layers, or narrower ones.")
        )
        return (Message(self.found, self.facts()), advice)


@dataclass(eq=False)
class NoNetworkTrained(TrainError):
    """Every network of a group failed."""

    networks: int
    found = N_("None of {networks} networks could be trained.")
    advice = N_("See in their own runs why, and change the recipe there.")


@dataclass(eq=False)
class NoTrialTrained(TrainError):
    """No trial of a sweep came to anything."""

    trials: int
    reason: str
    """Of the last one."""
    found = N_("None of {trials} trials could be trained. The last one: {reason}")
    advice = N_("Change the recipe, or what is tried in its fields, and sweep again.")


@dataclass(eq=False)
class ReplayImpossible(TrainError):
    """A run cannot be done again step by step."""

    run: str
    reason: str
    found = N_("Run {run} cannot be replayed: {reason}")
    advice = N_("Train a new run with its recipe instead.")


@dataclass(eq=False)
class CommandUnfit(TrainError):
    """What a run under way was told makes no sense."""

    command: str
    problem: str
    allowed: str
    found = N_("“{command}”: {problem}")
    advice = N_("{allowed} The run goes on as before.")


@dataclass(eq=False)
class WorkerDied(TrainError):
    """The process that did the work is gone."""

    exit_code: int
    detail: str = ""
    found = N_("The training process ended unexpectedly (exit code {exit_code}). {detail}")
    advice = N_("Everything up to the last checkpoint is kept. Resume the run to go on.")
