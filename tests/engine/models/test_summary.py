"""Summaries describe the network that will be trained."""

from __future__ import annotations

import pytest
import torch

from engine.data.preparing.inputs import Inputs
from engine.errors import NetworkTooLarge
from engine.models import summary
from engine.models.memory import memory_need, on_meta, require_memory, zero_rows
from engine.models.network import build_network
from engine.models.summary import NetworkSummary, summarize
from engine.recipe.families import CategoryEncoder, Optimizer, Trunk
from engine.recipe.recipe import Recipe
from engine.schema import Task
from engine.training.probed_step import probed_step

INPUTS = Inputs(("a", "b", "c"), (("d", 4), ("e", 30)), 3)


@pytest.fixture(autouse=True)
def _short_probe(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(summary, "PROBE_SECONDS", 0.01)


def recipe(**model: object) -> Recipe:
    return Recipe.model_validate({"model": model, "training": {"device": "cpu"}})


def test_blocks_go_from_the_columns_to_the_head() -> None:
    found = summarize(
        recipe(trunk={"kind": "mlp", "widths": [16, 8], "dropout": 0.1}), INPUTS, 1000
    )
    assert [(b.group, b.field, b.name) for b in found.blocks] == [
        ("columns", "", "Columns"),
        ("encoder", "numbers", "As they are"),
        ("encoder", "categories", "Embedding"),
        ("trunk", "trunk", "Linear"),
        ("trunk", "trunk", "Linear"),
        ("head", "", "Head"),
    ]
    first = found.blocks[3]
    width = 3 + 3 + 11
    assert (first.in_width, first.out_width, first.parameters) == (width, 16, width * 16 + 16)
    assert first.described() == f"{width} → 16, ReLU, Dropout"
    linear, relu, dropout = first.layers
    assert (linear.detail, linear.out_shape) == (f"{width} → 16", "batch × 16")
    assert (relu.detail, dropout.detail) == ("16", "p = 0.1")
    assert found.blocks[-1].out_width == 3


def test_layers_are_told_in_the_order_in_which_they_are_done() -> None:
    found = summarize(
        recipe(trunk={"kind": "realmlp", "widths": [8]}, numbers={"kind": "piecewise_linear"}),
        INPUTS,
        100,
    )
    numbers = next(block for block in found.blocks if block.field == "numbers")
    names = [layer.name for layer in numbers.layers]
    assert names.index("Quantile bins") < names.index("Bin embedding")
    (hidden,) = [block for block in found.blocks if block.name == "Linear"]
    told = [(layer.name, layer.follows) for layer in hidden.layers]
    assert told == [
        ("Linear", False),
        ("SELU", True),
        ("Parametric activation", False),  # takes what the linear layer gave, too
        ("Dropout", True),
    ]


def test_attention_is_no_chain_of_layers() -> None:
    found = summarize(recipe(trunk={"kind": "ft_transformer", "blocks": 1}), INPUTS, 100)
    (block,) = [block for block in found.blocks if block.name == "Transformer block"]
    follows = {layer.name: layer.follows for layer in block.layers}
    assert not follows["Query"]
    assert not follows["Key"]
    assert not follows["Value"]


@pytest.mark.parametrize(("kind", "around"), [("resnet", 5), ("mlp", 0)])
def test_a_path_around_layers_is_told(kind: str, around: int) -> None:
    found = summarize(recipe(trunk={"kind": kind}), INPUTS, 100)
    trunk = [block for block in found.blocks if block.group == "trunk"]
    assert trunk[1].around == around


@pytest.mark.parametrize("trunk", [member.kind_name() for member in Trunk.networks()])
@pytest.mark.parametrize("categories", [m.kind_name() for m in CategoryEncoder.members()])
def test_the_blocks_hold_all_parameters_and_fit_together(trunk: str, categories: str) -> None:
    chosen = recipe(trunk={"kind": trunk}, categories={"kind": categories})
    found = summarize(chosen, INPUTS, 100)
    network = build_network(chosen.model, INPUTS, 0, Task.MULTICLASS)
    assert found.parameters == sum(p.numel() for p in network.parameters())
    assert sum(block.parameters for block in found.blocks) == found.parameters
    assert sum(layer.parameters for b in found.blocks for layer in b.layers) == found.parameters
    shapes = [block.out_shape for block in found.blocks if block.group == "encoder"]
    shape = (sum(first for first, *_ in shapes), *shapes[0][1:])
    for block in found.blocks[3:]:
        assert block.in_shape == shape
        shape = block.out_shape
    assert shape == (3,)
    assert found.flops_per_row > 0


def test_time_and_memory_are_told() -> None:
    assert summarize(recipe(), INPUTS, 1000).seconds_per_epoch is None  # it was not asked for
    found = summarize(recipe(), INPUTS, 1000, step_of=probed_step)
    assert found.seconds_per_epoch is not None
    assert found.seconds_per_epoch > 0
    weights = 4 * found.parameters
    need = found.memory
    assert need.gradients == weights
    assert weights <= need.weights < weights + 100  # and the encoders' tables of where levels begin
    assert 2 * weights <= need.optimizer < 2 * weights + 100  # two moments of AdamW, and its counts
    assert need.total == need.weights + need.gradients + need.optimizer + need.activations
    assert (found.free_bytes > need.total, found.device, found.fitting_batch) == (True, "cpu", None)


def test_activations_are_those_of_a_batch() -> None:
    """Of Linear, ReLU, Linear: the inputs, what the first layer gives after ReLU, and the outputs."""
    inputs = Inputs(("a", "b"), (), 3)
    rows = 64
    found = summarize(
        Recipe.model_validate(
            {
                "model": {"trunk": {"kind": "mlp", "widths": [100]}},
                "training": {"device": "cpu", "batch_size": rows},
            }
        ),
        inputs,
        1000,
    )
    assert found.memory.activations == 4 * rows * (2 + 100 + 3) + 2 * 4 * rows * 100


@pytest.mark.parametrize("kind", [member.kind_name() for member in Trunk.networks()])
def test_memory_found_without_values_is_that_of_the_network_itself(kind: str) -> None:
    model = recipe(trunk={"kind": kind}, numbers={"kind": "periodic"}).model
    real = build_network(model, INPUTS, 0, Task.MULTICLASS)
    kept: dict[int, torch.Tensor] = {}
    own = {t.untyped_storage().data_ptr() for t in (*real.parameters(), *real.buffers())}

    def keep(tensor: torch.Tensor) -> torch.Tensor:
        kept[tensor.untyped_storage().data_ptr()] = tensor
        return tensor

    with torch.autograd.graph.saved_tensors_hooks(keep, lambda tensor: tensor):
        outputs = real(*zero_rows(INPUTS, 32, "cpu")).square().mean()
    sizes = [t.untyped_storage().nbytes() for place, t in kept.items() if place not in own]
    del outputs
    found = memory_need(
        on_meta(model, INPUTS, Task.MULTICLASS), Optimizer.default("adamw"), INPUTS, 32
    )
    # Which kernel attention takes, and what that keeps, differs a little between devices.
    exact = kind != "autoint"
    expected = sum(sizes) + 2 * max(sizes)
    assert found.activations == pytest.approx(expected, rel=0 if exact else 0.2)


@pytest.mark.parametrize("kind", [member.kind_name() for member in Optimizer.members()])
def test_what_an_optimizer_keeps_is_counted(kind: str) -> None:
    optimizer = Optimizer.default(kind)
    chosen = recipe()
    need = memory_need(on_meta(chosen.model, INPUTS, Task.MULTICLASS), optimizer, INPUTS, 8)
    real = build_network(chosen.model, INPUTS, 0, Task.MULTICLASS)
    built = optimizer.build(list(real.parameters()), fused=False)
    real(*zero_rows(INPUTS, 8, "cpu")).sum().backward()
    built.step()
    states = [v for state in built.state.values() for v in state.values()]
    kept = [v for v in states if isinstance(v, torch.Tensor)]
    assert need.optimizer == sum(v.numel() * v.element_size() for v in kept)


def test_a_batch_that_does_not_fit_is_told_with_one_that_does(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    chosen = Recipe.model_validate({"training": {"device": "cpu", "batch_size": 100_000}})
    monkeypatch.setenv("TRAINYARD_MEMORY", str(20_000_000))
    found = summarize(chosen, INPUTS, 1_000_000, step_of=probed_step)
    assert found.seconds_per_epoch is None
    fitting = found.fitting_batch
    assert fitting
    assert fitting & (fitting - 1) == 0
    with pytest.raises(NetworkTooLarge) as caught:
        require_memory(chosen, INPUTS, 1_000_000, Task.MULTICLASS)
    assert caught.value.fitting == fitting
    assert f"Use a batch size of {fitting:,}" in str(caught.value)
    for size, fits in ((fitting, True), (2 * fitting, False)):
        smaller = summarize(
            chosen.model_copy(
                update={"training": chosen.training.model_copy(update={"batch_size": size})}
            ),
            INPUTS,
            1_000_000,
        )
        assert (smaller.fitting_batch is None) == fits


def test_a_network_larger_than_any_machine_is_refused_without_being_built() -> None:
    chosen = recipe(trunk={"kind": "mlp", "widths": [65_536] * 64})
    found = summarize(chosen, INPUTS, 1000)
    assert found.fitting_batch == 0
    assert found.memory.total > 4_000_000_000_000
    with pytest.raises(NetworkTooLarge, match="Use a smaller network"):
        require_memory(chosen, INPUTS, 1000, Task.MULTICLASS)


def test_work_is_counted_as_two_operations_for_each_weight_of_a_product() -> None:
    chosen = recipe(trunk={"kind": "mlp", "widths": [32, 8]})
    found = summarize(chosen, Inputs(("a", "b"), (), 1), 100)
    assert found.flops_per_row == 2 * (2 * 32 + 32 * 8 + 8 * 1)


def test_the_work_of_attention_is_counted_too() -> None:
    """A token per column and the class token; the last block asks for the class token alone."""
    trunk = {"kind": "ft_transformer", "blocks": 1, "width": 8, "heads": 2, "hidden_factor": 1.0}
    found = summarize(recipe(trunk=trunk), Inputs(("a", "b", "c"), (), 1), 100)
    keys_and_values, query_and_mix = 2 * 4 * 8 * 8, 2 * 8 * 8
    attention = 2 * 4 * 8  # the products with the keys, and with the values
    feed_forward = 8 * 16 + 8 * 8
    assert found.flops_per_row == 2 * (
        keys_and_values + query_and_mix + attention + feed_forward + 8
    )


def test_more_rows_take_longer() -> None:
    few, many = (
        summarize(recipe(), INPUTS, rows, step_of=probed_step) for rows in (1_000, 1_000_000)
    )
    assert few.seconds_per_epoch is not None
    assert many.seconds_per_epoch is not None
    assert many.seconds_per_epoch > 10 * few.seconds_per_epoch


def test_one_kind_of_columns_has_one_encoder() -> None:
    found = summarize(recipe(), Inputs(("a",), (), 1), 10)
    assert [block.group for block in found.blocks] == [
        "columns",
        "encoder",
        "trunk",
        "trunk",
        "head",
    ]


def test_it_travels_as_json() -> None:
    found = summarize(recipe(), INPUTS, 100)
    assert NetworkSummary.model_validate_json(found.model_dump_json()) == found


def test_the_random_state_is_left_alone() -> None:
    state = torch.get_rng_state()
    summarize(recipe(), Inputs(("a",), (), 1), 10)
    assert torch.equal(state, torch.get_rng_state())
