import string
from dataclasses import fields

import pytest

from engine import errors
from engine.errors import TrainyardError, from_facts


def all_classes() -> list[type[TrainyardError]]:
    return [
        value
        for value in vars(errors).values()
        if isinstance(value, type) and issubclass(value, TrainyardError)
    ]


@pytest.mark.parametrize("cls", all_classes(), ids=lambda cls: cls.__name__)
def test_templates_use_only_the_facts_of_their_class(cls: type[TrainyardError]) -> None:
    known = {field.name for field in fields(cls)}
    for template in (cls.found, cls.advice):
        used = {name for _, name, _, _ in string.Formatter().parse(template) if name}
        assert used <= known


@pytest.mark.parametrize("cls", all_classes(), ids=lambda cls: cls.__name__)
def test_every_error_is_in_the_tree_at_the_top(cls: type[TrainyardError]) -> None:
    assert cls.__name__ in (errors.__doc__ or "")


def test_an_error_survives_the_way_through_the_event_log() -> None:
    error = errors.LossNotFinite(epoch=3, step=12, learning_rate=0.1, suggested=0.01)
    again = from_facts(type(error).__name__, error.facts())
    assert type(again) is errors.LossNotFinite
    assert str(again) == str(error)


def test_an_error_of_a_newer_version_still_says_something() -> None:
    assert "Brandnew" in str(from_facts("Brandnew", {"x": 1}))
    assert isinstance(from_facts("LossNotFinite", {"epoch": 1}), errors.Unexpected)


def test_the_sentence_says_what_was_found_and_what_to_do() -> None:
    text = str(errors.TargetOneClass(column="y", value="a", rows=1200))
    assert "“y” is “a” in all 1,200 rows" in text
    assert text.endswith("Choose another target, or add rows of another class.")
