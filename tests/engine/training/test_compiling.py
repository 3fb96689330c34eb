"""Compiled networks train as they would have, and what cannot be compiled says so and goes on."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import torch
from torch import Tensor, nn

from engine.data.preparing.dataset import Dataset
from engine.models.network import build_network
from engine.recipe.recipe import Recipe
from engine.training import settling
from engine.training.settling import Compiled, compiled_pass, with_compiling
from tests.engine.training.recording import same_weights
from tests.engine.training.tables import binary_dataset, model_of, training_of
from tests.engine.training.test_step import Steps

TRUNK: dict[str, Any] = {"normalization": "batch", "dropout": 0.2}


@pytest.fixture(scope="module")
def dataset() -> Dataset:
    return binary_dataset()


class Compiler:
    """In the place of `torch.compile`, which takes minutes: passes that may fail."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, fails: str = "") -> None:
        self.fails, self.passes = fails, 0
        monkeypatch.setattr(torch, "compile", self)

    def __call__(self, network: nn.Module, **settings: Any) -> Callable[..., Tensor]:
        if self.fails == "at once":
            raise RuntimeError("torch.compile is not supported on this Python")

        def passed(numbers: Tensor, codes: Tensor) -> Tensor:
            self.passes += 1
            if self.fails == "in a pass":
                raise RuntimeError("no C++ compiler was found\nand much more")
            outputs: Tensor = network(numbers, codes)
            return outputs

        return passed


def test_a_compiled_network_learns_what_it_learns_as_it_is(
    dataset: Dataset, monkeypatch: pytest.MonkeyPatch
) -> None:
    compiler = Compiler(monkeypatch)
    plain, compiled = Steps(dataset, TRUNK), Steps(dataset, TRUNK, compile="on")
    assert plain.take() == compiled.take()
    assert compiler.passes == 7  # one of them tried the size of the batch out
    assert compiled.take(2, rows=32) == plain.take(2, rows=32)
    assert compiler.passes == 10
    assert same_weights(plain.weights, compiled.weights)
    assert not compiled.told


@pytest.mark.parametrize("fails", ["at once", "in a pass"])
def test_what_cannot_be_compiled_trains_as_it_is_and_says_so_once(
    dataset: Dataset, monkeypatch: pytest.MonkeyPatch, fails: str
) -> None:
    plain = Steps(dataset, TRUNK)
    Compiler(monkeypatch, fails)
    compiled = Steps(dataset, TRUNK, compile="on")
    assert plain.take() == compiled.take()
    assert same_weights(plain.weights, compiled.weights)
    (told,) = compiled.told
    assert str(told).startswith("The network cannot be compiled on this machine, so it trains as")
    assert "much more" not in str(told)


def test_a_step_by_hand_is_not_compiled(dataset: Dataset, monkeypatch: pytest.MonkeyPatch) -> None:
    compiler = Compiler(monkeypatch)
    Steps(dataset, {}, compile="on").take(2)
    assert compiler.passes == 0


def test_memory_that_runs_out_in_a_compiled_pass_is_no_reason_to_give_compiling_up(
    dataset: Dataset, monkeypatch: pytest.MonkeyPatch
) -> None:
    Compiler(monkeypatch)
    made = Steps(dataset, TRUNK, compile="on")
    forward = made.network.forward

    def limited(numbers: Tensor, codes: Tensor) -> Tensor:
        if len(numbers) > 40:
            raise MemoryError
        return forward(numbers, codes)

    made.network.forward = limited  # type: ignore[assignment]
    made.take(2)
    assert [told.facts for told in made.told] == [{"before": 64, "rows": 32, "step": 64}]


def _settled(dataset: Dataset, **fields: Any) -> tuple[str, str | None]:
    recipe = Recipe(model=model_of((8,)), training=training_of(**fields))
    preparation = dataset.preparation
    network = build_network(recipe.model, preparation.inputs, 0, preparation.task)
    found, told = with_compiling(recipe, network, dataset)
    return found.training.compile, None if told is None else str(told)


def test_on_a_processor_auto_compiles_nothing(dataset: Dataset) -> None:
    assert _settled(dataset, device="cpu") == ("off", None)
    assert _settled(dataset, device="cpu", compile="on") == ("on", None)


@pytest.mark.parametrize(
    ("epochs", "compiled", "chosen"), [(500, 0.002, "on"), (2, 0.002, "off"), (500, 0.0095, "off")]
)
def test_on_a_graphics_card_auto_compiles_what_a_long_run_repays(
    dataset: Dataset,
    monkeypatch: pytest.MonkeyPatch,
    epochs: int,
    compiled: float,
    chosen: str,
) -> None:
    card = torch.device("cuda")
    monkeypatch.setattr(settling, "choose_device", lambda _: (card, None))
    monkeypatch.setattr(settling, "compiled_pass", lambda *_: Compiled(0.010, compiled, 3.0))
    found, told = _settled(dataset, epochs=epochs, batch_size=64)
    assert found == chosen
    expected = "The network is compiled: a step takes 2 ms, as it is 10 ms."
    assert told == (expected if chosen == "on" else None)


@pytest.mark.parametrize("fails", ["", "in a pass"])
def test_trying_it_out_leaves_the_network_as_it_was(
    dataset: Dataset, monkeypatch: pytest.MonkeyPatch, fails: str
) -> None:
    Compiler(monkeypatch, fails)
    preparation = dataset.preparation
    network = build_network(model_of((8,)), preparation.inputs, 0, preparation.task)
    before = {name: weights.clone() for name, weights in network.state_dict().items()}
    found = compiled_pass(network, preparation.inputs, 8, torch.device("cpu"))
    assert found.plain > 0
    assert (found.compiled == float("inf")) is bool(fails)
    assert same_weights(before, dict(network.state_dict()))
