"""A split with a flaw flatters; the fix that the report offers ends it.

Each table is a part of an endless one, so that a fresh sample of the same making tells what the model
is really worth. A model that remembers (nearest neighbour) shows the flaw at its plainest.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from sklearn.neighbors import KNeighborsClassifier

from engine.data.open import open_table
from engine.data.preparing.dataset import prepare
from engine.data.preparing.split_report.finding import SplitReport
from engine.data.preparing.split_report.report import split_report
from engine.pipeline.resolving import matched
from engine.recipe.recipe import Recipe

Make = Callable[[int, int], pd.DataFrame]


def copied(rows: int, seed: int) -> pd.DataFrame:
    """Every row is there three times, as after a join; the target is mostly chance."""
    draw = np.random.default_rng(seed)
    third = rows // 3
    frame = pd.DataFrame({"a": draw.normal(size=third), "b": draw.normal(size=third)})
    chance = 1 / (1 + np.exp(-0.8 * frame["a"]))
    frame["y"] = np.where(draw.random(third) < chance, "yes", "no")
    return pd.concat([frame] * 3).sample(frac=1, random_state=seed).reset_index(drop=True)


def visited(rows: int, seed: int) -> pd.DataFrame:
    """Patients of several visits each, alike but not the same; the illness belongs to the patient."""
    draw = np.random.default_rng(seed)
    patients = rows // 6
    who = draw.permutation(np.repeat(np.arange(patients), 6))
    base = draw.normal(size=(patients, 3))
    ill = draw.random(patients) < 1 / (1 + np.exp(-0.8 * base[:, 0]))
    values = base[who] + draw.normal(scale=0.05, size=(len(who), 3))
    frame = pd.DataFrame(values, columns=["a", "b", "c"])
    frame["patient"] = [f"{seed}-{each}" for each in who]
    frame["y"] = np.where(ill[who], "ill", "well")
    return frame


def drifting(rows: int, seed: int) -> pd.DataFrame:
    """Rows in the order of time; a slow wave that is not in the columns says the target.

    A fresh sample is what comes after the training rows, as for any model that is put to use.
    """
    draw = np.random.default_rng(7)
    total = rows * (seed + 1)
    moment = np.arange(total)
    signal = np.sin(np.cumsum(draw.normal(size=total)) / 4)
    frame = pd.DataFrame({"a": moment / rows + draw.normal(scale=0.0005, size=total)})
    frame["y"] = np.where(signal + draw.normal(scale=0.2, size=total) > 0, "up", "down")
    day = pd.Timestamp("2020-01-01") + pd.to_timedelta(moment, "h")
    frame["seen"] = day.astype(str)
    return frame.iloc[-rows:].reset_index(drop=True)


@dataclass(frozen=True)
class Outcome:
    """What a recipe makes of a table."""

    report: SplitReport
    recipe: Recipe
    validation: float
    """Accuracy on the validation rows."""
    fresh: float
    """Accuracy on a fresh sample."""

    @property
    def optimism(self) -> float:
        """How much better validation looks."""
        return self.validation - self.fresh


def outcome_of(tmp_path: Path, make: Make, recipe: Recipe) -> Outcome:
    path, other = tmp_path / "seen.csv", tmp_path / "fresh.csv"
    if not path.exists():
        make(1_500, 0).to_csv(path, index=False)
        make(1_500, 1).to_csv(other, index=False)
    table, fresh = open_table(path), open_table(other)
    found = matched(recipe, table)
    report = split_report(table, found.recipe, found.schema)
    dataset = prepare(table, found.recipe, found.schema)
    unseen = dataset.preparation.transform(fresh, with_target=True)
    model = KNeighborsClassifier(1).fit(dataset.train.numbers, dataset.train.values)
    scores = [
        float((model.predict(part.numbers) == part.values).mean())
        for part in (dataset.validation, unseen)
    ]
    return Outcome(report, found.recipe, scores[0], scores[1])


@pytest.mark.parametrize(
    ("make", "code", "ignored"),
    [(copied, "copies", ()), (visited, "groups", ()), (drifting, "time_order", ("seen",))],
)
def test_the_fix_closes_the_gap_between_validation_and_fresh_rows(
    tmp_path: Path, make: Make, code: str, ignored: tuple[str, ...]
) -> None:
    asked = Recipe.model_validate(
        {"columns": [{"name": name, "role": "ignore"} for name in ignored]}
    )
    asked = asked.with_target("y").with_split(validation=0.25, test=0.1)
    before = outcome_of(tmp_path, make, asked)
    warning = next(each for each in before.report.warnings if each.code == code)
    assert warning.severity == "warning"
    assert before.optimism > 0.15
    assert warning.fixed is not None
    after = outcome_of(tmp_path, make, warning.fixed)
    assert code not in [each.code for each in after.report.warnings]
    assert abs(after.optimism) < before.optimism / 3
    assert abs(after.optimism) < 0.1
