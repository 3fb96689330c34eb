"""`trainyard find-rate`: a learning rate from a short test, printed and saved as a curve."""

from __future__ import annotations

import csv
import io
import math
from pathlib import Path
from typing import Annotated

import typer

from engine.cli.edits import Edits
from engine.cli.new_run import Data, on_table
from engine.cli.output import AsJson, number, say, say_json, say_table
from engine.cli.preset_option import UsePreset
from engine.cli.reading import Delimiter, Encoding, RecipeFile, TablePart, asked_recipe
from engine.cli.targets import Targets
from engine.files import write_atomic
from engine.messages import message
from engine.pipeline.rate_finding import find_rate_for
from engine.recipe.path_edits import edited
from engine.training.rate_curve import RateCurve

_LINES = 24
_BAR = 40
_RULES = {
    "valley": "valley: two thirds down the longest fall",
    "steepest": "steepest: where the loss falls fastest",
    "minimum": "minimum: a tenth of where the loss is least",
}


def find_rate(
    data: Data = None,
    target: Targets = None,
    recipe: RecipeFile = None,
    preset: UsePreset = "",
    encoding: Encoding = None,
    delimiter: Delimiter = None,
    part: TablePart = None,
    changes: Edits = None,
    least: Annotated[
        float | None, typer.Option("--from", min=1e-12, max=10, help="The first learning rate.")
    ] = None,
    most: Annotated[
        float | None, typer.Option("--to", min=1e-12, max=1000, help="The last learning rate.")
    ] = None,
    steps: Annotated[
        int | None, typer.Option("--steps", min=20, max=10_000, help="At most so many steps.")
    ] = None,
    output: Annotated[
        Path | None,
        typer.Option(
            "--output", "-o", metavar="FILE", help="Save the curve: .csv, or .json with proposals."
        ),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Find a learning rate: train a few steps with rising rates and see where the loss falls."""
    if not data:
        raise typer.BadParameter("Name a table or a sample.")
    if output is not None and output.suffix not in (".csv", ".json"):
        raise typer.BadParameter("The name of --output must end in .csv or .json.")
    asked = edited(asked_recipe(recipe, (), encoding, delimiter, part, preset), changes or ())
    asked, table = on_table(data, asked, target, changes)
    curve = find_rate_for(asked, table, least=least, most=most, steps=steps)
    if output is not None:
        write_atomic(output, _as_file(curve, output.suffix).encode())
    if as_json:
        say_json(curve)
        return
    _say_curve(curve)
    if output is not None:
        say(f"The curve is in {output}.")


def _say_curve(curve: RateCurve) -> None:
    low, first = min(curve.smoothed), curve.smoothed[0]
    high = min(max(curve.smoothed), 2 * first - low)  # where it runs away there is little to see
    every = max(1, len(curve.rates) // _LINES)
    rows = []
    for place in range(0, len(curve.rates), every):
        loss = curve.smoothed[place]
        share = min(1.0, (loss - low) / (high - low)) if high > low else 0.0
        bar = "·" * round(_BAR * share) + "●"
        rows.append((f"{curve.rates[place]:.2e}", number(loss), bar))
    say_table(("rate", "loss", ""), rows, right="rr-")
    say()
    best = curve.proposed
    if best is None:
        told = message("The loss falls nowhere: look at the data, or begin with smaller rates.")
        say(str(told))
        return
    say_table(
        ("proposal", "rate", "loss"),
        [(_RULES[each.rule], f"{each.rate:g}", number(each.loss)) for each in curve.proposals],
        right="-rr",
    )
    say()
    times = best.rate / curve.current
    if math.isclose(times, 1, rel_tol=0.5):
        say(f"The recipe’s {curve.current:g} is about right.")
    else:
        chosen = curve.optimizer.with_learning_rate(best.rate).model_dump_json()
        say(f"Use it with: --set training.optimizer='{chosen}'")


def _as_file(curve: RateCurve, suffix: str) -> str:
    if suffix == ".json":
        return curve.model_dump_json(indent=2)
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(("rate", "loss", "smoothed"))
    writer.writerows(zip(curve.rates, curve.losses, curve.smoothed, strict=True))
    return text.getvalue()
