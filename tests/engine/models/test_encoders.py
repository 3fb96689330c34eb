"""Encoders of numbers and categories match their formulas."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch

from engine.data.preparing.inputs import Inputs
from engine.models.encoders.bins import BinEmbedding, Bins
from engine.models.encoders.layers import CategoryLayer, CategoryTokens, LinearTokens
from engine.models.encoders.waves import DenseWaveEmbedding, WaveEmbedding, Waves
from engine.models.marks import mark_of
from engine.models.network import build_network
from engine.recipe.families import CategoryEncoder, NumberEncoder
from engine.recipe.model import ModelSpec
from engine.schema import Task
from tests.engine.training.tables import mixed_dataset


def encoded(bins: Bins, values: list[float]) -> list[list[float]]:
    found: list[list[float]] = bins(torch.tensor(values).unsqueeze(1))[:, 0].tolist()
    return found


def test_a_number_passes_through_its_bins() -> None:
    bins = Bins(1, 4)
    bins.start(torch.tensor([[0.0], [1.0], [2.0], [4.0], [8.0]]))
    assert bins.edges.tolist() == [[0, 1, 2, 4, 8]]
    assert encoded(bins, [0.5, 1.0, 3.0, 8.0]) == [
        [0.5, 0, 0, 0],
        [1, 0, 0, 0],
        [1, 1, 0.5, 0],
        [1, 1, 1, 1],
    ]


def test_the_first_bin_is_open_below_and_the_last_above() -> None:
    bins = Bins(1, 2)
    bins.start(torch.tensor([[0.0], [1.0], [2.0]]))
    assert encoded(bins, [-3.0, 5.0]) == [[-3, 0], [1, 4]]


def test_few_distinct_numbers_make_few_bins_and_the_places_left_stay_zero() -> None:
    bins = Bins(2, 4)
    bins.start(torch.tensor([[0.0, 7.0], [0.0, 7.0], [1.0, 7.0], [1.0, 7.0]]))
    found = bins(torch.tensor([[0.5, 7.0], [2.0, 0.0]]))
    assert bins.edges[0].tolist() == [0, 1, 1, 1, 1]
    assert found[:, 0].tolist() == [[0.5, 0, 0, 0], [2, 0, 0, 0]]
    assert found[:, 1, 1:].abs().sum() == 0  # a constant has one bin
    assert found[0, 1, 0] == 0.5


def test_bins_hold_equal_shares_of_the_rows() -> None:
    values = torch.randn(4000, 3).exp()
    bins = Bins(3, 8)
    bins.start(values)
    for column in range(3):
        counts, _ = np.histogram(values[:, column], bins.edges[column])
        assert counts.min() > 495


def test_a_bin_embedding_starts_as_a_linear_one() -> None:
    embedding = BinEmbedding(3, 8, 5)
    rows = torch.randn(6, 3)
    embedding.start(rows)
    linear = rows.unsqueeze(-1) * embedding.linear.weight + embedding.linear.bias
    assert torch.equal(embedding(rows), linear)
    with torch.no_grad():
        embedding.weight.normal_()
    bent = torch.einsum("ncb,cbd->ncd", embedding.bins(rows), embedding.weight)
    assert torch.allclose(embedding(rows), linear + bent, atol=1e-5)


def test_waves_are_cosines_and_sines() -> None:
    waves = Waves(2, 3, 0.5)
    rows = torch.randn(4, 2)
    angle = 2 * math.pi * rows[1, 0] * waves.weight[0]
    assert torch.allclose(waves(rows)[1, 0], torch.cat((angle.cos(), angle.sin())))
    assert waves.weight.abs().max() <= 1.5


def test_wave_embeddings_of_each_form() -> None:
    torch.manual_seed(0)
    rows = torch.randn(4, 3)
    own = WaveEmbedding(3, 5, 0.1, 7, lite=False)
    shared = WaveEmbedding(3, 5, 0.1, 7, lite=True)
    assert sum(p.numel() for p in own.parameters()) == 3 * (5 + 10 * 7 + 7)
    assert sum(p.numel() for p in shared.parameters()) == 3 * 5 + 10 * 7 + 7
    expected = torch.relu(shared.waves(rows) @ shared.linear.weight.T + shared.linear.bias)
    assert torch.allclose(shared(rows), expected, atol=1e-6)
    dense = DenseWaveEmbedding(3, 5, 0.1, 4)
    found = dense(rows)
    assert torch.equal(found[..., 0], rows)
    assert dense.linear is not None
    waves = (2 * math.pi * rows.unsqueeze(-1) * dense.weight + dense.phase).cos()
    assert torch.allclose(found[..., 1:], dense.linear(waves), atol=1e-5)
    assert {mark_of(p).rate for p in dense.parameters()} == {0.1}


@pytest.mark.parametrize("form", ["plr", "lite", "dense"])
def test_empty_fields_are_as_published(form: str) -> None:
    encoder = NumberEncoder.member("periodic").model_validate({"form": form})
    module, width = encoder.build(3)
    assert width == (4 if form == "dense" else 24)
    assert module(torch.randn(2, 3)).shape == (2, 3 * width)


def test_bins_can_be_the_inputs_themselves() -> None:
    encoder = NumberEncoder.member("piecewise_linear").model_validate({"bins": 6, "width": None})
    module, width = encoder.build(3)
    assert width == 6
    assert not list(module.parameters())
    assert module(torch.randn(2, 3)).shape == (2, 18)


def test_two_levels_can_be_a_sign() -> None:
    layer = CategoryLayer((3, 4, 3), (0, 0, 0), signs=True)
    codes = torch.tensor([[1, 2, 2], [2, 0, 0]], dtype=torch.int32)
    assert layer(codes).tolist() == [[-1, 1, 0, 1, 0], [1, 0, 0, 0, 0]]
    assert layer.widths == (1, 1, 3)
    for member in CategoryEncoder.members():
        _, widths = member.model_validate({"signs": True}).build((3, 4, 3))
        assert widths == (1, 1, 3)


def test_tokens_are_vectors_of_levels_and_scaled_vectors_of_numbers() -> None:
    table = CategoryTokens((3, 4), 5, bias=True)
    codes = torch.tensor([[2, 3], [0, 1]], dtype=torch.int32)
    found = table(codes)
    assert table.bias is not None
    assert torch.equal(found[0, 1], table.table.weight[3 + 3] + table.bias[1])
    assert torch.equal(found[1, 0], table.bias[0])
    linear = LinearTokens(2, 5, bias=False)
    rows = torch.randn(3, 2)
    assert torch.equal(linear(rows)[1, 1], rows[1, 1] * linear.weight[1])


def test_bins_come_from_the_training_rows_and_are_kept_in_the_state() -> None:
    dataset = mixed_dataset("kind")
    model = ModelSpec.model_validate({"numbers": {"kind": "piecewise_linear", "bins": 8}})
    inputs = dataset.preparation.inputs
    fitted = build_network(model, inputs, 0, Task.MULTICLASS, dataset.train)
    edges = fitted.state_dict()["numbers.encoder.bins.edges"]
    sizes = dataset.train.numbers[:, 0]
    assert edges[0].tolist() == pytest.approx(
        np.quantile(sizes, np.linspace(0, 1, 9)).tolist(), rel=1e-5
    )
    blank = build_network(model, inputs, 0, Task.MULTICLASS)
    assert not torch.equal(blank.state_dict()["numbers.encoder.bins.edges"], edges)
    blank.load_state_dict(fitted.state_dict())
    assert torch.equal(blank.state_dict()["numbers.encoder.bins.edges"], edges)


def test_a_number_that_most_rows_have_leaves_bins_for_the_others() -> None:
    bins = Bins(2, 8)
    rare = torch.arange(1.0, 101.0)
    bins.start(torch.stack([torch.cat([torch.zeros(900), rare]), torch.arange(1000.0)], dim=1))
    edges = bins.edges[0].unique()
    assert edges[0] == 0
    assert len(edges) == 9
    assert edges.diff()[1:].max() < 20
    assert bins.edges[1].tolist() == pytest.approx(
        np.quantile(np.arange(1000), np.linspace(0, 1, 9))
    )


def test_starting_from_rows_leaves_the_random_state_alone() -> None:
    dataset = mixed_dataset("kind")
    model = ModelSpec.model_validate({"trunk": {"kind": "realmlp"}})
    state = torch.get_rng_state()
    inputs = dataset.preparation.inputs
    first, again = (
        build_network(model, inputs, 3, Task.MULTICLASS, dataset.train) for _ in range(2)
    )
    assert torch.equal(state, torch.get_rng_state())
    pairs = zip(first.parameters(), again.parameters(), strict=True)
    assert all(torch.equal(one, other) for one, other in pairs)


def test_inputs_without_categories_or_numbers_do() -> None:
    model = ModelSpec.model_validate({"numbers": {"kind": "piecewise_linear"}})
    for inputs in (Inputs(("a",), (), 1), Inputs((), (("c", 3),), 1)):
        network = build_network(model, inputs, 0, Task.BINARY)
        codes = torch.ones((2, len(inputs.categories)), dtype=torch.int32)
        assert network(torch.zeros(2, len(inputs.numbers)), codes).shape == (2, 1)
