from __future__ import annotations

import math
from typing import Any

import pytest
import torch
from torch import nn

from engine.events import BlocksWatched, ClassesPredicted, from_line, to_line
from engine.training.activations import Units
from engine.training.history import History
from engine.training.watch import Watch
from tests.engine.training.recording import Recording, same_weights
from tests.engine.training.tables import binary_dataset, mixed_dataset, model_of, training_of


@pytest.fixture(autouse=True)
def always_due(monkeypatch: pytest.MonkeyPatch) -> None:
    """Looks as often as the steps allow, however long they take."""
    monkeypatch.setattr("engine.training.watch.STEPS_SHARE", math.inf)
    monkeypatch.setattr("engine.training.watch.SCORINGS_SHARE", math.inf)


@pytest.fixture
def recorded() -> Recording:
    return Recording(binary_dataset(200), training_of(epochs=3, batch_size=32))


def test_each_block_has_norms_updates_and_dead_units(recorded: Recording) -> None:
    looks = recorded.of(BlocksWatched)

    assert looks[0].epoch == 1
    assert {look.blocks for look in looks} == {("trunk.1", "trunk.2", "head")}
    last = looks[-1]
    assert last.epoch == 3
    assert all(norm > 0 for norm in (*last.gradient_norm, *last.weight_norm))
    assert all(0 < ratio < 0.5 for ratio in last.update_ratio)
    assert all(0 <= share <= 1 for share in last.dead[:2])
    assert math.isnan(last.dead[2])
    assert last.memory > 1e6


@pytest.mark.parametrize("fields", [{}, {"precision": "fp16"}, {"clip_norm": 0.01}], ids=str)
def test_the_gradient_of_the_blocks_is_that_of_the_step(fields: dict[str, Any]) -> None:
    training = training_of(epochs=3, batch_size=256, **fields)
    recorded = Recording(binary_dataset(100), training)
    history = History()
    history.extend(recorded.events)

    # With one step an epoch, its mean is that of the step looked into.
    assert history.watched.whole("gradient_norm") == pytest.approx(history.gradient_norm, rel=1e-4)


def test_watching_changes_no_weight(recorded: Recording, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Watch, "_measure", lambda self: None)
    alone = Recording(binary_dataset(200), training_of(epochs=3, batch_size=32))

    assert all(math.isnan(look.weight_norm[0]) for look in alone.of(BlocksWatched))
    assert not math.isnan(recorded.of(BlocksWatched)[-1].weight_norm[0])
    assert same_weights(alone.weights, recorded.weights)


@pytest.mark.parametrize("target", ["kind", "amount"])
def test_predicted_classes_are_counted_where_there_are_classes(target: str) -> None:
    dataset = mixed_dataset(target, 120)
    recorded = Recording(dataset, training_of(epochs=2, batch_size=32))
    counted = recorded.of(ClassesPredicted)

    assert bool(counted) is (target == "kind")
    for told in counted:
        assert sum(told.rows) == sum(told.actual) == len(dataset.validation)


def test_units_that_give_the_same_for_every_row_are_dead() -> None:
    layer = nn.Linear(3, 4)
    with torch.no_grad():
        layer.weight[0], layer.bias[0] = 0.0, -1.0
        layer.weight[1], layer.bias[1] = 0.0, 2.0
    block = nn.Sequential(layer, nn.ReLU())
    units = Units([[block], [nn.Linear(4, 1)]])
    hooks = units.listen()
    for _ in range(2):
        block(torch.randn(50, 3, generator=torch.Generator().manual_seed(1)))
    for hook in hooks:
        hook.remove()

    dead = units.dead()
    assert dead[0] >= 0.5
    assert math.isnan(dead[1])


def test_looks_travel_as_lines_and_old_logs_have_none(recorded: Recording) -> None:
    look = recorded.of(BlocksWatched)[-1]
    again = from_line(to_line(look))
    assert isinstance(again, BlocksWatched)
    assert again.blocks == look.blocks
    assert again.update_ratio == pytest.approx(look.update_ratio, nan_ok=True)

    old = History()
    old.extend(e for e in recorded.events if not isinstance(e, BlocksWatched | ClassesPredicted))
    assert old.epoch == 3
    assert old.watched.whole("dead").size == 0


def test_what_a_resumed_run_repeats_is_forgotten(recorded: Recording) -> None:
    history = History()
    history.extend(recorded.events)
    step = int(history.watched.steps[1])
    history.watched.cut(step)

    assert history.watched.steps.tolist()[-1] == step
    assert len(history.watched.memory) == len(history.watched.steps)


def test_a_network_without_hidden_units_is_watched_too() -> None:
    recorded = Recording(binary_dataset(120), training_of(epochs=2), model=model_of(()))

    assert recorded.of(BlocksWatched)[-1].blocks == ("head",)
