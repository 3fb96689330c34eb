"""Combinations of labels: told apart, rare ones joined by the rarest of their labels."""

from __future__ import annotations

import numpy as np
import pandas as pd

from engine.data.columns.infer import complete
from engine.data.memory import Storage
from engine.data.preparing.dealing import deal_rows
from engine.data.preparing.splits.label_sets import LabelSets, rows_needed
from engine.recipe.recipe import Recipe
from engine.recipe.split import Split
from engine.schema import Kind
from tests.engine.training.tables import schema_of


def test_equal_combinations_have_one_code_in_all_spans() -> None:
    sets = LabelSets()
    first = sets.codes([np.array([0, 1, 0]), np.array([1, 1, 1])])
    second = sets.codes([np.array([1, 0]), np.array([1, -1])])
    assert first[0] == first[2] != first[1]
    assert second[0] == first[1]
    assert len(sets) == 3


def test_rare_combinations_are_joined_by_their_rarest_label() -> None:
    sets = LabelSets()
    many = [(0, 0, 0)] * 50 + [(1, 0, 0)] * 40
    rare = [(0, 1, 0)] * 4 + [(1, 1, 0)] * 4 + [(1, 1, 1)] * 1
    rows = np.array(many + rare)
    codes = sets.codes(list(rows.T))
    pooled = sets.pooled(np.bincount(codes), 7)
    names = pooled.names[codes]
    assert pooled.rows == 9
    assert len(set(names[:50])) == len(set(names[50:90])) == 1
    assert names[90] == names[94]  # the second label is the rarest that both have
    assert len(set(names)) == 3


def test_rows_are_needed_for_every_part() -> None:
    assert rows_needed(Split(validation=0.15, test=0.1)) == 10
    assert rows_needed(Split(validation=0.5, test=0.0)) == 2


def test_the_parts_have_the_same_share_of_each_label_and_rare_ones_are_told() -> None:
    rng = np.random.default_rng(0)
    frame = pd.DataFrame({"x": np.arange(400.0)})
    frame["rain"] = np.where(rng.random(400) < 0.3, "yes", "no")
    frame["wind"] = np.where(rng.random(400) < 0.1, "yes", "no")
    frame["hail"] = np.where(np.arange(400) % 100 == 3, "yes", "no")
    frame.loc[:5, "rain"] = None
    labels = {"rain": Kind.CATEGORY, "wind": Kind.CATEGORY, "hail": Kind.CATEGORY}
    schema = schema_of(frame, **labels)
    columns = [{"name": name, "role": "target"} for name in labels]
    recipe = complete(Recipe.model_validate({"columns": columns}), schema)
    dealt = deal_rows(frame, recipe, schema, Storage(on_disk=False))
    assert any("too rare for every part" in str(note) for note in dealt.notes)
    for name in ("rain", "wind"):
        shares = [
            (frame.loc[rows, name] == "yes").mean()
            for rows in (dealt.parts.train, dealt.parts.validation, dealt.parts.test)
        ]
        assert max(shares) - min(shares) < 0.04
    assert len(dealt.parts.train) + len(dealt.parts.validation) + len(dealt.parts.test) == 400
