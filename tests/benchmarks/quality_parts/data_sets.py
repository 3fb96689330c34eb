"""The data sets of the quality benchmark, dealt once for everybody.

Each deal is written as one CSV with a column `part`, so that Trainyard (which splits by that column) and
the other libraries (which read the same file with pandas) learn from and are scored on the same rows.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from sklearn.model_selection import StratifiedKFold, train_test_split

PART = "part"
ADULT = [
    "age",
    "workclass",
    "fnlwgt",
    "education",
    "education-num",
    "marital-status",
    "occupation",
    "relationship",
    "race",
    "sex",
    "capital-gain",
    "capital-loss",
    "hours-per-week",
    "native-country",
    "income",
]


@dataclass(frozen=True, slots=True)
class DataSet:
    """One table, its target, and how it is split."""

    name: str
    target: str
    metric: str
    """`accuracy` or `rmse`."""
    read: Callable[[Path], pd.DataFrame]
    """The rows, from the folder of the files; rows that are dealt already have a `part`."""
    drop: tuple[str, ...] = ()
    folds: int = 0
    """So many stratified folds take turns in testing, one per seed; 0: 64/16/20."""

    @property
    def is_numeric(self) -> bool:
        """Whether a number is predicted."""
        return self.metric == "rmse"

    def deal(self, source: Path, destination: Path, seed: int) -> Path:
        """Write the deal of that seed, if it is not there yet; the CSV."""
        path = destination / f"{self.name}-{seed}.csv"
        if path.exists():
            return path
        frame = self.read(source).drop(columns=list(self.drop))
        if PART not in frame:
            frame[PART] = self._parts(frame[self.target].to_numpy(), seed)
        else:
            frame.loc[frame[PART] == "train", PART] = _validated(
                frame.loc[frame[PART] == "train", self.target].to_numpy(), seed, stratify=True
            )
        destination.mkdir(parents=True, exist_ok=True)
        unfinished = path.with_suffix(".part")
        frame.to_csv(unfinished, index=False)
        unfinished.replace(path)
        return path

    def _parts(self, target: np.ndarray, seed: int) -> np.ndarray:
        rows = np.arange(len(target))
        parts = np.full(len(target), "train", dtype=object)
        if self.folds:
            folds = StratifiedKFold(self.folds, shuffle=True, random_state=seed // self.folds)
            test = list(folds.split(rows, target))[seed % self.folds][1]
        else:
            by = None if self.is_numeric else target
            test = train_test_split(rows, test_size=0.2, random_state=seed, stratify=by)[1]
        rest = np.setdiff1d(rows, test)
        parts[test] = "test"
        parts[rest] = _validated(target[rest], seed, stratify=not self.is_numeric)
        return parts


def _validated(target: np.ndarray, seed: int, *, stratify: bool) -> np.ndarray:
    """Parts of rows that are not for testing: a fifth of them validates."""
    rows = np.arange(len(target))
    chosen = train_test_split(
        rows, test_size=0.2, random_state=seed, stratify=target if stratify else None
    )[1]
    parts = np.full(len(target), "train", dtype=object)
    parts[chosen] = "validation"
    return parts


def _adult(folder: Path) -> pd.DataFrame:
    """UCI's two files; `?` is missing, and the test file ends its labels with a full stop."""
    frames = []
    for part in ("train", "test"):
        frame = pd.read_csv(
            folder / f"adult-{part}.csv", names=ADULT, skipinitialspace=True, na_values="?"
        )
        frame["income"] = frame["income"].str.rstrip(".")
        frame[PART] = part
        frames.append(frame)
    return pd.concat(frames, ignore_index=True)


def _california(folder: Path) -> pd.DataFrame:
    """The columns of published tables: averages per household, values in units of 100,000.

    Two files of these houses are around. Published tables use scikit-learn's, which has rooms, bedrooms
    and people as averages and no nearness to the ocean; from the other it is made by divisions.
    """
    frame = pd.read_csv(folder / "california-housing.csv")
    homes = frame["households"]
    return pd.DataFrame(
        {
            "MedInc": frame["median_income"],
            "HouseAge": frame["housing_median_age"],
            "AveRooms": frame["total_rooms"] / homes,
            "AveBedrms": frame["total_bedrooms"] / homes,
            "Population": frame["population"],
            "AveOccup": frame["population"] / homes,
            "Latitude": frame["latitude"],
            "Longitude": frame["longitude"],
            "value": frame["median_house_value"] / 100_000,
        }
    )


def _plain(name: str) -> Callable[[Path], pd.DataFrame]:
    return lambda folder: pd.read_csv(folder / name)


DATA_SETS = {
    data.name: data
    for data in (
        DataSet("adult", "income", "accuracy", _adult),
        DataSet("california", "value", "rmse", _california),
        DataSet(
            "churn",
            "Exited",
            "accuracy",
            _plain("churn-modelling.csv"),
            drop=("RowNumber", "CustomerId", "Surname"),
        ),
        DataSet("diamonds", "price", "rmse", _plain("diamonds.csv")),
        DataSet("letter", "letter", "accuracy", _plain("letter.csv")),
        DataSet(
            "titanic",
            "Survived",
            "accuracy",
            _plain("titanic.csv"),
            drop=("PassengerId", "Name", "Ticket", "Cabin"),
            folds=5,
        ),
    )
}
