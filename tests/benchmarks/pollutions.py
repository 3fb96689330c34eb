"""What Trainyard saves of broken files beside pandas behind csv.Sniffer, by kind of breakage.

python -m tests.benchmarks.pollutions [--step N] [--low]

Both are given nothing but the path. Pandas reads everything as text; where its sniffer fails it reads
with its defaults. Trainyard's rows are its stream of text cells, before any typing.
"""

from __future__ import annotations

import argparse
import csv
import tempfile
import time
import warnings
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path
from statistics import mean
from typing import TypeAlias

from engine.data.text.text_stream import stream_text
from engine.errors import FileEmpty, TrainyardError
from tests.engine.data.pollutions import Loaded, Polluted, Score, all_pollutions, score

Loader: TypeAlias = Callable[[Path], Loaded | None]


def trainyard(path: Path) -> Loaded | None:
    """What Trainyard makes of the file."""
    try:
        stream = stream_text(path)
        rows = [
            [cell or "" for cell in row]
            for batch in stream
            for row in zip(*(column.to_pylist() for column in batch.columns), strict=True)
        ]
    except FileEmpty:
        return Loaded(None, ())  # it says so: there is nothing to load
    except TrainyardError:
        return None
    names = tuple("" if name.startswith("column ") else name for name in stream.names)
    blank = stream.layout.dropped
    header = (*names, *[""] * blank) if stream.reading.header else None
    return Loaded(header, [[*row, *[""] * blank] for row in rows])


def pandas(path: Path) -> Loaded | None:
    """What pandas makes of the file with the dialect and the header that csv.Sniffer finds."""
    import pandas as pd

    options: dict[str, object] = {}
    has_header = True
    try:
        text = path.read_bytes().decode()
        dialect = csv.Sniffer().sniff(text)
        has_header = csv.Sniffer().has_header(text)
        options = {
            "sep": dialect.delimiter,
            "quotechar": dialect.quotechar,
            "skipinitialspace": dialect.skipinitialspace,
        }
    except (csv.Error, UnicodeDecodeError):
        pass
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            frame = pd.read_csv(
                path, dtype=str, keep_default_na=False, on_bad_lines="skip", index_col=False,
                header=0 if has_header else None, **options,  # type: ignore[call-overload]
            )  # fmt: skip
    except pd.errors.EmptyDataError:
        return Loaded(None, ())
    except (ValueError, csv.Error):
        return None
    names = tuple("" if str(n).startswith("Unnamed: ") else str(n) for n in frame.columns)
    return Loaded(names if has_header else None, frame.fillna("").values.tolist())


def run(loader: Loader, files: list[Polluted], folder: Path) -> tuple[list[Score], float]:
    """The scores and the seconds it took."""
    scores, seconds = [], 0.0
    for polluted in files:
        path = folder / "table.csv"
        path.write_bytes(polluted.data)
        start = time.perf_counter()
        loaded = loader(path)
        seconds += time.perf_counter() - start
        scores.append(score(polluted, loaded))
    return scores, seconds


def main() -> None:
    """Print the scores by kind."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--step", type=int, default=1, help="break every N-th row only")
    parser.add_argument("--low", action="store_true", help="list the files that lose something")
    arguments = parser.parse_args()
    files = list(all_pollutions(arguments.step))
    loaders: dict[str, Loader] = {"trainyard": trainyard, "pandas": pandas}
    results: dict[str, list[Score]] = {}
    with tempfile.TemporaryDirectory() as folder:
        for name, loader in loaders.items():
            results[name], seconds = run(loader, files, Path(folder))
            print(f"{name}: {len(files)} files in {seconds:.1f} s")
    kinds: dict[str, list[int]] = defaultdict(list)
    for place, polluted in enumerate(files):
        kinds[polluted.kind].append(place)
    print(f"\n{'':28}{'files':>6}", *(f"{name:>32}" for name in loaders))
    head = f"{'header':>11}{'record F1':>11}{'cell F1':>10}"
    print(f"{'':34}", *(head for _ in loaders))
    for kind, places in kinds.items():
        print(
            f"{kind:28}{len(places):6}",
            *(_figures([s[p] for p in places]) for s in results.values()),
        )
    print(f"{'all files':28}{len(files):6}", *(_figures(s) for s in results.values()))
    by_kind = {
        name: mean(mean(s[p].mean for p in places) for places in kinds.values())
        for name, s in results.items()
    }
    print("mean of all kinds:", ", ".join(f"{name} {value:.4f}" for name, value in by_kind.items()))
    if arguments.low:
        for polluted, found in zip(files, results["trainyard"], strict=True):
            if found.mean < 0.9999:
                print(f"{found.mean:.4f} {polluted.kind}: {polluted.name} {found}")


def _figures(scores: list[Score]) -> str:
    columns = (mean(s.header for s in scores), mean(s.records for s in scores))
    return "".join(f"{value:11.4f}" for value in columns) + f"{mean(s.cells for s in scores):10.4f}"


if __name__ == "__main__":
    main()
