"""Frozen blocks: their weights and statistics stay; names that no block has are refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.data.preparing.dataset import Dataset
from engine.errors import RecipeInvalid
from engine.events import RunStarted
from engine.models.network import build_network
from engine.models.parts import blocks_of
from engine.recipe.families import NumberEncoder
from engine.training.checkpoint import Checkpoints
from engine.training.control import Command, ListControl
from tests.engine.training.recording import Recording, same_weights
from tests.engine.training.tables import binary_dataset, mixed_dataset, model_of, training_of

MODEL = model_of((8, 8), normalization="batch", dropout=0.1)


@pytest.fixture(scope="module")
def dataset() -> Dataset:
    return binary_dataset(rows=200)


@pytest.mark.parametrize("kind", ["adamw", "muon"])
def test_a_frozen_block_keeps_weights_and_statistics(dataset: Dataset, kind: str) -> None:
    asked = training_of(epochs=2, batch_size=32, freeze=["trunk.1"], optimizer=kind)
    run = Recording(dataset, asked, MODEL)
    fresh = build_network(
        MODEL, dataset.preparation.inputs, 0, dataset.preparation.task, dataset.train
    )
    own, first = blocks_of(run.network), blocks_of(fresh)
    for name in own:
        kept = [layer.state_dict() for layer in own[name]]
        began = [layer.state_dict() for layer in first[name]]
        same = all(same_weights(dict(one), dict(two)) for one, two in zip(kept, began, strict=True))
        assert same is (name == "trunk.1"), name
    trained = sum(p.numel() for p in run.network.parameters() if p.requires_grad)
    assert run.of(RunStarted)[0].parameters == trained


def test_an_encoder_can_be_frozen() -> None:
    encoded = MODEL.model_copy(update={"numbers": NumberEncoder.default("periodic")})
    run = Recording(mixed_dataset("kind"), training_of(epochs=1, freeze=["numbers"]), encoded)
    assert "numbers" in blocks_of(run.network)
    frozen = run.network.numbers
    assert frozen is not None
    assert not any(parameter.requires_grad for parameter in frozen.parameters())


def test_blocks_that_are_not_there_are_refused_with_those_that_are(dataset: Dataset) -> None:
    with pytest.raises(RecipeInvalid) as caught:
        Recording(dataset, training_of(freeze=["trunk.7"]), MODEL)
    assert caught.value.field == "training.freeze"
    assert "trunk.7" in caught.value.problem
    assert "trunk.1, trunk.2, head" in caught.value.fix


def test_something_has_to_be_left_to_train(dataset: Dataset) -> None:
    names = tuple(blocks_of(Recording(dataset, training_of(epochs=1), MODEL).network))
    with pytest.raises(RecipeInvalid, match="nothing is left to train"):
        Recording(dataset, training_of(freeze=names), MODEL)


def test_a_run_with_frozen_blocks_resumes_exactly(dataset: Dataset, tmp_path: Path) -> None:
    asked = training_of(epochs=3, batch_size=32, freeze=["trunk.1"])
    whole = Recording(dataset, asked, MODEL)
    stop = ListControl({7: (Command(command="stop"),)})
    Recording(dataset, asked, MODEL, checkpoints=Checkpoints(tmp_path), control=stop)
    second = Recording(dataset, asked, MODEL, resume=Checkpoints(tmp_path).last())
    assert same_weights(whole.weights, second.weights)
