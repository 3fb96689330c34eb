"""Speed of training, measured in one run: `python -m tests.benchmarks.training [--rounds N]`.

Trainyard's whole loop (events, checkpoints, validation, all metrics, the best weights kept) beside
two loops written by hand: one that picks rows by index and uses a fused optimizer, and the textbook
one with a DataLoader. All three validate after each epoch. The loops take turns, so that a machine
that slows down slows all of them; ratios are medians over the rounds.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor, nn
from torch.nn import functional
from torch.utils.data import DataLoader, TensorDataset

from engine.data.preparing.arrays import Arrays
from engine.data.preparing.dataset import Dataset
from engine.events import to_line
from engine.models.network import build_network
from engine.recipe.split import Split
from engine.recipe.training import Training
from engine.training.checkpoint import Checkpoints
from engine.training.loop import fit
from tests.engine.training.tables import binary_dataset, model_of

COLUMNS = 30


@dataclass(frozen=True, slots=True)
class Case:
    """One network, batch size and number of training rows."""

    widths: tuple[int, ...]
    batch: int
    rows: int

    def __str__(self) -> str:
        return f"MLP {'-'.join(map(str, self.widths))}, batch {self.batch}"


CASES = (
    Case((64, 64), 32, 20_000),
    Case((64, 64), 256, 200_000),
    Case((64, 64), 2048, 200_000),
    Case((512, 512), 32, 8_000),
    Case((512, 512), 256, 40_000),
    Case((512, 512), 2048, 100_000),
)


def plain_network(case: Case) -> nn.Sequential:
    """The same network, as one would write it."""
    layers: list[nn.Module] = []
    width = COLUMNS
    for units in case.widths:
        layers += [nn.Linear(width, units), nn.ReLU()]
        width = units
    return nn.Sequential(*layers, nn.Linear(width, 1))


def tensors(arrays: Arrays) -> tuple[Tensor, Tensor]:
    """Inputs and targets."""
    assert arrays.target is not None
    return torch.from_numpy(arrays.numbers), torch.from_numpy(arrays.target).float().unsqueeze(1)


def validate(network: nn.Module, inputs: Tensor, targets: Tensor) -> None:
    """Loss and accuracy in one large batch."""
    with torch.inference_mode():
        outputs = network(inputs)
        functional.binary_cross_entropy_with_logits(outputs, targets).item()
        ((outputs > 0) == (targets > 0.5)).float().mean().item()


def by_hand(case: Case, dataset: Dataset, epochs: int) -> None:
    """Rows by index, fused optimizer, no reading of losses within an epoch."""
    inputs, targets = tensors(dataset.train)
    network = plain_network(case)
    optimizer = torch.optim.Adam(network.parameters(), fused=True)
    for _ in range(epochs):
        order = torch.randperm(len(inputs))
        total = torch.zeros(())
        for start in range(0, len(inputs), case.batch):
            chosen = order[start : start + case.batch]
            loss = functional.binary_cross_entropy_with_logits(
                network(inputs.index_select(0, chosen)), targets.index_select(0, chosen)
            )
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            total += loss.detach()
        total.item()
        validate(network, *tensors(dataset.validation))


def textbook(case: Case, dataset: Dataset, epochs: int) -> None:
    """DataLoader, plain optimizer, `.item()` at every step."""
    loader = DataLoader(TensorDataset(*tensors(dataset.train)), case.batch, shuffle=True)
    network = plain_network(case)
    optimizer = torch.optim.Adam(network.parameters())
    criterion = nn.BCEWithLogitsLoss()
    for _ in range(epochs):
        total = 0.0
        for inputs, targets in loader:
            optimizer.zero_grad()
            loss = criterion(network(inputs), targets)
            loss.backward()
            optimizer.step()
            total += loss.item()
        validate(network, *tensors(dataset.validation))


def trainyard(case: Case, dataset: Dataset, epochs: int) -> None:
    """The whole loop, with its event log and checkpoints on disk."""
    training = Training.model_validate(
        {
            "epochs": epochs,
            "batch_size": case.batch,
            "optimizer": {"kind": "adam"},
            "device": "cpu",
            "early_stopping": {"enabled": False},
        }
    )
    network = build_network(
        model_of(case.widths), dataset.preparation.inputs, 0, dataset.preparation.task
    )
    with tempfile.TemporaryDirectory() as folder, Path(folder, "events").open("w") as log:
        fit(
            network,
            dataset,
            training,
            emit=lambda event: print(to_line(event), end="", file=log, flush=True),
            checkpoints=Checkpoints(Path(folder)),
        )


@dataclass(frozen=True, slots=True)
class Took:
    """Seconds on the wall, and seconds of processor time, which other programs disturb less."""

    wall: float
    processor: float


def timed(loop: Callable[[Case, Dataset, int], None], case: Case, data: Dataset, n: int) -> Took:
    """How long `n` epochs take."""
    wall, processor = time.perf_counter(), time.process_time()
    loop(case, data, n)
    return Took(time.perf_counter() - wall, time.process_time() - processor)


def measure(case: Case, rounds: int, target: float) -> None:
    """Print one line: rows a second of each loop and Trainyard's ratios."""
    split = Split(validation=0.15, test=0)
    dataset = binary_dataset(rows=round(case.rows / 0.85), columns=COLUMNS, split=split)
    rows = len(dataset.train)
    timed(by_hand, case, dataset, 1)
    epochs = max(2, round(target / timed(by_hand, case, dataset, 1).wall))
    loops = (by_hand, textbook, trainyard)
    found: dict[str, list[Took]] = {loop.__name__: [] for loop in loops}
    for turn in range(rounds):
        for place in range(len(loops)):
            loop = loops[(turn + place) % len(loops)]
            found[loop.__name__].append(timed(loop, case, dataset, epochs))
    own = found["trainyard"]
    speeds = [
        rows * epochs / statistics.median(took.wall for took in found[name])
        for name in ("textbook", "by_hand", "trainyard")
    ]
    pairs = list(zip(found["by_hand"], own, strict=True))
    ratios = [
        statistics.median(hand.wall / mine.wall for hand, mine in pairs),
        statistics.median(hand.processor / mine.processor for hand, mine in pairs),
        statistics.median(
            other.wall / mine.wall for other, mine in zip(found["textbook"], own, strict=True)
        ),
    ]
    figures = [*(f"{speed:12,.0f}" for speed in speeds), *(f"{ratio:12.2f}" for ratio in ratios)]
    print(f"{case!s:25}" + "".join(figures), flush=True)


def main() -> None:
    """Measure all cases."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=2.0, help="of each loop in each round")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--only", default="", help="part of a case's name")
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    print(f"rows a second, {options.threads} thread(s), torch {torch.__version__}")
    heads = ("textbook", "by hand", "trainyard", "÷ by hand", "… by CPU", "÷ textbook")
    print(" " * 25 + "".join(f"{head:>12}" for head in heads))
    for case in CASES:
        if options.only in str(case):
            measure(case, options.rounds, options.seconds)


if __name__ == "__main__":
    main()
