"""Labels that were changed on purpose are found, near the top of the list."""

from __future__ import annotations

import numpy as np
import pytest

from engine.evaluation.label_errors import suspects
from engine.evaluation.measures import ScoredRows


@pytest.mark.parametrize("classes", [2, 26])
def test_changed_labels_stand_in_the_first_four_per_cent(classes: int) -> None:
    generator = np.random.default_rng(classes)
    rows = 5000
    true = generator.integers(0, classes, rows)
    raw = np.exp(generator.normal(size=(rows, classes)) + 5 * np.eye(classes)[true])
    shares = raw / raw.sum(axis=1, keepdims=True)
    flipped = generator.permutation(rows)[: rows // 50]
    labels = true.copy()
    labels[flipped] = (true[flipped] + generator.integers(1, classes, len(flipped))) % classes
    own = shares[:, 1] if classes == 2 else shares
    scored = ScoredRows(labels, own, shares.argmax(axis=1), classes)
    suspected = suspects(scored)
    found, likely, count = suspected.places, suspected.likely, suspected.count
    assert 25 <= count <= 200
    top = found[: rows // 25]
    assert np.isin(flipped, top).mean() >= 0.8
    hit = np.isin(found, flipped)
    assert (likely[hit] == true[found[hit]]).mean() > 0.9


def test_rows_that_agree_with_their_labels_are_not_suspected() -> None:
    labels = np.array([0, 1, 0, 1])
    chances = np.array([0.1, 0.9, 0.2, 0.8])
    found = suspects(ScoredRows(labels, chances, labels, 2))
    assert len(found.places) == found.count == 0


def test_classes_without_rows_are_never_suggested() -> None:
    labels = np.array([0, 0, 0])
    shares = np.array([[0.2, 0.7, 0.1]] * 3)
    found = suspects(ScoredRows(labels, shares, shares.argmax(axis=1), 3))
    assert len(found.places) == found.count == 0
