"""Layers by hand: gradients of weights with few inputs and of a head with one output, and runs with them."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch
from torch import Tensor, nn

from engine.training.checkpoint import Checkpoints
from engine.training.control import Command, ListControl
from engine.training.dense_layers import Head, Layer, layer_for
from tests.engine.training.recording import Recording, same_weights
from tests.engine.training.tables import binary_dataset, model_of, training_of


def made(came: int, went: int) -> tuple[nn.Linear, dict[int, Tensor]]:
    """A layer, and where the gradients of its parameters go."""
    torch.set_num_threads(1)
    torch.manual_seed(0)
    layer = nn.Linear(came, went)
    return layer, {id(p): torch.full_like(p, torch.nan) for p in layer.parameters()}


@torch.no_grad()
def passed(by_hand: Layer, rows: Tensor, gradient: Tensor) -> tuple[Tensor, Tensor]:
    """What goes forward and what goes back, the second time, when the room is there."""
    for _ in range(2):
        forward = by_hand.forward(rows)
        back = by_hand.backward(gradient.clone(), further=True)
    return forward, back


@pytest.mark.parametrize("rows", [32, 256, 1000])
@pytest.mark.parametrize(("came", "went"), [(1, 16), (8, 64), (30, 64), (64, 30), (16, 16)])
def test_a_layer_has_the_gradients_of_autograd(rows: int, came: int, went: int) -> None:
    layer, buffers = made(came, went)
    by_hand = layer_for(layer, buffers, rows)
    assert by_hand is not None
    given, gradient = torch.randn(rows, came, requires_grad=True), torch.randn(rows, went)
    outputs = layer(given)
    outputs.backward(gradient)

    forward, back = passed(by_hand, given.detach(), gradient)

    assert torch.equal(forward, outputs)
    assert given.grad is not None
    assert torch.equal(back, given.grad)
    for parameter in layer.parameters():
        assert parameter.grad is not None
        assert torch.allclose(buffers[id(parameter)], parameter.grad, rtol=1e-4, atol=1e-4)


def test_gradients_are_taken_up_anew_for_other_rows_of_the_same_batch_size() -> None:
    layer, buffers = made(4, 16)
    by_hand = layer_for(layer, buffers, 256)
    assert by_hand is not None
    gradient = torch.randn(256, 16)
    for _ in range(2):
        rows = torch.randn(256, 4)
        passed(by_hand, rows, gradient)
        expected = gradient.t() @ rows
        assert torch.allclose(buffers[id(layer.weight)], expected, rtol=1e-4, atol=1e-4)


@pytest.mark.parametrize("outputs", [1, 3])
@pytest.mark.parametrize("rows", [2, 256])
def test_a_head_sends_back_what_autograd_does_to_the_bit(rows: int, outputs: int) -> None:
    layer, buffers = made(64, outputs)
    given, gradient = torch.randn(rows, 64, requires_grad=True), torch.randn(rows, outputs)
    layer(given).backward(gradient)
    _, back = passed(Head(layer, buffers), given.detach(), gradient)
    assert given.grad is not None
    assert torch.equal(back, given.grad)
    assert torch.equal(buffers[id(layer.weight)], layer.weight.grad)  # type: ignore[arg-type]


@pytest.mark.parametrize("step", [1, 4, 6])
def test_a_run_of_large_batches_goes_on_to_the_same_weights(tmp_path: Path, step: int) -> None:
    dataset = binary_dataset(rows=1400)
    training = training_of(epochs=3, batch_size=256, optimizer={"kind": "adamw"})
    model = model_of((16, 16))
    whole = Recording(dataset, training, model)
    stop = ListControl({step: (Command(command="stop"),)})
    folder = tmp_path / "cut"
    Recording(dataset, training, model, checkpoints=Checkpoints(folder), control=stop)
    saved = Checkpoints(folder).last()
    assert saved is not None
    assert saved.position.step == step
    again = Recording(dataset, training, model, resume=saved)
    assert same_weights(whole.weights, again.weights)
    assert whole.epochs[-1] == again.epochs[-1]
