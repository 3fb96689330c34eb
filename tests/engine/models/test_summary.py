"""Summaries describe the network that will be trained."""

from __future__ import annotations

import pytest
import torch

from engine.data.preparing.inputs import Inputs
from engine.models import summary
from engine.models.network import build_network
from engine.models.summary import NetworkSummary, summarize
from engine.recipe.families import CategoryEncoder, Trunk
from engine.recipe.recipe import Recipe
from engine.schema import Task

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
    assert first.detail == f"{width} → 16, ReLU, Dropout"
    linear, relu, dropout = first.layers
    assert (linear.detail, linear.out_shape) == (f"{width} → 16", "batch × 16")
    assert (relu.detail, dropout.detail) == ("16", "p = 0.1")
    assert found.blocks[-1].out_width == 3


@pytest.mark.parametrize("trunk", [member.kind_name() for member in Trunk.members()])
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
    found = summarize(recipe(), INPUTS, 1000)
    assert found.seconds_per_epoch > 0
    weights = 4 * found.parameters
    assert found.memory_bytes > 4 * weights  # weights, gradients and two moments of AdamW


def test_more_rows_take_longer() -> None:
    few, many = (summarize(recipe(), INPUTS, rows) for rows in (1_000, 1_000_000))
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
