"""The learning-rate range test: a short training whose rate rises until the loss runs away."""

from __future__ import annotations

import math
from collections.abc import Callable, Generator
from contextlib import closing

import torch

from engine.data.preparing.dataset import Dataset
from engine.errors import LossNotFinite, RecipeInvalid
from engine.messages import message
from engine.models.network import Network
from engine.recipe.parts import settled
from engine.recipe.target import Resampling
from engine.recipe.training import Training
from engine.training.balance import Balance
from engine.training.device import choose_device, own_random, told_as_out_of_memory
from engine.training.freezing import Frozen
from engine.training.objective import objective_for
from engine.training.rate_curve import DIVERGED, SMOOTHING, RateCurve, curve_of
from engine.training.step import Stepper
from engine.training.tensors import Rows, ShuffledEpoch

STEPS = 150
LEAST = 1e-6
MOST = 10.0
_PATIENT = 10
"""So many first steps never end the test."""


def find_rate(
    network: Network,
    dataset: Dataset,
    training: Training,
    *,
    least: float = LEAST,
    most: float = MOST,
    steps: int = STEPS,
    resampling: Resampling = Resampling.NONE,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> RateCurve:
    """Train a network for a few steps with rising rates; it is not fit for anything else afterwards.

    Args:
        network: As built from the recipe.
        dataset: The prepared parts; training rows are used over and over if there are few.
        training: How to train; its schedule and its epochs do not matter.
        least: The first learning rate.
        most: The last one.
        steps: At most so many.
        resampling: Which training rows are taken; classes only.
        progress: Takes (done, total); what it raises ends the test.

    Raises:
        RecipeInvalid: The rates do not rise, or a frozen block is not in the network.
        LossNotFinite: Already the first step's loss is not finite.
        OutOfMemory: Network and batch do not fit.
    """
    if not 0 < least < most or steps < 2:
        raise RecipeInvalid(
            "find-rate",
            str(message("The rates must rise from {least} to {most}.", least=least, most=most)),
            str(
                message(
                    "Leave them out: {least} to {most} suits all optimizers.",
                    least=LEAST,
                    most=MOST,
                )
            ),
        )
    device, _ = choose_device(training.device)
    batch_size = settled(training.batch_size)
    with told_as_out_of_memory(device, batch_size), own_random(device):
        torch.manual_seed(training.seed)
        network.to(device)
        frozen = Frozen(network, training.freeze)
        parameters = [p for p in network.parameters() if p.requires_grad]
        chosen = settled(training.optimizer)
        optimizer = chosen.build(parameters, fused=device.type != "mps")
        objective = objective_for(dataset.preparation, training, device, dataset.train)
        stepper = Stepper(network, parameters, optimizer, objective, training)
        network.train()
        frozen.hold()
        rates: list[float] = []
        losses: list[float] = []
        mean, best, diverged = 0.0, math.inf, False
        with closing(_batches(dataset, training, device, resampling)) as batches:
            for step, batch in zip(range(steps), batches, strict=False):
                rate = least * (most / least) ** (step / (steps - 1))
                for group in optimizer.param_groups:
                    group["lr"] = rate * group.get("rate", 1.0)
                loss = stepper(batch, measured=False).loss.item()
                if not math.isfinite(loss):
                    if not losses:
                        raise LossNotFinite(1, 1, rate, float(f"{rate / 10:.1g}"))
                    diverged = True
                    break
                rates.append(rate)
                losses.append(loss)
                mean = SMOOTHING * mean + (1 - SMOOTHING) * loss
                smoothed = mean / (1 - SMOOTHING ** (step + 1))
                best = min(best, smoothed)
                progress(step + 1, steps)
                if step >= _PATIENT and smoothed > DIVERGED * best:
                    diverged = True
                    break
    progress(steps, steps)
    return curve_of(rates, losses, chosen, diverged=diverged)


def _batches(
    dataset: Dataset, training: Training, device: torch.device, resampling: Resampling
) -> Generator[Rows]:
    """Shuffled batches, epoch after epoch, without end."""
    preparation = dataset.preparation
    rows = Rows.of(dataset.train, preparation.task, device)
    balance: Balance | None = None
    if resampling is not Resampling.NONE and preparation.classes:
        balance = Balance(rows.target, len(preparation.classes), resampling, training.seed)
    epoch = 0
    while True:
        epoch += 1
        order = ShuffledEpoch(
            rows, training.seed, epoch, settled(training.batch_size), device, balance
        )
        with closing(order.batches(0)) as batches:
            yield from batches
