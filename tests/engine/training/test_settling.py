"""What is settled before a run begins is told, and stays what it was."""

from __future__ import annotations

from typing import Any

import pytest

from engine.data.preparing.dataset import Dataset
from engine.errors import NetworkTooLarge
from engine.models.network import build_network
from engine.recipe.model import ModelSpec
from engine.recipe.recipe import Recipe
from engine.training import settling
from engine.training.settling import fitted_to_memory, with_precision
from tests.engine.training.tables import binary_dataset, model_of, training_of


@pytest.fixture(scope="module")
def dataset() -> Dataset:
    return binary_dataset()


def recipe_of(model: ModelSpec | None = None, **fields: Any) -> Recipe:
    return Recipe(model=model or model_of((16, 16)), training=training_of(**fields))


def chosen(
    dataset: Dataset, recipe: Recipe, monkeypatch: pytest.MonkeyPatch, exact: float, mixed: float
) -> tuple[str, str | None]:
    """The precision and the note, where passes take so long."""
    monkeypatch.setattr(settling, "seconds_per_pass", lambda *_: (exact, mixed))
    preparation = dataset.preparation
    network = build_network(recipe.model, preparation.inputs, 0, preparation.task)
    found, told = with_precision(recipe, network, dataset)
    return found.training.precision, None if told is None else str(told)


def test_a_small_network_is_in_float32_and_nothing_is_timed(
    dataset: Dataset, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert chosen(dataset, recipe_of(), monkeypatch, 1.0, 0.1) == ("float32", None)


@pytest.mark.parametrize(("mixed", "precision"), [(0.010, "bf16"), (0.019, "float32")])
def test_a_large_one_takes_bf16_where_that_is_much_faster_and_says_so(
    dataset: Dataset, monkeypatch: pytest.MonkeyPatch, mixed: float, precision: str
) -> None:
    recipe = recipe_of(model_of((2048, 1024)), batch_size=512)
    found, told = chosen(dataset, recipe, monkeypatch, 0.020, mixed)
    assert found == precision
    assert told is not None
    assert told.startswith(f"Steps compute in {precision}: one takes")


def test_a_precision_that_is_asked_for_stays(
    dataset: Dataset, monkeypatch: pytest.MonkeyPatch
) -> None:
    recipe = recipe_of(model_of((2048, 1024)), precision="fp16", batch_size=512)
    assert chosen(dataset, recipe, monkeypatch, 1.0, 0.1) == ("fp16", None)


def test_both_precisions_are_timed_and_the_network_stays_as_it_was(dataset: Dataset) -> None:
    preparation = dataset.preparation
    network = build_network(model_of((8,)), preparation.inputs, 0, preparation.task)
    before = {name: weights.clone() for name, weights in network.state_dict().items()}
    times = settling.seconds_per_pass(network, preparation.inputs, 4, settling.torch.device("cpu"))
    assert all(0 < seconds < 60 for seconds in times)
    assert all(weights.equal(before[name]) for name, weights in network.state_dict().items())
    assert all(parameter.grad is None for parameter in network.parameters())


def test_too_large_a_batch_becomes_several_and_says_so(
    dataset: Dataset, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(recipe: Recipe, *_: object) -> None:
        raise NetworkTooLarge(12.0, 2.0, "cpu", 1000, 128)

    monkeypatch.setattr(settling, "require_memory", refuse)
    preparation = dataset.preparation
    recipe = recipe_of(batch_size=1000, accumulate=2)
    found, told = fitted_to_memory(recipe, preparation.inputs, 50_000, preparation.task)
    assert (found.training.batch_size, found.training.accumulate) == (128, 16)
    assert str(told) == (
        "Batches of 1,000 rows would take 12 GB of memory and 2 GB are free:"
        " a step adds up 16 batches of 128 rows."
    )


def test_a_network_whose_weights_alone_do_not_fit_is_refused(
    dataset: Dataset, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(recipe: Recipe, *_: object) -> None:
        raise NetworkTooLarge(12.0, 2.0, "cpu", 1000, 0)

    monkeypatch.setattr(settling, "require_memory", refuse)
    preparation = dataset.preparation
    with pytest.raises(NetworkTooLarge):
        fitted_to_memory(recipe_of(), preparation.inputs, 100, preparation.task)
