"""How many labels changed on purpose stand at the top of the list of likely wrong ones.

    python -m tests.benchmarks.label_errors --data FOLDER [--tables letter titanic adult] [--wrong 0.02]

`FOLDER` holds `titanic.csv`, `adult-train.csv` and `letter.csv`, as they are published. Of each table some
labels are changed to another class, folds are trained on it for a few epochs, and every row is judged by the
fold that did not learn from it. Told is the share of the changed labels among the first rows of the list,
twice as many as were changed. Where cleanlab is installed its orders of the same probabilities stand beside.

How many can be found follows from the table: a changed label looks like any row that the model gets wrong,
so `best` tells what a judge would find that knows the true labels' probabilities no better than the model
does: rows drawn at random by the model's own doubt.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow.parquet as pq

from engine.data.open import open_table
from engine.evaluation.label_errors import suspects
from engine.evaluation.measures import ScoredRows
from engine.export.out_of_fold import FILE
from engine.pipeline.results import evaluate_run
from engine.pipeline.training import train_run
from engine.recipe.recipe import Recipe
from engine.store.workspace import Workspace

SHARE_WANTED = 0.8


@dataclass(frozen=True, slots=True)
class Trial:
    """A table and how long its folds are trained."""

    file: str
    target: str
    epochs: int
    has_header: bool = True


TRIALS = {
    "letter": Trial("letter.csv", "letter", 25),
    "titanic": Trial("titanic.csv", "Survived", 25),
    "adult": Trial("adult-train.csv", "label", 6, has_header=False),
}


def with_wrong_labels(
    trial: Trial, data: Path, folder: Path, share: float, seed: int
) -> tuple[Path, np.ndarray]:  # type: ignore[type-arg]
    """A copy of the table with changed labels, and which rows those are."""
    frame = pd.read_csv(
        data / trial.file,
        header=0 if trial.has_header else None,
        skipinitialspace=True,
        dtype=str,
        keep_default_na=False,
    )
    if not trial.has_header:
        frame.columns = [*(f"c{place}" for place in range(frame.shape[1] - 1)), trial.target]
    generator = np.random.default_rng(seed)
    labels = frame[trial.target].to_numpy().copy()
    classes = np.unique(labels)
    changed = np.sort(generator.permutation(len(labels))[: round(share * len(labels))])
    for row in changed:
        labels[row] = generator.choice(classes[classes != labels[row]])
    frame[trial.target] = labels
    path = folder / trial.file
    frame.to_csv(path, index=False)
    return path, changed


def out_of_fold(
    trial: Trial, path: Path, folder: Path, folds: int
) -> tuple[pd.DataFrame, tuple[int, ...]]:
    """What the folds predict of all rows, and which labels the evaluation of them suspects."""
    recipe = Recipe.model_validate(
        {
            "model": {"trunk": {"kind": "mlp", "widths": [256, 128]}},
            "training": {
                "epochs": trial.epochs,
                "batch_size": 128,
                "optimizer": {"kind": "adamw", "learning_rate": 0.002},
                "device": "cpu",
            },
            "split": {"folds": folds, "test": 0.0},
        }
    ).with_target(trial.target)
    workspace = Workspace(folder / "workspace")
    try:
        run = workspace.create(recipe, open_table(path, recipe.reading))
    finally:
        workspace.close()
    train_run(run)
    found = evaluate_run(run, "out_of_fold")
    return pq.read_table(run.path / FILE).to_pandas(), tuple(e.row for e in found.suspects)


def found_share(order: np.ndarray, rows: np.ndarray, changed: np.ndarray, first: int) -> float:  # type: ignore[type-arg]
    """Share of the changed rows among the first of an order."""
    return float(np.isin(changed, rows[order[:first]]).mean())


def told(name: str, trial: Trial, asked: argparse.Namespace) -> bool:
    """Print one table's line; whether as many were found as are wanted."""
    began = time.perf_counter()
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        path, changed = with_wrong_labels(trial, asked.data, folder, asked.wrong, asked.seed)
        kept, listed = out_of_fold(trial, path, folder, asked.folds)
    names = [column for column in kept.columns if column.startswith("P(")]
    shares = kept[names].fillna(0).to_numpy(np.float64)
    shares = shares / shares.sum(axis=1, keepdims=True)
    classes = [column[2:-1] for column in names]
    labels = np.array([classes.index(str(label)) for label in kept[trial.target]])
    rows = kept["row"].to_numpy() - 1
    own = shares[:, 1] if len(classes) == 2 else shares
    scored = ScoredRows(labels, own, shares.argmax(axis=1), len(classes))
    first = round(2 * asked.wrong * len(rows))
    order = suspects(scored).places
    share = found_share(order, rows, changed, first)
    accuracy = float((shares.argmax(axis=1) == labels).mean())
    right_of_list = float(np.isin(listed, changed).mean()) if listed else 0.0
    print(
        f"{name:<10}{len(rows):>8} rows {len(changed):>5} changed  accuracy {accuracy:.3f}  "
        f"first {first}: {share:.3f} of them  (a list of the same length by the model's own "
        f"doubt: {by_doubt(shares, labels, first, len(changed)):.3f}; "
        f"of the first {len(listed)} listed {right_of_list:.2f} are changed)  "
        f"{time.perf_counter() - began:.0f} s",
        flush=True,
    )
    for way, found in cleanlab_orders(labels, shares).items():
        print(
            f"{'':<10}cleanlab, {way}: {found_share(found, rows, changed, first):.3f}", flush=True
        )
    return share >= SHARE_WANTED


def by_doubt(shares: np.ndarray, labels: np.ndarray, first: int, changed: int) -> float:  # type: ignore[type-arg]
    """What share would be found if labels were drawn from the model's probabilities, then changed.

    Then the probabilities are the truth, and no order of the rows finds more than the one by them.
    """
    generator = np.random.default_rng(1)
    found = []
    classes = shares.shape[1]
    edges = shares.cumsum(axis=1)
    for _ in range(20):
        drawn = (generator.random((len(shares), 1)) > edges[:, :-1]).sum(axis=1)
        wrong = generator.permutation(len(shares))[:changed]
        drawn[wrong] = (drawn[wrong] + generator.integers(1, classes, changed)) % classes
        own = shares[:, 1] if classes == 2 else shares
        order = suspects(ScoredRows(drawn, own, shares.argmax(axis=1), classes)).places
        found.append(np.isin(wrong, order[:first]).mean())
    return float(np.mean(found))


def cleanlab_orders(labels: np.ndarray, shares: np.ndarray) -> dict[str, np.ndarray]:  # type: ignore[type-arg]
    """Rows by cleanlab's scores, the worst first; none where it is not installed."""
    try:
        from cleanlab.rank import get_label_quality_scores
    except ImportError:
        return {}
    ways = ("normalized_margin", "self_confidence", "confidence_weighted_entropy")
    return {
        way: np.argsort(get_label_quality_scores(labels, shares, method=way), kind="stable")
        for way in ways
    }


def main() -> int:
    """Print a line for each table; 1 where fewer are found than are wanted."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--tables", nargs="*", choices=TRIALS, default=list(TRIALS))
    parser.add_argument("--wrong", type=float, default=0.02)
    parser.add_argument("--folds", type=int, default=4)
    parser.add_argument("--seed", type=int, default=0)
    asked = parser.parse_args()
    enough = [told(name, TRIALS[name], asked) for name in asked.tables]
    return int(not all(enough))


if __name__ == "__main__":
    sys.exit(main())
