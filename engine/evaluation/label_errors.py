"""Rows whose label is likely wrong, by confident learning.

A label is taken for wrong where the row belongs, with at least the confidence that is usual for a class, to
another one (Northcutt, Jiang & Chuang, “Confident learning”, Journal of Artificial Intelligence Research 70,
2021, section 3); rows are listed by their normalised margin (section 3.2). It says most on rows that the
model did not learn from.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from engine.evaluation.measures.scored import Codes, Floats, ScoredRows


def chances_of(rows: ScoredRows) -> Floats:
    """(rows, classes)."""
    if rows.is_binary:
        return np.stack([1 - rows.predictions, rows.predictions], axis=1)
    return rows.predictions


def margins(rows: ScoredRows) -> Floats:
    """The probability of each row's own class less that of the likeliest other one, from −1 to 1."""
    if rows.is_binary:
        own = np.where(rows.actual == 1, rows.predictions, 1 - rows.predictions)
        return np.asarray(2 * own - 1)
    every = np.arange(len(rows))
    own = rows.predictions[every, rows.actual]
    others = rows.predictions.copy()
    others[every, rows.actual] = -1.0
    return np.asarray(own - others.max(axis=1))


@dataclass(frozen=True, slots=True)
class Suspects:
    """Rows for which another class is likelier, the surest first."""

    places: Codes
    likely: Codes
    """That class of each."""
    count: int
    """How many of them, from the first, likely have a wrong label."""


def suspects(rows: ScoredRows) -> Suspects:
    """Rows that may have a wrong label, and how many of them likely do.

    As many count as belong to another class with the confidence that is usual for its rows.
    """
    chances = chances_of(rows)
    every = np.arange(len(rows))
    counts = np.bincount(rows.actual, minlength=rows.classes)
    there = counts > 0
    own = chances[every, rows.actual]
    usual = np.full(rows.classes, np.inf)
    usual[there] = np.bincount(rows.actual, own, rows.classes)[there] / counts[there]
    likely = np.where(there, chances, -1.0).argmax(axis=1)
    best = chances[every, likely]
    others = likely != rows.actual
    places = np.flatnonzero(others)
    found: Codes = places[np.argsort(own[places] - best[places], kind="stable")]
    count = int(np.count_nonzero(others & (best >= usual[likely])))
    return Suspects(found, likely[found].astype(np.int64), count)
