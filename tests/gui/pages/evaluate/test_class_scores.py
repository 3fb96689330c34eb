from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import precision_recall_fscore_support

from engine.evaluation.result import Evaluation, RocPoint
from engine.schema import Task
from gui.pages.evaluate.class_scores import at_half, class_scores, positive_score

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


def evaluation(classes: tuple[str, ...], confusion: Any, **fields: Any) -> Evaluation:
    roc = tuple(
        RocPoint(false_positive_rate=x, true_positive_rate=y, threshold=t)
        for x, y, t in ((0.0, 0.0, 1.0), (0.1, 0.6, 0.7), (0.4, 0.9, 0.3), (1.0, 1.0, 0.0))
    )
    task = Task.BINARY if len(classes) == 2 else Task.MULTICLASS
    rows = sum(map(sum, confusion))
    return Evaluation(
        run="r",
        part="test",
        rows=rows,
        task=task,
        target="t",
        classes=classes,
        metrics=(),
        confusion=confusion,
        roc=roc,
        **fields,
    )


def test_the_positive_class_may_be_listed_first() -> None:
    two = evaluation(("yes", "no"), ((8, 2), (5, 15)), positive="yes")
    score = positive_score(two)
    assert score is not None
    assert (score.name, score.recall) == ("yes", 0.8)
    assert at_half(two) == (0.25, 0.8)
    earlier = positive_score(evaluation(("no", "yes"), ((15, 5), (2, 8))))
    assert earlier is not None
    assert earlier.name == "yes"


def test_of_several_classes_the_threshold_is_on_the_curve() -> None:
    confusion = ((5, 1, 0), (1, 5, 0), (0, 0, 6))
    three = evaluation(("a", "b", "c"), confusion, positive="b")
    score = positive_score(three)
    assert score is not None
    assert score.name == "b"
    assert at_half(three) == (0.1, 0.6)
    assert positive_score(evaluation(("a", "b", "c"), confusion)) is None


def test_with_row_weights_the_threshold_is_on_the_weighted_curve() -> None:
    assert at_half(evaluation(("a", "b"), ((5, 5), (5, 5)), positive="b", weighted=True)) == (
        0.1,
        0.6,
    )
