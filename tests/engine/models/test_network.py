"""Networks: shapes, seeds, and encoders that do what they say."""

from __future__ import annotations

import pytest
import torch

from engine.data.preparing.inputs import Inputs
from engine.models.encoders.layers import CategoryLayer
from engine.models.network import Network
from engine.models.network import build_network as build_any
from engine.recipe.families import CategoryEncoder, NumberEncoder, Optimizer, Trunk
from engine.recipe.model import ModelSpec
from engine.schema import Task

BOTH = Inputs(("a", "b"), (("c", 4), ("d", 30)), 3)


def build_network(model: ModelSpec, inputs: Inputs, seed: int) -> Network:
    return build_any(model, inputs, seed, Task.MULTICLASS if inputs.outputs > 1 else Task.BINARY)


def spec(**fields: object) -> ModelSpec:
    return ModelSpec.model_validate(fields)


@pytest.mark.parametrize("trunk", [member.kind_name() for member in Trunk.networks()])
@pytest.mark.parametrize("categories", [m.kind_name() for m in CategoryEncoder.members()])
@pytest.mark.parametrize(
    "inputs", [BOTH, Inputs(("a",), (), 1), Inputs((), (("c", 3),), 1)], ids=["both", "n", "c"]
)
def test_every_trunk_and_encoder_gives_one_row_of_outputs_per_row(
    trunk: str, categories: str, inputs: Inputs
) -> None:
    model = spec(trunk={"kind": trunk}, categories={"kind": categories})
    network = build_network(model, inputs, 0)
    torch.manual_seed(0)
    # Rows that differ: equal ones are nothing but zeros behind a batch normalization.
    codes = (torch.arange(5, dtype=torch.int32) % 3)[:, None].expand(5, len(inputs.categories))
    outputs = network(torch.randn(5, len(inputs.numbers)), codes)
    assert network.eval()(torch.randn(5, len(inputs.numbers)), codes).shape == (5, inputs.outputs)
    assert outputs.shape[0] == 5
    assert outputs.shape[-1] == inputs.outputs
    outputs.square().sum().backward()
    assert all(p.grad is not None and p.grad.abs().sum() > 0 for p in network.parameters())


def test_weights_follow_from_the_seed_alone() -> None:
    first, again, other = (build_network(ModelSpec(), BOTH, seed) for seed in (1, 1, 2))
    pairs = list(zip(first.parameters(), again.parameters(), other.parameters(), strict=True))
    assert all(torch.equal(a, b) for a, b, _ in pairs)
    assert not all(torch.equal(a, c) for a, _, c in pairs)
    state = torch.get_rng_state()
    build_network(ModelSpec(), BOTH, 3)
    assert torch.equal(state, torch.get_rng_state())


def test_the_mlp_has_the_layers_asked_for() -> None:
    trunk = {
        "kind": "mlp", "widths": [7, 5], "activation": "tanh", "normalization": "batch", "dropout": 0.2
    }  # fmt: skip
    network = build_network(spec(trunk=trunk), Inputs(("a", "b"), (), 1), 0)
    names = [type(layer).__name__ for layer in network.trunk]
    assert names == ["Linear", "BatchNorm1d", "Tanh", "Dropout"] * 2
    count = sum(p.numel() for p in network.parameters())
    assert count == (2 * 7 + 7) + 14 + (7 * 5 + 5) + 10 + (5 + 1)


def test_the_linear_trunk_is_logistic_regression() -> None:
    network = build_network(spec(trunk={"kind": "linear"}), Inputs(("a", "b"), (), 1), 0)
    rows = torch.tensor([[0.5, 0.5], [1.0, -2.0]])
    expected = rows @ network.head.weight.T + network.head.bias
    assert torch.equal(network(rows, torch.empty((2, 0), dtype=torch.int32)), expected)
    assert sum(p.numel() for p in network.parameters()) == 3


def test_one_hot_marks_the_level_and_leaves_the_unknown_empty() -> None:
    layer = CategoryLayer((4, 3), (0, 0))
    codes = torch.tensor([[1, 2], [3, 1], [0, 0], [0, 2]], dtype=torch.int32)
    assert layer.width == 5
    assert layer(codes).tolist() == [
        [1, 0, 0, 0, 1],
        [0, 0, 1, 1, 0],
        [0, 0, 0, 0, 0],
        [0, 0, 0, 0, 1],
    ]


def test_embeddings_stand_beside_one_hot_columns_and_know_no_unknown() -> None:
    layer = CategoryLayer((4, 20, 3), (0, 6, 0))
    assert layer.width == 3 + 6 + 2
    found = layer(torch.tensor([[2, 7, 1], [0, 0, 0]], dtype=torch.int32))
    assert found[0, :5].tolist() == [0, 1, 0, 1, 0]
    assert torch.equal(found[0, 5:], layer.tables[0].weight[7])
    assert not found[1].any()


def test_rows_do_not_influence_each_other_in_evaluation() -> None:
    model = spec(trunk={"kind": "mlp", "widths": [8], "normalization": "batch", "dropout": 0.5})
    network = build_network(model, BOTH, 0).eval()
    numbers, codes = torch.randn(6, 2), torch.randint(0, 4, (6, 2), dtype=torch.int32)
    alone = torch.cat([network(numbers[i : i + 1], codes[i : i + 1]) for i in range(6)])
    assert torch.allclose(network(numbers, codes), alone, atol=1e-6)


def test_every_optimizer_builds_fused() -> None:
    for member in Optimizer.members():
        weight = torch.nn.Parameter(torch.ones(3))
        optimizer = member.model_validate({}).build([weight], fused=True)
        weight.grad = torch.ones(3)
        optimizer.step()
        assert (weight < 1).all()


def test_number_encoders_keep_the_number_of_rows() -> None:
    for member in NumberEncoder.members():
        encoder = member.model_validate({})
        module, width = encoder.build(3)
        assert module(torch.randn(4, 3)).shape == (4, 3 * width)
        tokens = encoder.build_tokens(3, 7, bias=True)
        assert tokens(torch.randn(4, 3)).shape == (4, 3, 7)
