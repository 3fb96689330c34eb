"""How good the networks are on real tables: `python -m tests.benchmarks.quality DATA RESULTS.json`.

Trains Auto and each network with its authors' settings, and sets them beside the defaults of four
boosting libraries, of scikit-learn's network, and beside published scores. What is done is kept in
RESULTS.json (predictions in a folder beside it), so that a long run can be continued and a subset run:
`--data adult,churn --trunks tabm,realmlp --seeds 1 --budget 600`. Needs the extra `bench`. Auto trains
the networks that it takes for a time budget of minutes, one after another, boosted trees among them.
Seconds are those of the processor, so that a busy machine changes them little.

A verdict compares with the best boosting default of the data set, on the same test rows: the paired
bootstrap's 95% interval of the difference holds 0 (tie), or it does not (win or loss). The published
figures are means of other seeds, and on most data sets of another split.
"""

from __future__ import annotations

import argparse
import json
import statistics
import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from engine.evaluation.paired import Difference, Places, Score, interval, resamples
from engine.files import write_atomic
from engine.recipe.auto.choose import MOST_NETWORKS
from tests.benchmarks.quality_parts.data_sets import DATA_SETS, PART, DataSet
from tests.benchmarks.quality_parts.own import RECIPES, train_own
from tests.benchmarks.quality_parts.published import CLOSE, PUBLISHED, SAME_SPLIT
from tests.benchmarks.quality_parts.rivals import (
    BOOSTING,
    RIVALS,
    Scored,
    is_installed,
    train_rival,
)

RESAMPLES = 400


@dataclass(frozen=True, slots=True)
class Kept:
    """Results on disk: one JSON of figures, one array of predictions per training."""

    path: Path

    @property
    def folder(self) -> Path:
        """Where predictions, deals of the rows and runs are."""
        return self.path.with_suffix("")

    def figures(self) -> dict[str, dict[str, float]]:
        """What has been trained so far, by its key."""
        return json.loads(self.path.read_text()) if self.path.exists() else {}

    def add(self, key: str, scored: Scored, score: float) -> None:
        """Keep one more training."""
        self.folder.mkdir(parents=True, exist_ok=True)
        np.save(self.predictions(key), scored.predictions.astype(np.float32), allow_pickle=False)
        found = self.figures() | {
            key: {
                "score": round(score, 6),
                "seconds": round(scored.seconds, 1),
                "epochs": scored.epochs,
            }
        }
        write_atomic(self.path, json.dumps(found, indent=1, sort_keys=True).encode())

    def predictions(self, key: str) -> Path:
        """The file of one training's predictions on the test rows."""
        return self.folder / f"{key.replace('/', '-').replace(' ', '_')}.npy"


def key_of(data: DataSet, name: str, seed: int) -> str:
    """`adult/tabm/0`."""
    return f"{data.name}/{name}/{seed}"


def truth(data: DataSet, frame: pd.DataFrame) -> np.ndarray:
    """Values, or places of the classes in sorted order, of the test rows."""
    target = frame[data.target].to_numpy()
    if not data.is_numeric:
        target = np.unique(target, return_inverse=True)[1]
    return target[(frame[PART] == "test").to_numpy()]


def score_of(data: DataSet, target: np.ndarray, predictions: np.ndarray) -> Score:
    """The data set's metric, on any of its test rows."""
    if data.is_numeric:
        errors = np.square(predictions.astype(np.float64) - target)
        return lambda places: float(np.sqrt((errors if places is None else errors[places]).mean()))
    right = predictions.argmax(axis=1) == target
    return lambda places: float((right if places is None else right[places]).mean())


def train_all(options: argparse.Namespace, kept: Kept) -> None:
    """Train what is asked for and not there yet."""
    for seed in range(options.seeds):
        for data in (DATA_SETS[name] for name in options.data):
            path = data.deal(options.folder, kept.folder / "deals", seed)
            frame = pd.read_csv(path)
            target = truth(data, frame)
            for name in (*options.rivals, *options.trunks):
                key = key_of(data, name, seed)
                if key in kept.figures():
                    continue
                if name in RIVALS:
                    scored = train_rival(name, data, frame, seed)
                else:
                    runs = kept.folder / "runs"
                    scored = train_own(
                        name, data, path, runs, seed, options.budget, options.networks
                    )
                score = score_of(data, target, scored.predictions)(None)
                kept.add(key, scored, score)
                ended = f" ({scored.epochs} epochs)" if scored.epochs else ""
                print(f"  {key:36} {score:.4f}  {scored.seconds:8.1f} s{ended}", flush=True)


def difference(pairs: Sequence[tuple[Score, Score]], rows: Sequence[int]) -> Difference:
    """The mean over seeds of the paired differences, with its bootstrap interval.

    Each seed's test rows are drawn by themselves, and the means of the resamples taken.
    """

    def mean_of(places: Sequence[Places | None]) -> float:
        return statistics.fmean(
            own(here) - other(here) for (own, other), here in zip(pairs, places, strict=True)
        )

    drawn = [resamples(count, most=RESAMPLES, seed=seed) for seed, count in enumerate(rows)]
    samples = np.array([mean_of(places) for places in zip(*drawn, strict=False)])
    return Difference(mean_of([None] * len(pairs)), *interval(samples))


def verdict(data: DataSet, found: Difference) -> str:
    """`tie`, `win` or `loss` of the first against the second."""
    if not found.is_clear:
        return "tie"
    return "win" if (found.value > 0) is not data.is_numeric else "loss"


def table_of(data: DataSet, names: Sequence[str], seeds: int, options: Path, kept: Kept) -> None:
    """Print one data set's lines."""
    figures = kept.figures()
    done = {
        name: [
            seed
            for seed in range(seeds)
            if (key := key_of(data, name, seed)) in figures and kept.predictions(key).exists()
        ]
        for name in names
    }
    means = {
        name: statistics.fmean(figures[key_of(data, name, seed)]["score"] for seed in found)
        for name, found in done.items()
        if found
    }
    boosting = [name for name in BOOSTING if name in means]
    choose = min if data.is_numeric else max
    best = choose(boosting, key=means.__getitem__) if boosting else None
    published = PUBLISHED.get(data.name, {})
    print(f"\n{data.name}, {data.metric}, best boosting default: {best}")
    heads = ("", "test", "seeds", "seconds", "− best boosting [95%]", "verdict", "published", "off")
    print("{:20}{:>9}{:>6}{:>9}{:>36}{:>9}{:>11}{:>10}".format(*heads))
    for name, mean in means.items():
        seconds = statistics.fmean(figures[key_of(data, name, s)]["seconds"] for s in done[name])
        versus, judged = "", ""
        both = [seed for seed in done[name] if best is not None and seed in done[best]]
        if best is not None and name != best and both:
            pairs, rows = [], []
            for seed in both:
                frame = pd.read_csv(data.deal(options, kept.folder / "deals", seed))
                target = truth(data, frame)
                own, other = (
                    score_of(data, target, np.load(kept.predictions(key_of(data, each, seed))))
                    for each in (name, best)
                )
                pairs.append((own, other))
                rows.append(len(target))
            found = difference(pairs, rows)
            versus = f"{found.value:+.4f} [{found.low:+.4f}, {found.high:+.4f}]"
            judged = verdict(data, found)
        asked = published.get(f"{name} default" if name in RIVALS else name)
        off = "" if asked is None else f"{100 * (mean - asked) / asked:+.1f}%"
        if off and name in RECIPES and data.name in SAME_SPLIT:
            off += (
                " ok" if abs(mean - asked) <= CLOSE * asked or _better(data, mean, asked) else " !"
            )
        said = "" if asked is None else f"{asked:.4f}"
        seeds_done = len(done[name])
        print(
            f"{name:20}{mean:9.4f}{seeds_done:6}{seconds:9.1f}{versus:>36}{judged:>9}{said:>11}{off:>10}"
        )


def _better(data: DataSet, one: float, than: float) -> bool:
    return one < than if data.is_numeric else one > than


def _listed(text: str) -> list[str]:
    return [name.strip() for name in text.split(",") if name.strip()]


def main() -> None:
    """Train, then print what is known."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, help="where the data sets' files are")
    parser.add_argument("results", type=Path, help="JSON of what is done; made if missing")
    parser.add_argument("--data", type=_listed, default=list(DATA_SETS))
    parser.add_argument("--trunks", type=_listed, default=list(RECIPES))
    parser.add_argument("--rivals", type=_listed, default=[r for r in RIVALS if is_installed(r)])
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument(
        "--budget",
        type=float,
        default=float("inf"),
        help="seconds for each network, or for all of Auto's",
    )
    parser.add_argument(
        "--networks",
        type=int,
        default=MOST_NETWORKS,
        help="that Auto trains where no --budget is given, so that a busy machine changes nothing",
    )
    parser.add_argument("--table", action="store_true", help="train nothing, print what is known")
    options = parser.parse_args()
    for asked, known in (
        (options.data, DATA_SETS),
        (options.trunks, RECIPES),
        (options.rivals, RIVALS),
    ):
        for name in asked:
            if name not in known:
                parser.error(f"unknown: {name}; known are {', '.join(known)}")
    kept = Kept(options.results)
    if not options.table:
        train_all(options, kept)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for name in options.data:
            everybody = (*RIVALS, *RECIPES)
            table_of(DATA_SETS[name], everybody, options.seeds, options.folder, kept)


if __name__ == "__main__":
    main()
