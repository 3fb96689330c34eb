"""The columns that a model needs, read from a run or from a model file without loading its network."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from engine.outputs import Output
from engine.schema import Kind, Task

if TYPE_CHECKING:
    from engine.data.preparing.preparation import Preparation
    from engine.predictor.decision import Decision


@dataclass(frozen=True, slots=True)
class InputColumn:
    """A column that new rows must have."""

    name: str
    kind: Kind
    levels: tuple[str, ...] = ()
    """The known values of a category."""
    low: float | None = None
    high: float | None = None
    """The range of the training values of a number, where it is known."""


@dataclass(frozen=True, slots=True)
class InputSchema:
    """What a model takes and gives."""

    target: str
    """Of several targets their names, with commas."""
    task: Task
    classes: tuple[str, ...]
    columns: tuple[InputColumn, ...]
    targets: tuple[tuple[str, tuple[str, ...]], ...] = ()
    """Each of several targets and its classes, none for numbers; empty for one target."""
    outputs: tuple[Output, ...] = ()
    """What it can tell of a row."""
    decimal: str = "."
    """The decimal mark of numbers that are typed: that of the training file."""

    @property
    def by_target(self) -> tuple[tuple[str, tuple[str, ...]], ...]:
        """Each target and its classes."""
        return self.targets or ((self.target, self.classes),)

    def to_json(self) -> str:
        """The schema as JSON text, for programs that make the rows."""
        columns = [
            {"name": column.name, "kind": column.kind.value}
            | ({"levels": list(column.levels)} if column.kind is Kind.CATEGORY else {})
            for column in self.columns
        ]
        content: dict[str, object] = {
            "columns": columns,
            "target": self.target,
            "task": self.task.value,
            "classes": list(self.classes),
        }
        if self.targets:
            content["targets"] = [
                {"name": name, "classes": list(classes)} for name, classes in self.targets
            ]
        return json.dumps(content, indent=2, ensure_ascii=False)


def read_schema(model: Path) -> InputSchema:
    """The schema of a run folder or of a `.trainyard` file.

    Raises `FileMissing`, `ModelFileError`, `RunUntrained` or `RecipeError`.
    """
    from engine.predictor.decision import decision_of
    from engine.predictor.fitted_recipe import fitted_recipe, model_parts
    from engine.predictor.model_file import decision_in

    if model.is_dir():
        return _schema(fitted_recipe(model)[1], decision_of(model))
    parts = model_parts(model)
    return _schema(parts.preparation, decision_in(parts.entries))


def _schema(preparation: Preparation, decision: Decision) -> InputSchema:
    from engine.predictor.outputs import given_outputs

    known = {
        column.name: InputColumn(
            name=column.name,
            kind=Kind(column.kind),
            levels=column.levels if column.kind == "category" else (),
            low=column.low if column.kind == "number" else None,
            high=column.high if column.kind == "number" else None,
        )
        for column in preparation.fitted
    }
    for formula in preparation.derived:  # what only formulas read
        for each in formula.inputs:
            known.setdefault(each.name, InputColumn(each.name, each.kind))
    columns = tuple(known[name] for name in preparation.columns)
    return InputSchema(
        target=preparation.target,
        task=preparation.task,
        classes=preparation.classes,
        columns=columns,
        targets=tuple((target.name, target.classes) for target in preparation.fitted_targets)
        if preparation.task.has_several_targets
        else (),
        outputs=given_outputs(preparation, decision),
        decimal=preparation.decimal,
    )
