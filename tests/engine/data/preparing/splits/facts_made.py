"""Facts about made-up rows, and splits of them, for tests of the methods."""

from __future__ import annotations

from typing import Any

import numpy as np

from engine.data.memory import Storage
from engine.data.preparing.splits import auto
from engine.data.preparing.splits.facts import OUT, TEST, TRAIN, VALIDATION, Dealt, RowFacts
from engine.recipe.split import Split

MEMORY = Storage(on_disk=False)


def facts_of(count: int, **facts: Any) -> RowFacts:
    """Facts in memory; lists become arrays."""
    kinds = {"groups": np.uint64, "times": np.float64, "marks": np.int16}
    arrays = {
        name: np.asarray(values, kinds.get(name)) if isinstance(values, list) else values
        for name, values in facts.items()
    }
    return RowFacts(count=count, storage=MEMORY, **arrays)


def dealt(facts: RowFacts, **split: Any) -> Dealt:
    """What a split makes of the rows."""
    return auto.deal(facts, Split.model_validate(split))


def places(found: Dealt) -> dict[str, list[int]]:
    """The rows of each part."""
    names = {"train": TRAIN, "validation": VALIDATION, "test": TEST, "out": OUT}
    return {name: np.flatnonzero(found.codes == code).tolist() for name, code in names.items()}
