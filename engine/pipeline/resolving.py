"""A recipe against a table: checked, every column listed, every `auto` replaced."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from engine.errors import NoTarget
from engine.recipe.auto.choose import Chosen
from engine.recipe.auto.facts import Device
from engine.recipe.checks import require_valid
from engine.recipe.columns import STEPS, ColumnSpec
from engine.recipe.loss_checks import loss_findings
from engine.recipe.losses import loss_in_force
from engine.recipe.recipe import Recipe
from engine.recipe.several_targets import target_findings
from engine.recipe.split import Split, SplitMethod
from engine.schema import Schema, Task

if TYPE_CHECKING:
    from engine.data.table import Table


@dataclass(frozen=True, slots=True)
class Resolved:
    """A recipe that fits its table, every `auto` replaced."""

    recipe: Recipe
    schema: Schema
    task: Task
    networks: tuple[Chosen, ...] = ()
    """What Auto chose for each network that is trained; empty while it was not asked."""


def matched(recipe: Recipe, table: Table) -> Resolved:
    """Check a recipe against a table and list every column; what is `auto` otherwise stays so.

    Raises `RecipeInvalid`, `UnknownColumn`, `NoTarget`, `KeyMissing` or `KeyDamaged`; where a derived
    column or the condition of the rows does not fit the table, `ExpressionInvalid`, `DerivedNameTaken`
    or `DerivedFromTarget`.
    """
    from engine.data.columns.infer import complete, infer_schema, task_of
    from engine.data.preparing.derived.facts import schema_with_derived
    from engine.data.preparing.row_facts import check_rows
    from engine.data.preparing.target.seen import class_counts

    require_valid(recipe)
    schema = schema_with_derived(infer_schema(table), table, recipe)
    whole = complete(recipe, schema)
    require_valid(whole)
    check_rows(table, whole)
    task = task_of(whole, schema)
    if task is None:
        raise NoTarget
    counts: dict[str, dict[str, int]] = {}
    if task.is_classification:
        counts = {name: class_counts(table, whole, schema, name) for name in whole.targets}
    distinct = {name: schema[name].distinct for name in whole.targets}
    for finding in target_findings(whole, task, counts, distinct):
        raise finding.error()
    _require_fitting_loss(whole, task, table, schema)
    if task is Task.MULTICLASS:
        name = whole.targets[0]
        if len(whole.outcome_of(name).merged(counts[name])) == 2:
            task = Task.BINARY
    return Resolved(whole, schema, task)


def _require_fitting_loss(recipe: Recipe, task: Task, table: Table, schema: Schema) -> None:
    """Raise `RecipeInvalid` where the loss is not for the values or classes of the table."""
    from engine.data.preparing.target.seen import lowest_value, ordered_classes

    loss, lowest, classes = recipe.training.loss, {}, {}
    if loss.least is not None and not task.is_classification:
        found = {name: lowest_value(table, recipe, schema, name) for name in recipe.targets}
        lowest = {name: value for name, value in found.items() if value is not None}
    if loss.gives == "thresholds" and task is Task.MULTICLASS:
        classes = {name: ordered_classes(table, recipe, schema, name) for name in recipe.targets}
    for finding in loss_findings(recipe, task, lowest, classes):
        raise finding.error()


def resolve(recipe: Recipe, table: Table) -> Resolved:
    """Check a recipe against a table and replace every `auto`.

    Raises what `matched` raises, and the errors of `ReadError` for a test file.
    """
    from engine.data.preparing.table_facts import table_facts
    from engine.metrics import monitor_for
    from engine.recipe.auto.choose import portfolio
    from engine.training.device import choose_device

    found = matched(recipe, table)
    whole, schema, task = found.recipe, found.schema, found.task
    training = whole.training
    monitor = monitor_for(task, training.early_stopping).name
    stopping = training.early_stopping.model_copy(update={"metric": monitor})
    device, _ = choose_device(training.device)
    loss = loss_in_force(training.loss, task)
    changes = {"early_stopping": stopping, "device": device.type, "loss": loss}
    training = training.model_copy(update=changes)
    resolved = whole.model_copy(
        update={
            "reading": table.reading,
            "columns": _with_keys_named(_resolved_columns(whole, schema)),
            "split": _resolved_split(whole, table, task),
            "training": training,
        }
    )
    facts = table_facts(resolved, schema, task, cast(Device, device.type))
    networks = portfolio(resolved, facts)
    first = networks[0].recipe
    update = {"networks": len(networks), "time_budget": training.time_budget, "seed": training.seed}
    resolved = first.model_copy(update={"training": first.training.model_copy(update=update)})
    require_valid(resolved)
    return Resolved(resolved, schema, task, networks)


def _resolved_split(recipe: Recipe, table: Table, task: Task) -> Split:
    from engine.data.preparing.outside_rows import open_test_file, path_of_test_file
    from engine.data.preparing.splits.auto import method_in_force

    method = method_in_force(recipe, classes=task.is_classification)
    update: dict[str, object] = {"method": method}
    if method.needs_column:
        update["column"] = recipe.split_column
    if method is SplitMethod.FILE and recipe.split.file:
        path = path_of_test_file(recipe.split.file, table)
        update["file"] = str(path)
        # A run that goes on is scored on the rows that it was begun with, or not at all.
        noted = recipe.split.file_fingerprint
        update["file_fingerprint"] = noted or open_test_file(path, table.reading).fingerprint
    return recipe.split.model_copy(update=update)


def _with_keys_named(columns: tuple[ColumnSpec, ...]) -> tuple[ColumnSpec, ...]:
    return tuple(
        spec if spec.hide is None else spec.model_copy(update={"hide": spec.hide.resolved()})
        for spec in columns
    )


def _resolved_columns(recipe: Recipe, schema: Schema) -> tuple[ColumnSpec, ...]:
    from engine.data.preparing.column_steps import in_force, kind_in_force

    columns = []
    for spec in recipe.columns:
        column = schema[spec.name or ""]
        kind = kind_in_force(spec, column)
        # What is not for the column's kind stays as it is set, so that preparing can tell of it.
        steps = {
            step: in_force(step, kind, spec) if getattr(spec, step) is None else getattr(spec, step)
            for step in STEPS
        }
        columns.append(spec.model_copy(update={"kind": spec.kind or column.kind, **steps}))
    return tuple(columns)
