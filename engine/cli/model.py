"""`trainyard model`: what network a recipe makes of a table, and what it costs, before it trains."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer
from pydantic import BaseModel

from engine.cli.described import described
from engine.cli.edits import Edits
from engine.cli.new_run import with_likely_target
from engine.cli.output import AsJson, say, say_json, say_table
from engine.cli.preset_option import UsePreset
from engine.cli.reading import Delimiter, Encoding, RecipeFile, TablePart, asked_recipe
from engine.cli.recipes import recipe_of
from engine.cli.tables import opened_table
from engine.messages import format_fact
from engine.models.summary import NetworkSummary
from engine.pipeline.resolving import resolve
from engine.recipe.diff import differences
from engine.recipe.path_edits import edited
from engine.recipe.recipe import Recipe

if TYPE_CHECKING:
    from engine.data.table import Table


class Compared(BaseModel):
    """What `--json` prints of two networks."""

    one: NetworkSummary
    other: NetworkSummary
    differences: tuple[str, ...]


def model(
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
    recipe: RecipeFile = None,
    preset: UsePreset = "",
    encoding: Encoding = None,
    delimiter: Delimiter = None,
    part: TablePart = None,
    changes: Edits = None,
    against: Annotated[
        str,
        typer.Option(
            "--against",
            metavar="FILE|RUN",
            help="Compare with the network and training of another recipe or run, on this table.",
        ),
    ] = "",
    layers: Annotated[
        bool, typer.Option("--layers", help="List every layer inside the blocks too.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Show the network that would be trained: blocks, shapes, parameters, FLOPs, memory, time."""
    asked = asked_recipe(recipe, (), encoding, delimiter, part, preset)
    asked = edited(asked, changes or ())
    table = opened_table(data, asked.reading)
    if target:
        asked = asked.with_target(target)
    elif not asked.targets:
        asked = with_likely_target(asked, data[0], table)
    one = _summary(asked, table)
    if against:
        named = recipe_of(against)
        other = asked.model_copy(update={"model": named.model, "training": named.training})
        _compare(one, _summary(other, table), asked, other, as_json=as_json)
    elif as_json:
        say_json(one)
    else:
        _say(one, layers=layers)


def _summary(recipe: Recipe, table: Table) -> NetworkSummary:
    return described(resolve(recipe, table))


def _say(found: NetworkSummary, *, layers: bool) -> None:
    lines: list[tuple[str, str, str, str, str]] = []
    for block in found.blocks:
        shapes = (_shape(block.in_shape), _shape(block.out_shape))
        lines.append((block.name, block.described(), *shapes, format_fact(block.parameters)))
        if layers:
            lines += [
                (f"  {x.name}", x.detail, x.in_shape, x.out_shape, format_fact(x.parameters))
                for x in block.layers
            ]
    say_table(("block", "detail", "in", "out", "parameters"), lines, right="  rrr")
    say()
    for name, value in _figures(found):
        say(f"{name:<16}{value}")
    _say_if_too_large(found)


def _compare(
    one: NetworkSummary, other: NetworkSummary, asked: Recipe, named: Recipe, *, as_json: bool
) -> None:
    found = tuple(str(difference) for difference in differences(asked, named))
    if as_json:
        say_json(Compared(one=one, other=other, differences=found))
        return
    pairs = zip(_figures(one), _figures(other), strict=True)
    say_table(
        ("", "this", "other"),
        [(name, left, right) for (name, left), (_, right) in pairs],
        right=" rr",
    )
    say()
    for line in found:
        say(line)
    if not found:
        say("Nothing is set differently.")


def _figures(found: NetworkSummary) -> tuple[tuple[str, str], ...]:
    need = found.memory
    seconds = found.seconds_per_epoch
    return (
        ("parameters", format_fact(found.parameters)),
        ("FLOPs per row", format_fact(found.flops_per_row)),
        ("memory", _size(need.total)),
        ("  weights", _size(need.weights)),
        ("  gradients", _size(need.gradients)),
        ("  optimizer", _size(need.optimizer)),
        ("  activations", _size(need.activations)),
        ("an epoch", "not measured" if seconds is None else f"{seconds:.3g} s on {found.device}"),
    )


def _say_if_too_large(found: NetworkSummary) -> None:
    if found.fitting_batch is None:
        return
    advice = (
        f"A batch size of {format_fact(found.fitting_batch)} fits."
        if found.fitting_batch
        else "It needs fewer or narrower layers."
    )
    say()
    say(f"It does not fit: {_size(found.free_bytes)} are free. {advice}")


def _shape(shape: tuple[int, ...]) -> str:
    return " × ".join(map(format_fact, shape))


def _size(size: int) -> str:
    for unit, name in ((1e9, "GB"), (1e6, "MB")):
        if size >= unit:
            return f"{size / unit:.3g} {name}"
    return f"{size / 1e3:.3g} kB"
