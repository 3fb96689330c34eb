"""Auto: every recipe becomes one that can be trained, and what a person set stays."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.recipe.auto.choose import MOST_NETWORKS, as_new, choose, on_portfolio, portfolio
from engine.recipe.auto.facts import Device, TableFacts
from engine.recipe.checks import findings
from engine.recipe.families import Loss, Optimizer, Schedule, Trunk
from engine.recipe.files import parse_recipe, recipe_json
from engine.recipe.parts import settled
from engine.recipe.recipe import Recipe
from engine.schema import Task

NEW = as_new(Recipe())
TRUNKS = [member.kind_name() for member in Trunk.members()]
DEVICES: tuple[Device, ...] = ("cpu", "cuda", "mps")


def with_model(recipe: Recipe, **fields: object) -> Recipe:
    return recipe.model_copy(update={"model": recipe.model.model_copy(update=fields)})


def with_training(recipe: Recipe, **fields: object) -> Recipe:
    return recipe.model_copy(update={"training": recipe.training.model_copy(update=fields)})


facts = st.builds(
    TableFacts,
    rows=st.one_of(st.integers(1, 500), st.integers(1, 10**9)),
    numbers=st.integers(0, 20_000),
    levels=st.lists(st.integers(1, 100_000), max_size=8).map(tuple),
    task=st.sampled_from(list(Task)),
    device=st.sampled_from(DEVICES),
)


@given(facts, st.sampled_from([None, *TRUNKS]), st.booleans())
def test_any_recipe_for_any_table_becomes_one_without_auto_that_breaks_no_rule(
    found: TableFacts, trunk: str | None, limited: bool
) -> None:
    recipe = with_model(NEW, trunk=None if trunk is None else Trunk.default(trunk))
    recipe = with_training(recipe, time_budget=5.0 if limited else None)
    for each in portfolio(recipe, found):
        model, training = each.recipe.model, each.recipe.training
        assert None not in (model.trunk, model.numbers, model.categories)
        assert None not in (training.epochs, training.batch_size, training.optimizer)
        assert None not in (training.schedule, training.early_stopping.patience)
        assert findings(each.recipe) == ()
        # What was chosen is within the bounds that the recipe itself has.
        assert parse_recipe(recipe_json(each.recipe), "chosen") == each.recipe
        assert all(str(reason.why).endswith(".") for reason in each.reasons)


@given(facts)
def test_a_recipe_without_auto_stays_as_it_is_and_has_no_reasons(found: TableFacts) -> None:
    chosen = choose(NEW, found).recipe
    again = choose(chosen, found)
    assert again.recipe == chosen
    assert again.reasons == ()


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("epochs", 3),
        ("batch_size", 7),
        ("optimizer", Optimizer.default("sgd")),
        ("schedule", Schedule.default("constant")),
    ],
)
def test_a_field_that_is_set_stays_and_is_not_reasoned_about(field: str, value: object) -> None:
    found = TableFacts(20_000, 5, (3,), Task.BINARY)
    chosen = choose(with_training(NEW, **{field: value}), found)
    assert getattr(chosen.recipe.training, field) == value
    assert ("training", field) not in [reason.path for reason in chosen.reasons]
    assert len(chosen.reasons) >= 6


def test_the_rules_go_by_a_trunk_that_is_set() -> None:
    found = TableFacts(20_000, 5, (3,), Task.REGRESSION)
    chosen = choose(with_model(NEW, trunk=Trunk.default("realmlp")), found).recipe
    assert chosen.model.numbers == type(chosen.model.numbers)(form="dense", outliers="draw_in")
    assert chosen.training.optimizer is not None
    assert chosen.training.optimizer.learning_rate == 0.2
    assert chosen.training.schedule == Schedule.default("coslog")


def test_there_is_one_network_unless_time_or_a_number_says_otherwise() -> None:
    found = TableFacts(20_000, 5, (3,), Task.BINARY)
    assert len(portfolio(NEW, found)) == 1
    several = portfolio(with_training(NEW, time_budget=10.0), found)
    assert len(several) == MOST_NETWORKS
    assert len({type(each.recipe.model.trunk) for each in several}) == 3
    assert [each.recipe.training.seed for each in several] == [0, 1, 2, 3]
    told = on_portfolio(several, with_training(NEW, time_budget=10.0).training)
    assert str(told).startswith("Up to 4 networks, one after another, while there is time: TabM →")
    assert len(portfolio(with_training(NEW, time_budget=10.0, networks=1), found)) == 1


def kinds(recipe: Recipe, found: TableFacts) -> list[str]:
    return [settled(each.recipe.model.trunk).kind for each in portfolio(recipe, found)]


def test_trees_are_among_the_networks_where_they_can_be_grown() -> None:
    several = with_training(NEW, networks=3)
    found = TableFacts(20_000, 5, (3,), Task.BINARY)
    assert kinds(several, found) == ["tabm", "boosted_trees", "realmlp"]
    assert portfolio(several, found)[1].reasons[0].path == ("model", "numbers")
    assert "boosted_trees" not in kinds(several, replace(found, levels=(1000,)))
    assert "boosted_trees" not in kinds(several, replace(found, task=Task.MULTI_LABEL))
    values = replace(found, task=Task.REGRESSION)
    assert "boosted_trees" in kinds(several, values)
    assert "boosted_trees" not in kinds(
        with_training(several, loss=Loss.default("absolute")), values
    )


def test_an_architecture_of_ones_own_is_trained_again_with_other_seeds() -> None:
    recipe = with_training(with_model(NEW, trunk=Trunk.default("mlp")), networks=3, seed=5)
    several = portfolio(recipe, TableFacts(20_000, 5, (3,), Task.BINARY))
    assert {each.recipe.model.trunk for each in several} == {Trunk.default("mlp")}
    assert [each.recipe.training.seed for each in several] == [5, 6, 7]


def test_an_old_recipe_says_what_it_said_and_a_new_one_may_say_auto() -> None:
    old = parse_recipe('{"trainyard": 1}', "old")
    assert old.model.trunk == Trunk.default("mlp")
    assert (old.training.epochs, old.training.batch_size, old.training.networks) == (100, 256, 1)
    said = '{"model": {"trunk": "auto"}, "training": {"epochs": "auto", "optimizer": "auto"}}'
    new = parse_recipe(said, "new")
    assert (new.model.trunk, new.training.epochs, new.training.optimizer) == (None, None, None)
    assert parse_recipe(recipe_json(NEW), "new") == NEW


def test_the_rules_need_no_torch() -> None:
    code = (
        "import sys\n"
        "from engine.recipe.auto.choose import as_new, choose\n"
        "from engine.recipe.auto.facts import TableFacts\n"
        "from engine.recipe.recipe import Recipe\n"
        "from engine.schema import Task\n"
        "choose(as_new(Recipe()), TableFacts(1000, 3, (4,), Task.BINARY))\n"
        "assert 'torch' not in sys.modules and 'pandas' not in sys.modules\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_a_few_rows_make_one_linear_model_whatever_the_time() -> None:
    found = TableFacts(60, 5, (3,), Task.BINARY)
    (only,) = portfolio(with_training(NEW, time_budget=10.0), found)
    assert only.recipe.model.trunk == Trunk.default("linear")


def test_a_rate_that_goes_in_cycles_is_trained_to_its_end() -> None:
    found = TableFacts(20_000, 5, (3,), Task.BINARY)
    training = choose(with_model(NEW, trunk=Trunk.default("realmlp")), found).recipe.training
    assert training.early_stopping.patience == training.epochs
