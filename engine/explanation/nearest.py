"""Training rows that the network sees as most like a row.

Distances are Euclidean between what the network's last layer is given, as in Papernot & McDaniel, “Deep
k-Nearest Neighbors” (2018), section 3. They are exact: all training rows go through the network, some at a
time, and only the nearest so far are kept, so memory does not grow with their number.
"""

from __future__ import annotations

import math
from typing import TypeAlias

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from engine.data.preparing.arrays import Arrays
from engine.data.preparing.columnar import Source, row_count
from engine.data.progress import Progress, nothing
from engine.data.table import Table
from engine.errors import RowMissing
from engine.explanation.result import NearestRows, NearRow
from engine.models.network import Ensemble, Network
from engine.predictor.part import KeptTrainingRows, PartRows
from engine.predictor.predictor import Predictor
from engine.predictor.texts import BETWEEN, texts_of
from engine.schema import Schema
from engine.tasks import NearestRowsTask
from engine.training.scoring import predict_outputs

BLOCK_CELLS = 4_000_000
"""Rows × width that are held at a time."""
_LEAST_ROWS, _MOST_ROWS = 64, 8_192
USUAL_ROWS = 200
"""Training rows whose own nearest ones are looked for, to tell what is usual; fewer of very many."""
_FEWEST_USUAL, _USUAL_WORK = 20, 20_000_000_000

Places: TypeAlias = NDArray[np.int64]


def nearest_rows(
    predictor: Predictor,
    table: Table,
    schema: Schema,
    asked: NearestRowsTask,
    *,
    run: str,
    kept: KeptTrainingRows,
    test_file: Source | None = None,
    progress: Progress = nothing,
) -> NearestRows:
    """The training rows nearest to a row of the run's table, or of a test file.

    Args:
        predictor: The model.
        table: The table that it was trained on.
        schema: The table's columns.
        asked: Which row, and how many.
        run: Run id, for the result.
        kept: Has the training rows, or prepares them.
        test_file: What `asked.row` counts the rows of, if it is not the table.
        progress: Told of training rows done.

    Raises:
        RowMissing: The table, or the file, has no such row.
        ColumnMissing: The file lacks columns that the model needs.
    """
    preparation = predictor.preparation
    source = table if test_file is None else test_file
    count = row_count(source, preparation.columns[0])
    if asked.row >= count:
        raise RowMissing(asked.row + 1, count, asked.file or str(table.path))
    training = kept.of(predictor, table, schema)
    itself = None
    if test_file is None and len(found := np.flatnonzero(training.rows == asked.row)):
        itself = int(found[0])
    if itself is not None:  # as it was trained on: what is encoded by the target differs otherwise
        query = _some(training.arrays, np.array([itself]))
    else:
        rows = np.array([asked.row])
        query = preparation.transform(source, with_target=False, rows=rows, origin=asked.file or "")
    hidden = _Hidden(predictor.network)
    search = _Search(hidden, training.arrays, hidden.of(query), itself, asked.count)
    search.run(progress)
    return NearestRows(
        run=run,
        row=asked.row,
        file=asked.file or "",
        is_training=itself is not None,
        neighbours=_told(predictor, training, search),
        rows=len(training.rows),
        usual=search.usual,
    )


class _Hidden:
    """What a network's last layer is given; of an ensemble all of its networks, side by side."""

    def __init__(self, network: Network) -> None:
        self._network = network
        found = network.networks if isinstance(network, Ensemble) else [network]
        self._heads = [each.head for each in found if isinstance(each, Network)]

    def of(self, arrays: Arrays) -> Tensor:
        """(rows, width), on the network's device."""
        caught: list[Tensor] = []

        def catch(module: nn.Module, given: tuple[Tensor, ...]) -> None:
            caught.append(given[0].flatten(1).float())

        hooks = [head.register_forward_pre_hook(catch) for head in self._heads]
        try:
            predict_outputs(self._network, arrays)
        finally:
            for hook in hooks:
                hook.remove()
        pieces = len(caught) // len(self._heads)  # rows may come in several batches
        by_head = [
            torch.cat(caught[place :: len(self._heads)]) for place in range(len(self._heads))
        ]
        assert pieces * len(self._heads) == len(caught)
        return torch.cat(by_head, dim=1)


class _Search:
    """One pass over the training rows."""

    def __init__(
        self, hidden: _Hidden, arrays: Arrays, query: Tensor, itself: int | None, count: int
    ) -> None:
        self._hidden, self._arrays, self._query = hidden, arrays, query
        self._itself, self._count = itself, count
        width = query.shape[1]
        rows = len(arrays)
        self._block = max(_LEAST_ROWS, min(_MOST_ROWS, BLOCK_CELLS // width))
        sampled = max(_FEWEST_USUAL, min(USUAL_ROWS, _USUAL_WORK // max(1, rows * width)))
        self._sample = np.unique(np.linspace(0, rows - 1, min(sampled, rows)).round().astype(int))
        self.distances = np.zeros(0)
        self.places: Places = np.zeros(0, np.int64)
        """Of the nearest training rows, the nearest first."""
        self.usual = math.nan

    def run(self, progress: Progress) -> None:
        """Find the nearest rows, and how far training rows are from their own nearest one."""
        rows = len(self._arrays)
        sample = self._hidden.of(_some(self._arrays, self._sample))
        nearest = torch.full((len(self._sample),), math.inf, device=sample.device)
        for start in range(0, rows, self._block):
            stop = min(rows, start + self._block)
            block = self._hidden.of(_some(self._arrays, slice(start, stop)))
            own = (block - self._query).square().sum(dim=1).double().sqrt()
            if self._itself is not None and start <= self._itself < stop:
                own[self._itself - start] = math.inf
            self._keep(own.cpu().numpy(), start)
            nearest = torch.minimum(nearest, self._to_nearest(sample, block, start))
            progress(stop, rows)
        if rows > 1:
            self.usual = float(nearest.double().median())

    def _to_nearest(self, sample: Tensor, block: Tensor, start: int) -> Tensor:
        """How far each sampled row is from the nearest of a block, itself left out, (sampled,)."""
        # By products of matrices, which is fast and loses digits: the nearest is then measured again.
        between = torch.cdist(sample, block, compute_mode="use_mm_for_euclid_dist")
        here = (self._sample >= start) & (self._sample < start + len(block))
        own = torch.from_numpy(self._sample[here] - start).to(between.device)
        between[torch.from_numpy(np.flatnonzero(here)).to(between.device), own] = math.inf
        found, places = between.min(dim=1)
        exact = (sample - block[places]).square().sum(dim=1).sqrt()
        return torch.where(found.isfinite(), exact, found)

    def _keep(self, distances: NDArray[np.float64], start: int) -> None:
        """The nearest of those so far and of another block; of equals the earlier rows."""
        distances = np.append(self.distances, distances)
        places = np.append(self.places, np.arange(start, start + len(distances) - len(self.places)))
        known = np.flatnonzero(np.isfinite(distances))
        order = known[np.argsort(distances[known], kind="stable")[: self._count]]
        self.distances, self.places = distances[order], places[order]


def _told(predictor: Predictor, training: PartRows, search: _Search) -> tuple[NearRow, ...]:
    arrays = _some(training.arrays, search.places)
    values = arrays.values
    assert values is not None
    outputs = predictor.outputs(arrays)
    columns = values.reshape(len(search.places), -1)
    each = predictor.preparation.by_target(outputs)
    actual, predicted = [], []
    for place, (target, own) in enumerate(each):
        actual.append(texts_of(target, columns[:, place]))
        predicted.append(texts_of(target, predictor.decision.answers(target, own)))
    return tuple(
        NearRow(
            row=int(training.rows[place]),
            distance=float(distance),
            actual=BETWEEN.join(of[number] for of in actual),
            predicted=BETWEEN.join(of[number] for of in predicted),
        )
        for number, (place, distance) in enumerate(
            zip(search.places.tolist(), search.distances.tolist(), strict=True)
        )
    )


def _some(arrays: Arrays, places: Places | slice) -> Arrays:
    """Some of the prepared rows."""
    return Arrays(
        np.ascontiguousarray(arrays.numbers[places]),
        np.ascontiguousarray(arrays.codes[places]),
        None,
        None if arrays.values is None else arrays.values[places],
        arrays.kept[:0],
    )
