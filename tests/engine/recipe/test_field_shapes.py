"""What a form reads from a class."""

from enum import StrEnum
from typing import Annotated, Literal

import pytest
from pydantic import Field as PydanticField

from engine.recipe.families import Optimizer
from engine.recipe.field_shapes import (
    Bounds,
    Choice,
    Json,
    Number,
    NumberList,
    PartOf,
    Section,
    Text,
    Toggle,
    fields_of,
)
from engine.recipe.parts import Frozen, OneOf
from gui.forms.editors import next_value
from gui.forms.texts import allowed, parse, show


class Colour(StrEnum):
    DARK_RED = "dark_red"
    BLUE = "blue"


class Inner(Frozen):
    depth: int = 1


class Everything(Frozen):
    only: Literal["one"] = "one"
    on: bool = True
    maybe: bool | None = None
    colour: Colour = Colour.BLUE
    word: Literal["a", "b"] | None = PydanticField(
        default="a", json_schema_extra={"labels": {"a": "First"}}
    )
    whole: int = PydanticField(default=3, ge=1, lt=10, title="Whole", description="Help.")
    real: float = PydanticField(default=0.5, gt=0, le=1, json_schema_extra={"unit": "m"})
    rate: float = PydanticField(default=1e-3, gt=0, json_schema_extra={"log": True})
    optional: float | None = PydanticField(default=None, json_schema_extra={"empty": "off"})
    widths: tuple[Annotated[int, PydanticField(ge=1, le=64)], ...] = PydanticField(
        default=(1, 2), min_length=1, max_length=4
    )
    pair: tuple[float, float] = (0.1, 0.9)
    text: str = PydanticField(default="x", min_length=1, max_length=5)
    optimizer: Annotated[Optimizer, OneOf(Optimizer)] = PydanticField(
        default_factory=lambda: Optimizer.default("adam")
    )
    inner: Inner = Inner()
    other: dict[str, int] = {}


FIELDS = {field.name: field for field in fields_of(Everything)}


@pytest.mark.parametrize(
    ("name", "shape"),
    [
        ("on", Toggle()),
        ("maybe", Choice((None, True, False), ("—", "Yes", "No"))),
        ("colour", Choice((Colour.DARK_RED, Colour.BLUE), ("Dark red", "Blue"))),
        ("word", Choice((None, "a", "b"), ("—", "First", "B"))),
        ("whole", Number(whole=True, bounds=Bounds(1, 10, high_open=True))),
        ("real", Number(whole=False, bounds=Bounds(0, 1, low_open=True))),
        ("rate", Number(whole=False, bounds=Bounds(0, None, low_open=True), log=True)),
        ("optional", Number(whole=False, bounds=Bounds())),
        ("widths", NumberList(True, Bounds(1, 64), 1, 4)),
        ("pair", NumberList(False, Bounds(), 2, 2)),
        ("text", Text(1, 5)),
        ("optimizer", PartOf(Optimizer)),
        ("inner", Section(Inner)),
        ("other", Json()),
    ],
)
def test_the_shape_follows_from_the_annotation(name: str, shape: object) -> None:
    assert FIELDS[name].shape == shape


def test_a_field_with_one_possible_value_is_left_out() -> None:
    assert "only" not in FIELDS


def test_title_help_unit_and_meaning_of_empty_come_from_the_class() -> None:
    assert (FIELDS["whole"].title, FIELDS["whole"].help) == ("Whole", "Help.")
    assert FIELDS["colour"].title == "Colour"
    assert FIELDS["real"].unit == "m"
    assert FIELDS["optional"].optional
    assert FIELDS["optional"].empty == "off"


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("whole", "7", 7),
        ("whole", "1,000", 1000),
        ("whole", "1e3", 1000),
        ("real", "0,5", 0.5),
        ("real", "\u22120.5", -0.5),
        ("rate", "1e-3", 0.001),
        ("optional", "", None),
        ("widths", "512, 512", (512, 512)),
        ("widths", "512 256;8", (512, 256, 8)),
        ("widths", "[4, 5]", (4, 5)),
        ("pair", "0.1 0.9", (0.1, 0.9)),
        ("text", " ab ", "ab"),
        ("other", '{"a": 1}', {"a": 1}),
    ],
)
def test_text_becomes_a_value(name: str, text: str, value: object) -> None:
    assert parse(FIELDS[name], text) == value


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("whole", "1.5"),
        ("whole", ""),
        ("whole", "1_0"),
        ("real", "x"),
        ("widths", "1, y"),
        ("other", "{"),
    ],
)
def test_text_of_another_form_is_refused(name: str, text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - whatever the reader of the form raises
        parse(FIELDS[name], text)


@pytest.mark.parametrize(
    ("name", "value", "text"),
    [
        ("rate", 0.001, "1e-3"),
        ("rate", 0.00025, "2.5e-4"),
        ("rate", 0.5, "0.5"),
        ("real", 0.0001, "0.0001"),
        ("widths", (512, 256), "512, 256"),
        ("optional", None, ""),
        ("word", "a", "First"),
    ],
)
def test_a_value_is_shown_as_it_may_be_typed(name: str, value: object, text: str) -> None:
    assert show(FIELDS[name], value) == text
    if name != "word":
        assert parse(FIELDS[name], text) == value


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("whole", "Whole must be a whole number from 1 to 9."),
        ("real", "Real must be above 0 and at most 1."),
        ("rate", "Rate must be above 0."),
        ("optional", "Optional must be a number. It may be empty."),
        ("widths", "Widths must be whole numbers from 1 to 64 with commas between them."),
        ("text", "Text must have from 1 to 5 characters."),
    ],
)
def test_what_is_allowed_is_said_from_the_bounds(name: str, sentence: str) -> None:
    assert allowed(FIELDS[name]) == sentence


@pytest.mark.parametrize(
    ("shape", "value", "steps", "expected"),
    [
        (Number(False, Bounds(0, 10, low_open=True), log=True), 1e-3, 1, 2e-3),
        (Number(False, Bounds(0, 10, low_open=True), log=True), 1e-3, -1, 5e-4),
        (Number(False, Bounds(0, 10, low_open=True), log=True), 10.0, 1, 10.0),
        (Number(False, Bounds(0, 0.9)), 0.2, 1, 0.25),
        (Number(False, Bounds(0, 0.9)), 0.9, 1, 0.9),
        (Number(False, Bounds(0, 0.9)), 0.0, -1, 0.0),
        (Number(True, Bounds(1, None)), 16, -1, 15),
        (Number(True, Bounds(1, None)), 1, -1, 1),
        (Number(True, Bounds()), 7, 1, 8),
    ],
)
def test_arrow_keys_step_to_round_values_inside_the_bounds(
    shape: Number, value: float, steps: int, expected: float
) -> None:
    assert next_value(shape, value, steps) == pytest.approx(expected)
