"""Columns that know the target, keys and row orders that tell it, and honest columns that do not."""

from __future__ import annotations

import numpy as np
import pandas as pd

from engine.schema import Role
from tests.engine.data.problems.conftest import Opened, frame_of, problems_of, recipe_for


def test_a_column_that_is_the_target_under_another_name_is_told(opened: Opened) -> None:
    frame = frame_of(200)
    frame["scaled"] = frame["target"] * 2.5 + 1
    frame["said"] = frame["target"].map({0: "no", 1: "yes"})
    table = opened(frame)
    found = problems_of(table)
    assert {("target_copy", "scaled"), ("target_copy", "said")} <= found.keys()
    assert not {c for code, c in found if code == "giveaway"}
    fix = found["target_copy", "said"].fix
    assert fix is not None
    assert fix.edit(recipe_for(table)).column("said").role is Role.IGNORE


def test_a_column_that_predicts_rows_it_was_not_seen_with_is_told(opened: Opened) -> None:
    random = np.random.default_rng(1)
    frame = frame_of(1000)
    frame["score"] = frame["target"] + random.normal(0, 0.05, 1000).round(4)
    frame["code"] = [f"{'AB'[t]}{random.integers(0, 20)}" for t in frame["target"]]
    frame["weak"] = frame["target"] + random.normal(0, 1, 1000).round(4)
    found = problems_of(opened(frame))
    assert {("giveaway", "score"), ("giveaway", "code")} <= found.keys()
    assert not {("giveaway", "weak"), ("giveaway", "value")} & found.keys()


def test_many_levels_learnt_by_heart_give_nothing_away(opened: Opened) -> None:
    # In the rows that they are learnt from they are right every time.
    frame = frame_of(400)
    frame["room"] = [f"room {i // 2}" for i in range(400)]
    found = problems_of(opened(frame), room=Role.FEATURE)
    assert ("giveaway", "room") not in found


def test_a_rare_class_is_no_giveaway(opened: Opened) -> None:
    # Whatever the column, 99.5% of the rows are guessed right.
    frame = frame_of(2000)
    frame["target"] = (np.arange(2000) % 200 == 0).astype(int)
    assert not {c for code, c in problems_of(opened(frame)) if code == "giveaway"}


def test_a_column_that_singles_out_a_class_is_told(opened: Opened) -> None:
    frame = frame_of(600)
    frame["target"] = np.random.default_rng(2).choice(["red", "green", "blue"], 600)
    frame["is_red"] = (frame["target"] == "red").map({True: "yes", False: "no"})
    frame["mostly"] = (frame["target"] == "blue").astype(int)
    frame.loc[:30, "mostly"] = 1
    found = problems_of(opened(frame))
    assert ("class_copy", "is_red") in found
    assert ("class_copy", "mostly") not in found


def test_numbers_are_given_away_too(opened: Opened) -> None:
    random = np.random.default_rng(5)
    frame = frame_of(1500)
    frame["target"] = random.lognormal(3, 1, 1500).round(3)
    frame["cents"] = frame["target"] * 100
    frame["root"] = np.sqrt(frame["target"]).round(6)
    frame["noisy"] = (frame["target"] * random.normal(1, 0.3, 1500)).round(3)
    found = problems_of(opened(frame))
    assert ("target_copy", "cents") in found
    assert ("giveaway", "root") in found
    assert not {("giveaway", "noisy"), ("giveaway", "value")} & found.keys()


def test_rows_in_the_order_of_the_target_are_told(opened: Opened) -> None:
    frame = frame_of(600)
    assert ("ordered", "target") not in problems_of(opened(frame))
    found = problems_of(opened(frame.sort_values("target")))
    assert found["ordered", "target"].severity == "info"


def test_keys_that_tell_the_class_are_told(opened: Opened) -> None:
    frame = frame_of(600)
    frame["number"] = frame["target"] * 100_000 + np.arange(600)
    frame["patient_id"] = [f"{'HS'[t]}-{i:05}" for i, t in enumerate(frame["target"])]
    frame["ticket_id"] = [f"T-{i * 7919 % 99991:05}" for i in range(600)]
    table = opened(frame)
    left_out = problems_of(table, number=Role.IGNORE, patient_id=Role.IGNORE)
    assert left_out["telling_key", "number"].severity == "info"
    assert ("telling_key", "patient_id") in left_out
    assert ("telling_key", "ticket_id") not in left_out
    used = problems_of(table, number=Role.FEATURE)["telling_key", "number"]
    assert used.severity == "warning"
    assert used.fix is not None


def test_a_large_table_is_judged_by_a_sample(opened: Opened) -> None:
    rows = 120_000
    random = np.random.default_rng(8)
    target = random.integers(0, 2, rows)
    frame = pd.DataFrame({"noise": random.integers(0, 9, rows), "knows": target * 3 + 1})
    frame["target"] = target
    found = problems_of(opened(frame))
    assert ("target_copy", "knows") in found
    assert not {code for code, column in found if column == "noise"}
