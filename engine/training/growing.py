"""Growing boosted trees in the place of the training loop: an epoch is so many rounds of them.

The trees are scikit-learn's (Ke et al., “LightGBM”, NeurIPS 2017, is the method's source); they are read
out of its estimator into the tensors of `engine.models.blocks.trees.Trees`, which predict from then on.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from engine import events
from engine.data.memory import fits_memory
from engine.data.preparing.arrays import Arrays
from engine.data.preparing.dataset import Dataset
from engine.data.preparing.inputs import OutputForm
from engine.errors import RecipeInvalid
from engine.events import RunEvent, RunFinished, RunStopped
from engine.messages import message
from engine.metrics import metrics_for, monitor_for
from engine.models.blocks.trees import Tree, Trees
from engine.models.network import Network
from engine.models.trunks.boosted_trees import BoostedTrees
from engine.recipe.families import Loss
from engine.recipe.losses import loss_in_force
from engine.recipe.target import Resampling
from engine.recipe.training import Training
from engine.training.best import Best
from engine.training.checkpoint import Checkpoints
from engine.training.control import Control
from engine.training.objective import objective_for
from engine.training.scoring import BATCH_ROWS, scores_of
from engine.training.tensors import Rows

_ROUNDS = 20
"""Of an epoch."""
_COPIES = 3
"""Times that the encoded rows are in memory, about."""
_PAUSE_SECONDS = 0.05


def grow(
    network: Network,
    trunk: BoostedTrees,
    dataset: Dataset,
    training: Training,
    *,
    emit: Callable[[RunEvent], None],
    control: Control,
    checkpoints: Checkpoints | None = None,
    time_limit: float | None = None,
    resampling: Resampling = Resampling.NONE,
) -> RunFinished | RunStopped:
    """Grow the trees of a network; it ends with those of its best epoch.

    It takes seconds where a network takes minutes, and begins anew when it is resumed. Commands are heard
    between epochs. Loss and weights are those of the recipe, as far as trees know them: squared error,
    or cross-entropy without smoothing. Emits as `engine.training.loop.fit` does.

    Args:
        network: As built from the recipe, on the processor.
        trunk: Its trunk.
        dataset: The prepared parts; of rows that do not fit into memory some are drawn evenly.
        training: Seed, class weights and the metric that decides.
        emit: Takes events; called from this thread only.
        control: Asked for commands.
        checkpoints: Where to save; None saves nothing.
        time_limit: Seconds after which no epoch is begun.
        resampling: Trees take all rows; anything else is refused.

    Raises:
        RecipeInvalid: Trees cannot be grown for these targets, this loss or drawn rows.
        DiskFull, WriteFailed: The trees cannot be kept.
    """
    _require_growable(dataset, training, resampling)
    return _Growing(network, trunk, dataset, training, emit, control).run(checkpoints, time_limit)


def _require_growable(dataset: Dataset, training: Training, resampling: Resampling) -> None:
    """Raise `RecipeInvalid` for what trees know nothing of."""
    task = dataset.preparation.task
    if task.has_several_targets:
        raise RecipeInvalid(
            "model.trunk",
            str(message("Boosted trees predict one column, and the recipe has several targets.")),
            str(message("Choose a network, or one target.")),
        )
    if loss_in_force(training.loss, task) != loss_in_force(Loss.default("auto"), task):
        raise RecipeInvalid(
            "training.loss",
            str(message("Boosted trees know the usual loss only.")),
            str(message("Set the loss to auto, or choose a network.")),
        )
    if resampling is not Resampling.NONE:
        raise RecipeInvalid(
            "model.trunk",
            str(message("Boosted trees take every row once, and the recipe draws rows by class.")),
            str(message("Use class weights instead, or choose a network.")),
        )


class _Part:
    """The encoded rows of a part, and what the trees so far make of them."""

    def __init__(self, arrays: Arrays, rows: Rows, encoded: Tensor, outputs: Tensor) -> None:
        self.arrays, self.rows, self.encoded, self.outputs = arrays, rows, encoded, outputs


class _Growing:
    def __init__(
        self,
        network: Network,
        trunk: BoostedTrees,
        dataset: Dataset,
        training: Training,
        emit: Callable[[RunEvent], None],
        control: Control,
    ) -> None:
        assert isinstance(network.head, Trees)
        self.network, self.trunk, self.trees = network.eval(), trunk, network.head
        self.dataset, self.training = dataset, training
        self.emit, self.control = emit, control
        self.preparation = dataset.preparation
        task = self.preparation.task
        self.metrics = metrics_for(task)
        self.monitor = monitor_for(task, training.early_stopping)
        cpu = torch.device("cpu")
        self.objective = objective_for(self.preparation, training, cpu, dataset.train)
        self.train = self.part(dataset.train)
        self.validation, self.test = self.part(dataset.validation), self.part(dataset.test)
        self.best = Best(self.monitor, newest=len(dataset.validation) == 0)
        self.epoch, self.waiting, self.stopped = 0, False, False

    @torch.inference_mode()
    def part(self, arrays: Arrays) -> _Part:
        """Rows as the trees get them, (rows, inputs)."""
        arrays = _as_many_as_fit(arrays, self.trees.in_features)
        rows = Rows.of(arrays, self.preparation.task, torch.device("cpu"))
        encoded = [
            self.network.encoded(
                rows.numbers[start : start + BATCH_ROWS], rows.codes[start : start + BATCH_ROWS]
            )
            for start in range(0, max(1, len(rows)), BATCH_ROWS)
        ]
        outputs = torch.zeros((len(rows), self.trees.outputs))
        return _Part(arrays, rows, torch.cat(encoded), outputs)

    def run(self, checkpoints: Checkpoints | None, limit: float | None) -> RunFinished | RunStopped:
        began = time.monotonic()
        rounds = self.trunk.rounds
        self.tell_start(math.ceil(rounds / _ROUNDS))
        patience = max(1, round(self.trunk.patience / _ROUNDS))
        model = self.model()
        early = False
        while self.trees.rounds < rounds and model is not None:
            self.obey()
            late = limit is not None and self.epoch and time.monotonic() - began >= limit
            early = self.best.waited >= patience
            if self.stopped or late or early:
                break
            self.run_epoch(model, min(rounds, self.trees.rounds + _ROUNDS))
        if not self.epoch:
            self.end_epoch(began)
        assert self.best.weights is not None
        self.network.load_state_dict(self.best.weights)
        if checkpoints is not None:
            checkpoints.save_best(self.best.weights, self.best.epoch, self.best.value)
            self.emit(events.CheckpointSaved(time.time(), self.epoch, self.epoch, "best"))
        test = self.scores(self.test, self.outputs_of(self.test))
        ended: RunFinished | RunStopped
        if self.stopped:
            ended = RunStopped(time.time(), self.epoch, self.best.epoch, test)
        else:
            ended = RunFinished(time.time(), self.epoch, self.best.epoch, early, test)
        self.emit(ended)
        return ended

    def model(self) -> Any | None:
        """The estimator that grows; None where all training rows are of one class."""
        from sklearn.ensemble import HistGradientBoostingClassifier, HistGradientBoostingRegressor

        is_value = self.preparation.form is OutputForm.VALUES
        self.target = self.train.rows.target.reshape(-1).numpy()
        weights = self.objective.weights(self.train.rows.target, self.train.rows.weights)
        self.weights = None if weights is None else weights.double().numpy()
        self.seen = np.unique(self.target) if not is_value else np.zeros(1)
        if not is_value and len(self.seen) < 2:
            self.set_base(np.zeros(1))
            return None
        kind = HistGradientBoostingRegressor if is_value else HistGradientBoostingClassifier
        return kind(
            learning_rate=self.trunk.learning_rate,
            max_leaf_nodes=self.trunk.leaves,
            max_depth=self.trunk.depth,
            early_stopping=False,
            warm_start=True,
            random_state=self.training.seed,
        )

    def run_epoch(self, model: Any, rounds: int) -> None:
        from threadpoolctl import threadpool_limits

        began, first = time.monotonic(), self.trees.rounds
        model.set_params(max_iter=rounds)
        with threadpool_limits(torch.get_num_threads()):
            model.fit(self.train.encoded.numpy(), self.target, sample_weight=self.weights)
        if not first:
            self.set_base(model._baseline_prediction.reshape(-1))
        for place in range(first, rounds):
            grown = [_tree(each.nodes) for each in model._predictors[place]]
            if self.preparation.form is OutputForm.SHARES and len(grown) < self.trees.outputs:
                grown = self.placed(grown)
            self.trees.put(place, grown)
        with torch.inference_mode():
            for part in (self.train, self.validation):
                part.outputs += self.added(part, first, rounds)
        self.end_epoch(began)

    def placed(self, grown: list[Tree]) -> list[Tree]:
        """Trees of all classes where the training rows lack some."""
        if len(self.seen) == 2:  # one tree then says how much more likely the second one is
            none = _tree(np.zeros(1, _NODE))
            grown = [none, *grown]
        by_class = dict(zip(self.seen.astype(int).tolist(), grown, strict=True))
        nothing = _tree(np.zeros(1, _NODE))
        return [by_class.get(each, nothing) for each in range(self.trees.outputs)]

    @torch.no_grad()
    def set_base(self, found: NDArray[Any]) -> None:
        """What is predicted before the first tree."""
        base = torch.from_numpy(np.asarray(found, np.float64)).float()
        if self.preparation.form is OutputForm.SHARES:
            if len(self.seen) == 2:
                base = torch.cat([torch.zeros(1), base])
            whole = torch.full((self.trees.outputs,), float(base.min()) - _UNSEEN)
            whole[torch.from_numpy(self.seen.astype(np.int64))] = base
            base = whole
        elif len(self.seen) < 2 and self.preparation.form is OutputForm.LOGITS:
            base = torch.full((1,), _UNSEEN if self.seen[0] else -_UNSEEN)
        self.trees.base.copy_(base)
        for part in (self.train, self.validation):
            part.outputs = base.repeat(len(part.rows), 1)

    def end_epoch(self, began: float) -> None:
        train, validation = (
            self.scores(part, part.outputs) for part in (self.train, self.validation)
        )
        watched = validation if len(self.validation.rows) else train
        self.epoch += 1
        value = watched[self.metrics.index(self.monitor)]
        is_best = self.best.update(self.epoch, value, self.network)
        self.emit(
            events.EpochEnded(
                time=time.time(),
                epoch=self.epoch,
                step=self.epoch,
                train=train,
                validation=validation,
                learning_rate=self.trunk.learning_rate,
                gradient_norm=math.nan,
                rows_per_second=len(self.train.rows) / max(1e-9, time.monotonic() - began),
                is_best=is_best,
            )
        )

    def added(self, part: _Part, first: int, last: int) -> Tensor:
        """What rounds add to the outputs of a part's rows."""
        return torch.cat(
            [
                self.trees.between(part.encoded[start : start + BATCH_ROWS], first, last)
                for start in range(0, max(1, len(part.encoded)), BATCH_ROWS)
            ]
        )

    @torch.inference_mode()
    def outputs_of(self, part: _Part) -> Tensor:
        return self.trees.base + self.added(part, 0, self.trees.rounds)

    def scores(self, part: _Part, outputs: Tensor) -> tuple[float, ...]:
        if not len(part.rows) or part.arrays.values is None:
            return (math.nan,) * len(self.metrics)
        return scores_of(outputs, part.rows, part.arrays, self.objective, self.preparation)

    def obey(self) -> None:
        """Hear commands; a pause lasts until another command ends it."""
        while True:
            for command in self.control.poll():
                self.emit(
                    events.ControlApplied(
                        time.time(), self.epoch + 1, self.epoch, command.command, command.value
                    )
                )
                name = command.command
                self.stopped = self.stopped or name == "stop"
                self.waiting = name == "pause" or (self.waiting and name != "resume")
            if self.stopped or not self.waiting:
                return
            time.sleep(_PAUSE_SECONDS)

    def tell_start(self, epochs: int) -> None:
        self.emit(
            events.RunStarted(
                time=time.time(),
                metrics=tuple(metric.name for metric in self.metrics),
                monitor=self.monitor.name,
                epochs=epochs,
                steps_per_epoch=1,
                train_rows=len(self.train.rows),
                validation_rows=len(self.validation.rows),
                test_rows=len(self.test.rows),
                parameters=sum(p.numel() for p in self.network.parameters()),
                device="cpu",
                threads=torch.get_num_threads(),
                epoch=0,
            )
        )
        for told in self.dataset.notes:
            self.emit(events.Noted(time.time(), told))


_UNSEEN = 10.0
"""A class without training rows is that many logits less likely than the rarest one."""
_NODE = np.dtype(
    [
        ("value", "f8"),
        ("feature_idx", "i8"),
        ("num_threshold", "f8"),
        ("left", "u4"),
        ("right", "u4"),
        ("is_leaf", "u1"),
    ]
)
"""What is read of a node."""


def _tree(nodes: NDArray[Any]) -> Tree:
    """A tree of scikit-learn's, whose leaves have no children."""
    own = np.arange(len(nodes))
    is_leaf = nodes["is_leaf"].astype(bool) if len(nodes) > 1 else np.ones(1, bool)

    def inner(name: str, leaf: NDArray[Any]) -> Tensor:
        return torch.from_numpy(np.where(is_leaf, leaf, nodes[name].astype(leaf.dtype)))

    return Tree(
        inner("feature_idx", np.zeros(len(nodes), np.int64)),
        inner("num_threshold", np.zeros(len(nodes))),
        inner("left", own),
        inner("right", own),
        torch.from_numpy(nodes["value"].astype(np.float64)),
    )


def _as_many_as_fit(arrays: Arrays, inputs: int) -> Arrays:
    """The rows, or some drawn evenly where they do not fit into memory when they are encoded."""
    count = len(arrays)
    while count > 2 and not fits_memory(4 * _COPIES * count * inputs):
        count //= 2
    if count == len(arrays):
        return arrays
    places = np.linspace(0, len(arrays) - 1, count).astype(np.int64)

    def taken(values: NDArray[Any] | None) -> NDArray[Any] | None:
        return None if values is None else np.asarray(values[places])

    return replace(
        arrays,
        numbers=np.asarray(arrays.numbers[places]),
        codes=np.asarray(arrays.codes[places]),
        target=taken(arrays.target),
        values=taken(arrays.values),
        weights=taken(arrays.weights),
    )
