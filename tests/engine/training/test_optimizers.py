"""Optimizers and schedules: each learns, resumes to the bit, and does what its paper says."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch
from torch import nn

from engine.data.preparing.dataset import Dataset
from engine.events import RunFinished
from engine.models.marks import mark
from engine.models.network import build_network
from engine.recipe.families import Optimizer, Schedule
from engine.recipe.model import ModelSpec
from engine.schema import Task
from engine.training.checkpoint import Checkpoints
from engine.training.control import Command, ListControl
from engine.training.descent import Lion, orthogonalized
from engine.training.groups import parameter_groups
from engine.training.rate import LearningRate
from tests.engine.training.recording import Recording, same_weights
from tests.engine.training.tables import binary_dataset, model_of, training_of

OPTIMIZERS = [member.kind_name() for member in Optimizer.members()]
SCHEDULES = [member.kind_name() for member in Schedule.members()]


@pytest.fixture(scope="module")
def dataset() -> Dataset:
    return binary_dataset(rows=400)


@pytest.mark.parametrize("kind", OPTIMIZERS)
def test_every_optimizer_learns_and_resumes_to_the_bit(
    kind: str, dataset: Dataset, tmp_path: Path
) -> None:
    optimizer = {"kind": kind}
    if kind in ("adam", "adamw"):
        optimizer["learning_rate"] = 0.005
    elif kind == "lion":
        optimizer["learning_rate"] = 0.002
    training = training_of(epochs=8, batch_size=32, optimizer=optimizer)
    model = model_of((32, 32))
    whole = Recording(dataset, training, model, checkpoints=Checkpoints(tmp_path / "whole"))
    assert whole.of(RunFinished)[0].test[1] > 0.7
    control = ListControl({13: (Command(command="stop"),)})
    Recording(dataset, training, model, checkpoints=Checkpoints(tmp_path), control=control)
    saved = Checkpoints(tmp_path).last()
    again = Recording(dataset, training, model, checkpoints=Checkpoints(tmp_path), resume=saved)
    assert same_weights(whole.weights, again.weights)


def test_groups_follow_the_marks() -> None:
    matrix, bias, slow = (nn.Parameter(torch.ones(2, 2)) for _ in range(3))
    mark(bias, decays=False)
    mark(slow, rate=0.1)
    groups = parameter_groups([matrix, bias, slow], 0.01, 0.5)
    assert [(g["lr"], g["weight_decay"], len(g["params"])) for g in groups] == [
        (0.01, 0.5, 1),
        (0.01, 0.0, 1),
        (0.001, 0.5, 1),
    ]
    assert len(parameter_groups([matrix, bias, slow], 0.01)) == 2
    assert "weight_decay" not in parameter_groups([matrix], 0.01)[0]


def test_the_schedule_scales_every_group() -> None:
    fast, slow = nn.Parameter(torch.ones(2)), mark(nn.Parameter(torch.ones(2)), rate=0.1)
    optimizer = Optimizer.default("adam").build([fast, slow], fused=True)
    rate = LearningRate(optimizer, 0.01, Schedule.default("linear"), 100)
    rate.apply(50)
    assert optimizer.param_groups[0]["lr"] == rate.value < 0.01
    assert optimizer.param_groups[1]["lr"] == pytest.approx(rate.value / 10)


def test_biases_and_vectors_do_not_decay(dataset: Dataset) -> None:
    model = ModelSpec.model_validate({"trunk": {"kind": "resnet", "width": 8}})
    network = build_network(model, dataset.preparation.inputs, 0, Task.BINARY)
    optimizer = Optimizer.default("adamw").build(network.parameters(), fused=True)
    kept = [p for g in optimizer.param_groups if not g["weight_decay"] for p in g["params"]]
    names = {id(p): name for name, p in network.named_parameters()}
    assert {names[id(p)].rsplit(".", 1)[-1] for p in kept} == {"bias", "weight"}
    assert all(p.dim() == 1 for p in kept)


def test_muon_takes_the_matrices_inside_the_trunk(dataset: Dataset) -> None:
    network = build_network(model_of((16, 16)), dataset.preparation.inputs, 0, Task.BINARY)
    optimizer = Optimizer.default("muon").build(network.parameters(), fused=True)
    inside = [p for g in optimizer.param_groups if g["orthogonal"] for p in g["params"]]
    assert {id(p) for p in inside} == {id(network.trunk[0].weight), id(network.trunk[2].weight)}
    rates = {g["orthogonal"]: g["lr"] for g in optimizer.param_groups}
    assert rates[True] == 0.02
    assert rates[False] == pytest.approx(0.001)


def test_muon_leaves_the_scales_of_members_alone(dataset: Dataset) -> None:
    for form, matrices in (("full", 3), ("mini", 3)):
        model = ModelSpec.model_validate({"trunk": {"kind": "tabm", "form": form, "width": 8}})
        network = build_network(model, dataset.preparation.inputs, 0, Task.BINARY)
        optimizer = Optimizer.default("muon").build(network.parameters(), fused=True)
        inside = [p for g in optimizer.param_groups if g["orthogonal"] for p in g["params"]]
        assert len(inside) == matrices


@pytest.mark.parametrize("shape", [(6, 6), (12, 5), (5, 12)])
def test_a_muon_step_has_singular_values_near_one(shape: tuple[int, int]) -> None:
    values = torch.linalg.svdvals(orthogonalized(torch.randn(shape)))
    assert values.min() > 0.4
    assert values.max() < 1.4


def test_lion_moves_every_weight_by_its_rate() -> None:
    weight = nn.Parameter(torch.tensor([1.0, -2.0, 3.0]))
    optimizer = Lion(parameter_groups([weight], 0.1, 0.5), 0.1)
    weight.grad = torch.tensor([5.0, -0.01, 1e-6])
    optimizer.step()
    decayed = torch.tensor([1.0, -2.0, 3.0]) * (1 - 0.1 * 0.5)
    assert torch.allclose(weight, decayed - 0.1 * torch.tensor([1.0, -1.0, 1.0]))


@pytest.mark.parametrize("kind", SCHEDULES)
def test_every_schedule_stays_between_zero_and_one(kind: str) -> None:
    schedule = Schedule.default(kind)
    factors = [schedule.factor(step, 200) for step in range(200)]
    assert all(0 <= factor <= 1 for factor in factors)
    assert max(factors) > 0.9
    assert 0 <= schedule.factor(0, 1) <= 1
    if kind not in ("constant", "step", "plateau"):  # that one waits for the metric
        assert factors[-1] < 0.1


def test_schedules_by_their_formulas() -> None:
    def factors(kind: str, places: tuple[int, ...], **fields: float) -> list[float]:
        schedule = Schedule.member(kind).model_validate(fields)
        return [round(schedule.factor(place, 100), 6) for place in places]

    assert factors("step", (0, 24, 25, 50, 99), falls=3, ratio=0.5) == [1, 1, 0.5, 0.25, 0.125]
    assert factors("exponential", (0, 50, 100), end=0.01) == [1, 0.1, 0.01]
    assert factors("flat_cosine", (0, 49, 75, 100), flat=0.5) == [1, 1, 0.5, 0]
    assert factors("linear", (0, 50, 100), warmup=0.0) == [1, 0.5, 0]
    assert factors("one_cycle", (0, 30, 100), rise=0.3, start=0.04, end=0.0) == [0.04, 1, 0]
    assert factors("coslog", (0, 100)) == [0, 0]
    cycles = Schedule.member("coslog").model_validate({"cycles": 2})
    ends_and_tops = [cycles.factor(step, 300_000) for step in (0, 41_421, 100_000, 300_000)]
    assert ends_and_tops == pytest.approx([0, 1, 0, 0], abs=1e-6)
