"""Look-ups by name are those of the tuple asked about, also after a model was copied with another."""

from __future__ import annotations

from engine.lookup import ByName, Last
from engine.recipe.columns import ColumnSpec
from engine.recipe.recipe import Recipe
from engine.schema import Column, Kind, Role, Schema


def test_a_copy_with_other_columns_is_not_mistaken_for_its_model() -> None:
    schema = Schema(columns=(Column(name="a", kind=Kind.NUMBER),), rows=1)
    assert schema["a"].kind is Kind.NUMBER
    other = schema.with_column(Column(name="a", kind=Kind.TEXT))
    assert other["a"].kind is Kind.TEXT
    assert schema["a"].kind is Kind.NUMBER
    longer = schema.model_copy(
        update={"columns": (*schema.columns, Column(name="b", kind=Kind.DATE))}
    )
    assert "b" in longer
    assert "b" not in schema


def test_the_target_follows_the_recipe() -> None:
    recipe = Recipe(columns=(ColumnSpec(name="a"), ColumnSpec(name="b", role=Role.TARGET)))
    assert recipe.target == "b"
    assert recipe.with_target("a").target == "a"
    assert recipe.target == "b"


def test_many_tuples_do_not_push_each_other_into_wrong_answers() -> None:
    names: ByName[str] = ByName(str)
    tuples = [(f"x{at}", "same") for at in range(50)]
    for _ in range(2):
        for each in tuples:
            assert list(names.of(each)) == list(each)


def test_a_function_is_asked_again_about_something_else_only() -> None:
    asked: list[object] = []
    last = Last(lambda thing: asked.append(thing) or len(asked))
    one, other = ["x"], ["x"]  # equal, but not the same
    assert [last(one), last(one), last(other), last(one)] == [1, 1, 2, 3]
