"""Kinds, roles, targets and tasks as inferred from the whole file."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from engine.data.columns.infer import complete, infer_schema, suggest_target, task_of
from engine.data.corrections.misfits import Misfits, retype
from engine.data.open import open_table
from engine.data.table import Table
from engine.errors import UnknownColumn
from engine.messages import Message
from engine.recipe.columns import ColumnSpec
from engine.recipe.recipe import Recipe
from engine.schema import Character, Kind, Role, Schema, Task


def table_of(folder: Path, **columns: Sequence[object]) -> Table:
    lines = [",".join(columns)]
    lines += [",".join(map(str, row)) for row in zip(*columns.values(), strict=True)]
    path = folder / "data.csv"
    path.write_text("\n".join(lines))
    return open_table(path)


def schema_of(folder: Path, **columns: Sequence[object]) -> Schema:
    return infer_schema(table_of(folder, **columns))


N = range(40)


def test_kinds_and_roles(tmp_path: Path) -> None:
    schema = schema_of(
        tmp_path,
        number=[i * 1.5 for i in N],
        whole=[i % 30 for i in N],
        yes=[i % 2 for i in N],
        city=[f"c{i % 5}" for i in N],
        key=[f"u-{i * 7919}" for i in N],
        note=[f"some words {i}" for i in N],
        day=[f"2020-01-{i % 28 + 1:02}" for i in N],
        same=["x" for _ in N],
        blank=["" for _ in N],
    )
    seen = {c.name: (c.kind.value, c.role.value) for c in schema.columns}
    assert seen == {
        "number": ("number", "feature"),
        "whole": ("number", "feature"),
        "yes": ("category", "feature"),
        "city": ("category", "feature"),
        "key": ("text", "ignore"),
        "note": ("text", "ignore"),
        "day": ("date", "feature"),
        "same": ("category", "ignore"),
        "blank": ("category", "ignore"),
    }
    assert schema["whole"].integer
    assert not schema["number"].integer
    assert schema["key"].is_identifier
    assert not schema["note"].is_identifier
    assert schema["same"].is_constant
    assert schema["blank"].missing == 40


def test_every_column_has_a_reason_in_one_sentence(tmp_path: Path) -> None:
    schema = schema_of(tmp_path, a=N, b=[f"w {i}" for i in N], c=[i % 3 for i in N])
    for column in schema.columns:
        assert column.reason is not None
        assert str(Message(column.reason.template, column.reason.facts)).endswith(".")


@pytest.mark.parametrize("name", ["id", "PassengerId", "user_id", "CustomerID", "编号", "row nr"])
def test_different_whole_numbers_named_like_a_key_are_identifiers(
    tmp_path: Path, name: str
) -> None:
    columns = {name: [(i * 7919) % 1009 for i in N], "x": [i % 7 for i in N]}
    column = schema_of(tmp_path, **columns)[name]
    assert (column.is_identifier, column.role) == (True, Role.IGNORE)


@pytest.mark.parametrize("name", ["amount", "paid", "width", "grid", "humid"])
def test_different_whole_numbers_with_another_name_are_features(tmp_path: Path, name: str) -> None:
    columns = {name: [(i * 7919) % 1009 for i in N], "x": [i % 7 for i in N]}
    assert schema_of(tmp_path, **columns)[name].role is Role.FEATURE


def test_numbers_that_count_the_rows_are_identifiers(tmp_path: Path) -> None:
    schema = schema_of(tmp_path, n=[i + 1 for i in N], x=[i % 7 for i in N], y=[i % 3 for i in N])
    assert schema["n"].is_identifier


def test_counting_numbers_are_used_when_nothing_else_is_there(tmp_path: Path) -> None:
    schema = schema_of(tmp_path, x=[i + 1 for i in N], y=[2 * i + 0.5 for i in N])
    assert schema["x"].role is Role.FEATURE


def test_a_category_has_about_ten_rows_for_each_of_its_levels(tmp_path: Path) -> None:
    schema = schema_of(
        tmp_path,
        few=[f"v{i % 50}" for i in range(600)],
        many=[f"v{i % 200}" for i in range(600)],
        texts=[f"v{i % 400}" for i in range(600)],
        x=[i % 9 for i in range(600)],
    )
    seen = {c.name: (c.kind, c.role, c.character) for c in schema.columns}
    assert seen["few"] == (Kind.CATEGORY, Role.FEATURE, None)
    assert seen["many"] == (Kind.CATEGORY, Role.IGNORE, Character.MANY_LEVELS)
    assert seen["texts"] == (Kind.TEXT, Role.IGNORE, Character.FREE_TEXT)


@pytest.mark.parametrize(
    ("names", "target"),
    [
        (("target", "b", "c"), "target"),
        (("a", "Species", "c"), "Species"),
        (("a", "b", "y"), "y"),
        (("x", "y", "z"), "z"),
        (("a", "b", "c"), "c"),
        (("a", "Sale Price", "label"), "label"),
    ],
)
def test_target_by_name_or_place(tmp_path: Path, names: tuple[str, ...], target: str) -> None:
    columns = {name: [(i * (k + 3)) % 11 for i in N] for k, name in enumerate(names)}
    assert suggest_target(schema_of(tmp_path, **columns)) == target


def test_an_ignored_column_is_never_the_target(tmp_path: Path) -> None:
    schema = schema_of(tmp_path, x=[i % 5 for i in N], label=[f"free text {i}" for i in N])
    assert suggest_target(schema) == "x"


def test_complete_lists_all_columns_in_file_order(tmp_path: Path) -> None:
    schema = schema_of(tmp_path, a=[i / 2 for i in N], b=[i % 4 for i in N], c=[i % 2 for i in N])
    recipe = Recipe(
        columns=(
            ColumnSpec(position=-1, role=Role.TARGET),
            ColumnSpec(name="a", role=Role.IGNORE),
        )
    )
    done = complete(recipe, schema)
    assert [(c.name, c.position, c.kind, c.role) for c in done.columns] == [
        ("a", None, Kind.NUMBER, Role.IGNORE),
        ("b", None, Kind.NUMBER, Role.FEATURE),
        ("c", None, Kind.CATEGORY, Role.TARGET),
    ]
    assert complete(done, schema) == done
    assert task_of(recipe, schema) is Task.BINARY


@pytest.mark.parametrize(
    "spec", [ColumnSpec(name="bb"), ColumnSpec(position=3), ColumnSpec(position=-4)]
)
def test_unknown_columns_are_refused(tmp_path: Path, spec: ColumnSpec) -> None:
    schema = schema_of(tmp_path, a=N, b=N, c=N)
    with pytest.raises(UnknownColumn):
        complete(Recipe(columns=(spec,)), schema)


def test_the_task_follows_from_the_target(tmp_path: Path) -> None:
    schema = schema_of(
        tmp_path,
        two=[i % 2 for i in N],
        five=[i % 5 for i in N],
        many=[(i * 13) % 37 for i in N],
        real=[i * 1.25 for i in N],
        word=[f"w{i % 3}" for i in N],
        day=[f"2020-01-{i % 28 + 1:02}" for i in N],
    )
    expected = {
        "two": Task.BINARY,
        "five": Task.MULTICLASS,
        "many": Task.REGRESSION,
        "real": Task.REGRESSION,
        "word": Task.MULTICLASS,
        "day": None,
    }
    assert {name: task_of(Recipe().with_target(name), schema) for name in expected} == expected
    assert task_of(Recipe(), schema) is None
    assert task_of(Recipe().with_target("five", Kind.NUMBER), schema) is Task.REGRESSION


def test_a_former_target_is_as_inferred_again(tmp_path: Path) -> None:
    schema = schema_of(tmp_path, five=[i % 5 for i in N], two=[i % 2 for i in N])
    recipe = complete(complete(Recipe().with_target("five"), schema).with_target("two"), schema)
    assert recipe.column("five").kind is Kind.NUMBER
    assert recipe.column("five").role is Role.FEATURE


def test_retype_tells_which_cells_do_not_fit(tmp_path: Path) -> None:
    sizes = [f"s{i}" if i % 2 else i for i in N]
    table = table_of(tmp_path, size=sizes, x=[i % 3 for i in N])
    misfits = retype(table, "size", Kind.NUMBER)
    assert [(m.row, m.line, m.text) for m in misfits.first[:2]] == [(1, 3, "s1"), (3, 5, "s3")]
    assert misfits.count == len(misfits.first) == 20
    assert retype(table, "size", Kind.CATEGORY) == Misfits(0)
    assert retype(table, "x", Kind.CATEGORY) == Misfits(0)
