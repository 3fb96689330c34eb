"""Networks made by hand: what is built from a list of layers, and what is said of lists that cannot be."""

from __future__ import annotations

import itertools
import json
from pathlib import Path
from typing import Any

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError
from torch import Tensor, nn

from engine.data.preparing.inputs import Inputs
from engine.errors import RecipeInvalid, RecipeUnreadable
from engine.models import summary
from engine.models.layer_places import layer_flaws, places
from engine.models.network import Network, build_network
from engine.models.trunks.custom import Custom
from engine.recipe.checks import findings
from engine.recipe.diff import differences
from engine.recipe.families import Trunk
from engine.recipe.files import load_recipe, parse_recipe, recipe_json
from engine.recipe.layer_family import Layer
from engine.recipe.model import ModelSpec
from engine.recipe.path_edits import edited
from engine.recipe.recipe import Recipe
from engine.schema import Task

INPUTS = Inputs(("a", "b", "c"), (("d", 4), ("e", 30)), 3)
ENCODED = 3 + 3 + 11
"""Three numbers, a category of three levels one-hot, one of 29 in a vector of 11."""


def custom(*layers: Any) -> Custom:
    return Custom.model_validate({"layers": layers})


def linear(width: int, **more: Any) -> dict[str, Any]:
    return {"kind": "linear", "width": width, **more}


def network_of(trunk: Trunk, inputs: Inputs = INPUTS) -> Network:
    return build_network(ModelSpec(trunk=trunk), inputs, 0, Task.MULTICLASS)


def numbers_only(columns: int) -> Inputs:
    return Inputs(tuple(f"x{i}" for i in range(columns)), (), 1)


def batch(columns: int, rows: int = 5) -> tuple[Tensor, Tensor]:
    generator = torch.Generator().manual_seed(0)
    numbers = torch.randn((rows, columns), generator=generator)
    return numbers, torch.empty((rows, 0), dtype=torch.int32)


def size(module: nn.Module) -> int:
    return sum(parameter.numel() for parameter in module.parameters())


# What is built -----------------------------------------------------------------------------------


def test_every_kind_of_layer_is_a_part_with_words_and_bounds() -> None:
    kinds = [layer.kind_name() for layer in Layer.members()]
    assert kinds == [
        "linear",
        "activation",
        "normalization",
        "dropout",
        "residual_start",
        "residual_end",
        "inputs_again",
    ]
    for layer in Layer.members():
        assert layer.title
        assert layer.summary
        assert not layer.main or layer.main in layer.model_fields


def test_layers_are_built_in_their_order() -> None:
    trunk = custom(linear(8), {"kind": "activation", "function": "tanh"}, "dropout", linear(4))
    built = network_of(trunk, numbers_only(5)).trunk
    assert [type(layer).__name__ for layer in built] == ["Linear", "Tanh", "Dropout", "Linear"]
    assert size(built) == (5 * 8 + 8) + (8 * 4 + 4)


def test_a_residual_block_adds_what_came_in() -> None:
    trunk = custom(linear(6), "residual_start", linear(9), linear(6), "residual_end")
    network = network_of(trunk, numbers_only(4)).eval()
    first, block = network.trunk
    came = first(batch(4)[0])
    assert torch.allclose(block(came, came), came + block.body[1](block.body[0](came)))


def test_a_projection_is_there_only_where_the_widths_differ() -> None:
    end = {"kind": "residual_end", "projection": True}
    fits = network_of(custom(linear(6), "residual_start", linear(6), end), numbers_only(4))
    assert size(fits.trunk) == (4 * 6 + 6) + (6 * 6 + 6)
    bends = network_of(custom(linear(6), "residual_start", linear(9), end), numbers_only(4))
    assert size(bends.trunk) == (4 * 6 + 6) + (6 * 9 + 9) + 6 * 9
    rows = torch.randn(3, 6)
    block = bends.trunk[1]
    assert torch.allclose(block(rows, rows), rows @ block.shortcut.weight.T + block.body[0](rows))


def test_inputs_again_brings_the_encoded_row_even_into_a_block() -> None:
    end = {"kind": "residual_end", "projection": True}
    trunk = custom(linear(6), "residual_start", linear(3), "inputs_again", end, "inputs_again")
    network = network_of(trunk, numbers_only(4)).eval()
    numbers, codes = batch(4)
    first, block, _ = network.trunk
    came = first(numbers)
    inner = torch.cat([block.body[0](came), numbers], dim=1)
    expected = torch.cat([inner + block.shortcut(came), numbers], dim=1)
    assert torch.allclose(network(numbers, codes), network.head(expected), atol=1e-6)


def test_stochastic_depth_of_a_block_leaves_rows_as_they_were() -> None:
    end = {"kind": "residual_end", "stochastic_depth": 0.5}
    block = network_of(custom(linear(8), "residual_start", linear(8), end)).trunk[1]
    rows = torch.randn(200, 8)
    same = (block(rows, rows) == rows).all(dim=1)
    assert 60 < int(same.sum()) < 140


@st.composite
def stacks(draw: st.DrawFn) -> tuple[dict[str, Any] | str, ...]:
    """Lists of layers that can be built."""
    found: list[dict[str, Any] | str] = [linear(draw(st.integers(1, 9)))]
    for _ in range(draw(st.integers(0, 6))):
        choice = draw(st.integers(0, 6))
        if choice == 0:
            found.append(linear(draw(st.integers(1, 9)), bias=draw(st.booleans())))
        elif choice == 1:
            found.append("activation")
        elif choice == 2:
            over = draw(st.sampled_from(["batch", "layer", "rms"]))
            found.append({"kind": "normalization", "over": over})
        elif choice == 3:
            found.append("inputs_again")
        elif choice == 4:
            found.append("dropout")
        else:
            at = draw(st.integers(0, len(found) - 1))
            inside = found[at:]
            opened = inside.count("residual_start")
            closed = sum(isinstance(x, dict) and x["kind"] == "residual_end" for x in inside)
            if opened == closed and all(
                inside[:i].count("residual_start")
                >= sum(isinstance(x, dict) and x["kind"] == "residual_end" for x in inside[:i])
                for i in range(len(inside))
            ):
                found.insert(at, "residual_start")
                found.append({"kind": "residual_end", "projection": True})
    return tuple(found)


@settings(max_examples=40, deadline=None)
@given(stacks())
def test_widths_parameters_and_work_are_told_as_they_are_built(
    layers: tuple[dict[str, Any] | str, ...],
) -> None:
    trunk = custom(*layers)
    if trunk.flaws():
        return
    inputs = numbers_only(3)
    network = network_of(trunk, inputs)
    walked = places(trunk.layers)
    assert sum(place.parameters(3) for place in walked) == size(network.trunk)
    assert network.head.in_features == walked[-1].went.at(3)
    traces, flops = summary._trace(network.to("meta"), inputs)
    assert sum(place.flops(3) for place in walked) + 2 * size_of_head(network) == flops
    leaves = [m for m in network.trunk.modules() if m in traces and not any(m.children())]
    widths = sorted((traces[m].came[0], traces[m].went[0]) for m in leaves)
    told = [(p.came.at(3), p.went.at(3)) for p in walked if not p.layer.bracket]
    told += [
        (p.beside.at(3), p.came.at(3))
        for p in walked
        if p.layer.bracket == "closes" and p.parameters(3)
    ]
    assert sorted(told) == widths


def size_of_head(network: Network) -> int:
    return int(network.head.weight.numel())


# What it is the same as --------------------------------------------------------------------------


SAME: list[tuple[str, dict[str, Any]]] = [
    ("mlp", {"widths": [32, 32, 16]}),
    ("mlp", {"widths": [32, 32], "normalization": "batch", "dropout": 0.2, "activation": "mish"}),
    ("mlp", {"widths": [ENCODED, ENCODED, 8], "residual": True, "stochastic_depth": 0.3}),
    ("mlp", {"widths": [8, 8, 8], "residual": True}),
    ("resnet", {"width": 12, "blocks": 3}),
    ("resnet", {"width": 8, "normalization": "none", "hidden_dropout": 0.0, "blocks": 1}),
    (
        "resnet",
        {"width": 8, "residual_dropout": 0.1, "stochastic_depth": 0.2, "hidden_factor": 0.5},
    ),
]


@pytest.mark.parametrize(("kind", "fields"), SAME)
def test_other_trunks_as_layers_are_the_same_network(kind: str, fields: dict[str, Any]) -> None:
    trunk = Trunk.member(kind).model_validate(fields)
    for inputs in (ENCODED, None):
        layers = trunk.as_layers(inputs)
        assert layers is not None
        again = Custom(layers=layers)
        assert again.flaws() == ()
        assert again.smallest_batch == trunk.smallest_batch
        if inputs is None and fields.get("residual"):
            continue
        one, other = network_of(trunk), network_of(again)
        assert size(one) == size(other)
        shapes = [p.shape for p in one.parameters()]
        assert shapes == [p.shape for p in other.parameters()]
        # Drawn in the same order from the same seed, the weights are the same too, in training as well.
        rows = torch.randn(6, 3), torch.randint(0, 3, (6, 2), dtype=torch.int32)
        for mode in (False, True):
            one.train(mode)
            other.train(mode)
            torch.manual_seed(1)
            expected = one(*rows)
            torch.manual_seed(1)
            assert torch.equal(other(*rows), expected)


def test_trunks_that_no_list_of_layers_makes_say_so() -> None:
    with_layers = {t.kind_name() for t in Trunk.members() if t.model_validate({}).as_layers(5)}
    assert with_layers == {"mlp", "resnet"}


# What cannot be built ----------------------------------------------------------------------------

BAD: list[tuple[tuple[Any, ...], str, str]] = [
    ((), "layers", "There are no layers."),
    ((linear(4), "residual_end"), "layers.1", "Layer 2, a residual end, has no start before it."),
    (
        (linear(4), "residual_start", linear(4)),
        "layers.1",
        "Layer 2, a residual start, has no end after it.",
    ),
    (
        (linear(4), "residual_start"),
        "layers.1",
        "Layer 2, a residual start, has no layers after it.",
    ),
    (
        (linear(4), "residual_start", "residual_end"),
        "layers.1",
        "There are no layers between layer 2, a residual start, and its end.",
    ),
    (
        (linear(4), "residual_start", linear(5), "residual_end"),
        "layers.3",
        "Layer 4 adds what came in at layer 2, which is 4 wide, to what the layers between give, which is 5 wide.",
    ),
    (
        ("residual_start", linear(5), "residual_end"),
        "layers.2",
        "Layer 3 adds what came in at layer 1 to what the layers between give: whether both are as wide depends on the number of inputs.",
    ),
]


@pytest.mark.parametrize(("layers", "field", "problem"), BAD)
def test_a_list_that_cannot_work_is_refused_with_reason_and_fix(
    layers: tuple[Any, ...], field: str, problem: str
) -> None:
    recipe = Recipe(model=ModelSpec(trunk=custom(*layers)))
    (found,) = findings(recipe)
    assert found.path == ("model", "trunk", *field.split("."))
    assert str(found.problem) == problem
    assert found.fix_label is not None
    assert found.fixed is not None
    assert findings(found.fixed) == ()
    with pytest.raises(RecipeInvalid) as refused:
        network_of(recipe.model.trunk)
    assert problem in str(refused.value)
    network_of(found.fixed.model.trunk)


def test_every_flaw_is_told_and_mending_one_after_the_other_ends() -> None:
    kinds = [layer.kind_name() for layer in Layer.members()]
    for layers in itertools.product(kinds, repeat=3):
        trunk = custom(*layers)
        for _ in range(8):
            flaws = layer_flaws(trunk.layers)
            if not flaws:
                break
            trunk = Custom(layers=flaws[0].fixed)
        assert layer_flaws(trunk.layers) == ()


def test_a_batch_of_one_row_is_refused_where_rows_are_compared() -> None:
    training = Recipe().training.model_copy(update={"batch_size": 1})
    recipe = Recipe(model=ModelSpec(trunk=custom(linear(4), "normalization")), training=training)
    (found,) = findings(recipe)
    assert found.path == ("training", "batch_size")
    layer = custom(linear(4), {"kind": "normalization", "over": "layer"})
    assert findings(recipe.model_copy(update={"model": ModelSpec(trunk=layer)})) == ()


@pytest.mark.parametrize(
    ("layer", "where"),
    [
        (linear(0), "model.trunk.layers.1.width"),
        ({"kind": "dropout", "share": 1.5}, "model.trunk.layers.1.share"),
        ({"kind": "activation", "function": "swoosh"}, "model.trunk.layers.1.function"),
        ({"kind": "conv"}, "model.trunk.layers.1"),
        ({"kind": "linear", "widht": 3}, "model.trunk.layers.1.widht"),
    ],
)
def test_a_wrong_value_in_a_file_is_told_with_its_place(layer: Any, where: str) -> None:
    data = {"trainyard": 1, "model": {"trunk": {"kind": "custom", "layers": ["linear", layer]}}}
    with pytest.raises(ValidationError):
        Recipe.model_validate(data)
    with pytest.raises(RecipeUnreadable) as found:
        parse_recipe(json.dumps(data), "file.json")
    assert found.value.where == where


def test_a_recipe_file_with_layers_is_read_as_it_was_written(tmp_path: Path) -> None:
    end = {"kind": "residual_end", "projection": True, "stochastic_depth": 0.25}
    trunk = custom(linear(4, bias=False), "residual_start", "normalization", linear(7), end)
    recipe = Recipe(model=ModelSpec(trunk=trunk))
    path = tmp_path / "recipe.json"
    path.write_text(recipe_json(recipe), encoding="utf-8")
    assert load_recipe(path) == recipe


def test_the_schema_of_recipes_names_every_kind_of_layer() -> None:
    text = str(Recipe.model_json_schema())
    for layer in Layer.members():
        assert repr(layer.kind_name()) in text


def test_what_is_different_between_two_lists_is_told_layer_by_layer() -> None:
    one = custom(linear(8), "activation", "dropout", linear(4))
    other = custom(linear(9), "activation", linear(4), "activation")
    told = differences(Recipe(model=ModelSpec(trunk=one)), Recipe(model=ModelSpec(trunk=other)))
    assert [str(difference) for difference in told] == [
        "Model · Trunk · Layers · 1 · Width: 8 → 9",
        "Model · Trunk · Layers · 3: Dropout → not there",
        "Model · Trunk · Layers · 4: not there → Activation",
    ]


def test_a_layer_is_set_by_its_place_on_the_command_line() -> None:
    recipe = edited(Recipe(), ["model.trunk=custom", "model.trunk.layers.0.width=17"])
    assert recipe.model.trunk.layers[0].width == 17
    recipe = edited(recipe, ['model.trunk.layers.1={"kind": "dropout", "share": 0.3}'])
    assert recipe.model.trunk.layers[1].share == 0.3
    recipe = edited(recipe, ["model.trunk.layers.1.kind=inputs_again"])
    assert recipe.model.trunk.layers[1].kind == "inputs_again"
    with pytest.raises(RecipeInvalid, match="Places go from 0 to 3"):
        edited(recipe, ["model.trunk.layers.4.width=1"])
    with pytest.raises(RecipeInvalid, match="no place in a list of 4"):
        edited(recipe, ["model.trunk.layers.first=1"])
