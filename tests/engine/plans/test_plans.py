"""What can be swept, how it is written, and that a plan comes back from its JSON as it was."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from engine.errors import RecipeInvalid
from engine.plans.parsing import check_field, domain_text, in_order, parse_domain, parse_field
from engine.plans.plan import parse_plan, plan_json
from engine.plans.seeds import Seeds
from engine.plans.sweep import Choices, Range, Sweep, SweptField
from engine.plans.sweepable import domain_of, sweepable_fields
from engine.recipe.recipe import Recipe

RATE = "training.optimizer.learning_rate"


@pytest.mark.parametrize(
    ("text", "domain"),
    [
        ("1e-4..1e-2:log", Range(low=1e-4, high=1e-2, log=True)),
        ("8..64:log:4", Range(low=8, high=64, log=True, whole=True, points=4)),
        ("0..0.5", Range(low=0, high=0.5)),
        ("8, 16, 32", Choices(values=(8, 16, 32))),
        ("mlp, resnet", Choices(values=("mlp", "resnet"))),
        ("[64, 64], [128]", Choices(values=((64, 64), (128,)))),
        ("true, false", Choices(values=(True, False))),
    ],
)
def test_what_is_tried_is_read_as_people_write_it_and_written_so_again(
    text: str, domain: Range | Choices
) -> None:
    assert parse_domain(text) == domain
    usual = domain.model_copy(update={"points": 5}) if isinstance(domain, Range) else domain
    assert parse_domain(domain_text(domain)) == usual


@pytest.mark.parametrize("text", ["3", "a..b", "5..1", "0..1:log", "1..2:cubic", "4, 4"])
def test_what_cannot_be_tried_is_refused(text: str) -> None:
    with pytest.raises((ValueError, ValidationError)):
        parse_domain(text)


def test_whether_a_range_is_of_whole_numbers_follows_from_the_field() -> None:
    recipe = Recipe()
    assert parse_field(f"{RATE}=1..2", recipe).domain == Range(low=1, high=2)
    batch = parse_field("training.batch_size=16..64", recipe).domain
    assert batch == Range(low=16, high=64, whole=True)


def test_every_field_that_offers_itself_takes_what_is_tried_unless_a_person_says() -> None:
    recipe = Recipe()
    fields = sweepable_fields(recipe)
    assert RATE in {field.path for field in fields}
    assert not any(field.path.startswith(("split", "reading")) for field in fields)
    for field in fields:
        domain = domain_of(field)
        if isinstance(domain, Range):
            check_field(recipe, SweptField(path=field.path, domain=domain))


def test_a_value_beyond_the_bounds_of_its_field_is_refused_with_the_field_named() -> None:
    with pytest.raises(RecipeInvalid) as caught:
        parse_field(f"{RATE}=1e-3..100", Recipe())
    assert RATE in str(caught.value)


def test_the_kind_of_a_part_is_set_before_its_fields() -> None:
    some = Choices(values=(1, 2))
    fields = [SweptField(path=path, domain=some) for path in ("a.b.rate", "a.b.kind", "a.c")]
    assert in_order(fields)[0].path == "a.b.kind"


@settings(max_examples=25)
@given(
    low=st.floats(1e-6, 1.0),
    wide=st.floats(1.5, 1e4),
    points=st.integers(2, 12),
    log=st.booleans(),
)
def test_a_grid_begins_and_ends_with_its_range_and_goes_up(
    low: float, wide: float, points: int, log: bool
) -> None:
    found = Range(low=low, high=low * wide, log=log, points=points).grid()
    assert len(found) == points
    assert found[0] == pytest.approx(low, rel=1e-5)
    assert found[-1] == pytest.approx(low * wide, rel=1e-5)
    assert sorted(found) == list(found)


def test_plans_come_back_from_json_as_they_were() -> None:
    widths = Choices(values=((8,), (8, 8), None, "auto", True, 0.5))
    sweep = Sweep(
        fields=(
            SweptField(path="model.trunk.widths", domain=widths),
            SweptField(path=RATE, domain=Range(low=1e-4, high=1e-2, log=True)),
        ),
        trials=7,
        minutes=2.5,
        prune="hyperband",
    )
    for plan in (sweep, Seeds(seeds=3)):
        assert parse_plan(plan_json(plan)) == plan
    with pytest.raises(ValidationError, match="number of trials or a time"):
        Sweep(fields=sweep.fields)
