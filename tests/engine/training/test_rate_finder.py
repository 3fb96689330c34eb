"""The learning-rate range test: what it proposes on curves of known shape, and on a network."""

from __future__ import annotations

import json
import math
from pathlib import Path

import pytest

from engine.cli.app import invoke
from engine.errors import RecipeInvalid
from engine.models.network import build_network
from engine.recipe.families import Optimizer
from engine.training.optimizers.muon import Muon
from engine.training.rate_curve import RateCurve, curve_of, smoothed_losses
from engine.training.rate_finder import find_rate
from tests.engine.trained import flowers
from tests.engine.training.tables import binary_dataset, model_of, training_of

ADAM = Optimizer.default("adam")
RATES = [1e-6 * 10 ** (7 * place / 99) for place in range(100)]


def known_curve(bottom: float = 1e-2) -> list[float]:
    """Flat, then falling for two decades to `bottom`, then running away."""
    losses = []
    for rate in RATES:
        beyond = math.log10(rate / bottom)
        if beyond < -2:
            losses.append(1.0)
        elif beyond <= 0:
            losses.append(0.55 + 0.45 * math.cos(math.pi * (beyond + 2) / 2))
        else:
            losses.append(0.1 + beyond**2)
    return losses


def test_the_rules_pick_from_a_known_curve() -> None:
    curve = curve_of(RATES, known_curve(), ADAM, diverged=True)
    found = {each.rule: each.rate for each in curve.proposals}
    assert list(found) == ["valley", "steepest", "minimum"]
    assert 1e-3 < found["steepest"] < 1e-2  # the mean lags behind the middle of the fall
    assert 5e-4 < found["valley"] < 2e-2
    assert 1e-4 < found["minimum"] < 1e-2
    assert curve.proposed is not None
    assert curve.proposed.rule == "valley"


def test_nothing_is_proposed_where_the_loss_never_falls() -> None:
    curve = curve_of(RATES, [1 + place / 10 for place in range(100)], ADAM, diverged=True)
    assert curve.proposals == ()
    assert curve.proposed is None


def test_too_few_steps_propose_nothing() -> None:
    assert curve_of(RATES[:5], [5.0, 4.0, 3.0, 2.0, 1.0], ADAM, diverged=True).proposals == ()


def test_the_mean_is_not_drawn_to_zero_at_its_beginning() -> None:
    assert smoothed_losses([2.0] * 5) == pytest.approx([2.0] * 5)
    assert smoothed_losses([4.0, 0.0], 0.5) == pytest.approx([4.0, 4 / 3])


@pytest.mark.parametrize("kind", ["adamw", "sgd", "muon"])
def test_a_network_gets_a_rate_that_trains_it(kind: str) -> None:
    dataset = binary_dataset(rows=300)
    training = training_of(batch_size=32, optimizer=kind)
    network = build_network(
        model_of((16,)), dataset.preparation.inputs, 0, dataset.preparation.task, dataset.train
    )
    told: list[tuple[int, int]] = []
    curve = find_rate(
        network, dataset, training, steps=80, progress=lambda *done: told.append(done)
    )
    assert list(curve.rates) == sorted(curve.rates)
    assert len(curve.rates) == len(curve.losses) == len(curve.smoothed)
    assert curve.proposed is not None
    assert 1e-5 < curve.proposed.rate < 3
    assert told[-1] == (80, 80)
    used = curve.optimizer.with_learning_rate(10 * curve.current)
    assert used.learning_rate == 10 * curve.current
    if kind == "muon":
        assert isinstance(used, Muon)
        assert used.adamw_learning_rate == pytest.approx(10 * 1e-3)
    assert RateCurve.model_validate_json(curve.model_dump_json()) == curve


def test_rates_that_do_not_rise_are_refused() -> None:
    dataset = binary_dataset(rows=60)
    network = build_network(model_of((8,)), dataset.preparation.inputs, 0, dataset.preparation.task)
    with pytest.raises(RecipeInvalid, match="must rise"):
        find_rate(network, dataset, training_of(), least=1.0, most=0.1)


def test_the_command_prints_and_saves_the_curve(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TRAINYARD_HOME", str(tmp_path / "home"))
    table = str(flowers(tmp_path / "flowers.csv", rows=120))
    asked = ["find-rate", table, "--target", "kind", "--steps", "60"]
    mlp = ["--set", 'model.trunk={"kind": "mlp", "widths": [8]}']
    assert invoke([*asked, *mlp, "-o", str(tmp_path / "curve.csv")]) == 0
    printed = capsys.readouterr().out
    assert "valley" in printed
    lines = (tmp_path / "curve.csv").read_text().splitlines()
    assert lines[0] == "rate,loss,smoothed"
    assert 30 < len(lines) <= 61
    assert invoke([*asked, *mlp, "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["proposals"]
    assert invoke([*asked, "-o", str(tmp_path / "curve.txt")]) == 2
    assert invoke([*asked, "--set", "model.trunk=boosted_trees"]) == 2
    assert "no learning rate to find" in capsys.readouterr().err
