from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from engine.cli.app import invoke
from engine.doctor.case import Case
from engine.doctor.examine import LOOKS, examine
from engine.doctor.finding import with_changes
from engine.errors import RecipeInvalid
from engine.events import FoldsScored
from engine.recipe.recipe import Recipe
from tests.engine.doctor.histories import case, recipe
from tests.harness.doctor import PATIENTS, is_right, trained

FALLING = [0.3 + 0.4 * 0.9**n for n in range(40)]
HEALTHY = [0.35 + 0.35 * 0.88**n for n in range(40)]
_NOISE = np.random.default_rng(0)
RISING = [0.4 + 0.3 * 0.7**n for n in range(10)] + [0.41 + 0.01 * n for n in range(30)]
LEARNED_BY_HEART = [0.6 * 0.88**n for n in range(40)]
JUMPING = [0.7, *(float(0.6 + 0.15 * _NOISE.uniform(-1, 1)) for _ in range(29))]


def names(of: Case) -> list[str]:
    return [finding.name for finding in examine(of)]


def test_a_healthy_run_needs_no_doctor() -> None:
    assert names(case(FALLING, HEALTHY, stopped_early=True)) == []


@pytest.mark.parametrize(
    ("finding", "ill"),
    [
        ("diverging", case([0.6, 0.5, 0.9, 2.0, 9.0], [0.6, 0.5, 0.9, 2.0, 9.0])),
        ("diverging", case([0.6, 0.5], [0.6, 0.5], failed="LossNotFinite")),
        ("rate_too_high", case(JUMPING, JUMPING)),
        ("rate_too_high", case(FALLING, HEALTHY, update=2.0)),
        (
            "rate_too_low",
            case(list(np.linspace(0.7, 0.69, 20)), list(np.linspace(0.7, 0.69, 20)), update=1e-6),
        ),
        ("overfitting", case(LEARNED_BY_HEART, RISING)),
        ("dead_units", case(FALLING, HEALTHY, dead=0.8)),
        ("leakage", case(FALLING, HEALTHY, area=1.0, accuracy=1.0)),
        ("classes_missed", case(FALLING, HEALTHY, predicted=(1000, 0), actual=(900, 100))),
        ("small_validation", case(FALLING, HEALTHY, rows=40)),
        ("not_learning", case(FALLING, HEALTHY, area=0.51)),
        ("more_epochs", case(FALLING[:6], HEALTHY[:6])),
        ("plateau", case([0.7, 0.5, *[0.4] * 60], [0.7, 0.5, *[0.45] * 60])),
        (
            "too_much_decay",
            case(
                [0.6, 0.4, *[0.6] * 20],
                [0.6, 0.4, *[0.6] * 20],
                asked=recipe(
                    optimizer={"kind": "adamw", "learning_rate": 1e-3, "weight_decay": 1.0}
                ),
            ),
        ),
        (
            "impatient",
            case(
                FALLING[:6],
                [0.5, 0.45, 0.41, 0.42, 0.43, 0.42],
                stopped_early=True,
                asked=recipe(early_stopping={"patience": 2}),
            ),
        ),
    ],
)
def test_what_is_wrong_is_named_first_with_figures_and_a_way_out(finding: str, ill: Case) -> None:
    first = examine(ill)[0]

    assert first.name == finding
    assert any(character.isdigit() for character in str(first.evidence))
    assert str(first.advice)
    changed = with_changes(ill.recipe, first, ill.recipe)
    assert (changed != ill.recipe) is bool(first.changes)


def test_a_diverging_run_gets_a_lower_rate_and_clipping() -> None:
    ill = case([0.6, 0.5, 0.9, 2.0, 9.0], [0.6, 0.5, 0.9, 2.0, 9.0])
    changed = with_changes(ill.recipe, examine(ill)[0], ill.recipe)

    assert changed.training.optimizer.learning_rate == pytest.approx(1e-4)  # type: ignore[union-attr]
    assert changed.training.clip_norm == 1.0


def test_what_auto_chose_is_taken_from_the_run() -> None:
    ill = case([0.6, 0.5, 0.9, 2.0, 9.0], [0.6, 0.5, 0.9, 2.0, 9.0])
    automatic = ill.recipe.model_copy(
        update={"training": ill.recipe.training.model_copy(update={"optimizer": None})}
    )
    changed = with_changes(automatic, examine(ill)[0], ill.recipe)

    assert changed.training.optimizer.learning_rate == pytest.approx(1e-4)  # type: ignore[union-attr]


def test_advice_for_another_model_is_refused() -> None:
    ill = case(FALLING, HEALTHY, dead=0.8)
    other = Recipe.model_validate({"model": {"trunk": {"kind": "linear"}}})

    with pytest.raises(RecipeInvalid):
        with_changes(other, examine(ill)[0], ill.recipe)


def test_a_run_without_epochs_and_one_that_holds_folds_have_no_findings() -> None:
    assert names(Case(type(case([1.0], [1.0]).history)(), recipe())) == []
    folds = case(JUMPING, JUMPING)
    folds.history.extend([FoldsScored(99.0, 2, 5, (0.5,), (0.1,), (), ())])
    assert names(folds) == []


def test_every_finding_has_a_patient_of_its_own() -> None:
    known = {look.__module__.rsplit(".", 1)[1] for look in LOOKS}

    assert known == {patient.finding for patient in PATIENTS} - {""}


@pytest.mark.parametrize(
    "name",
    ["batches of all rows", "rate of a millionth", "three epochs are enough, five are asked"],
)
def test_real_trainings_are_judged_right(name: str) -> None:
    (patient,) = (each for each in PATIENTS if each.name == name)

    assert is_right(patient, examine(trained(patient)))


def test_the_command_line_tells_what_is_wrong(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    told = ["train", "iris", "--set", "training.epochs=2", "--set", "training.device=cpu"]
    assert invoke([*told, "--set", "model.trunk.kind=mlp"]) == 0
    capsys.readouterr()

    assert invoke(["doctor", "last", "--json"]) == 1
    found = json.loads(capsys.readouterr().out)
    assert found[0]["finding"] == "small_validation"
    assert found[0]["changes"] == {"split.folds": 5}
    assert invoke(["doctor", "last"]) == 1
    assert "--set split.folds=5" in capsys.readouterr().out
