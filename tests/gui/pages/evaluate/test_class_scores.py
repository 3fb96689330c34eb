from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import precision_recall_fscore_support

from gui.pages.evaluate.class_scores import class_scores

pairs = st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3)), min_size=1, max_size=60)


@settings(max_examples=60, deadline=None)
@given(pairs)
def test_scores_equal_those_of_scikit_learn(rows: list[tuple[int, int]]) -> None:
    confusion = np.zeros((4, 4), dtype=int)
    for actual, predicted in rows:
        confusion[actual, predicted] += 1
    actual, predicted = np.array(rows).T
    expected = precision_recall_fscore_support(
        actual, predicted, labels=range(4), zero_division=0.0
    )
    for index, score in enumerate(class_scores("abcd", confusion.tolist())):
        found = (score.precision or 0.0, score.recall or 0.0, score.f1 or 0.0, score.rows)
        assert found == pytest.approx(tuple(column[index] for column in expected))


def test_what_is_not_defined_is_none() -> None:
    never, absent = class_scores("ab", [[0, 3], [0, 0]])
    assert never.precision is None
    assert never.recall == 0.0
    assert absent.recall is None
    assert absent.false_positive_rate(3) == 1.0
    assert never.false_positive_rate(3) is None
