"""The training doctor on runs made ill on purpose, and on healthy ones: `python -m tests.harness.doctor`.

Every run is a real, small training. An ill one passes when the finding that it was made for is among
those told first, a healthy one when nothing is told. Ends with the line `N/N`, and with status 1 if any
failed. Options: names of runs, to train only these.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import torch

from engine.data.preparing.dataset import Dataset, prepare
from engine.doctor.case import Case
from engine.doctor.examine import examine
from engine.doctor.finding import Finding
from engine.events import RunEvent
from engine.models.network import build_network
from engine.recipe.recipe import Recipe
from engine.recipe.split import Split
from engine.schema import Kind
from engine.training.history import History
from engine.training.loop import fit
from tests.engine.training.tables import model_of, recipe_for, schema_of, training_of

HEALTHY = ""


@dataclass(frozen=True, slots=True)
class Patient:
    """A run to be made."""

    name: str
    finding: str
    """What is wrong with it: the finding that must come first; empty for a healthy run."""
    table: Callable[[], pd.DataFrame]
    model: dict[str, Any]
    training: dict[str, Any]
    split: Split | None = None


def classes(
    rows: int = 2400, columns: int = 8, *, noise: float = 0.5, seed: int = 0, share: float = 0.5
) -> pd.DataFrame:
    """Two classes with some error; `share` of the rows are of the second."""
    rng = np.random.default_rng(seed)
    values = rng.normal(size=(rows, columns))
    score = values[:, 0] + values[:, 1] * values[:, 2] + noise * rng.normal(size=rows)
    label = np.where(score > np.quantile(score, 1 - share), "yes", "no")
    return pd.DataFrame(values, columns=[f"x{i}" for i in range(columns)]).assign(label=label)


def three_classes(rows: int = 2400, seed: int = 0) -> pd.DataFrame:
    """Three classes of about equal size."""
    rng = np.random.default_rng(seed)
    values = rng.normal(size=(rows, 6))
    scores = np.stack([values[:, 0], values[:, 1], values[:, 2] * values[:, 3]], axis=1)
    label = np.array(["a", "b", "c"])[(scores + 0.4 * rng.normal(size=scores.shape)).argmax(1)]
    return pd.DataFrame(values, columns=[f"x{i}" for i in range(6)]).assign(label=label)


def numbers(rows: int = 2400, *, noise: float = 0.3, seed: int = 0) -> pd.DataFrame:
    """A number that depends on some columns."""
    rng = np.random.default_rng(seed)
    values = rng.normal(size=(rows, 6))
    label = values[:, 0] + np.sin(2 * values[:, 1]) + 0.5 * values[:, 2] * values[:, 3]
    frame = pd.DataFrame(values, columns=[f"x{i}" for i in range(6)])
    return frame.assign(label=label + noise * rng.normal(size=rows))


def leaking() -> pd.DataFrame:
    """A column tells the answer."""
    frame = classes()
    return frame.assign(paid=(frame.label == "yes") * 4.0 - 2.0)


def random_target() -> pd.DataFrame:
    """The columns tell nothing."""
    frame = classes()
    return frame.assign(label=np.random.default_rng(1).permutation(frame.label.to_numpy()))


def random_number() -> pd.DataFrame:
    """The same for a number."""
    frame = numbers()
    return frame.assign(label=np.random.default_rng(1).permutation(frame.label.to_numpy()))


def with_outliers() -> pd.DataFrame:
    """A few values are a thousand times too large."""
    frame = numbers()
    places = np.random.default_rng(2).choice(len(frame), 4, replace=False)
    frame.loc[places, "label"] = frame.label[places] * 3000
    return frame


def adamw(rate: float, decay: float = 0.01) -> dict[str, Any]:
    """The optimizer."""
    return {"kind": "adamw", "learning_rate": rate, "weight_decay": decay}


def sgd(rate: float) -> dict[str, Any]:
    """The optimizer, with momentum."""
    return {"kind": "sgd", "learning_rate": rate}


SMALL: dict[str, Any] = {"widths": (32, 32)}
NO_STOP = {"enabled": False}

ILL = (
    Patient("loss explodes", "diverging", numbers, SMALL, {"epochs": 12, "optimizer": sgd(2.0)}),
    Patient(
        "rate of three",
        "rate_too_high",
        classes,
        {"widths": (64, 64)},
        {"epochs": 15, "optimizer": adamw(3.0, 0.0), "batch_size": 64},
    ),
    Patient(
        "rate of one in ten",
        "rate_too_high",
        classes,
        {"widths": (64, 64)},
        {"epochs": 25, "optimizer": adamw(0.2), "batch_size": 64},
    ),
    Patient(
        "rate too high for a number",
        "rate_too_high",
        numbers,
        {"widths": (64, 64), "activation": "silu"},
        {"epochs": 25, "optimizer": adamw(1.0), "batch_size": 64},
    ),
    Patient(
        "rate of a millionth",
        "rate_too_low",
        classes,
        SMALL,
        {"epochs": 15, "optimizer": adamw(3e-6)},
    ),
    Patient(
        "rate too low for a number",
        "rate_too_low",
        numbers,
        SMALL,
        {"epochs": 15, "optimizer": sgd(1e-5)},
    ),
    Patient(
        "few rows, wide network",
        "overfitting",
        lambda: classes(1200, 20, noise=1.2),
        {"widths": (256, 256)},
        {"epochs": 40, "optimizer": adamw(1e-3), "batch_size": 64, "early_stopping": NO_STOP},
        Split(validation=0.4, test=0.1),
    ),
    Patient(
        "overfitted number",
        "overfitting",
        lambda: numbers(600, noise=1.5),
        {"widths": (256, 256)},
        {"epochs": 60, "optimizer": adamw(1e-3), "batch_size": 32, "early_stopping": NO_STOP},
        Split(validation=0.4, test=0.1),
    ),
    Patient(
        "a column tells the answer",
        "leakage",
        leaking,
        SMALL,
        {"epochs": 15, "optimizer": adamw(3e-3), "batch_size": 64},
    ),
    Patient(
        "a class of one in fifty",
        "classes_missed",
        lambda: classes(3000, share=0.02, noise=0.8),
        {"widths": (8,)},
        {"epochs": 8, "optimizer": adamw(3e-3), "batch_size": 128},
    ),
    Patient(
        "twenty validation rows",
        "small_validation",
        lambda: classes(400),
        {"widths": (8,)},
        {"epochs": 20, "optimizer": adamw(3e-3), "batch_size": 32},
        Split(validation=0.06, test=0.1),
    ),
    Patient(
        "shuffled target", "not_learning", random_target, SMALL, {"epochs": 15, "batch_size": 64}
    ),
    Patient(
        "shuffled number", "not_learning", random_number, SMALL, {"epochs": 15, "batch_size": 64}
    ),
    Patient(
        "three epochs are enough, five are asked",
        "more_epochs",
        numbers,
        SMALL,
        {"epochs": 5, "optimizer": adamw(1e-3), "batch_size": 128},
    ),
    Patient(
        "batches of all rows",
        "few_steps",
        classes,
        SMALL,
        {"epochs": 20, "optimizer": adamw(1e-3), "batch_size": 4096},
    ),
    Patient(
        "weight decay of ten",
        "too_much_decay",
        classes,
        SMALL,
        {"epochs": 15, "optimizer": adamw(1e-2, 10.0), "batch_size": 64},
    ),
    Patient(
        "dropout of nine in ten",
        "too_much_dropout",
        numbers,
        {"widths": (64, 64), "dropout": 0.85},
        {"epochs": 20, "optimizer": adamw(3e-3), "batch_size": 64},
    ),
    Patient(
        "ten layers of sigmoids",
        "vanishing",
        classes,
        {"widths": (32,) * 10, "activation": "sigmoid"},
        {"epochs": 15, "optimizer": adamw(1e-3), "batch_size": 64},
    ),
    Patient(
        "units that died",
        "dead_units",
        classes,
        {"widths": (128, 128)},
        {"epochs": 25, "optimizer": adamw(0.04, 0.0), "batch_size": 64, "early_stopping": NO_STOP},
    ),
    Patient(
        "patience of one",
        "impatient",
        lambda: classes(1600, 20, noise=0.2),
        {"widths": (64, 64)},
        {
            "epochs": 60,
            "optimizer": adamw(3e-3),
            "batch_size": 32,
            "early_stopping": {"patience": 1},
        },
    ),
    Patient(
        "hundreds of epochs in which nothing happens",
        "plateau",
        lambda: numbers(1200),
        {"widths": ()},
        {"epochs": 120, "optimizer": adamw(1e-2), "batch_size": 256, "early_stopping": NO_STOP},
    ),
    Patient(
        "values a thousand times too large",
        "gradient_spikes",
        with_outliers,
        SMALL,
        {"epochs": 30, "optimizer": adamw(1e-3), "batch_size": 16},
    ),
)
_FINE: dict[str, Any] = {"epochs": 60, "optimizer": adamw(2e-3), "batch_size": 64}
_WELL: tuple[tuple[str, Callable[[], pd.DataFrame], dict[str, Any], dict[str, Any]], ...] = (
    ("two classes", classes, SMALL, _FINE),
    ("two classes, other rows", lambda: classes(seed=5), SMALL, _FINE),
    ("much noise", lambda: classes(3000, noise=1.0), {"widths": (16,)}, _FINE),
    ("dropout", classes, {"widths": (64, 64), "dropout": 0.2}, _FINE),
    ("batch normalization", classes, {"widths": (32, 32), "normalization": "batch"}, _FINE),
    ("three classes", three_classes, SMALL, _FINE),
    ("a number", numbers, SMALL, _FINE),
    ("a number, much noise", lambda: numbers(3000, noise=1.0), {"widths": (16, 16)}, _FINE),
    ("one in five", lambda: classes(3000, share=0.2), SMALL, _FINE),
    ("SGD", classes, SMALL, {**_FINE, "optimizer": sgd(0.03)}),
    ("cosine", numbers, SMALL, {**_FINE, "schedule": {"kind": "cosine"}}),
    ("one cycle", classes, SMALL, {**_FINE, "schedule": {"kind": "one_cycle"}}),
    ("linear model", lambda: classes(3000, noise=0.5), {"widths": ()}, _FINE),
    ("Muon", classes, SMALL, {**_FINE, "optimizer": {"kind": "muon", "learning_rate": 0.002}}),
)
WELL = tuple(
    Patient(f"healthy: {name}", HEALTHY, table, model, training)
    for name, table, model, training in _WELL
)
PATIENTS = (*ILL, *WELL)


def trained(patient: Patient) -> Case:
    """Train it."""
    frame = patient.table()
    is_number = frame.label.dtype.kind == "f"
    schema = schema_of(frame, label=Kind.NUMBER if is_number else Kind.CATEGORY)
    recipe = recipe_for(schema, "label", patient.split)
    dataset: Dataset = prepare(frame, recipe, schema)
    training = training_of(**patient.training)
    widths = tuple(patient.model["widths"])
    model = model_of(widths, **{k: v for k, v in patient.model.items() if k != "widths"})
    preparation = dataset.preparation
    torch.set_num_threads(1)
    network = build_network(model, preparation.inputs, 0, preparation.task, dataset.train)
    told: list[RunEvent] = []
    fit(network, dataset, training, emit=told.append)
    history = History()
    history.extend(told)
    run: Recipe = recipe.model_copy(update={"model": model, "training": training})
    return Case(history, run, preparation.classes)


def is_right(patient: Patient, found: tuple[Finding, ...]) -> bool:
    """Whether the doctor says what is wrong, first of all, or nothing where nothing is."""
    names = [finding.name for finding in found]
    return names[:1] == [patient.finding] if patient.finding else not names


def main(wanted: list[str]) -> int:
    """Examine the runs and print what is said of each."""
    patients = [each for each in PATIENTS if not wanted or each.name in wanted]
    right = 0
    for patient in patients:
        began = time.perf_counter()
        found = examine(trained(patient))
        ok = is_right(patient, found)
        right += ok
        names = ", ".join(finding.name for finding in found) or "nothing"
        seconds = time.perf_counter() - began
        print(f"{'ok ' if ok else 'BAD'} {patient.name:<46} {names}  ({seconds:.1f} s)", flush=True)
        for finding in found:
            print(f"      {finding.title}. {finding.evidence} {finding.advice}")
    ill = sum(bool(each.finding) for each in patients)
    print(f"{ill} ill, {len(patients) - ill} healthy")
    print(f"{right}/{len(patients)}")
    return 0 if right == len(patients) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
