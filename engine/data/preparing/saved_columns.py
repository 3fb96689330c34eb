"""Fitted columns on disk: readable records as JSON, long lists of numbers as tensors.

A tensor is named by the place of its column and the path of its field: `3.scaling.points`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from engine.data.preparing.categories.fitted_category import FittedCategory
from engine.data.preparing.fitted import FittedColumn
from engine.data.preparing.numbers.fitted_number import FittedNumber

Record: TypeAlias = dict[str, Any]
_OLD_QUANTILES = "quantiles."


def to_records(
    columns: Sequence[FittedColumn],
) -> tuple[list[Record], dict[str, NDArray[np.float64] | NDArray[np.float32]]]:
    """The columns' records without their long lists, and these as tensors by name."""
    records: list[Record] = []
    arrays: dict[str, NDArray[np.float64] | NDArray[np.float32]] = {}
    for place, column in enumerate(columns):
        record = column.model_dump(mode="json")
        if isinstance(column, FittedNumber):
            for field in column.scaling.arrays:
                points = record["scaling"].pop(field)
                arrays[f"{place}.scaling.{field}"] = np.asarray(points, np.float64)
        elif isinstance(column, FittedCategory) and column.table is not None:
            for field in column.table.arrays:
                numbers = record["table"].pop(field)
                arrays[f"{place}.table.{field}"] = np.asarray(numbers, np.float32)
        records.append(record)
    return records, arrays


def from_records(
    records: list[Record], arrays: Mapping[str, NDArray[Any]], version: int
) -> list[Record]:
    """Complete records, of any version, as they are now.

    Raises `KeyError`, `IndexError`, `TypeError` or `ValueError` where they are damaged.
    """
    for name, values in arrays.items():
        if name.startswith(_OLD_QUANTILES):
            records[int(name.removeprefix(_OLD_QUANTILES))]["quantiles"] = values.tolist()
            continue
        place, part, field = name.split(".")
        records[int(place)][part][field] = values.tolist()
    return records if version > 1 else [_from_version_1(record) for record in records]


def _from_version_1(old: Record) -> Record:
    """A record as it was before columns had steps of their own."""
    drops = old.get("missing") == "drop_row" or old.get("drops_rows", False)
    record = {name: old[name] for name in ("kind", "name", "cell_type")} | {"drops_rows": drops}
    match old["kind"]:
        case "number":
            scaling: Record = {"kind": old["scale"]}
            if old["scale"] == "quantile":
                scaling |= {"output": "normal", "points": old.get("quantiles", [])}
            elif old["scale"] != "none":
                scaling |= {"center": old["center"], "spread": old["spread"]}
            return record | {"fill": old["fill"], "flag": old["flag"], "scaling": scaling}
        case "category":
            own = old["missing"] == "own_level"
            return record | {
                "levels": old["levels"],
                "missing_level": old["missing_level"],
                "fill": 0 if own else old["most_frequent"],
            }
        case _:
            year = {"part": "year", "center": old["year_center"], "spread": old["year_spread"]}
            hours = ["hour"] if old["hours"] else []
            return record | {
                "first": old["first"],
                "elapsed": [old["center"], old["spread"]],
                "numbers": [year],
                "circles": ["month", "weekday", *hours],
                "flag": old["flag"],
            }
