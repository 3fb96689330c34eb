"""Rows and cells that a person sets right: what is said against a line, and the edit of the recipe."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from engine.data.formats.kinds import TEXT
from engine.data.problems.fixes import read_cells_as
from engine.data.rejects import open_quote, wrong_width
from engine.data.table import Table
from engine.data.text.records import Dialect
from engine.messages import Message
from engine.recipe.reading import RowFix
from engine.recipe.recipe import Recipe


def can_be_mended(table: Table) -> bool:
    """Whether lines of its file can be written anew; sheets and databases have none."""
    return table.format == TEXT.name


def objection(table: Table, text: str) -> Message | None:
    """Why a line, written anew, would still be kept out; nothing when it can be read."""
    reading = table.reading
    dialect = Dialect(reading.delimiter or ",", reading.quote or "", reading.escape or "")
    fields = dialect.parse(text)
    if fields is None:
        return open_quote()
    expected = len(table.names) - bool(table.file_column)
    return None if len(fields) == expected else wrong_width(len(fields), expected)


def with_rows_fixed(recipe: Recipe, fixes: Sequence[RowFix]) -> Recipe:
    """The recipe that reads these lines as they are written here; a line fixed before is fixed anew."""
    places = {(fix.file, fix.line) for fix in fixes}
    kept = tuple(fix for fix in recipe.reading.fixes if (fix.file, fix.line) not in places)
    reading = recipe.reading.model_copy(update={"fixes": (*kept, *fixes)})
    return recipe.model_copy(update={"reading": reading})


def with_cells_fixed(recipe: Recipe, cells: Mapping[str, Mapping[str, str]]) -> Recipe:
    """The recipe that reads texts of each column as other texts; empty: as missing."""
    for column, values in cells.items():
        recipe = read_cells_as(column, values).edit(recipe)
    return recipe
