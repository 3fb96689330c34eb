"""Why a value is not taken is told in our own words, which can be translated."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from engine.errors import RecipeInvalid
from engine.plans.sweep import Sweep
from engine.recipe.path_edits import edited
from engine.recipe.recipe import Recipe
from engine.recipe.refusals import refusal


@pytest.mark.parametrize(
    ("training", "sentence"),
    [
        ({"epochs": 0}, "it must be at least 1"),
        ({"batch_size": 1.5}, "it must be a whole number"),
        ({"batch_size": "many"}, "it must be a whole number"),
        ({"clip_norm": 0}, "it must be greater than 0"),
        ({"keep": {"best": 99}}, "it must be at most 50"),
        ({"keep": 3}, "it must be an object with fields"),
        ({"early_stopping": {"enabled": "perhaps"}}, "it must be true or false"),
        ({"device": "abacus"}, "it must be one of: "),
        ({"colour": "red"}, "there is no such field"),
        ({"optimizer": {"kind": "magic"}}, "unknown kind “magic”; choose one of auto, "),
        ({"optimizer": 3}, "it must be an object with a “kind”"),
        ({"freeze": "all"}, "it must be a list"),
    ],
)
def test_a_recipe_says_what_it_does_not_take(training: dict[str, Any], sentence: str) -> None:
    with pytest.raises(ValidationError) as raised:
        Recipe.model_validate({"training": training})
    told = refusal(raised.value)
    assert str(told).startswith(sentence)
    assert told.template != "{problem}", "it is translated as a whole"


def test_rules_of_our_own_keep_their_facts_apart_from_their_words() -> None:
    field = {"path": "training.epochs", "domain": {"kind": "range", "low": 3, "high": 2}}
    with pytest.raises(ValidationError) as raised:
        Sweep.model_validate({"fields": [field], "trials": 3})
    told = refusal(raised.value)
    assert (told.template, dict(told.facts)) == (
        "the range goes from {low} to {high}",
        {"low": 3.0, "high": 2.0},
    )


def test_an_edit_that_does_not_fit_tells_why_and_what_was_found() -> None:
    with pytest.raises(RecipeInvalid, match=r"it must be at least 1 \(found 0\)\.") as raised:
        edited(Recipe(), ["training.epochs=0"])
    assert raised.value.reason is not None
    assert raised.value.reason.template == "it must be at least {limit}"
    assert "reason" not in raised.value.facts()


def test_a_rule_that_is_not_told_here_keeps_its_words() -> None:
    assert str(refusal(ValueError("no such thing"))) == "no such thing"
