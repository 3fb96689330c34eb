"""The words of the charts' lower axis."""

from __future__ import annotations

import pytest

from gui.pages.train.chart_bar import XAxis
from gui.pages.train.lower_axis import axis_words
from gui.pages.train.members import Members


@pytest.mark.parametrize("axis", [XAxis.EPOCH, XAxis.STEP])
def test_there_is_nothing_between_two_folds(axis: XAxis) -> None:
    text, word = axis_words(axis, Members.FOLDS)
    assert [text(value) for value in (1.0, 1.5, 2.0)] == ["1", "", "2"]
    assert word == Members.FOLDS.word


def test_an_epoch_under_way_has_parts() -> None:
    text, word = axis_words(XAxis.EPOCH, Members.EPOCHS)
    assert (text(0.5), text(2.0), word) == ("0.5", "2", Members.EPOCHS.word)
