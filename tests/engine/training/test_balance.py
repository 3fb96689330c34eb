"""Drawing rows to balance classes: exact shares, only training rows, the same again, resumed to the bit."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.data.preparing.dataset import Dataset
from engine.events import Noted, RunFinished, RunStarted
from engine.recipe.target import Resampling
from engine.training import blocks
from engine.training.balance import Balance, BlockDraw
from engine.training.blocks import BlockEpoch
from engine.training.checkpoint import Checkpoints
from engine.training.control import Command, ListControl
from engine.training.tensors import Rows, ShuffledEpoch
from tests.engine.training.recording import Recording, same_weights
from tests.engine.training.tables import mixed_dataset, model_of, training_of

CPU = torch.device("cpu")
BOTH = [Resampling.OVERSAMPLE, Resampling.UNDERSAMPLE]
CODES = st.lists(st.integers(0, 3), min_size=2, max_size=300).filter(lambda c: len(set(c)) > 1)


def rows_of(codes: list[int]) -> Rows:
    numbers = torch.arange(len(codes), dtype=torch.float32).unsqueeze(1)
    return Rows(numbers, torch.zeros((len(codes), 0), dtype=torch.int32), torch.tensor(codes))


def balance_of(codes: list[int], resampling: Resampling, seed: int = 0) -> Balance:
    return Balance(torch.tensor(codes), 4, resampling, seed)


def check_draw(codes: list[int], resampling: Resampling, drawn: list[int]) -> None:
    """Every class equally often, and within a class no row much more often than another."""
    counts = Counter(codes)
    each = (max if resampling is Resampling.OVERSAMPLE else min)(counts.values())
    times = Counter(drawn)
    assert Counter(codes[row] for row in drawn) == dict.fromkeys(counts, each)
    for code, count in counts.items():
        of_class = [times[row] for row in range(len(codes)) if codes[row] == code]
        assert set(of_class) <= {each // count, each // count + 1}


@settings(max_examples=60)
@given(CODES, st.sampled_from(BOTH), st.integers(1, 3))
def test_a_draw_in_memory(codes: list[int], resampling: Resampling, epoch: int) -> None:
    balance = balance_of(codes, resampling)
    drawn = balance.drawn(epoch).tolist()
    assert len(drawn) == balance.rows
    check_draw(codes, resampling, drawn)


@settings(max_examples=60)
@given(CODES, st.sampled_from(BOTH), st.integers(1, 60))
def test_a_draw_by_blocks(codes: list[int], resampling: Resampling, size: int) -> None:
    balance = balance_of(codes, resampling)
    draw = BlockDraw(balance, size, 1)
    places = [draw.places(block) for block in range(len(draw.lengths))]
    assert [len(found) for found in places] == draw.lengths.tolist()
    for block, found in enumerate(places):
        assert ((found >= block * size) & (found < (block + 1) * size)).all()
    check_draw(codes, resampling, np.concatenate(places).tolist())


def test_epochs_and_seeds_draw_other_rows_and_the_same_again() -> None:
    codes = [0] * 90 + [1] * 10
    under = balance_of(codes, Resampling.UNDERSAMPLE)
    assert under.drawn(1).tolist() == balance_of(codes, Resampling.UNDERSAMPLE).drawn(1).tolist()
    assert set(under.drawn(1).tolist()) != set(under.drawn(2).tolist())
    other = balance_of(codes, Resampling.UNDERSAMPLE, seed=1)
    assert set(under.drawn(1).tolist()) != set(other.drawn(1).tolist())


def test_in_the_long_run_every_row_is_drawn_equally_often() -> None:
    codes = [0, 1, 0, 0, 1, 0, 0, 0, 0, 0] * 8
    for resampling in BOTH:
        balance = balance_of(codes, resampling)
        for draws in (
            [balance.drawn(epoch) for epoch in range(1, 401)],
            [
                np.concatenate([BlockDraw(balance, 7, e).places(b) for b in range(12)])
                for e in range(1, 401)
            ],
        ):
            times = np.bincount(np.concatenate(draws), minlength=len(codes)) / 400
            expected = balance.each / np.array(balance._counts)[codes]
            assert times == pytest.approx(expected, abs=0.12)


@settings(max_examples=40)
@given(
    CODES,
    st.sampled_from(BOTH),
    st.integers(1, 40),
    st.integers(0, 6),
    st.integers(1, 30),
    st.integers(1, 90),
)
def test_an_epoch_over_blocks_goes_on_from_any_batch(
    codes: list[int], resampling: Resampling, size: int, first: int, block: int, group: int
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(blocks, "BLOCK_BYTES", block * 12)
        patch.setattr(blocks, "GROUP_BYTES", group * 12)
        rows, balance = rows_of(codes), balance_of(codes, resampling)
        epoch = BlockEpoch(rows, 0, 1, size, CPU, balance)
        whole = list(epoch.batches(0))
        places = torch.cat([batch.numbers[:, 0] for batch in whole]).long().tolist()
        check_draw(codes, resampling, places)
        assert torch.cat([batch.target for batch in whole]).tolist() == [codes[p] for p in places]
        assert epoch.last(len(places)).tolist() == places
        rest = [batch.numbers.tolist() for batch in epoch.batches(first)]
        assert rest == [batch.numbers.tolist() for batch in whole[first:]]


def test_an_epoch_in_memory_goes_on_from_any_batch() -> None:
    codes = [0] * 37 + [1] * 5 + [2] * 11
    rows, balance = rows_of(codes), balance_of(codes, Resampling.OVERSAMPLE)
    epoch = ShuffledEpoch(rows, 0, 1, 8, CPU, balance)
    whole = [batch.numbers[:, 0].long().tolist() for batch in epoch.batches(0)]
    places = [place for batch in whole for place in batch]
    check_draw(codes, Resampling.OVERSAMPLE, places)
    assert epoch.last(30).tolist() == places[-30:]
    assert [b.numbers[:, 0].long().tolist() for b in epoch.batches(3)] == whole[3:]


def uneven() -> Dataset:
    dataset = mixed_dataset("kind", rows=500)
    assert len(set(dataset.preparation.class_counts)) == 3
    return dataset


@pytest.mark.parametrize("resampling", BOTH)
def test_only_training_rows_are_drawn(resampling: Resampling) -> None:
    dataset = uneven()
    training = training_of(epochs=2, batch_size=32)
    run = Recording(dataset, training, resampling=resampling)
    started = run.of(RunStarted)[0]
    parts = (dataset.train, dataset.validation, dataset.test)
    assert (started.train_rows, started.validation_rows, started.test_rows) == tuple(
        map(len, parts)
    )
    counts = dataset.preparation.class_counts
    each = max(counts) if resampling is Resampling.OVERSAMPLE else min(counts)
    assert started.steps_per_epoch == pytest.approx(3 * each / 32, abs=1)
    assert any(f"{each} rows of every class" in str(note.message) for note in run.of(Noted))
    # What validation and test say does not depend on how training rows are drawn.
    again = Recording(dataset, training_of(epochs=2, batch_size=32), resampling=resampling)
    assert run.epochs == again.epochs
    assert run.of(RunFinished)[0].test == again.of(RunFinished)[0].test


@pytest.mark.parametrize("on_disk", [False, True])
@pytest.mark.parametrize("resampling", BOTH)
@pytest.mark.parametrize("step", [2, 9])
def test_a_balanced_run_resumes_to_the_bit(
    resampling: Resampling,
    on_disk: bool,
    step: int,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    if on_disk:
        monkeypatch.setenv("TRAINYARD_MEMORY", "1000")
        monkeypatch.setattr(blocks, "BLOCK_BYTES", 16 * 24)
        monkeypatch.setattr(blocks, "GROUP_BYTES", 96 * 24)
    dataset = uneven()
    assert dataset.train.is_on_disk == on_disk
    training, model = training_of(epochs=4, batch_size=32), model_of((8,), dropout=0.2)
    whole = Recording(dataset, training, model, resampling=resampling)
    cut = Checkpoints(tmp_path, seconds=0)
    stop = ListControl({step: (Command(command="stop"),)})
    first = Recording(
        dataset, training, model, checkpoints=cut, control=stop, resampling=resampling
    )
    saved = cut.last()
    assert saved is not None
    second = Recording(
        dataset, training, model, checkpoints=cut, resume=saved, resampling=resampling
    )
    assert same_weights(whole.weights, second.weights)
    assert whole.epochs == [*first.epochs, *second.epochs]


def test_oversampling_helps_the_rare_class() -> None:
    dataset = uneven()
    recalls = []
    for resampling in (Resampling.NONE, Resampling.OVERSAMPLE):
        run = Recording(
            dataset, training_of(epochs=4, batch_size=32), model_of(()), resampling=resampling
        )
        rows = Rows.of(dataset.train, dataset.preparation.task, CPU)
        with torch.inference_mode():
            chosen = run.network.eval()(rows.numbers, rows.codes).argmax(dim=1)
        rare = int(np.argmin(dataset.preparation.class_counts))
        is_rare = rows.target == rare
        recalls.append((chosen[is_rare] == rare).double().mean().item())
    assert recalls[1] > recalls[0]
