"""Rows that lie on disk: shuffled in blocks, trained on and resumed exactly, with the same values."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.data.preparing.dataset import Dataset, prepare
from engine.errors import LossNotFinite
from engine.events import EpochEnded, RunFinished
from engine.paths import table_cache
from engine.recipe.column_families import Fill
from engine.schema import Kind
from engine.training import blocks
from engine.training.blocks import BlockEpoch
from engine.training.checkpoint import Checkpoints
from engine.training.control import Command, ListControl
from engine.training.scoring import predict_outputs
from engine.training.tensors import Rows, steps_per_epoch
from tests.engine.training.recording import Recording, same_weights
from tests.engine.training.tables import (
    binary_dataset,
    binary_frame,
    mixed_dataset,
    model_of,
    recipe_for,
    schema_of,
    training_of,
)

CPU = torch.device("cpu")


@pytest.fixture
def no_memory(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A machine whose memory holds nothing, with blocks of 16 rows and groups of three batches."""
    monkeypatch.setenv("TRAINYARD_MEMORY", "1000")
    monkeypatch.setattr(blocks, "BLOCK_BYTES", 16 * 4 * 5)
    monkeypatch.setattr(blocks, "GROUP_BYTES", 96 * 4 * 5)
    yield
    assert not any(table_cache().iterdir())  # files without a name leave nothing to clean up
    assert not [thread for thread in threading.enumerate() if thread.name == "reading-ahead"]


def rows_of(count: int) -> Rows:
    numbers = torch.arange(count, dtype=torch.float32).unsqueeze(1)
    return Rows(numbers, torch.zeros((count, 0), dtype=torch.int32), numbers.clone())


@settings(deadline=None, max_examples=60)
@given(
    st.integers(2, 400),
    st.integers(1, 70),
    st.integers(0, 8),
    st.integers(1, 50),
    st.integers(1, 200),
)
def test_each_row_is_in_one_batch_from_any_batch_on(
    count: int, size: int, first: int, block: int, group: int
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(blocks, "BLOCK_BYTES", block * 8)
        patch.setattr(blocks, "GROUP_BYTES", group * 8)
        epoch = BlockEpoch(rows_of(count), 0, 1, size, CPU)
        whole = list(epoch.batches(0))
        assert len(whole) == steps_per_epoch(count, size)
        places = torch.cat([batch.numbers[:, 0] for batch in whole]).long().tolist()
        assert sorted(places) == list(range(count))
        assert all(torch.equal(batch.numbers, batch.target) for batch in whole)
        assert all(len(batch) == size for batch in whole[:-1])
        for last in (1, min(count, 2 * size), count):
            assert epoch.last(last).tolist() == places[-last:]
        rest = list(epoch.batches(first))
        assert [batch.numbers.tolist() for batch in rest] == [
            batch.numbers.tolist() for batch in whole[first:]
        ]


def test_rows_from_all_over_meet_in_a_batch(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(blocks, "BLOCK_BYTES", 100 * 8)
    monkeypatch.setattr(blocks, "GROUP_BYTES", 2000 * 8)
    count = 20_000
    orders = [
        torch.cat([b.numbers[:, 0] for b in BlockEpoch(rows_of(count), 0, e, 50, CPU).batches(0)])
        for e in (1, 2)
    ]
    assert not torch.equal(*orders)
    spread = [batch.std().item() for batch in orders[0].split(50)]
    assert min(spread) > 0.5 * count / 12**0.5


def same_arrays(one: Dataset, other: Dataset) -> None:
    for part in ("train", "validation", "test"):
        ours, theirs = getattr(one, part), getattr(other, part)
        for field in ("numbers", "codes", "target", "values", "kept"):
            assert np.array_equal(getattr(ours, field), getattr(theirs, field))
            assert getattr(ours, field).dtype == getattr(theirs, field).dtype
        assert ours.warnings == theirs.warnings
        assert np.array_equal(getattr(one.parts, part), getattr(other.parts, part))
    assert one.preparation == other.preparation


@pytest.mark.parametrize("target", ["kind", "amount"])
def test_what_is_prepared_on_disk_is_the_same(target: str, monkeypatch: pytest.MonkeyPatch) -> None:
    in_memory = mixed_dataset(target, rows=500)
    assert not in_memory.train.is_on_disk
    monkeypatch.setenv("TRAINYARD_MEMORY", "1000")
    on_disk = mixed_dataset(target, rows=500)
    assert on_disk.train.is_on_disk
    same_arrays(in_memory, on_disk)
    assert "lie on disk" in str(on_disk.notes[-1])


def test_rows_left_out_are_left_out_on_disk_too(monkeypatch: pytest.MonkeyPatch) -> None:
    frame = binary_frame(200, 2)
    frame.loc[::10, "x0"] = np.nan
    frame.loc[3::7, "label"] = None
    schema = schema_of(frame, label=Kind.CATEGORY)
    recipe = recipe_for(schema, "label")
    spec = recipe.column("x0").model_copy(update={"missing": Fill.default("drop_row")})
    in_memory = prepare(frame, recipe.with_column(spec), schema)
    monkeypatch.setenv("TRAINYARD_MEMORY", "1000")
    on_disk = prepare(frame, recipe.with_column(spec), schema)
    assert on_disk.train.is_on_disk
    same_arrays(in_memory, on_disk)


@pytest.mark.usefixtures("no_memory")
@pytest.mark.parametrize("target", ["kind", "amount", "label"])
def test_a_network_learns_from_rows_on_disk(target: str) -> None:
    dataset = binary_dataset(600) if target == "label" else mixed_dataset(target, rows=600)
    run = Recording(dataset, training_of(epochs=25, batch_size=32), model_of((16,)))
    assert isinstance(run.outcome.ended, RunFinished)
    first, *_, last = run.of(EpochEnded)
    assert last.train[0] < 0.8 * first.train[0]
    assert np.isfinite(last.validation).all()
    outputs = predict_outputs(run.network, dataset.test)
    assert len(outputs) == len(dataset.test)


@pytest.mark.usefixtures("no_memory")
@pytest.mark.parametrize("step", [1, 4, 7, 17])
def test_a_run_over_rows_on_disk_resumes_exactly(
    step: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    dataset = binary_dataset(300)
    training, model = training_of(epochs=4, batch_size=32), model_of((16,), dropout=0.2)
    whole = Recording(dataset, training, model, checkpoints=Checkpoints(tmp_path / "whole"))
    cut = Checkpoints(tmp_path / "cut", seconds=0)
    stop = ListControl({step: (Command(command="stop"),)})
    first = Recording(dataset, training, model, checkpoints=cut, control=stop)
    saved = cut.last()
    assert saved is not None
    assert saved.position.in_blocks
    monkeypatch.setenv("TRAINYARD_MEMORY", str(1 << 40))  # by now the rows fit
    roomier = binary_dataset(300)
    assert not roomier.train.is_on_disk
    second = Recording(roomier, training, model, checkpoints=cut, resume=saved)
    assert same_weights(whole.weights, second.weights)
    assert whole.epochs == [*first.epochs, *second.epochs]


@pytest.mark.usefixtures("no_memory")
def test_a_run_that_fails_lets_its_rows_go() -> None:
    training = training_of(epochs=60, batch_size=8, optimizer={"kind": "sgd", "learning_rate": 10})
    run = Recording(mixed_dataset("amount", rows=400), training, model_of((8,)))
    assert isinstance(run.outcome.error, LossNotFinite)
