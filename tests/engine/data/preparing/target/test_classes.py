"""Classes as they are fitted: merged, ordered, with the positive one second of two."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from engine.data.cells.cell_types import TEXT
from engine.data.preparing.target.classes import FittedClasses
from engine.errors import PositiveClassMissing, TargetOneClass
from engine.recipe.target import TargetSpec
from engine.schema import Task

CELLS = pa.array(["a"] * 5 + ["b"] * 4 + ["c"] * 2 + ["d"] + [None])


def fitted(**outcome: Any) -> FittedClasses:
    return FittedClasses.fit("label", CELLS, TEXT, TargetSpec.model_validate(outcome))


def labels(target: FittedClasses, *cells: str | None) -> list[str | None]:
    codes, _ = target.read(pa.array(cells, pa.string()))
    return [target.classes[code] if code >= 0 else None for code in codes]


def test_without_a_word_classes_are_as_they_were() -> None:
    plain = FittedClasses.fit("label", CELLS, TEXT)
    assert plain == fitted()
    assert (plain.classes, plain.counts) == (("a", "b", "c", "d"), (5, 4, 2, 1))
    assert (plain.values, plain.shown, plain.positive, plain.others) == ((), (), None, None)


def test_a_state_of_an_earlier_version_still_loads() -> None:
    state = {
        "kind": "classes",
        "name": "label",
        "cell_type": TEXT.model_dump(),
        "classes": ["a", "b"],
        "counts": [5, 4],
    }
    old = FittedClasses.model_validate(state)
    assert labels(old, "a", "b", "z", None) == ["a", "b", None, None]


def test_merged_classes_are_read_under_their_new_name() -> None:
    target = fitted(merge={"other": ["c", "d"], "A": "a"})
    assert target.classes == ("A", "b", "other")
    assert target.counts == (5, 4, 3)
    assert labels(target, "a", "b", "c", "d", "A", None) == ["A", "b", "other", "other", None, None]
    assert target.read(pa.array(["z", None]))[1] == 1


def test_a_listed_class_without_training_rows_belongs_to_its_group() -> None:
    target = fitted(merge={"other": ["c", "unseen"]})
    assert labels(target, "unseen", "c") == ["other", "other"]


def test_rare_classes_take_what_no_training_row_has() -> None:
    target = fitted(rare=3)
    assert (target.classes, target.counts) == (("a", "b", "other"), (5, 4, 3))
    assert labels(target, "c", "d", "never met", None) == ["other", "other", "other", None]
    nothing_rare = fitted(merge={"cd": ["c", "d"]}, rare=3)
    assert nothing_rare.others is None
    assert labels(nothing_rare, "never met") == [None]


def test_a_rare_class_keeps_the_name_of_a_frequent_one_that_is_called_the_same() -> None:
    target = fitted(rare=3, rare_name="a")
    assert (target.classes, target.counts) == (("a", "b"), (8, 4))


def test_the_order_is_that_of_the_recipe() -> None:
    target = fitted(order=["d", "b"])
    assert target.classes == ("d", "b", "a", "c")
    assert labels(target, "a", "d") == ["a", "d"]


def test_of_two_the_positive_class_is_second_and_listed_where_the_recipe_says() -> None:
    merge = {"low": ["a", "b"], "high": ["c", "d"]}
    assert fitted(merge=merge).classes == ("high", "low")
    target = fitted(merge=merge, positive="high")
    assert (target.task, target.classes, target.positive) == (Task.BINARY, ("low", "high"), 1)
    assert [target.classes[code] for code in target.shown] == ["high", "low"]
    sure = np.array([[8.0], [-8.0]], np.float32)
    assert target.inverse(sure).tolist() == ["high", "low"]
    assert target.predictions(sure) == pytest.approx([1, 0], abs=1e-3)


def test_of_several_the_positive_class_keeps_its_place() -> None:
    target = fitted(positive="b")
    assert (target.classes[target.positive or 0], target.shown) == ("b", ())


def test_a_positive_class_without_training_rows_is_refused() -> None:
    with pytest.raises(PositiveClassMissing, match=r"“z”.*a, b, c, d"):
        fitted(positive="z")


def test_merging_to_one_class_is_refused() -> None:
    with pytest.raises(TargetOneClass):
        fitted(rare=100)


def test_the_plainest_outputs_have_the_shares_of_the_training_rows() -> None:
    for target in (fitted(), fitted(merge={"x": ["a", "b", "c"]})):
        shares = np.array(target.counts) / sum(target.counts)
        assert target.probabilities(target.plainest_outputs())[0] == pytest.approx(shares)
