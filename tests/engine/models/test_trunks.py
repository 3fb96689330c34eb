"""Trunks: parameter counts by hand, what their papers say of them, and what all of them have to do."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import Tensor, nn

from engine.data.columns.infer import complete, infer_schema
from engine.data.open import open_table
from engine.data.preparing.arrays import Arrays
from engine.data.preparing.dataset import Dataset, prepare
from engine.data.preparing.inputs import Inputs
from engine.data.samples import sample
from engine.errors import RecipeInvalid
from engine.events import RunFinished
from engine.models.network import Network, build_network
from engine.predictor.predictor import Predictor
from engine.recipe.checks import findings
from engine.recipe.families import NumberEncoder, Trunk
from engine.recipe.model import ModelSpec
from engine.recipe.recipe import Recipe
from engine.schema import Task
from engine.training.checkpoint import Checkpoints
from engine.training.control import Command, ListControl
from engine.training.scoring import predict_outputs
from tests.engine.training.recording import Recording, same_weights
from tests.engine.training.tables import mixed_dataset, training_of

TRUNKS = [member.kind_name() for member in Trunk.networks()]
INPUTS = Inputs(("a", "b", "c"), (("d", 4), ("e", 30)), 3)
TINY: dict[str, dict[str, Any]] = {
    "linear": {},
    "mlp": {"widths": [32, 32], "residual": True},
    "resnet": {"width": 32},
    "tabm": {"k": 4, "width": 32},
    "realmlp": {"widths": [32, 32]},
    "ft_transformer": {"width": 8, "heads": 2, "blocks": 2},
    "wide_deep": {"widths": [32, 16]},
    "deepfm": {"widths": [32, 32], "dropout": 0.1},
    "dcn_v2": {"widths": [32]},
    "autoint": {"width": 8, "head_width": 8, "layers": 2},
    "custom": {
        "layers": [
            {"kind": "linear", "width": 32},
            "activation",
            "residual_start",
            "normalization",
            {"kind": "linear", "width": 24},
            {"kind": "activation", "function": "gelu"},
            "inputs_again",
            {"kind": "residual_end", "projection": True},
            "activation",
        ]
    },
}
"""Small ones, for tests that train."""


def model_of(kind: str, *, numbers: str = "plain", **trunk: Any) -> ModelSpec:
    return ModelSpec.model_validate(
        {"trunk": {"kind": kind, **trunk}, "numbers": {"kind": numbers}}
    )


def network_of(model: ModelSpec, inputs: Inputs = INPUTS, rows: Arrays | None = None) -> Network:
    task = Task.MULTICLASS if inputs.outputs > 1 else Task.BINARY
    return build_network(model, inputs, 0, task, rows)


def numbers_only(columns: int, outputs: int = 1) -> Inputs:
    return Inputs(tuple(f"x{i}" for i in range(columns)), (), outputs)


def batch(inputs: Inputs, rows: int = 6, seed: int = 0) -> tuple[Tensor, Tensor]:
    generator = torch.Generator().manual_seed(seed)
    numbers = torch.randn((rows, len(inputs.numbers)), generator=generator)
    codes = [torch.randint(0, n, (rows, 1), generator=generator) for n in inputs.levels]
    empty = torch.empty((rows, 0), dtype=torch.int32)
    return numbers, torch.cat(codes, dim=1).to(torch.int32) if codes else empty


def size(network: nn.Module) -> int:
    return sum(p.numel() for p in network.parameters())


def linear(came: int, went: int) -> int:
    return came * went + went


def test_every_trunk_has_a_tiny_form_here() -> None:
    assert set(TRUNKS) == set(TINY)


# Parameter counts --------------------------------------------------------------------------------


def test_a_linear_network_has_a_weight_per_input() -> None:
    embedded = 30 * 11  # 1.6 · 29 ** 0.56, rounded, for each level; three levels are one-hot
    head = linear(3 + 3 + 11, 3)
    assert size(network_of(model_of("linear"))) == embedded + head


def test_an_mlp_counts_its_layers() -> None:
    found = size(network_of(model_of("mlp", widths=[32, 16]), numbers_only(10)))
    assert found == linear(10, 32) + linear(32, 16) + linear(16, 1)
    normalized = model_of("mlp", widths=[32, 16], normalization="batch", residual=True)
    found = size(network_of(normalized, numbers_only(10)))
    assert found == linear(10, 32) + 2 * 32 + linear(32, 16) + 2 * 16 + linear(16, 1)


def test_resnet_counts_as_in_the_paper() -> None:
    blocks, width, hidden = 2, 192, 384
    block = 2 * width + linear(width, hidden) + linear(hidden, width)
    expected = linear(10, width) + blocks * block + 2 * width + linear(width, 1)
    assert size(network_of(model_of("resnet"), numbers_only(10))) == expected


def test_the_default_ft_transformer_counts_as_in_the_paper() -> None:
    columns, width = 100, 192
    tokens = 2 * columns * width + width  # a vector and a bias each, and the class token
    attention = 4 * linear(width, width)
    feed_forward = linear(width, 2 * 256) + linear(256, width)
    norms = 2 * 2 * width
    blocks = 3 * (attention + feed_forward + norms) - 2 * width  # the first lacks one
    expected = tokens + blocks + 2 * width + linear(width, 1)
    found = size(network_of(model_of("ft_transformer"), numbers_only(columns)))
    assert found == expected == 930_241


def test_categories_cost_an_ft_transformer_a_vector_per_level_and_a_bias() -> None:
    model = model_of("ft_transformer", width=16, heads=2)
    without = size(network_of(model, numbers_only(3)))
    assert size(network_of(model, Inputs(("a", "b", "c"), (("d", 4),), 1))) == without + 5 * 16


def test_tabm_at_the_papers_size() -> None:
    k, width = 32, 512
    first = 10 * width + k * (10 + width + width)
    other = width * width + 3 * k * width
    heads = k * linear(width, 1)
    model = model_of("tabm", k=k, width=width)
    assert size(network_of(model, numbers_only(10))) == first + 2 * other + heads


def test_tabm_mini_has_one_mlp_and_a_scale_per_member() -> None:
    k, width = 8, 64
    mlp = linear(10, width) + 2 * linear(width, width)
    model = model_of("tabm", form="mini", k=k, width=width)
    assert size(network_of(model, numbers_only(10))) == k * 10 + mlp + k * linear(width, 1)


def test_tabm_with_embeddings_has_two_blocks() -> None:
    k, width, inside = 4, 32, 3 * 16
    encoder = 3 * 16 * (2 + 48)
    first = inside * width + k * (inside + 2 * width)
    other = width * width + 3 * k * width
    model = model_of("tabm", numbers="piecewise_linear", k=k, width=width)
    found = size(network_of(model, numbers_only(3)))
    assert found == encoder + first + other + k * linear(width, 1)


def test_realmlp_counts_scales_and_shares_of_activations() -> None:
    hidden = linear(10, 256) + 2 * linear(256, 256) + 3 * 256
    found = size(network_of(model_of("realmlp"), numbers_only(10)))
    assert found == 10 + hidden + linear(256, 1)


def test_wide_and_deep_weighs_columns_and_pairs() -> None:
    inputs = Inputs(("a", "b"), (("c", 4), ("d", 3)), 1)
    model = model_of("wide_deep", widths=[8], crosses=100)
    wide = 2 + (3 + 2) + 3 * 2
    assert size(network_of(model, inputs)) == linear(2 + 5, 8) + linear(8 + wide, 1)
    hashed = network_of(model_of("wide_deep", widths=[8], crosses=4), inputs)
    assert size(hashed) == linear(2 + 5, 8) + linear(8 + 2 + 5 + 4, 1)
    narrow = network_of(model_of("wide_deep", widths=[8], crosses=0, one_hot_up_to=2), inputs)
    assert size(narrow) == linear(2 + 5, 8) + linear(8 + 2 + 2, 1)


def test_deepfm_shares_its_vectors() -> None:
    inputs = Inputs(("a", "b"), (("c", 4),), 1)
    width, columns = 10, 3
    vectors = 2 * width + 4 * width
    deep = linear(columns * width, 16)
    head = linear(width + 16 + 2 + 3, 1)
    assert size(network_of(model_of("deepfm", widths=[16]), inputs)) == vectors + deep + head


@pytest.mark.parametrize(("rank", "experts"), [(None, 1), (3, 1), (3, 4)])
def test_dcn_v2_of_full_and_low_rank(rank: int | None, experts: int) -> None:
    width, layers = 10, 3
    gate = linear(width, experts) if experts > 1 else 0
    low = experts * (2 * width * 3 + 3 * 3) + width + gate
    cross = layers * (linear(width, width) if rank is None else low)
    model = model_of("dcn_v2", rank=rank, experts=experts, widths=[8])
    found = size(network_of(model, numbers_only(width)))
    assert found == cross + linear(width, 8) + linear(8, 1)
    beside = model_of("dcn_v2", rank=rank, experts=experts, widths=[8], structure="parallel")
    found = size(network_of(beside, numbers_only(width)))
    assert found == cross + linear(width, 8) + linear(width + 8, 1)


def test_autoint_counts_four_matrices_per_layer() -> None:
    width, out, columns = 16, 64, 5
    layers = 4 * (width * out + 2 * out * out)
    found = size(network_of(model_of("autoint"), numbers_only(columns)))
    assert found == columns * width + layers + linear(columns * out, 1)


# Formulas ----------------------------------------------------------------------------------------


def test_tabm_with_one_member_is_its_mlp() -> None:
    tabm = network_of(model_of("tabm", k=1, width=16, form="mini")).eval()
    mlp = network_of(model_of("mlp", widths=[16, 16, 16], dropout=0.1)).eval()
    mlp.load_state_dict(
        {
            **mlp.state_dict(),
            **{
                f"trunk.{3 * i}.{part}": tabm.state_dict()[f"trunk.{2 + 3 * i}.{part}"]
                for i in range(3)
                for part in ("weight", "bias")
            },
            "categories.tables.0.weight": tabm.state_dict()["categories.tables.0.weight"],
            "head.weight": tabm.head.weight[0].T,
            "head.bias": tabm.head.bias[0],
        }
    )
    scale = tabm.trunk[1].scale
    assert set(scale.abs().unique().tolist()) == {1.0}
    with torch.no_grad():
        scale.fill_(1.0)
    rows = batch(INPUTS)
    shares = mlp(*rows).softmax(dim=1)
    assert torch.allclose(tabm(*rows).softmax(dim=1), shares, atol=1e-6)


def test_the_full_tabm_with_scales_of_one_is_the_mini_one() -> None:
    mini = network_of(model_of("tabm", k=3, width=8, form="mini", blocks=2)).eval()
    full = network_of(model_of("tabm", k=3, width=8, blocks=2)).eval()
    with torch.no_grad():
        for place, (one, other) in enumerate(((1, 2), (4, 5))):
            layer = full.trunk[one]
            layer.weight.copy_(mini.trunk[other].weight)
            layer.bias.copy_(mini.trunk[other].bias)
            if place == 0:
                layer.scale_in.copy_(mini.trunk[1].scale)
    full.head.load_state_dict(mini.head.state_dict())
    assert full.categories is not None
    assert mini.categories is not None
    full.categories.load_state_dict(mini.categories.state_dict())
    rows = batch(INPUTS)
    assert torch.allclose(full(*rows), mini(*rows), atol=1e-5)


def test_members_of_tabm_start_apart_and_a_columns_inputs_share_their_scale() -> None:
    network = network_of(model_of("tabm", numbers="piecewise_linear", k=3, width=8))
    first = network.trunk[1]
    scales = first.scale_in
    assert scales[:, :16].unique(dim=1).shape == (3, 1)
    assert scales.unique().numel() == 3 * 5
    assert first.bias.unique(dim=0).shape[0] == 1
    assert (network.trunk[4].scale_in == 1).all()


@pytest.mark.parametrize("outputs", [1, 3])
def test_members_are_averaged_as_probabilities(outputs: int) -> None:
    network = network_of(model_of("tabm", k=5, width=8, dropout=0.0), numbers_only(4, outputs))
    rows = batch(numbers_only(4))
    apart = network(*rows)
    assert apart.shape == (6, 5, outputs)
    together = network.eval()(*rows)
    assert together.shape == (6, outputs)
    if outputs == 1:
        assert torch.allclose(together.sigmoid(), apart.sigmoid().mean(dim=1), atol=1e-6)
    else:
        shares = apart.softmax(dim=2).mean(dim=1)
        assert torch.allclose(together.softmax(dim=1), shares, atol=1e-6)


def test_members_of_a_regression_are_averaged_as_values() -> None:
    model = model_of("tabm", k=5, width=8, dropout=0.0)
    network = build_network(model, numbers_only(4), 0, Task.REGRESSION)
    rows = batch(numbers_only(4))
    apart = network(*rows)
    assert torch.allclose(network.eval()(*rows), apart.mean(dim=1), atol=1e-6)


def test_a_resnet_block_adds_to_what_came() -> None:
    network = network_of(model_of("resnet", width=8, blocks=1)).eval()
    block = network.trunk[1]
    rows = torch.randn(4, 8)
    norm, into, relu, _, out = block.body
    assert torch.allclose(block(rows), rows + out(relu(into(norm(rows)))))


def test_stochastic_depth_leaves_rows_as_they_were() -> None:
    network = network_of(model_of("resnet", width=8, blocks=1, stochastic_depth=0.5))
    block = network.trunk[1]
    rows = torch.randn(200, 8)
    same = (block(rows) == rows).all(dim=1)
    assert 60 < int(same.sum()) < 140
    assert not (network.eval().trunk[1](rows) == rows).all(dim=1).any()


def test_a_cross_layer_multiplies_with_the_inputs() -> None:
    network = network_of(model_of("dcn_v2", layers=2, widths=[]), numbers_only(4)).eval()
    rows, codes = batch(numbers_only(4))
    first, second = network.trunk[0].layers
    once = rows * first(rows) + rows
    twice = rows * second(once) + once
    assert torch.allclose(network(rows, codes), network.head(twice), atol=1e-6)


def test_the_factorization_machine_sums_products_of_pairs() -> None:
    network = network_of(model_of("deepfm", widths=[4])).eval()
    numbers, codes = batch(INPUTS)
    tokens = network.encoded(numbers, codes)
    pairs = sum(tokens[:, i] * tokens[:, j] for i in range(5) for j in range(i + 1, 5))
    found = network.trunk.branches[0](tokens)
    assert torch.allclose(found, pairs, atol=1e-5)


def test_pairs_of_categories_are_marked_and_unknown_ones_are_not() -> None:
    inputs = Inputs((), (("c", 3), ("d", 4)), 1)
    network = network_of(model_of("wide_deep", widths=[2], crosses=10), inputs)
    assert network.wide is not None
    codes = torch.tensor([[1, 1], [2, 3], [0, 2], [1, 0]], dtype=torch.int32)
    wide = network.wide(torch.zeros(4, 2), torch.empty(4, 0), codes)
    assert wide[:, 2 + 2 + 3 :].tolist() == [
        [1, 0, 0, 0, 0, 0],
        [0, 0, 0, 0, 0, 1],
        [0, 0, 0, 0, 0, 0],
        [0, 0, 0, 0, 0, 0],
    ]


@pytest.mark.parametrize("kind", ["ft_transformer", "autoint"])
def test_the_order_of_columns_does_not_matter_to_attention(kind: str) -> None:
    inputs = numbers_only(5)
    network = network_of(model_of(kind, **TINY[kind]), inputs).eval()
    numbers, codes = batch(inputs)
    before = network(numbers, codes)
    order = torch.tensor([3, 0, 4, 1, 2])
    with torch.no_grad():
        for parameter in network.numbers.parameters():
            parameter.copy_(parameter[order].clone())
        if kind == "autoint":  # its head has weights for each column
            weight = network.head.weight
            weight.copy_(weight.unflatten(1, (5, -1))[:, order].flatten(1).clone())
    assert torch.allclose(network(numbers[:, order], codes), before, atol=1e-6)


def test_realmlp_starts_with_outputs_of_deviation_one() -> None:
    dataset = mixed_dataset("kind")
    model = model_of("realmlp", dropout=0.0, parametric=False, front_scale=False)
    network = network_of(model, dataset.preparation.inputs, dataset.train)
    seen: list[Tensor] = []
    for layer in [*network.trunk, network.head]:
        if hasattr(layer, "factor"):
            layer.register_forward_hook(lambda m, came, went: seen.append(went))
    network(torch.from_numpy(dataset.train.numbers), torch.from_numpy(dataset.train.codes))
    assert len(seen) == 4
    for outputs in seen:
        assert torch.allclose(outputs.std(dim=0, correction=0), torch.ones(1), atol=1e-3)
        # The kink of each unit lies among the rows.
        assert ((outputs.amin(dim=0) < 0) & (outputs.amax(dim=0) > 0)).all()


# What every trunk has to do ----------------------------------------------------------------------


@pytest.mark.parametrize("numbers", [m.kind_name() for m in NumberEncoder.members()])
@pytest.mark.parametrize("kind", TRUNKS)
def test_gradients_reach_every_parameter(kind: str, numbers: str) -> None:
    network = network_of(model_of(kind, numbers=numbers, **TINY[kind]))
    rows = batch(INPUTS, 32)
    network(*rows).square().sum().backward()
    missed = [n for n, p in network.named_parameters() if p.grad is None or not p.grad.any()]
    assert missed == []


@pytest.mark.parametrize("kind", TRUNKS)
def test_rows_do_not_influence_each_other_in_evaluation(kind: str) -> None:
    network = network_of(model_of(kind, **TINY[kind])).eval()
    numbers, codes = batch(INPUTS)
    alone = torch.cat([network(numbers[i : i + 1], codes[i : i + 1]) for i in range(6)])
    assert torch.allclose(network(numbers, codes), alone, atol=1e-5)


@pytest.fixture(scope="module")
def classes(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Dataset]:
    """The penguins: six numbers and categories, three species."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TRAINYARD_CACHE", str(tmp_path_factory.mktemp("cache")))
        table = open_table(sample("penguins").path)
        schema = infer_schema(table)
        target = {"name": "species", "role": "target"}
        recipe = complete(Recipe.model_validate({"columns": [target]}), schema)
        yield prepare(table, recipe, schema)


@pytest.fixture(scope="module")
def amounts() -> Dataset:
    return mixed_dataset("amount")


FAST = {"optimizer": {"kind": "adam", "learning_rate": 0.01}, "batch_size": 32}


@pytest.mark.parametrize("kind", TRUNKS)
def test_it_learns_classes_and_values(kind: str, classes: Dataset, amounts: Dataset) -> None:
    model = model_of(kind, **TINY[kind])
    training = training_of(epochs=15, **FAST)
    assert Recording(classes, training, model).of(RunFinished)[0].test[1] > 0.9
    r2 = Recording(amounts, training, model).of(RunFinished)[0].test[3]
    assert r2 > 0.7


@pytest.mark.parametrize("kind", [kind for kind in TRUNKS if kind != "linear"])
def test_it_can_learn_a_few_rows_by_heart(kind: str) -> None:
    without = {name: 0.0 for name in Trunk.member(kind).model_fields if "dropout" in name}
    inputs = numbers_only(6, 3)
    network = network_of(model_of(kind, **{**TINY[kind], **without}), inputs)
    numbers, codes = batch(inputs, 64)
    target = torch.randint(0, 3, (64,), generator=torch.Generator().manual_seed(1))
    optimizer = torch.optim.Adam(network.parameters(), lr=0.01)
    for _ in range(300):
        outputs = network(numbers, codes)
        members = outputs.flatten(0, 1) if outputs.dim() == 3 else outputs
        repeated = target.repeat_interleave(len(members) // 64)
        loss = nn.functional.cross_entropy(members, repeated)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        if loss < 0.02:
            break
    assert loss < 0.05


@pytest.mark.parametrize("kind", TRUNKS)
def test_stopped_and_resumed_it_is_the_same_run(
    kind: str, classes: Dataset, tmp_path: Path
) -> None:
    model = model_of(kind, numbers="piecewise_linear", **TINY[kind])
    training = training_of(epochs=2, batch_size=64)
    whole = Recording(classes, training, model, checkpoints=Checkpoints(tmp_path / "whole"))
    control = ListControl({5: (Command(command="stop"),)})
    Recording(classes, training, model, checkpoints=Checkpoints(tmp_path), control=control)
    saved = Checkpoints(tmp_path).last()
    again = Recording(classes, training, model, checkpoints=Checkpoints(tmp_path), resume=saved)
    assert same_weights(whole.weights, again.weights)


@pytest.mark.parametrize("kind", TRUNKS)
def test_what_is_loaded_predicts_the_same(kind: str, classes: Dataset) -> None:
    model = model_of(kind, numbers="piecewise_linear", **TINY[kind])
    run = Recording(classes, training_of(epochs=1), model)
    loaded = network_of(model, classes.preparation.inputs)
    loaded.load_state_dict(run.weights)
    found = Predictor(Recipe(model=model), classes.preparation, loaded).outputs(classes.test)
    assert (found == predict_outputs(run.network, classes.test)).all()
    assert found.shape == (len(classes.test), 3)


@pytest.mark.parametrize("kind", TRUNKS)
def test_what_is_saved_predicts_the_same_to_the_bit(
    kind: str, classes: Dataset, tmp_path: Path
) -> None:
    """Through the files of a run: preparation, recipe and weights."""
    model = model_of(kind, numbers="periodic", **TINY[kind])
    checkpoints = Checkpoints(tmp_path / "checkpoints")
    run = Recording(classes, training_of(epochs=1), model, checkpoints=checkpoints)
    classes.preparation.save(tmp_path / "preparation")
    (tmp_path / "run.json").write_text("{}")
    (tmp_path / "resolved.json").write_text(Recipe(model=model).model_dump_json())
    predictor = Predictor.load(tmp_path)
    assert (predictor.outputs(classes.test) == predict_outputs(run.network, classes.test)).all()


@pytest.mark.parametrize("kind", TRUNKS)
def test_a_recipe_with_it_travels_as_json(kind: str) -> None:
    recipe = Recipe(model=model_of(kind, numbers="periodic", **TINY[kind]))
    assert Recipe.model_validate_json(recipe.model_dump_json()) == recipe
    for task in Task:
        suggested = recipe.model.trunk.suggested(recipe.training, task)
        assert type(suggested).model_validate_json(suggested.model_dump_json()) == suggested


def test_heads_that_do_not_divide_the_width_are_refused_with_a_fix() -> None:
    recipe = Recipe(model=model_of("ft_transformer", width=30, heads=8))
    (found,) = findings(recipe)
    assert found.path == ("model", "trunk", "heads")
    assert found.fixed is not None
    assert found.fixed.model.trunk.heads == 6
    assert findings(found.fixed) == ()
    with pytest.raises(RecipeInvalid):
        network_of(recipe.model)
