"""Boosted trees as a network: what the library grows is what is predicted, kept and averaged."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from sklearn.ensemble import HistGradientBoostingClassifier, HistGradientBoostingRegressor

from engine.data.preparing.dataset import Dataset
from engine.errors import RecipeInvalid
from engine.events import EpochEnded, RunEvent, RunFinished, RunStarted, RunStopped
from engine.models.blocks.trees import Tree, Trees
from engine.models.network import Network, build_network
from engine.models.trunks.boosted_trees import BoostedTrees
from engine.recipe.model import ModelSpec
from engine.recipe.target import Resampling
from engine.training.checkpoint import Checkpoints, load_best
from engine.training.control import Command, ListControl, NoControl
from engine.training.growing import grow
from engine.training.scoring import outputs_of
from tests.engine.training.tables import mixed_dataset, training_of

SMALL = BoostedTrees(rounds=30, leaves=6, depth=4)


class Grown:
    """A network of trees for a table, and what was told."""

    def __init__(self, dataset: Dataset, trunk: BoostedTrees = SMALL, **options: Any) -> None:
        self.model = ModelSpec.model_validate(
            {"trunk": trunk, "numbers": "plain", "categories": "one_hot"}
        )
        self.dataset = dataset
        self.network = self.fresh()
        self.told: list[RunEvent] = []
        options.setdefault("control", NoControl())
        training = training_of(epochs=1)
        self.ending = grow(self.network, trunk, dataset, training, emit=self.told.append, **options)

    def fresh(self) -> Network:
        preparation = self.dataset.preparation
        return build_network(self.model, preparation.inputs, 0, preparation.task)

    def inputs(self) -> tuple[torch.Tensor, torch.Tensor]:
        rows = self.dataset.train
        return torch.from_numpy(rows.numbers), torch.from_numpy(rows.codes)


@pytest.mark.parametrize("target", ["kind", "amount"])
def test_outputs_are_those_of_the_library(target: str) -> None:
    grown = Grown(mixed_dataset(target))
    trees = grown.network.head
    assert isinstance(trees, Trees)
    kind = HistGradientBoostingClassifier if target == "kind" else HistGradientBoostingRegressor
    encoded = grown.network.encoded(*grown.inputs()).numpy()
    theirs = kind(
        max_iter=trees.rounds,
        learning_rate=0.05,
        max_leaf_nodes=6,
        max_depth=4,
        early_stopping=False,
        random_state=0,
    ).fit(encoded, grown.dataset.train.target)
    found = outputs_of(grown.network, *grown.inputs()).numpy()
    expected = (
        theirs.decision_function(encoded)
        if target == "kind"
        else theirs.predict(encoded).reshape(-1, 1)
    )
    np.testing.assert_allclose(found, expected, atol=1e-5)


def test_each_epoch_of_rounds_is_told_and_the_best_is_kept(tmp_path: Path) -> None:
    checkpoints = Checkpoints(tmp_path / "checkpoints")
    grown = Grown(mixed_dataset("amount"), checkpoints=checkpoints)
    started, *others = grown.told
    assert isinstance(started, RunStarted)
    epochs = [each for each in others if isinstance(each, EpochEnded)]
    assert len(epochs) == started.epochs == 2
    assert epochs[1].train[0] < epochs[0].train[0]
    assert isinstance(grown.ending, RunFinished)
    found = load_best(tmp_path / "checkpoints")
    assert found is not None
    again = grown.fresh()
    again.load_state_dict(found[0])
    rows = grown.inputs()
    assert torch.equal(outputs_of(again, *rows), outputs_of(grown.network, *rows))


def test_it_stops_when_it_is_told_to() -> None:
    control = ListControl({1: (Command(command="stop"),)})
    grown = Grown(mixed_dataset("amount"), BoostedTrees(rounds=60, leaves=4), control=control)
    assert isinstance(grown.ending, RunStopped)
    assert grown.network.head.rounds == 20


def test_classes_that_training_rows_lack_are_the_least_likely() -> None:
    dataset = mixed_dataset("kind")
    for lacking in (1, 2):
        dataset.train.target[dataset.train.target >= 3 - lacking] = 0
        dataset.train.values[:] = dataset.train.target
        grown = Grown(dataset, BoostedTrees(rounds=2, leaves=4))
        shares = outputs_of(grown.network, *grown.inputs()).softmax(dim=1)
        assert (shares[:, 3 - lacking :] < 1e-3).all()


def test_what_trees_know_nothing_of_is_refused_with_what_to_do() -> None:
    dataset = mixed_dataset("amount")
    network = Grown(dataset).network
    told: list[RunEvent] = []
    options: dict[str, Any] = {"emit": told.append, "control": NoControl()}
    absolute = training_of(epochs=1, loss={"kind": "absolute"})
    with pytest.raises(RecipeInvalid, match="usual loss"):
        grow(network, SMALL, dataset, absolute, **options)
    drawn = Resampling.OVERSAMPLE
    with pytest.raises(RecipeInvalid, match="class weights"):
        grow(network, SMALL, dataset, training_of(epochs=1), resampling=drawn, **options)
    assert told == []


def test_a_row_on_a_threshold_goes_as_it_would_in_double_precision() -> None:
    threshold = torch.tensor([0.1, 0.0, 0.0], dtype=torch.float64)  # below 0.1 as float32
    tree = Tree(
        torch.zeros(3),
        threshold,
        torch.tensor([1, 1, 2]),
        torch.tensor([2, 1, 2]),
        torch.tensor([0.0, -1.0, 1.0]),
    )
    trees = Trees(1, 1, 1, 2, 1)
    trees.put(0, [tree])
    rows = torch.tensor([[0.1], [0.0999]])
    assert rows.double()[0] > threshold[0]
    assert trees(rows).flatten().tolist() == [1.0, -1.0]
