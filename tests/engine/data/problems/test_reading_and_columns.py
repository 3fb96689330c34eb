"""Findings about reading, about columns by themselves and about the target; the export of bad rows."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from engine.data import rejects
from engine.data.columns.infer import infer_schema
from engine.data.corrections.reject_groups import grouped
from engine.data.open import open_table
from engine.data.problems import Fix, Problem, export_rejects, find_problems
from engine.data.profiling.profile import profile
from engine.data.samples import sample
from engine.errors import Cancelled
from engine.messages import Message
from engine.recipe.recipe import Recipe
from engine.schema import Role
from tests.engine.data.problems.conftest import Opened, frame_of, problems_of, recipe_for


def mended(problem: Problem, recipe: Recipe) -> Recipe:
    assert isinstance(problem.fix, Fix)
    return problem.fix.edit(recipe)


def test_rejected_rows_are_grouped_by_reason(opened: Opened) -> None:
    extra = '1,2\n1,2,a,2020-01-01,1,9\n1,"oops,a,2020-01-01,1\n'
    found = problems_of(opened(frame_of(60), extra))
    lines = {code: p.rejects[0].line for (code, _), p in found.items() if p.rejects}
    assert lines == {"rejected_short": 62, "rejected_long": 63, "rejected_quote": 64}


def test_cells_that_do_not_fit_are_a_problem_of_their_column(opened: Opened) -> None:
    frame = frame_of(60).astype({"whole": str})
    frame.loc[4, "whole"] = "many"
    problem = problems_of(opened(frame))["misfits", "whole"]
    assert (problem.severity, problem.count, problem.rows) == ("warning", 1, (4,))
    assert problem.misfits[0].text == "many"


def test_words_that_are_neither_yes_nor_no_are_told_as_such(opened: Opened) -> None:
    frame = frame_of(120)
    frame["paid"] = ["yes", "no"] * 60
    frame.loc[4, "paid"] = "perhaps"
    problem = problems_of(opened(frame))["misfits", "paid"]
    assert str(problem.title) == "Neither yes nor no in paid"
    assert (problem.count, problem.misfits[0].text) == (1, "perhaps")


def test_missing_values_are_told_with_their_rows(opened: Opened) -> None:
    frame = frame_of(60)
    frame["whole"] = frame["whole"].where(frame.index < 10)
    table = opened(frame)
    found = problems_of(table)
    assert found["missing", "value"].count == 20
    assert found["missing", "value"].rows == tuple(range(20))
    mostly = found["missing", "whole"]
    assert (mostly.severity, mostly.key) == ("warning", "missing/whole")
    assert mended(mostly, recipe_for(table)).column("whole").role is Role.IGNORE


def test_a_fix_keeps_what_was_edited_since(opened: Opened) -> None:
    frame = frame_of(60)
    frame["whole"] = frame["whole"].where(frame.index < 10)
    table = opened(frame)
    problem = problems_of(table)["missing", "whole"]
    later = recipe_for(table, word=Role.IGNORE)
    fixed = mended(problem, later)
    assert fixed.column("word").role is Role.IGNORE
    assert fixed.column("whole").role is Role.IGNORE


def test_keys_and_constants_are_told_and_matter_while_in_use(opened: Opened) -> None:
    table = opened(frame_of(60).assign(id=range(60), same="x"))
    used = problems_of(table, id=Role.FEATURE, same=Role.FEATURE)
    for key in (("identifier", "id"), ("constant", "same")):
        assert used[key].severity == "warning"
        assert used[key].fix is not None
    left_out = problems_of(table, id=Role.IGNORE, same=Role.IGNORE)
    for key in (("identifier", "id"), ("constant", "same")):
        assert (left_out[key].severity, left_out[key].fix) == ("info", None)


def test_a_column_that_hardly_ever_changes_is_told(opened: Opened) -> None:
    frame = frame_of(400).assign(flag="no", zero=0.0, often=0)
    frame.loc[[3, 7], "flag"] = "yes"
    frame.loc[11, "zero"] = 2.5
    frame.loc[:40, "often"] = 1
    found = problems_of(opened(frame))
    assert found["nearly_constant", "flag"].count == 398
    assert ("nearly_constant", "zero") in found
    assert ("nearly_constant", "often") not in found


def test_target_problems_are_told(opened: Opened) -> None:
    frame = frame_of(100)
    frame["target"] = [1] * 100
    assert problems_of(opened(frame))["target_one_class", "target"].severity == "error"
    frame["target"] = [None] * 100
    assert problems_of(opened(frame))["target_missing", "target"].severity == "error"
    frame["target"] = [0] * 90 + [1] * 7 + [2] * 3
    table = opened(frame)
    found = problems_of(table)
    rare = found["rare_classes", "target"]
    assert (rare.count, rare.rows) == (3, (97, 98, 99))
    fixed = mended(found["imbalance", "target"], recipe_for(table))
    assert fixed.training.class_weights == "balanced"


def test_few_rows_and_no_features_are_told(opened: Opened) -> None:
    found = problems_of(opened(frame_of(23)))
    assert found["few_rows", None].count == 23
    none = dict.fromkeys(("value", "whole", "word", "day"), Role.IGNORE)
    assert problems_of(opened(frame_of(60)), **none)["no_features", None].severity == "error"


def test_new_names_are_told(tmp_path: Path) -> None:
    path = tmp_path / "data.csv"
    path.write_text(
        "a,a,,target\n" + "".join(f"{i % 7},{i % 5},{i % 3},{i % 2}\n" for i in range(60))
    )
    assert {("renamed", "a (2)"), ("renamed", "column 3")} <= problems_of(open_table(path)).keys()


def test_the_worst_come_first(opened: Opened) -> None:
    frame = frame_of(40)
    frame["target"] = [None] * 40
    order = [p.severity for p in problems_of(opened(frame, "1,2\n")).values()]
    assert order == sorted(order, key=["error", "warning", "info"].index)


def test_looking_for_problems_can_be_cancelled(opened: Opened) -> None:
    table = opened(frame_of(60))
    schema = infer_schema(table)
    figures = profile(table, schema, target="target")
    with pytest.raises(Cancelled):
        find_problems(table, schema, figures, recipe_for(table), cancelled=lambda: True)


def test_a_sound_table_has_no_problems() -> None:
    found = problems_of(open_table(sample("iris").path), "species")
    assert not [problem for problem in found.values() if problem.is_serious]


def test_rejected_rows_can_be_exported(opened: Opened, tmp_path: Path) -> None:
    table = opened(frame_of(60), '1,2\n3,"x, y"\n')
    destination = tmp_path / "rejects.csv"
    assert export_rejects(table, destination) == 2
    again = pd.read_csv(destination, dtype=str)
    assert again.to_numpy().tolist() == [
        ["62", "2 fields, 5 expected", "1,2"],
        ["63", "2 fields, 5 expected", '3,"x, y"'],
    ]


@pytest.mark.parametrize(
    ("reason", "code"),
    [
        (rejects.open_quote(), "rejected_quote"),
        (rejects.quote_within(), "rejected_within"),
        (rejects.header_again(), "rejected_header"),
        (rejects.wrong_width(3, 2), "rejected_long"),
        (rejects.wrong_width(1, 2), "rejected_short"),
        (rejects.other_table(1, 2), "rejected_below"),
        (rejects.as_corrected(rejects.open_quote()), "rejected_corrected"),
        (rejects.as_corrected(rejects.wrong_width(3, 2)), "rejected_corrected"),
    ],
)
def test_every_reason_against_a_row_has_a_group(reason: Message, code: str) -> None:
    (group,) = grouped([rejects.Reject(7, "a,b", reason)])
    assert (group.code, len(group.rejects)) == (code, 1)
