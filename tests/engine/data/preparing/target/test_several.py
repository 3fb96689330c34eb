"""Several targets side by side: each with its own way there and back, missing ones masked."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from engine.data.columns.infer import complete
from engine.data.preparing.arrays import Arrays
from engine.data.preparing.inputs import OutputForm
from engine.data.preparing.preparation import Preparation
from engine.errors import LabelNotYesNo
from engine.recipe.recipe import Recipe
from engine.schema import Kind, Task
from tests.engine.training.tables import schema_of

NUMBERS = pd.DataFrame(
    {
        "x": [1.0, 2.0, 3.0, 4.0, 5.0, 6.0],
        "price": [10.0, 20.0, np.nan, 40.0, np.nan, 60.0],
        "rent": [1.0, 10.0, 100.0, 1000.0, np.nan, 10.0],
    }
)
LABELS = pd.DataFrame(
    {
        "x": [1.0, 2.0, 3.0, 4.0, 5.0, 6.0],
        "rain": ["no", "yes", None, "yes", None, "no"],
        "wind": ["high", "low", "low", None, None, "high"],
    }
)


def preparation_of(
    frame: pd.DataFrame, fields: dict[str, Any] | None = None, **recipe: Any
) -> Preparation:
    kinds = {} if "price" in frame else {"rain": Kind.CATEGORY, "wind": Kind.CATEGORY}
    schema = schema_of(frame, **kinds)
    fields = fields or {}
    columns = [
        {"name": name, "role": "feature" if name == "x" else "target", **fields.get(name, {})}
        for name in frame.columns
    ]
    asked = complete(Recipe.model_validate({"columns": columns, **recipe}), schema)
    return Preparation.fit(frame, asked, schema, np.arange(len(frame)))


def transformed(preparation: Preparation, frame: pd.DataFrame) -> Arrays:
    return preparation.transform(frame, with_target=True)


def test_a_row_counts_if_it_has_one_of_the_targets() -> None:
    preparation = preparation_of(NUMBERS)
    arrays = transformed(preparation, NUMBERS)
    assert arrays.kept.tolist() == [True, True, True, True, False, True]
    assert arrays.values is not None
    assert arrays.target is not None
    assert arrays.target.dtype == np.float32
    np.testing.assert_array_equal(arrays.values, NUMBERS[["price", "rent"]].to_numpy()[arrays.kept])
    assert np.isnan(arrays.target).tolist() == np.isnan(arrays.values).tolist()
    assert (preparation.task, preparation.targets) == (Task.MULTI_REGRESSION, ("price", "rent"))
    assert preparation.target == "price, rent"


def test_labels_are_codes_and_unknown_where_missing() -> None:
    preparation = preparation_of(LABELS, {"wind": {"outcome": {"positive": "high"}}})
    arrays = transformed(preparation, LABELS)
    assert arrays.values is not None
    assert arrays.values.tolist() == [[0, 1], [1, 0], [-1, 0], [1, -1], [0, 1]]
    assert (preparation.task, preparation.form) == (Task.MULTI_LABEL, OutputForm.LOGITS)
    assert preparation.inputs.outputs == 2
    assert [t.classes for t in preparation.fitted_targets] == [("no", "yes"), ("low", "high")]


@pytest.mark.parametrize(
    "own",
    [
        {},
        {"rent": {"outcome": {"transform": "log"}}},
        {"rent": {"outcome": {"transform": "quantile"}}},
    ],
)
def test_each_target_comes_back_exactly_by_its_own_way(own: dict[str, Any]) -> None:
    preparation = preparation_of(NUMBERS, own)
    arrays = transformed(preparation, NUMBERS)
    assert arrays.values is not None
    for place, (target, _) in enumerate(preparation.by_target(np.zeros((1, 2)))):
        values = arrays.values[:, place]
        known = ~np.isnan(values)
        outputs = target.learned(values[known])[:, None]  # type: ignore[union-attr]
        np.testing.assert_allclose(target.inverse(outputs), values[known], rtol=1e-12)
    kinds = [target.transform.kind for target in preparation.fitted_targets]  # type: ignore[union-attr]
    assert kinds[0] == "plain"


def test_predictions_stand_side_by_side() -> None:
    preparation = preparation_of(NUMBERS)
    plain = preparation.predictions(preparation.plainest_outputs(2))
    expected = NUMBERS[["price", "rent"]].mean().to_numpy()
    np.testing.assert_allclose(plain, [expected, expected])
    np.testing.assert_allclose(
        preparation.scales, NUMBERS[["price", "rent"]].std(ddof=0).to_numpy()
    )


def test_each_target_has_an_interval_of_its_own() -> None:
    preparation = preparation_of(NUMBERS, training={"loss": "gaussian"})
    assert (preparation.inputs.outputs, preparation.form) == (4, OutputForm.GAUSSIAN)
    outputs = preparation.plainest_outputs(1)
    for target, own in preparation.by_target(outputs):
        low, high = target.quantiles(own).values()  # type: ignore[union-attr]
        deviations = target.deviations(own)  # type: ignore[union-attr]
        assert deviations is not None
        assert deviations[0] == pytest.approx(target.scale)  # type: ignore[union-attr]
        assert high - low == pytest.approx(2 * 1.6448536 * deviations)


def test_it_is_saved_and_loaded(tmp_path: Path) -> None:
    own = {"rent": {"outcome": {"transform": "quantile"}}}
    preparation = preparation_of(NUMBERS, own)
    preparation.save(tmp_path)
    assert Preparation.load(tmp_path) == preparation
    state = json.loads((tmp_path / "preparation.json").read_text())
    assert "values" not in state["targets"][1]["transform"]


def test_a_preparation_of_one_target_from_an_earlier_version_loads(tmp_path: Path) -> None:
    frame = NUMBERS[["x", "rent"]].dropna()
    schema = schema_of(frame)
    asked = Recipe().with_target("rent")
    recipe = complete(
        asked.model_copy(
            update={"outcome": asked.outcome.model_validate({"transform": "quantile"})}
        ),
        schema,
    )
    preparation = Preparation.fit(frame, recipe, schema, np.arange(len(frame)))
    preparation.save(tmp_path)
    path = tmp_path / "preparation.json"
    state = json.loads(path.read_text())
    state["preparation"] = 2
    state["target"] = state.pop("targets")[0]
    for field in ("covered", "deviation"):
        state["target"].pop(field)
    for seal in ("seal", "arrays_seal"):  # that version wrote none
        state.pop(seal)
    path.write_text(json.dumps(state))
    from safetensors.numpy import load, save

    arrays = load((tmp_path / "arrays.safetensors").read_bytes())
    old = {name.replace("target.0.", "target."): array for name, array in arrays.items()}
    (tmp_path / "arrays.safetensors").write_bytes(save(old))
    loaded = Preparation.load(tmp_path)
    outputs = np.linspace(-1, 1, 5)[:, None]
    np.testing.assert_array_equal(loaded.predictions(outputs), preparation.predictions(outputs))


def test_a_label_of_three_classes_is_refused_by_name() -> None:
    frame = LABELS.assign(wind=["high", "low", "low", "none", None, "high"])
    with pytest.raises(LabelNotYesNo) as caught:
        preparation_of(frame)
    assert (caught.value.column, caught.value.classes) == ("wind", "high, low, none")


def test_a_label_that_training_did_not_have_counts_as_missing() -> None:
    preparation = preparation_of(LABELS)
    other = LABELS.assign(rain=["maybe", "maybe", "yes", "no", "no", "no"])
    arrays = transformed(preparation, other)
    assert arrays.values is not None
    assert arrays.values[:, 0].tolist() == [-1, -1, 1, 0, 0, 0]
    told = [str(note) for note in arrays.warnings]
    assert any("2 rows have a class of “rain”" in note and "missing there" in note for note in told)


def test_target_encoding_has_a_mean_for_each_target() -> None:
    frame = NUMBERS.assign(x=["a", "a", "b", "b", "b", "a"])
    schema = schema_of(frame, x=Kind.CATEGORY)
    columns = [
        {"name": "x", "kind": "category", "encode": {"kind": "target", "smoothing": 0}},
        {"name": "price", "role": "target"},
        {"name": "rent", "role": "target"},
    ]
    recipe = complete(Recipe.model_validate({"columns": columns}), schema)
    preparation = Preparation.fit(frame, recipe, schema, np.arange(6))
    numbers = preparation.transform(frame, with_target=False).numbers
    assert len(preparation.inputs.numbers) == 2
    price = frame.groupby("x").price.mean()
    scaled = (price - frame.price.mean()) / frame.price.std(ddof=0)
    np.testing.assert_allclose(numbers[:, 0], scaled[frame.x], rtol=1e-5)


def test_rows_left_out_for_a_gap_leave_the_classes_of_others_alone() -> None:
    frame = pd.DataFrame({"x": [1.0, np.nan, 3, 4, 5, 6], "y": ["a", "b", "a", "b", "c", "a"]})
    schema = schema_of(frame, y=Kind.CATEGORY)
    columns = [{"name": "y", "role": "target"}, {"name": "x", "missing": "drop_row"}]
    recipe = complete(Recipe.model_validate({"columns": columns}), schema)
    preparation = Preparation.fit(frame, recipe, schema, np.arange(6))
    arrays = transformed(preparation, frame)
    assert arrays.target is not None
    assert arrays.values is not None
    assert arrays.target.tolist() == [0, 0, 1, 2, 0]
    assert arrays.values.tolist() == [0, 0, 1, 2, 0]
