"""A table with a column of each kind, and every step that its columns can have."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from engine.data.preparing.arrays import Arrays
from engine.data.preparing.column_steps import FAMILIES, choices
from engine.recipe.columns import ColumnSpec
from engine.recipe.recipe import Recipe
from engine.schema import Kind, Role, Schema
from tests.engine.training.tables import schema_of

KINDS = {"amount": Kind.NUMBER, "city": Kind.CATEGORY, "when": Kind.DATE}
COLUMNS = {kind: name for name, kind in KINDS.items()}
TARGETS = {
    "label": Kind.CATEGORY,
    "grade": Kind.CATEGORY,
    "price": Kind.NUMBER,
    "rent": Kind.NUMBER,
    "sold": Kind.CATEGORY,
}


def frame_of(rows: int = 80, seed: int = 0) -> pd.DataFrame:
    """A skewed number, a category with rare levels and a date with times, all with gaps; five targets, the last two with gaps too."""
    rng = np.random.default_rng(seed)
    cities = np.array(["Bonn", "Rome", "Oslo", "Graz", "Lima", "Bern", "Nice"], dtype=object)
    city = cities[np.minimum(rng.geometric(0.45, rows) - 1, 6)]
    amount = np.exp(rng.normal(2, 1, rows)) - 3
    moments = pd.Timestamp("2019-11-20") + pd.to_timedelta(rng.integers(0, 900 * 24, rows), "h")
    price = 50 + 3 * amount + 20 * (city == "Rome") + rng.normal(0, 5, rows)
    frame = pd.DataFrame(
        {
            "amount": amount,
            "city": city,
            "when": moments,
            "price": price,
            "label": np.where(price > np.median(price), "yes", "no"),
            "grade": np.select([price < 60, price < 80], ["low", "mid"], "high"),
        }
    )
    frame["rent"] = np.where(np.arange(rows) % 8 == 5, np.nan, price / 10 + amount)
    frame["sold"] = np.where(amount > 5, "sold", "open")
    frame.loc[4::13, "sold"] = None
    frame.loc[::7, "amount"] = np.nan
    frame.loc[2::9, "city"] = None
    frame.loc[3::11, "when"] = pd.NaT
    return frame


def schema_and_recipe(
    frame: pd.DataFrame, target: str = "label", **specs: dict[str, Any]
) -> tuple[Schema, Recipe]:
    """The schema of `frame_of`, and a recipe in which columns have these fields.

    `target` names one of its targets, or several with a plus between.
    """
    schema = schema_of(frame, **KINDS, **TARGETS)
    columns = []
    for column in schema.columns:
        role = Role.FEATURE if column.name in KINDS else Role.IGNORE
        fields = {"name": column.name, "kind": column.kind, "role": role}
        if column.name in target.split("+"):
            fields["role"] = Role.TARGET
        columns.append(ColumnSpec.model_validate(fields | specs.get(column.name, {})))
    return schema, Recipe(columns=tuple(columns))


def all_steps() -> list[dict[str, dict[str, Any]]]:
    """One recipe's worth of fields for each member of each family, and some combinations."""
    found: list[dict[str, dict[str, Any]]] = []
    for step in FAMILIES:
        for kind, name in COLUMNS.items():
            for member in choices(step, kind):
                fields: dict[str, Any] = {"kind": member.kind_name()}
                if member.kind_name() == "constant":
                    values = {Kind.NUMBER: 7.5, Kind.CATEGORY: "none", Kind.DATE: "2020-05-01"}
                    fields["value"] = values[kind]
                found.append({name: {step: fields}})
    found += [
        {"amount": {"scale": "bins", "missing": "mean", "flag": True}},
        {"amount": {"scale": {"kind": "bins", "by": "width", "count": 5}, "clip": "fences"}},
        {"amount": {"scale": "power", "clip": {"kind": "quantiles", "low": 0.1, "high": 0.8}}},
        {"city": {"encode": "target", "rare": {"kind": "count", "below": 4}, "flag": True}},
        {"city": {"encode": {"kind": "hashed", "count": 5}, "missing": "most_frequent"}},
        {"city": {"encode": {"kind": "ordinal", "levels": ["Rome", "Bonn"]}, "rare": "share"}},
        {
            "when": {
                "dates": {"kind": "calendar", "parts": ["day", "week", "minute"], "cyclic": False}
            }
        },
        {
            "when": {
                "dates": {"kind": "calendar", "weekend": True, "parts": ["day_of_year", "quarter"]}
            }
        },
    ]
    return found


def name_of(fields: dict[str, dict[str, Any]]) -> str:
    """A name for a test."""
    words = []
    for column, steps in fields.items():
        for step, value in steps.items():
            kind = value["kind"] if isinstance(value, dict) else value
            words.append(f"{column}-{step}-{kind}")
    return "+".join(words)


def same(one: Arrays, other: Arrays) -> bool:
    """Whether two results are equal to the bit."""
    pairs = [(one.numbers, other.numbers), (one.codes, other.codes), (one.kept, other.kept)]
    if one.target is not None and other.target is not None:
        pairs.append((one.target, other.target))
    return all(a.shape == b.shape and a.tobytes() == b.tobytes() for a, b in pairs)
