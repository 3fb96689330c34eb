"""Sets and intervals hold the truth as often as was asked: on made rows, and on what the samples hold.

How often they do varies with the rows that they were found on and with those that they are tried on: the
count of hits follows the beta-binomial law (Vovk, “Conditional validity of inductive conformal predictors”,
2012); all of them lie within its middle 99.9%.
"""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest
from scipy.stats import betabinom

from engine.data.cells.cell_types import CellKind, CellType
from engine.data.preparing.fitted_target import FittedValue
from engine.data.samples import sample as sample_of
from engine.evaluation.calibrate import covered, fit_conformal
from engine.pipeline.deciding import decide_run
from engine.pipeline.results import evaluate_run
from engine.predictor.decision import Decision
from engine.tasks import DecideTask
from tests.engine.trained import trained_run

ASKED = 0.8


def is_plausible(hits: int, tried: int, found_on: int, asked: float) -> bool:
    """Ties make sets larger, so that more hits than the law gives are no fault."""
    place = math.ceil((found_on + 1) * asked)
    law = betabinom(tried, place, found_on + 1 - place)
    return bool(law.ppf(0.0005) <= hits <= law.ppf(0.9995) + 0.05 * tried)


@pytest.mark.parametrize("seed", range(5))
def test_intervals_hold_the_truth_of_numbers(seed: int) -> None:
    generator = np.random.default_rng(seed)
    x = generator.uniform(0, 3, 1200)
    actual = 50 + 10 * x + generator.standard_t(3, 1200) * (1 + x)  # its spread grows with x
    levels: tuple[float, ...] = (0.1, 0.5, 0.9) if seed % 2 else ()
    target = FittedValue(
        name="t",
        cell_type=CellType(kind=CellKind.NUMBER),
        center=50.0,
        spread=10.0,
        levels=levels,
        point=1 if levels else 0,
    )
    reach = 0.1 * (1 + x)
    columns = [x - reach, x, x + reach] if levels else [x]
    outputs = np.stack(columns, axis=1).astype(np.float32)
    conformal = fit_conformal(0.9, Decision(), target, outputs[:600], actual[:600])
    inside, widths = covered(Decision(conformal=conformal), target, outputs[600:], actual[600:])
    assert is_plausible(int(inside.sum()), 600, 600, 0.9)
    assert (widths > 0).all()


@pytest.mark.parametrize(
    ("sample", "target"),
    [
        ("iris", "species"),
        ("penguins", "species"),
        ("wine", "cultivar"),
        ("breast_cancer", "diagnosis"),
        ("diabetes", "progression"),
    ],
)
def test_what_is_decided_on_a_sample_holds_on_its_test_part(
    sample: str, target: str, tmp_path: Path
) -> None:
    changes = {
        "split": {"validation": 0.35, "test": 0.35, "seed": 1},
        "training": {"epochs": 3, "batch_size": 16},
    }
    run = trained_run(tmp_path / "w", sample_of(sample).path, target, changes)
    decision = decide_run(run, DecideTask(run=str(run.path), coverage=ASKED))
    assert decision.conformal is not None
    found = evaluate_run(run).coverage
    assert found is not None
    rows = evaluate_run(run).rows
    assert is_plausible(round(found.found * rows), rows, decision.conformal.rows, ASKED)
    assert found.low <= found.found <= found.high
