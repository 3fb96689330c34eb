"""What watching costs: `python -m tests.benchmarks.watching [--epochs N] [--rows N]`.

Trains the same runs with and without looks into the network, in turns, and prints for each the share of
the processor's time that is spent inside the looks, counted directly, and the ratio of the two runs'
processor times (noisy on a busy machine).
"""

from __future__ import annotations

import argparse
import contextlib
import statistics
import time
from collections.abc import Callable, Iterator
from typing import Any

from engine.training.activations import Units
from engine.training.watch import Watch
from tests.engine.training.recording import Recording
from tests.engine.training.tables import binary_dataset, model_of, training_of

SHAPES = (((64, 64), 32), ((64, 64), 256), ((512, 512), 256))
ROUNDS = 3
_INSIDE = (
    (Watch, "_measure"),
    (Watch, "_note_gradient"),
    (Watch, "_note_classes"),
    (Watch, "tell"),
    (Units, "_note"),
    (Units, "dead"),
)


def counted(spent: list[float], function: Callable[..., Any]) -> Callable[..., Any]:
    """The function, adding its processor time to `spent`."""

    def call(*args: Any, **named: Any) -> Any:
        began = time.thread_time()
        try:
            return function(*args, **named)
        finally:
            spent.append(time.thread_time() - began)

    return call


@contextlib.contextmanager
def nothing(*_: Any, **__: Any) -> Iterator[None]:
    """In place of a look."""
    yield


def main() -> None:
    """Print the table."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--epochs", type=int, default=20)
    options.add_argument("--rows", type=int, default=20_000)
    asked = options.parse_args()
    dataset = binary_dataset(asked.rows, 20)
    kept = [(owner, name, getattr(owner, name)) for owner, name in _INSIDE]
    step, scoring, tell = Watch.step, Watch.scoring, Watch.tell
    print(f"{asked.rows:,} rows, {asked.epochs} epochs, {ROUNDS} rounds")
    print("MLP         batch   inside looks   with / without")
    for widths, size in SHAPES:
        with_looks, without, inside = [], [], []
        for _ in range(ROUNDS):
            spent: list[float] = []
            for owner, name, function in kept:
                setattr(owner, name, counted(spent, function))
            Watch.step, Watch.scoring = step, scoring  # type: ignore[method-assign]
            with_looks.append(seconds(dataset, widths, size, asked.epochs))
            inside.append(sum(spent) / with_looks[-1])
            Watch.step = Watch.scoring = nothing  # type: ignore[method-assign, assignment]
            Watch.tell = lambda *_, **__: None  # type: ignore[method-assign]
            without.append(seconds(dataset, widths, size, asked.epochs))
            Watch.tell = tell  # type: ignore[method-assign]
        share, ratio = statistics.median(inside), statistics.median(with_looks)
        ratio /= statistics.median(without)
        name = "-".join(map(str, widths))
        print(f"{name:<10} {size:6}   {share:11.2%}   {ratio:14.3f}", flush=True)


def seconds(dataset: Any, widths: tuple[int, ...], size: int, epochs: int) -> float:
    """Processor time of a run."""
    began = time.thread_time()
    stop = {"enabled": False}
    training = training_of(epochs=epochs, batch_size=size, early_stopping=stop)
    Recording(dataset, training, model=model_of(widths))
    return time.thread_time() - began


if __name__ == "__main__":
    main()
