"""What the columns of a table are, which one is likely the target, and which task follows."""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from engine.data.cell_types import CellKind, cast_cells
from engine.data.rejects import Misfit
from engine.data.table import Table
from engine.data.values import type_as
from engine.errors import UnknownColumn
from engine.messages import Message, message
from engine.recipe.recipe import ColumnSpec, Recipe
from engine.schema import Column, Kind, Reason, Role, Schema, Task

FEW_LEVELS = 20
FEW_SHARE = 0.05
"""A text column is a category with at most so many levels, or levels for at most this share of rows."""
_MANY_ROWS = 200_000
_PREFIX = 100_000
_IDENTIFIER_ROWS = 10
_NAMED_LIKE_KEY = re.compile(
    r"(^|[_\W\s])(id|ids|key|uuid|guid|index|idx|row|nr|no|number|serial)$|[a-z](Id|ID|Key|Number|Index)$|编号|序号",
)
_LIKELY_TARGETS = (
    "target", "label", "class", "outcome", "species", "survived", "churn", "churned", "exited",
    "diagnosis", "response", "result", "income", "default", "defaulted", "is_fraud", "fraud",
    "quality", "price", "saleprice", "medv", "labels", "category", "output", "progression", "digit", "median_house_value",
    "y",
    "标签", "类别", "目标", "结果", "类型",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Facts:
    name: str
    rows: int
    missing: int
    distinct: int
    values: pa.ChunkedArray
    cell_kind: CellKind

    @property
    def filled(self) -> int:
        return self.rows - self.missing


def infer_schema(table: Table) -> Schema:
    """Kind, role and reason of every column, from all rows."""
    columns = [_column(table, name) for name in table.names]
    if not any(c.role is Role.FEATURE for c in columns[:-1]) and not _is_feature(columns[-1:]):
        columns = [_used_after_all(column) for column in columns]
    return Schema(columns=tuple(columns), rows=table.rows)


def _is_feature(columns: list[Column]) -> bool:
    return len(columns) > 1 and any(c.role is Role.FEATURE for c in columns)


def _used_after_all(column: Column) -> Column:
    """A counting column is better than none to learn from, unless it is named like a key."""
    if column.kind is not Kind.NUMBER or _NAMED_LIKE_KEY.search(column.name):
        return column
    reason = _reason(message("It counts the rows, but it is the only column to learn from."))
    return column.model_copy(update={"role": Role.FEATURE, "reason": reason})


def _column(table: Table, name: str) -> Column:
    values = table.column(name)
    facts = _Facts(
        name=name,
        rows=table.rows,
        missing=values.null_count,
        distinct=_distinct(values),
        values=values,
        cell_kind=table.cell_type(name).kind,
    )
    if name == table.file_column:
        why = message("It says which file a row came from; a new row has no such file.")
        return _made(facts, Kind.CATEGORY, why, Role.IGNORE)
    if facts.distinct <= 1:
        return _constant(facts)
    if facts.cell_kind is CellKind.BOOLEAN:
        why = message("Two words that say yes or no, so they stand for two classes.")
        return _made(facts, Kind.CATEGORY, why)
    if facts.cell_kind is CellKind.TEXT:
        return _of_texts(facts)
    if facts.cell_kind is CellKind.DATE:
        return _made(facts, Kind.DATE, message("All values are dates."))
    return _of_numbers(facts)


def _distinct(values: pa.ChunkedArray) -> int:
    """Number of different values; projected from a part where most of very many texts differ."""
    if not pa.types.is_string(values.type):
        numbers = np.sort(values.drop_null().to_numpy())  # several times faster than hashing
        return int(len(numbers) > 0) + int(np.count_nonzero(numbers[1:] != numbers[:-1]))
    if len(values) > _MANY_ROWS:
        prefix = values.slice(0, _PREFIX)
        found = int(pc.count_distinct(prefix).as_py())
        if found > len(prefix) // 2:
            filled = len(values) - int(values.null_count)
            return round(found / len(prefix) * filled)
    return int(pc.count_distinct(values).as_py())


def _constant(facts: _Facts) -> Column:
    is_number = facts.cell_kind in (CellKind.INTEGER, CellKind.NUMBER)
    whole = is_number and _all_whole(facts.values)
    kind = Kind.NUMBER if is_number and not whole else Kind.CATEGORY
    if facts.distinct == 0:
        why = message("No row has a value.")
    else:
        value = str(facts.values.drop_null()[0].as_py())
        why = message("“{value}” in every row that has a value.", value=value)
    return _made(facts, kind, why, Role.IGNORE, integer=whole, is_constant=True)


def _of_texts(facts: _Facts) -> Column:
    all_differ = facts.distinct == facts.filled and facts.filled > 1
    if not all_differ and facts.distinct <= max(FEW_LEVELS, FEW_SHARE * facts.rows):
        why = message(
            "{levels} different values in {rows} rows.", levels=facts.distinct, rows=facts.filled
        )
        return _made(facts, Kind.CATEGORY, why)
    if facts.distinct >= 0.99 * facts.filled and _one_word(facts.values):
        why = message("Different in every row, so it names rows and tells nothing about new ones.")
        return _made(facts, Kind.TEXT, why, Role.IGNORE, is_identifier=True)
    why = message(
        "{levels} different texts in {rows} rows. Free text is not used for training.",
        levels=facts.distinct,
        rows=facts.filled,
    )
    return _made(facts, Kind.TEXT, why, Role.IGNORE)


def _one_word(values: pa.ChunkedArray) -> bool:
    """Whether the texts look like keys: hardly any has a space in it."""
    head = values.slice(0, 10_000).drop_null()
    spaced = pc.sum(pc.match_substring(head, " ")).as_py() or 0
    return len(head) > 0 and spaced < 0.1 * len(head)


def _of_numbers(facts: _Facts) -> Column:
    whole = _all_whole(facts.values)
    if whole and facts.distinct <= 2:
        why = message("Two whole numbers only, so they stand for two classes.")
        return _made(facts, Kind.CATEGORY, why, integer=True)
    if whole and facts.distinct == facts.rows >= _IDENTIFIER_ROWS:
        counts = _counts_rows(facts.values)
        if counts or _NAMED_LIKE_KEY.search(facts.name):
            why = (
                message("It counts the rows: each number is the one before plus one.")
                if counts
                else message("A different whole number in every row, and named like a key.")
            )
            return _made(facts, Kind.NUMBER, why, Role.IGNORE, integer=True, is_identifier=True)
    why = message("All values are whole numbers.") if whole else message("All values are numbers.")
    return _made(facts, Kind.NUMBER, why, integer=whole)


def _all_whole(values: pa.ChunkedArray) -> bool:
    return pa.types.is_integer(values.type) or bool(
        pc.all(pc.equal(pc.floor(values), values)).as_py()
    )


def _counts_rows(values: pa.ChunkedArray) -> bool:
    numbers = values.to_numpy()
    return bool(numbers[0] in (0, 1) and np.all(np.diff(numbers) == 1))


def _made(
    facts: _Facts,
    kind: Kind,
    why: Message,
    role: Role = Role.FEATURE,
    *,
    integer: bool = False,
    is_identifier: bool = False,
    is_constant: bool = False,
) -> Column:
    return Column(
        name=facts.name,
        kind=kind,
        role=role,
        reason=_reason(why),
        integer=integer,
        distinct=facts.distinct,
        missing=facts.missing,
        is_identifier=is_identifier,
        is_constant=is_constant,
    )


def _reason(why: Message) -> Reason:
    return Reason(template=why.template, facts=dict(why.facts))


# Target and task ---------------------------------------------------------------------------------


def suggest_target(schema: Schema) -> str | None:
    """A column with a telling name, else the last one; never one that is ignored by itself."""
    usable = [c.name for c in schema.columns if c.role is not Role.IGNORE and c.kind in _PREDICTED]
    by_name = {re.sub(r"[\s\-.]+", "_", name.strip().lower()): name for name in reversed(usable)}
    if "x" in by_name and "z" in by_name:
        by_name.pop("y", None)  # a length among lengths
    for likely in _LIKELY_TARGETS:
        if likely in by_name:
            return by_name[likely]
    return usable[-1] if usable else None


_PREDICTED = (Kind.NUMBER, Kind.CATEGORY)


def complete(recipe: Recipe, schema: Schema) -> Recipe:
    """The recipe with every column listed by name, in file order, with kind and role.

    Raises `UnknownColumn` for a name or position that the table lacks.
    """
    specs = {}
    for spec in recipe.columns:
        name = _name_of(spec, schema)
        specs[name] = spec.model_copy(update={"name": name, "position": None})
    columns = tuple(
        _completed(specs.get(c.name, ColumnSpec(name=c.name)), c) for c in schema.columns
    )
    return recipe.model_copy(update={"columns": columns})


def _name_of(spec: ColumnSpec, schema: Schema) -> str:
    if spec.name is not None:
        if spec.name not in schema:
            close = difflib.get_close_matches(spec.name, schema.names, n=1, cutoff=0.0)
            raise UnknownColumn(spec.name, close[0] if close else "")
        return spec.name
    position = spec.position or 0
    if not -len(schema.columns) <= position < len(schema.columns):
        raise UnknownColumn(str(position), schema.names[-1])
    return schema.columns[position].name


def _completed(spec: ColumnSpec, column: Column) -> ColumnSpec:
    role = spec.role
    if role is None:
        role = column.role
        chosen_for_use = spec.kind is not None and spec.kind is not column.kind
        if chosen_for_use and spec.kind is not Kind.TEXT and not column.is_constant:
            role = Role.FEATURE
    kind = spec.kind
    if kind is None:
        kind = _target_kind(column) if role is Role.TARGET else column.kind
    return spec.model_copy(update={"kind": kind, "role": role})


def _target_kind(column: Column) -> Kind:
    """A target of few whole numbers stands for classes, and so does one of texts."""
    if column.kind is Kind.TEXT:
        return Kind.CATEGORY
    if column.kind is not Kind.NUMBER or not column.integer or column.distinct > FEW_LEVELS:
        return column.kind
    return Kind.CATEGORY


def task_of(recipe: Recipe, schema: Schema) -> Task | None:
    """The task that follows from the target, or `None` without a target that can be predicted.

    Raises `UnknownColumn`.
    """
    completed = complete(recipe, schema)
    name = completed.target
    if name is None:
        return None
    kind = completed.column(name).kind
    if kind is Kind.NUMBER:
        return Task.REGRESSION
    if kind is not Kind.CATEGORY:
        return None
    return Task.BINARY if schema[name].distinct <= 2 else Task.MULTICLASS


def retype(table: Table, name: str, kind: Kind) -> tuple[Misfit, ...]:
    """The cells that would be missing if the column were of that kind."""
    values = table.column(name)
    if not pa.types.is_string(values.type) or kind not in (Kind.NUMBER, Kind.DATE):
        return tuple(misfit for misfit in table.misfits if misfit.column == name)
    cells = values.combine_chunks()
    _, unfit = cast_cells(cells, type_as(table, name, kind))
    rows = np.flatnonzero(unfit)
    lines = table.lines(rows).tolist()
    found = cells.take(pa.array(rows)).to_pylist()
    return tuple(
        Misfit(row, line, name, text)
        for row, line, text in zip(rows.tolist(), lines, found, strict=True)
    )
