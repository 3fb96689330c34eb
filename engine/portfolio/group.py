"""A run whose networks are trained one after another, each an ordinary run of its own.

The group is an ordinary run too: an epoch of it is a network, its best weights are those of the best
network or of several whose mean is better, and it predicts, explains and exports like any other. What it
has done so far is in its members' folders, so it may be stopped, killed and resumed at any time.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from math import nan
from typing import TypeAlias

import torch
from torch import Tensor

from engine import events
from engine.data.preparing.arrays import Arrays
from engine.data.preparing.dataset import Dataset
from engine.data.table import Table
from engine.errors import NoNetworkTrained, from_facts
from engine.events import RunEvent, RunFailed, RunFinished, RunStopped
from engine.messages import Message, message
from engine.metrics import metrics_for, monitor_for
from engine.models.network import Network, build_network
from engine.portfolio.control import GroupControl
from engine.portfolio.selection import Selection, mean_of, select
from engine.recipe.auto.choose import Chosen
from engine.recipe.model import ModelSpec
from engine.recipe.parts import settled
from engine.recipe.recipe import Recipe
from engine.store.run_folder import RunFolder
from engine.store.workspace import Workspace, trunk_label
from engine.training.checkpoint import Checkpoints, load_best
from engine.training.control import Command, Control, FileControl
from engine.training.device import choose_device
from engine.training.objective import Objective, objective_for
from engine.training.scoring import outputs_of, scores_of
from engine.training.tensors import Rows

Ending: TypeAlias = RunFinished | RunStopped | RunFailed
Ended = (RunFinished, RunStopped, RunFailed)
TrainMember: TypeAlias = Callable[[RunFolder, Chosen, GroupControl, float | None], Ending]
"""Trains a member's run under a control, in so many seconds (None: no limit)."""

Yardstick: TypeAlias = Callable[[], Message | None]
"""Says how the group's run stands to another kind of model; None: it cannot be told."""

ENOUGH = 0.25
"""A network is begun while there is at least this share of the time that the first one took."""


@dataclass(frozen=True, slots=True)
class Group:
    """What a group is trained from."""

    run: RunFolder
    recipe: Recipe
    """Resolved, with the first network's model and training."""
    members: tuple[Chosen, ...]
    """Of each network, without Auto in model and training."""
    table: Table
    dataset: Dataset
    seconds: float | None
    """For all of it; None: no limit."""
    control: Control
    """Commands to the group."""


def train_group(
    group: Group,
    train: TrainMember,
    emit: Callable[[RunEvent], None],
    flush: Callable[[], None],
    yardstick: Yardstick = lambda: None,
) -> Ending:
    """Train what is not trained yet, and keep the best.

    A member that fails is told of and left out; commands to the group reach the member that trains. At the
    end, if there is time, what was kept is measured by the yardstick.

    Raises:
        NoNetworkTrained: All of them failed.
        RunBusy: Another process trains a member.
        DiskFull, WriteFailed: The group or a member cannot be kept.
    """
    training = _Training(group, train, emit, flush, yardstick)
    try:
        return training.train()
    finally:
        training.workspace.close()


class _Training:
    def __init__(
        self,
        group: Group,
        train: TrainMember,
        emit: Callable[[RunEvent], None],
        flush: Callable[[], None],
        yardstick: Yardstick,
    ) -> None:
        self.group, self.train_member, self.emit = group, train, emit
        self.yardstick = yardstick
        self.deadline = math.inf
        self.workspace = Workspace(group.run.path.parent.parent)
        self.checkpoints = Checkpoints(group.run.checkpoints, before=flush)
        training = group.recipe.training
        dataset = group.dataset
        self.preparation = dataset.preparation
        self.device, _ = choose_device(training.device)
        task = self.preparation.task
        self.metrics = metrics_for(task)
        self.monitor = monitor_for(task, training.early_stopping)
        self.validation = Rows.of(dataset.validation, task, self.device)
        self.test = Rows.of(dataset.test, task, self.device)
        self.objective: Objective = objective_for(
            self.preparation, training, self.device, dataset.train
        )
        self.control = GroupControl(group.control, self.on_command)
        self.done = 0
        self.weights: dict[int, Mapping[str, Tensor]] = {}
        self.outputs: dict[int, Tensor] = {}
        self.best: Selection | None = None
        self.best_epoch = 0

    def train(self) -> Ending:
        runs = self.workspace.members(self.group.run.id)
        used = sum(run.summary().duration for run in runs.values())
        if self.group.seconds is not None:
            self.deadline = time.monotonic() + self.group.seconds - used
        first_took = 0.0
        trained = self.start(runs)
        if not runs:
            for note in self.group.dataset.notes:
                self.say(note)
        for place, chosen in enumerate(self.group.members):
            self.control.wait()
            if self.control.stopped:
                break
            member = runs.get(place)
            if place in trained and member is not None:
                self.take(member, place)
                continue
            limit = None
            left = self.deadline - time.monotonic()
            if left < math.inf:
                if self.outputs and left < max(1.0, ENOUGH * first_took):
                    self.say(message("No time is left for another network."))
                    break
                share = 1.0 if place == len(self.group.members) - 1 else 0.5
                limit = max(1.0, left * share)
                if member is not None:  # the time that it took so far counts in its limit
                    limit += member.summary().duration
            member = member or self.new_member(place, chosen.recipe)
            self.tell_of(member, place)
            started = time.monotonic()
            ending = self.train_one(member, chosen, limit)
            first_took = first_took or time.monotonic() - started
            if isinstance(ending, RunFailed):
                reason = str(from_facts(ending.error, ending.facts).messages()[0])
                self.say(message("It is left out: {reason}", reason=reason))
            self.take(member, place)
            if self.control.stopped:
                break
        return self.end()

    def start(self, runs: Mapping[int, RunFolder]) -> frozenset[int]:
        """Tell of the group; the places of the networks that need no more training.

        The one that stopped because the group was told to goes on with it.
        """
        trained = {place for place, run in runs.items() if isinstance(_last_of(run), Ended)}
        if trained and isinstance(_last_of(self.group.run), RunStopped):
            newest = max(runs)
            if isinstance(_last_of(runs[newest]), RunStopped):
                trained.discard(newest)
        self.emit(
            events.RunStarted(
                time=time.time(),
                metrics=tuple(metric.name for metric in self.metrics),
                monitor=self.monitor.name,
                epochs=len(self.group.members),
                steps_per_epoch=1,
                train_rows=len(self.group.dataset.train),
                validation_rows=len(self.validation),
                test_rows=len(self.test),
                parameters=self.parameters(),
                device=self.device.type,
                threads=torch.get_num_threads(),
                epoch=0,
            )
        )
        return frozenset(trained)

    def parameters(self) -> int:
        """Of all networks together."""
        inputs, task = self.preparation.inputs, self.preparation.task
        networks = (build_network(m.recipe.model, inputs, 0, task) for m in self.group.members)
        return sum(p.numel() for network in networks for p in network.parameters())

    def new_member(self, place: int, recipe: Recipe) -> RunFolder:
        info = self.group.run.info()
        return self.workspace.create(
            recipe, self.group.table, task=info.task, group=info.id, place=place
        )

    def train_one(self, member: RunFolder, chosen: Chosen, limit: float | None) -> Ending:
        self.control.listen(FileControl(member.control))
        ending = self.train_member(member, chosen, self.control, limit)
        self.control.forget()
        return ending

    def network_of(self, place: int) -> Network:
        """A trained network, with its best weights."""
        recipe = self.group.members[place].recipe
        network = build_network(
            recipe.model, self.preparation.inputs, recipe.training.seed, self.preparation.task
        )
        network.load_state_dict(dict(self.weights[place]))
        return network.to(self.device)

    def take(self, member: RunFolder, place: int) -> None:
        """Take a trained network up: what it predicts, and which networks are the best now."""
        found = load_best(member.checkpoints)
        if found is None:
            return
        self.weights[place] = found[0]
        network = self.network_of(place)
        self.outputs[place] = outputs_of(network, self.validation.numbers, self.validation.codes)
        self.end_epoch()

    def end_epoch(self) -> None:
        self.done += 1
        nothing = (nan,) * len(self.metrics)
        form = self.preparation.form
        is_best = True
        if len(self.validation):
            at = self.metrics.index(self.monitor)
            found = select(self.outputs, self.score, self.monitor, at, form)
            is_best = self.best is None or self.monitor.is_better(found.value, self.best.value)
        else:  # nothing tells which is better, and a mean seldom is worse than one of its members
            found = Selection(tuple(sorted(self.outputs)), nothing, nan)
        if is_best:
            self.best, self.best_epoch = found, self.done
        assert self.best is not None
        self.emit(
            events.EpochEnded(
                time=time.time(),
                epoch=self.done,
                step=self.done,
                train=nothing,
                validation=self.best.scores,
                learning_rate=nan,
                gradient_norm=nan,
                rows_per_second=nan,
                is_best=is_best,
            )
        )
        if is_best:
            self.keep(self.best)

    def keep(self, kept: Selection) -> None:
        """Write the model: its weights, and the recipe that builds it."""
        recipes = [self.group.members[place].recipe for place in kept.places]
        weights: dict[str, Tensor] = dict(self.weights[kept.places[0]])
        first = recipes[0]
        model, training = first.model, first.training
        if len(recipes) > 1:
            model = model.model_copy(update={"members": tuple(each.model for each in recipes)})
            weights = {
                f"networks.{at}.{name}": tensor
                for at, place in enumerate(kept.places)
                for name, tensor in self.weights[place].items()
            }
        whole = self.group.recipe.training
        update = {"networks": len(recipes), "time_budget": whole.time_budget}
        training = training.model_copy(update=update)
        self.group.run.write_resolved(
            self.group.recipe.model_copy(update={"model": model, "training": training})
        )
        self.checkpoints.save_best(weights, self.best_epoch, kept.value)
        trunks = [settled(recipe.model.trunk).kind for recipe in recipes]
        name = trunk_label(first) if len(recipes) == 1 else " + ".join(trunks)
        self.group.run.set_trunk(" + ".join(trunks), name)

    def end(self) -> Ending:
        """Score the test part once, by what was kept."""
        if self.best is None:
            if self.control.stopped:
                stopped = RunStopped(time.time(), 0, 0, (nan,) * len(self.metrics))
                self.emit(stopped)
                return stopped
            raise NoNetworkTrained(len(self.group.members))
        self.say(self.on_kept(self.best))
        self.emit(events.CheckpointSaved(time.time(), self.done, self.done, "best"))
        test = (nan,) * len(self.metrics)
        if len(self.test):
            outputs = [self.of_test(place) for place in self.best.places]
            mean = mean_of(outputs, self.preparation.form)
            test = self.scored(mean, self.test, self.group.dataset.test)
        is_late = time.monotonic() > self.deadline
        told = None if self.control.stopped or is_late else self.yardstick()
        if told is not None:
            self.say(told)
        ended: Ending
        if self.control.stopped:
            ended = RunStopped(time.time(), self.done, self.best_epoch, test)
        else:
            ended = RunFinished(time.time(), self.done, self.best_epoch, False, test)
        self.emit(ended)
        return ended

    def of_test(self, place: int) -> Tensor:
        return outputs_of(self.network_of(place), self.test.numbers, self.test.codes)

    def score(self, outputs: Tensor) -> tuple[float, ...]:
        return self.scored(outputs, self.validation, self.group.dataset.validation)

    def scored(self, outputs: Tensor, rows: Rows, part: Arrays) -> tuple[float, ...]:
        return scores_of(outputs, rows, part, self.objective, self.preparation)

    # What is told ---------------------------------------------------------------------------------

    def on_command(self, command: Command) -> None:
        self.emit(
            events.ControlApplied(
                time.time(), self.done + 1, self.done, command.command, command.value
            )
        )

    def say(self, told: Message) -> None:
        self.emit(events.Noted(time.time(), told))

    def tell_of(self, member: RunFolder, place: int) -> None:
        spec: ModelSpec = self.group.members[place].recipe.model
        self.say(
            message(
                "Network {place} of {count}: {title}, run {number}.",
                place=place + 1,
                count=len(self.group.members),
                title=str(settled(spec.trunk).title),
                number=member.info().number,
            )
        )

    def on_kept(self, kept: Selection) -> Message:
        names = [str(settled(self.group.members[p].recipe.model.trunk).title) for p in kept.places]
        if len(self.outputs) == 1:
            return message("{name} is kept.", name=names[0])
        if len(names) == 1:
            return message("{name} alone is kept: no mean of several is better.", name=names[0])
        return message("The mean of {names} is kept.", names=" + ".join(names))


def _last_of(run: RunFolder) -> RunEvent | None:
    """How the run ended the last time; its start while it has not."""
    last: RunEvent | None = None
    for event in run.events():
        if isinstance(event, (events.RunStarted, *Ended)):
            last = event
    return last
