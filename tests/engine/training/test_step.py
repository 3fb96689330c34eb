"""Steps by hand, in parts, in other precisions, and with too little memory."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import torch
from torch import Tensor

from engine.data.preparing.dataset import Dataset
from engine.errors import OutOfMemory
from engine.messages import Message
from engine.models.network import Network, build_network
from engine.recipe.families import CategoryEncoder
from engine.recipe.parts import settled
from engine.training import step as steps
from engine.training.dense_step import dense_step_for
from engine.training.objective import objective_for
from engine.training.step import Stepper
from engine.training.tensors import Rows
from tests.engine.training.recording import same_weights
from tests.engine.training.tables import binary_dataset, mixed_dataset, model_of, training_of

CPU = torch.device("cpu")


class Steps:
    """A network and what takes its steps."""

    def __init__(self, dataset: Dataset, trunk: dict[str, Any], **fields: Any) -> None:
        torch.set_num_threads(1)
        self.training = training_of(**{"batch_size": 64, "optimizer": "adam", **fields})
        preparation = dataset.preparation
        one_hot = CategoryEncoder.default("one_hot")  # without weights of its own
        model = model_of(**{"widths": (16, 8), **trunk})
        model = model.model_copy(update={"categories": one_hot})
        self.network: Network = build_network(
            model, preparation.inputs, 0, preparation.task, dataset.train
        )
        self.network.train()
        self.rows = Rows.of(dataset.train, preparation.task, CPU)
        parameters = list(self.network.parameters())
        self.objective = objective_for(preparation, self.training, CPU, dataset.train)
        self.optimizer = settled(self.training.optimizer).build(parameters, fused=True)
        self.told: list[Message] = []
        self.stepper = Stepper(
            self.network,
            parameters,
            self.optimizer,
            self.objective,
            self.training,
            self.told.append,
        )

    def take(self, count: int = 6, rows: int = 64, **measured: bool) -> list[float]:
        """Their losses."""
        torch.manual_seed(0)
        return [
            self.stepper(
                self.rows.between(place * 7, place * 7 + rows), **{"measured": False, **measured}
            ).loss.item()
            for place in range(count)
        ]

    @property
    def weights(self) -> dict[str, Tensor]:
        return dict(self.network.state_dict())


DENSE: list[dict[str, Any]] = [
    {"activation": kind} for kind in ("relu", "tanh", "sigmoid", "gelu", "silu", "mish")
]


@pytest.fixture(scope="module")
def dataset() -> Dataset:
    return binary_dataset()


@pytest.mark.parametrize(
    ("trunk", "optimizer"),
    [
        *((trunk, "adam") for trunk in [*DENSE, {"dropout": 0.3}, {"widths": ()}]),
        *(({}, optimizer) for optimizer in ("sgd", "adamw", "nadam")),
        ({}, {"kind": "sgd", "momentum": 0.0}),
    ],
    ids=str,
)
def test_a_step_by_hand_is_that_of_autograd_to_the_bit(
    dataset: Dataset, trunk: dict[str, Any], optimizer: Any
) -> None:
    by_hand = Steps(dataset, trunk, optimizer=optimizer)
    by_autograd = Steps(dataset, trunk, optimizer=optimizer)
    assert dense_step_for(by_hand.network, list(by_hand.network.parameters()), by_hand.objective)

    assert by_hand.take() == by_autograd.take(measured=True)
    assert same_weights(by_hand.weights, by_autograd.weights)


@pytest.mark.parametrize("target", ["kind", "amount"])
@pytest.mark.parametrize("loss", ["usual", "other"])
def test_losses_by_hand_have_the_slope_of_autograd(target: str, loss: str) -> None:
    others = {"kind": {"class_weights": "balanced"}, "amount": {"loss": "huber"}}
    fields: dict[str, Any] = others[target] if loss == "other" else {"clip_norm": 0.5}
    prepared = mixed_dataset(target)
    by_hand, by_autograd = (Steps(prepared, {}, **fields) for _ in range(2))
    assert dense_step_for(by_hand.network, list(by_hand.network.parameters()), by_hand.objective)
    assert by_hand.take(rows=32) == by_autograd.take(rows=32, measured=True)


@pytest.mark.parametrize(
    "trunk", [{"normalization": "batch"}, {"residual": True, "widths": (8, 8)}], ids=str
)
def test_what_is_no_plain_stack_is_left_to_autograd(
    dataset: Dataset, trunk: dict[str, Any]
) -> None:
    made = Steps(dataset, trunk)
    assert dense_step_for(made.network, list(made.network.parameters()), made.objective) is None
    made.take(1)


def test_a_network_with_a_frozen_block_is_left_to_autograd(dataset: Dataset) -> None:
    made = Steps(dataset, {})
    assert (
        dense_step_for(made.network, list(made.network.head.parameters()), made.objective) is None
    )


def test_an_optimizer_that_is_restored_goes_on_as_it_would_have(dataset: Dataset) -> None:
    whole, cut = (Steps(dataset, {}) for _ in range(2))
    whole.take(3)
    cut.take(3)
    cut.optimizer.load_state_dict(cut.optimizer.state_dict())
    assert whole.take(3) == cut.take(3)
    assert same_weights(whole.weights, cut.weights)


@pytest.mark.parametrize("fields", [{}, {"class_weights": "balanced"}], ids=str)
def test_a_batch_in_parts_teaches_what_it_teaches_at_once(
    dataset: Dataset, fields: dict[str, Any]
) -> None:
    at_once = Steps(dataset, {}, **fields)
    in_parts = Steps(dataset, {}, **fields, batch_size=13)
    losses = at_once.take()
    assert in_parts.take() == pytest.approx(losses, rel=1e-5)
    for name, weights in at_once.weights.items():
        assert torch.allclose(weights, in_parts.weights[name], atol=1e-5)


def test_outputs_of_parts_stand_in_the_order_of_their_rows(dataset: Dataset) -> None:
    at_once, in_parts = Steps(dataset, {}), Steps(dataset, {}, batch_size=13)
    batch = at_once.rows.between(0, 64)
    whole = at_once.stepper(batch, measured=False).outputs
    assert torch.allclose(whole, in_parts.stepper(batch, measured=False).outputs, atol=1e-6)


@pytest.mark.parametrize("precision", ["bf16", "fp16"])
def test_mixed_precision_learns_with_weights_in_float32(dataset: Dataset, precision: str) -> None:
    exact, mixed = Steps(dataset, {}), Steps(dataset, {}, precision=precision)
    assert mixed.take(20) == pytest.approx(exact.take(20), abs=0.03)
    assert all(weights.dtype == torch.float32 for weights in mixed.weights.values())
    assert mixed.weights["head.weight"].tolist() != exact.weights["head.weight"].tolist()


def test_gradients_beyond_fp16_make_no_step_and_the_next_is_scaled_less(dataset: Dataset) -> None:
    made = Steps(dataset, {}, precision="fp16")
    scale = made.stepper.precision.loss_scale
    assert scale is not None
    made.stepper.precision.restore(scale.model_copy(update={"scale": 1e30}))
    before = {name: weights.clone() for name, weights in made.weights.items()}
    made.take(1)
    assert same_weights(before, made.weights)
    after = made.stepper.precision.loss_scale
    assert after is not None
    assert after.scale == pytest.approx(0.5e30)


def _with_room_for(network: Network, rows: int, error: Callable[[], Exception]) -> list[int]:
    """Let the network fail beyond so many rows; the sizes that it was tried with."""
    tried: list[int] = []
    forward = network.forward

    def limited(numbers: Tensor, codes: Tensor) -> Tensor:
        tried.append(len(numbers))
        if len(numbers) > rows:
            raise error()
        return forward(numbers, codes)

    network.forward = limited  # type: ignore[assignment]
    return tried


@pytest.mark.parametrize(
    "error",
    [
        MemoryError,
        lambda: torch.OutOfMemoryError("CUDA out of memory."),
        lambda: RuntimeError("[enforce fail] DefaultCPUAllocator: can't allocate memory"),
    ],
    ids=["python", "graphics card", "processor"],
)
def test_memory_that_runs_out_halves_the_rows_at_once_and_says_so(
    dataset: Dataset, error: Callable[[], Exception]
) -> None:
    short, roomy = Steps(dataset, {"dropout": 0.2}), Steps(dataset, {"dropout": 0.2}, batch_size=16)
    tried = _with_room_for(short.network, 16, error)
    short.stepper._by_hand = None
    losses = short.take()
    assert tried[:3] == [64, 32, 16]
    assert set(tried[3:]) == {16}
    assert [told.facts for told in short.told] == [
        {"before": 64, "rows": 32, "step": 64},
        {"before": 32, "rows": 16, "step": 64},
    ]
    assert roomy.take() == losses  # as if it had been told so from the start
    assert same_weights(short.weights, roomy.weights)


def test_memory_that_is_not_enough_for_two_rows_is_told(dataset: Dataset) -> None:
    made = Steps(dataset, {})
    _with_room_for(made.network, 1, MemoryError)
    made.stepper._by_hand = None
    with pytest.raises(OutOfMemory) as caught:
        made.take(1)
    assert caught.value.batch_size == steps._FEWEST_ROWS
    assert all(parameter.grad is None for parameter in made.network.parameters())


def test_other_errors_of_a_step_go_through(dataset: Dataset) -> None:
    made = Steps(dataset, {})
    _with_room_for(made.network, 0, lambda: RuntimeError("shapes do not fit"))
    made.stepper._by_hand = None
    with pytest.raises(RuntimeError, match="shapes"):
        made.take(1)


def test_a_single_row_left_over_goes_with_the_others(dataset: Dataset) -> None:
    made = Steps(dataset, {"normalization": "batch"}, batch_size=8)
    tried = _with_room_for(made.network, 9, MemoryError)
    made.take(1, rows=9)
    made.take(1, rows=17)
    assert tried == [9, 8, 9]
    assert made.stepper.rows_that_fit is None


def test_augmented_batches_are_trained_in_mixed_precision(dataset: Dataset) -> None:
    made = Steps(dataset, {}, precision="bf16", augmentation={"mixup": 0.5})
    assert all(0 < loss < 2 for loss in made.take(3))
