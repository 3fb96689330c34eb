"""Two classic programs, from the file to the answer."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import train_test_split

from engine.data.columns.infer import complete, infer_schema
from engine.data.open import open_table
from engine.data.preparing.dataset import Dataset, prepare
from engine.events import EpochEnded, RunFinished
from engine.recipe.recipe import Recipe
from engine.training.scoring import predict_outputs
from tests.engine.training.recording import Recording, same_weights


def dataset_of(path: Path, recipe: Recipe) -> tuple[Dataset, Recipe]:
    table = open_table(path, recipe.reading)
    schema = infer_schema(table)
    whole = complete(recipe, schema)
    return prepare(table, whole, schema), whole


def test_a_deep_classifier_on_a_file_without_a_header(tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    values = rng.normal(size=(600, 12))
    label = (values[:, :4].sum(axis=1) > 0).astype(int)
    path = tmp_path / "data.csv"
    np.savetxt(path, np.column_stack([values, label]), fmt=["%.5f"] * 12 + ["%d"], delimiter=",")
    recipe = Recipe.model_validate(
        {
            "reading": {"header": False},
            "columns": [{"position": -1, "role": "target"}],
            "split": {"method": "random", "validation": 0, "test": 0.2, "seed": 42},
            "model": {"trunk": {"kind": "mlp", "widths": [512, 512], "activation": "relu"}},
            "training": {
                "epochs": 10,
                "batch_size": 32,
                "optimizer": {"kind": "adam"},
                "early_stopping": {"enabled": False},
                "device": "cpu",
            },
        }
    )
    dataset, whole = dataset_of(path, recipe)
    _, test = train_test_split(np.arange(600), test_size=0.2, random_state=42)
    assert dataset.parts.test.tolist() == sorted(test)
    run = Recording(dataset, whole.training, whole.model)
    ended = run.of(RunFinished)[0]
    assert len(run.of(EpochEnded)) == ended.best_epoch == 10
    assert ended.test[1] > 0.9
    again = Recording(dataset_of(path, recipe)[0], whole.training, whole.model)
    assert same_weights(run.weights, again.weights)


def test_logistic_regression_on_two_inputs_and_the_prediction_for_a_half(tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    frame = pd.DataFrame(rng.uniform(size=(400, 2)), columns=["x1", "x2"])
    chance = 1 / (1 + np.exp(-(4 * frame["x1"] + 6 * frame["x2"] - 4)))
    frame["y"] = (rng.uniform(size=400) < chance).astype(int)
    path = tmp_path / "points.csv"
    frame.to_csv(path, index=False)
    recipe = Recipe.model_validate(
        {
            "columns": [{"name": "y", "role": "target"}],
            "split": {"validation": 0, "test": 0.2},
            "model": {"trunk": {"kind": "linear"}},
            "training": {
                "epochs": 100,
                "batch_size": 32,
                "optimizer": {"kind": "adam", "learning_rate": 0.01},
                "early_stopping": {"enabled": False},
                "device": "cpu",
            },
        }
    )
    dataset, whole = dataset_of(path, recipe)
    run = Recording(dataset, whole.training, whole.model)
    assert sum(p.numel() for p in run.network.parameters()) == 3
    point = pd.DataFrame({"x1": [0.5], "x2": [0.5]})
    arrays = dataset.preparation.transform(point, with_target=False)
    shares = dataset.preparation.probabilities(predict_outputs(run.network, arrays))
    assert shares is not None
    train = frame.iloc[dataset.parts.train]
    reference = LogisticRegression(C=np.inf).fit(train[["x1", "x2"]], train["y"])
    assert shares[0, 1] == pytest.approx(reference.predict_proba(point)[0, 1], abs=0.01)
