"""What a recipe tells of the values that it hides, and the same recipe without it."""

from __future__ import annotations

from engine.messages import Message, message
from engine.recipe.finding import Check, Finding
from engine.recipe.recipe import Recipe


def hidden_names(recipe: Recipe) -> tuple[str, ...]:
    """Names of the columns whose values the recipe hides."""
    return tuple(c.name for c in recipe.columns if c.hide is not None and c.name is not None)


def hides(recipe: Recipe) -> bool:
    """Whether any column is hidden."""
    return any(column.hide is not None for column in recipe.columns)


def without_values(recipe: Recipe) -> Recipe:
    """The recipe as it is kept with a run, when it hides columns; else the recipe itself.

    Corrections of rows hold lines of the file, and those of cells hold values: corrections of rows, and
    those of hidden columns, are left out; so is what is switched off of how the file is read.
    """
    if not hides(recipe):
        return recipe
    hidden = set(hidden_names(recipe))
    columns = tuple(
        column.model_copy(update={"fixes": ()}) if column.name in hidden else column
        for column in recipe.reading.columns
    )
    disabled = tuple(step for step in recipe.disabled if step.path[0] != "reading")
    is_clean = not recipe.reading.fixes and columns == recipe.reading.columns
    if is_clean and disabled == recipe.disabled:
        return recipe
    reading = recipe.reading.model_copy(update={"fixes": (), "columns": columns})
    return recipe.model_copy(update={"reading": reading, "disabled": disabled})


def what_is_kept() -> tuple[Message, ...]:
    """What hiding promises, and what it does not, in sentences for people."""
    return (
        message(
            "Runs, models, prepared rows and exported rows hold hidden values only; so do all figures made of them."
        ),
        message(
            "The file itself is not changed. The program's converted copy of it is deleted as soon as nothing uses it."
        ),
        message(
            "Keys and corrections of rows stay on this machine, outside of runs and models, readable by you only."
        ),
        message(
            "A predicted file has all columns of the file that was predicted, hidden ones as the model sees them."
        ),
    )


def _derived_columns_are_hidden_at_their_origin(recipe: Recipe) -> Finding | None:
    derived = {column.name for column in recipe.derived}
    for spec in recipe.columns:
        if spec.hide is not None and spec.name in derived:
            return Finding(
                ("columns", spec.name or "", "hide"),
                message(
                    "“{column}” is computed from other columns, and values are hidden before that.",
                    column=spec.name,
                ),
                message("Hide the columns that it is computed from."),
                recipe.with_column(spec.model_copy(update={"hide": None})),
            )
    return None


def _hidden_cells_are_not_corrected(recipe: Recipe) -> Finding | None:
    # A correction travels with the recipe into runs and model files, with both values in clear.
    hidden = set(hidden_names(recipe))
    corrections = recipe.rows.corrections
    found = next((each for each in corrections if each.name in hidden), None)
    if found is None:
        return None
    others = tuple(each for each in corrections if each.name not in hidden)
    return Finding(
        ("rows", "corrections", found.name),
        message(
            "Cells of “{column}” are corrected, and corrections would tell the values that are hidden.",
            column=found.name,
        ),
        message("Take the corrections back, and mend the file itself."),
        recipe.model_copy(update={"rows": recipe.rows.model_copy(update={"corrections": others})}),
    )


PRIVACY_CHECKS: tuple[Check, ...] = (
    _derived_columns_are_hidden_at_their_origin,
    _hidden_cells_are_not_corrected,
)
