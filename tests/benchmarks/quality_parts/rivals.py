"""What the networks are set beside: four boosting libraries and scikit-learn's own network, at defaults.

They learn from all rows that are not for testing, because none of their defaults needs rows to validate
on. Categories go to them as categories and missing values as missing, as their manuals say; the MLP gets
one-hot levels and standardised numbers.
"""

from __future__ import annotations

import importlib.util
import os
import time
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from sklearn.compose import ColumnTransformer
from sklearn.ensemble import HistGradientBoostingClassifier, HistGradientBoostingRegressor
from sklearn.exceptions import ConvergenceWarning
from sklearn.impute import SimpleImputer
from sklearn.neural_network import MLPClassifier, MLPRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler

from tests.benchmarks.quality_parts.data_sets import PART, DataSet

THREADS = int(os.environ.get("OMP_NUM_THREADS", "2"))


@dataclass(frozen=True, slots=True)
class Scored:
    """Predictions on the test rows, in the order of the file, and the processor's seconds for training.

    Classes have a probability per class in sorted order, (rows, classes); numbers are (rows,).
    """

    predictions: np.ndarray
    seconds: float
    epochs: int = 0


def _histogram(numeric: bool, seed: int) -> Any:
    kind = HistGradientBoostingRegressor if numeric else HistGradientBoostingClassifier
    return kind(categorical_features="from_dtype", random_state=seed)


def _lightgbm(numeric: bool, seed: int) -> Any:
    from lightgbm import LGBMClassifier, LGBMRegressor

    kind = LGBMRegressor if numeric else LGBMClassifier
    return kind(random_state=seed, n_jobs=THREADS, verbose=-1)


def _xgboost(numeric: bool, seed: int) -> Any:
    from xgboost import XGBClassifier, XGBRegressor

    kind = XGBRegressor if numeric else XGBClassifier
    return kind(enable_categorical=True, random_state=seed, n_jobs=THREADS)


def _catboost(numeric: bool, seed: int) -> Any:
    from catboost import CatBoostClassifier, CatBoostRegressor

    kind = CatBoostRegressor if numeric else CatBoostClassifier
    return kind(random_seed=seed, thread_count=THREADS, verbose=0, allow_writing_files=False)


def _mlp(numeric: bool, seed: int) -> Any:
    return (MLPRegressor if numeric else MLPClassifier)(random_state=seed)


RIVALS: dict[str, Callable[[bool, int], Any]] = {
    "histogram boosting": _histogram,
    "lightgbm": _lightgbm,
    "xgboost": _xgboost,
    "catboost": _catboost,
    "sklearn mlp": _mlp,
}
BOOSTING = ("histogram boosting", "lightgbm", "xgboost", "catboost")


def is_installed(rival: str) -> bool:
    """Whether its library is there (the extra `bench` brings all of them)."""
    return rival not in BOOSTING[1:] or importlib.util.find_spec(rival) is not None


def train_rival(rival: str, data: DataSet, frame: pd.DataFrame, seed: int) -> Scored:
    """Fit on all rows that are not for testing and predict those that are."""
    is_test = (frame[PART] == "test").to_numpy()
    inputs = frame.drop(columns=[data.target, PART])
    target = frame[data.target].to_numpy()
    if not data.is_numeric:
        target = np.unique(target, return_inverse=True)[1]
    inputs, options = _as_it_wants(rival, inputs)
    model = RIVALS[rival](data.is_numeric, seed)
    if rival == "sklearn mlp":
        model = make_pipeline(_one_hot(inputs), model)
    began = time.process_time()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        warnings.simplefilter("ignore", UserWarning)
        warnings.simplefilter("ignore", FutureWarning)
        model.fit(inputs[~is_test], target[~is_test], **options)
        seconds = time.process_time() - began
        found = model.predict(inputs[is_test]) if data.is_numeric else None
        if found is None:
            found = model.predict_proba(inputs[is_test])
    return Scored(np.asarray(found, np.float64), seconds)


def _as_it_wants(rival: str, inputs: pd.DataFrame) -> tuple[pd.DataFrame, dict[str, Any]]:
    inputs = inputs.copy()
    texts = [name for name in inputs if not pd.api.types.is_numeric_dtype(inputs[name])]
    if rival == "catboost":
        for name in texts:
            inputs[name] = inputs[name].astype(object).where(inputs[name].notna(), "missing")
        return inputs, {"cat_features": texts}
    if rival != "sklearn mlp":
        for name in texts:
            levels = sorted(inputs[name].dropna().unique())
            inputs[name] = pd.Categorical(inputs[name].astype(object), levels)
    return inputs, {}


def _one_hot(inputs: pd.DataFrame) -> ColumnTransformer:
    texts = [name for name in inputs if not pd.api.types.is_numeric_dtype(inputs[name])]
    numbers = [name for name in inputs if name not in texts]
    return ColumnTransformer(
        [
            ("numbers", make_pipeline(SimpleImputer(strategy="median"), StandardScaler()), numbers),
            ("texts", OneHotEncoder(handle_unknown="ignore"), texts),
        ]
    )
