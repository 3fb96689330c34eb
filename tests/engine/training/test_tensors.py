"""Batches: every row once in an epoch, in an order that follows from seed and epoch."""

from __future__ import annotations

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.training import tensors
from engine.training.tensors import Rows, ShuffledEpoch, epoch_order, steps_per_epoch


def rows_of(count: int) -> Rows:
    numbers = torch.arange(count, dtype=torch.float32).unsqueeze(1)
    return Rows(numbers, torch.zeros((count, 0), dtype=torch.int32), numbers.clone())


@settings(deadline=None)
@given(st.integers(2, 300), st.integers(1, 70), st.integers(0, 5), st.integers(1, 100))
def test_each_row_is_in_one_batch_from_any_batch_on(
    count: int, size: int, first: int, group: int
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(tensors, "_GATHER_ROWS", group)
        order = epoch_order(count, 0, 1)
        epoch = ShuffledEpoch(rows_of(count), 0, 1, size, torch.device("cpu"))
        whole = list(epoch.batches(0))
        assert epoch.last(min(7, count)).tolist() == order.tolist()[-7:]
        assert len(whole) == steps_per_epoch(count, size)
        assert torch.equal(torch.cat([b.numbers[:, 0] for b in whole]).long(), order)
        assert all(torch.equal(b.numbers, b.target) for b in whole)
        assert all(len(b) == size for b in whole[:-1])
        assert size == 1 or all(len(b) > 1 for b in whole)
        rest = list(epoch.batches(first))
        assert len(rest) == max(0, len(whole) - first)
        assert all(
            torch.equal(a.numbers, b.numbers) for a, b in zip(whole[first:], rest, strict=True)
        )


def test_the_order_follows_from_seed_and_epoch_alone() -> None:
    assert torch.equal(epoch_order(50, 3, 2), epoch_order(50, 3, 2))
    assert not torch.equal(epoch_order(50, 3, 2), epoch_order(50, 3, 3))
    assert not torch.equal(epoch_order(50, 3, 2), epoch_order(50, 4, 2))
    assert sorted(epoch_order(50, 3, 2).tolist()) == list(range(50))
