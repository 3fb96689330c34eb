import json
import subprocess
import sys

import pytest
from pydantic import ValidationError

from engine.errors import RecipeTooNew, RecipeUnreadable
from engine.recipe.checks import findings, require_valid
from engine.recipe.columns import ColumnSpec
from engine.recipe.families import Optimizer, Schedule, Trunk
from engine.recipe.files import parse_recipe, recipe_json
from engine.recipe.model import ModelSpec
from engine.recipe.recipe import Recipe
from engine.recipe.split import Split
from engine.recipe.training import Training
from engine.schema import Kind, Role


def test_a_recipe_is_the_same_after_writing_and_reading() -> None:
    recipe = Recipe(
        columns=(ColumnSpec(name="age", kind=Kind.NUMBER), ColumnSpec(name="y", role=Role.TARGET)),
        model=ModelSpec(
            trunk=Trunk.member("mlp").model_validate({"widths": [512, 512], "dropout": 0.1})
        ),
    )
    assert parse_recipe(recipe_json(recipe), "test") == recipe


def test_a_recipe_with_nothing_in_it_has_every_default() -> None:
    assert parse_recipe('{"trainyard": 1}', "test") == Recipe()


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ('{"training": {"epochs": 0}}', "training.epochs"),
        ('{"model": {"trunk": {"kind": "mlp", "dropout": 2}}}', "model.trunk.dropout"),
        ('{"model": {"trunk": {"kind": "teapot"}}}', "choose one of auto, linear, mlp"),
        ('{"split": {"sead": 1}}', "split.sead"),
        ('{"a": 1', "line 1, column"),
        ('{"columns": [{"kind": "number"}]}', "a column needs a name or a position"),
        ('{"columns": [{"name": "a"}, {"name": "a"}]}', "listed twice"),
        ('{"training": {"optimizer": {"kind": "adam", "learning_rate": NaN}}}', "learning_rate"),
    ],
)
def test_what_is_wrong_is_named_with_its_place(text: str, where: str) -> None:
    with pytest.raises(RecipeUnreadable) as caught:
        parse_recipe(text, "r.json")
    assert where in str(caught.value)
    assert "r.json" in str(caught.value)


def test_a_newer_recipe_is_refused_by_version() -> None:
    with pytest.raises(RecipeTooNew):
        parse_recipe('{"trainyard": 2, "unknown": {}}', "r.json")


def test_the_json_schema_knows_every_part_and_needs_no_torch() -> None:
    code = (
        "import json, sys\n"
        "from engine.recipe.recipe import Recipe\n"
        "print(json.dumps(Recipe.model_json_schema()))\n"
        "assert 'torch' not in sys.modules and 'numpy' not in sys.modules\n"
    )
    text = subprocess.run(
        [sys.executable, "-c", code], check=True, capture_output=True, text=True
    ).stdout
    chosen, *automatic = json.loads(text)["$defs"]["ModelSpec"]["properties"]["trunk"]["anyOf"]
    kinds = {trunk["properties"]["kind"]["const"] for trunk in chosen["oneOf"]}
    assert {"linear", "mlp"} <= kinds
    assert automatic == [{"type": "null"}, {"const": "auto"}]


@pytest.mark.parametrize("family", [Trunk, Optimizer, Schedule])
def test_parts_are_listed_in_order_with_a_title_and_a_summary(family: type[Trunk]) -> None:
    members = family.members()
    assert [m.order for m in members] == sorted(m.order for m in members)
    for member in members:
        assert member.title
        assert member.summary
        assert isinstance(family.default(member.kind_name()), member)


def test_recipes_cannot_be_changed_in_place() -> None:
    with pytest.raises(ValidationError):
        Recipe().split.seed = 3  # type: ignore[misc]


def test_a_new_target_replaces_the_former_one() -> None:
    recipe = Recipe().with_target("a").with_target("b", Kind.CATEGORY)
    assert recipe.target == "b"
    assert recipe.column("a").role is None
    assert recipe.column("b").kind is Kind.CATEGORY


def test_each_finding_comes_with_a_recipe_that_passes() -> None:
    broken = [
        Recipe(split=Split(validation=0.6, test=0.6)),
        Recipe(split=Split(validation=0.0, test=0.2)),
        Recipe(split=Split(validation=0.0, test=0.0)),
        Recipe(
            model=ModelSpec(trunk=Trunk.member("mlp").model_validate({"normalization": "batch"})),
            training=Training(batch_size=1),
        ),
    ]
    for recipe in broken:
        found = findings(recipe)
        assert found
        for finding in found:
            assert finding.fixed is not None
            assert finding.path not in [other.path for other in findings(finding.fixed)]
    require_valid(Recipe())
