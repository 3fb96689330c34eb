"""Where JSON of a model is wrong, and in which words that is said."""

import pytest

from engine.recipe.families import Trunk
from engine.recipe.model import ModelSpec
from engine.recipe.recipe import Recipe
from gui.forms.json_check import JsonProblem, check, line_of, to_json

TEXT = """{
  "trunk": {
    "kind": "mlp",
    "widths": [
      8,
      "x, \\" }"
    ],
    "dropout": 0.1
  },
  "numbers": {"kind": "plain"}
}"""


@pytest.mark.parametrize(
    ("path", "line"),
    [
        ((), 1),
        (("trunk",), 2),
        (("trunk", "kind"), 3),
        (("trunk", "widths", 1), 6),
        (("trunk", "dropout"), 8),
        (("numbers", "kind"), 10),
        (("trunk", "nothing"), 2),
        (("nothing", "at all"), 1),
    ],
)
def test_the_line_of_a_value_is_found(path: tuple[str | int, ...], line: int) -> None:
    assert line_of(TEXT, path) == line


def test_a_model_survives_being_written_and_read() -> None:
    model = ModelSpec(trunk=Trunk.member("mlp")(widths=(512, 256), dropout=0.25))
    assert check(to_json(model), ModelSpec) == model
    assert '"widths": [512, 256]' in to_json(model)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ('{"trunk": {"kind": "mlp", "dropout": 2}}', "Dropout must be from 0 to 0.9."),
        ('{"trunk": {"kind": "mlp", "deep": 2}}', "There is no field “deep” here."),
        ('{"bunk": {}}', "There is no field “bunk” here."),
        (
            '{"trunk": {"kind": "mlp", "widths": []}}',
            "Layer widths takes from 1 to 64 numbers.",
        ),
    ],
)
def test_what_is_wrong_is_said_in_the_words_of_the_form(text: str, problem: str) -> None:
    assert check(text, ModelSpec) == JsonProblem(1, problem)


def test_an_unknown_kind_is_told_with_the_known_ones() -> None:
    outcome = check('{"trunk": {"kind": "tree"}}', ModelSpec)
    assert isinstance(outcome, JsonProblem)
    assert "There is no kind “tree”. The kinds are: auto, linear, mlp" in outcome.text


def test_broken_syntax_is_told_with_line_and_column() -> None:
    outcome = check('{\n  "trunk": ,\n}', ModelSpec)
    assert isinstance(outcome, JsonProblem)
    assert outcome.line == 2
    assert outcome.text.startswith("column 12")


@pytest.mark.parametrize("text", ["", "[]", "3", "null", '"a"', "[" * 100_000])
def test_what_is_no_object_is_refused(text: str) -> None:
    assert isinstance(check(text, ModelSpec), JsonProblem)


def test_what_is_wrong_in_a_list_of_the_recipe_is_found_with_its_words() -> None:
    text = """{
  "columns": [
    {"name": "age"},
    {"name": "fare", "role": "guess"}
  ],
  "split": {
    "validation": 3
  }
}"""
    found = check(text, Recipe)
    assert isinstance(found, JsonProblem)
    assert found.line == 4
    found = check(text.replace("guess", "feature"), Recipe)
    assert isinstance(found, JsonProblem)
    assert found.line == 7
    assert "0.8" in found.text
    assert isinstance(check(text.replace("guess", "ignore").replace("3", "0.3"), Recipe), Recipe)


def test_a_wrong_value_in_a_list_of_parts_is_told_at_its_line() -> None:
    text = """{
  "trunk": {
    "kind": "custom",
    "layers": [
      "activation",
      {
        "kind": "linear",
        "width": 0
      }
    ]
  }
}"""
    outcome = check(text, ModelSpec)
    assert outcome == JsonProblem(8, "Width must be a whole number from 1 to 65,536.")
