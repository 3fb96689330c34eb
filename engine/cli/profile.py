"""`trainyard profile`: the figures of every column, and on request how columns go together."""

from __future__ import annotations

import json
import math
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from engine.cli.edits import Edits
from engine.cli.output import AsJson, number, say, say_table
from engine.cli.reading import Delimiter, Encoding, TablePart, asked_recipe
from engine.cli.tables import default_target, opened_table
from engine.messages import message, message_n
from engine.schema import Kind

if TYPE_CHECKING:
    from engine.data.profiling.profile import ColumnProfile, Profile
    from engine.data.relations.relations import Relations

_RANKED = 30


def profile(
    data: Annotated[
        list[str],
        typer.Argument(
            metavar="FILE|SAMPLE...",
            help="A table, a sample's name, or several files or a folder of the same columns.",
        ),
    ],
    target: Annotated[
        str, typer.Option("--target", "-t", metavar="COLUMN", help="The column to predict.")
    ] = "",
    where: Annotated[
        str,
        typer.Option("--where", metavar="EXPRESSION", help="Only rows for which this is true."),
    ] = "",
    related: Annotated[
        bool, typer.Option("--relations", help="Also tell which columns go together.")
    ] = False,
    recipe: Annotated[
        Path | None,
        typer.Option("--recipe", "-r", metavar="FILE", help="Kinds and reading of a recipe."),
    ] = None,
    encoding: Encoding = None,
    delimiter: Delimiter = None,
    part: TablePart = None,
    changes: Edits = None,
    as_json: AsJson = False,
) -> None:
    """Print what is in each column of a table."""
    from engine.data.columns.infer import complete, infer_schema
    from engine.data.profiling.profile import profile as profiled
    from engine.data.relations.relations import relations
    from engine.data.rows.filters import ExpressionFilter
    from engine.data.rows.row_view import visible_rows

    asked = asked_recipe(recipe, changes, encoding, delimiter, part)
    table = opened_table(data, asked.reading)
    schema = infer_schema(table)
    wanted = target or asked.target or default_target(data[0])
    if wanted:
        asked = asked.with_target(wanted)
    asked = complete(asked, schema)
    kinds = {spec.name or "": spec.kind for spec in asked.columns if spec.kind is not None}
    used = schema.model_copy(
        update={
            "columns": tuple(
                c.model_copy(update={"kind": kinds.get(c.name, c.kind)}) for c in schema.columns
            )
        }
    )
    filters = (ExpressionFilter(expression=where),) if where else ()
    rows = visible_rows(table, filters, kinds=kinds)
    figures = profiled(table, used, target=asked.target, rows=rows)
    found = relations(table, used, target=asked.target, rows=rows) if related else None
    if as_json:
        say(json.dumps(_plain(figures, found), indent=2, ensure_ascii=False, allow_nan=False))
        return
    _say_profile(figures, table.rows)
    if found is not None:
        say()
        _say_relations(found)


def _plain(figures: Profile, found: Relations | None) -> dict[str, Any]:
    columns = []
    for column in figures.columns.values():
        entry = asdict(column)
        entry["from_sample"] = [name for name in entry if not column.is_exact(name)]
        columns.append(entry)
    plain: dict[str, Any] = {"rows": figures.rows, "sampled": figures.sampled, "columns": columns}
    if found is not None:
        plain["relations"] = {
            "names": found.names,
            "measures": found.measures,
            "values": found.values.tolist(),
            "bits": found.bits.tolist(),
            "target": found.target,
            "ranking": [asdict(relation) for relation in found.ranking],
            "twins": [asdict(twins) for twins in found.twins],
            "rows": found.rows,
            "of_rows": found.of_rows,
            "left_out": found.left_out,
        }
    cleaned: dict[str, Any] = _without_nan(plain)
    return cleaned


def _without_nan(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _without_nan(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_without_nan(item) for item in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value


def _say_profile(figures: Profile, rows: int) -> None:
    header = ("Column", "Kind", "Missing", "Distinct", "Min", "Median", "Max", "Mean", "Std. dev.")
    lines = [
        (
            column.name,
            column.kind.value,
            number(column.missing),
            ("" if column.distinct_exact else "≈") + number(column.distinct),
            *_spread(column),
        )
        for column in figures.columns.values()
    ]
    say_table(header, lines, right="llrrrrrrr")
    say()
    text = message("{rows} of {all} rows.", rows=figures.rows, all=rows)
    say(str(text) if figures.rows != rows else str(message("{rows} rows.", rows=rows)))
    sample = max((column.sample for column in figures.columns.values()), default=0)
    if sample:
        say(str(message("Marked with ≈: from a random sample of {rows} rows.", rows=sample)))


def _spread(column: ColumnProfile) -> tuple[str, str, str, str, str]:
    about = "" if column.is_exact("quartiles") else "≈"
    middle = column.quartiles[1] if column.quartiles else None
    if column.kind is Kind.DATE:
        first, median, last = (_date(at) for at in (column.minimum, middle, column.maximum))
        return first, about + median if median else "", last, "", ""
    if column.kind is Kind.NUMBER:
        return (
            number(column.minimum),
            about + number(middle),
            number(column.maximum),
            number(column.mean),
            number(column.deviation),
        )
    top = column.top[0][0] if column.top else ""
    return "", top if len(top) <= 24 else top[:23] + "…", "", "", ""


def _date(moment: float | None) -> str:
    from datetime import UTC, datetime, timedelta

    if moment is None:
        return ""
    try:
        found = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=round(moment))
    except OverflowError:
        return ""
    return found.strftime("%Y-%m-%d" if moment % 86_400 == 0 else "%Y-%m-%d %H:%M:%S")


def _say_relations(found: Relations) -> None:
    if found.target is not None and found.ranking:
        names = {
            "pearson": "correlation",
            "cramer": "Cramér's V",
            "correlation_ratio": "correlation ratio",
        }
        header = (f"With {found.target}", "Measure", "Strength", "Bits")
        lines = [
            (
                relation.name,
                names[relation.measure.value],
                "" if math.isnan(relation.value) else f"{relation.value:.3f}",
                "" if math.isnan(relation.bits) else f"{relation.bits:.3f}",
            )
            for relation in found.ranking[:_RANKED]
        ]
        say_table(header, lines, right="llrr")
    for twins in found.twins:
        say(f"{twins.other} = {twins.kept}: {twins.likeness.value}")
    if found.sampled:
        say(
            str(
                message(
                    "From a random sample of {rows} of {all} rows.",
                    rows=found.rows,
                    all=found.of_rows,
                )
            )
        )
    if found.left_out:
        say(
            str(
                message_n(
                    "{count} column is not in the matrix.",
                    "{count} columns are not in the matrix.",
                    found.left_out,
                )
            )
        )
