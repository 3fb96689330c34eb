"""What of a recipe still holds when its file is read in another way, or has changed."""

from __future__ import annotations

from engine.data.columns.infer import complete
from engine.recipe.columns import ColumnSpec
from engine.recipe.recipe import Recipe
from engine.schema import Role, Schema


def carried_over(
    recipe: Recipe, before: Schema | None, after: Schema
) -> tuple[Recipe, tuple[str, ...]]:
    """The recipe completed for the schema `after`, and the columns it named that are gone.

    What was only inferred from `before` is inferred anew; what differs from it was chosen, and stays.
    """
    inferred = {} if before is None else _inferred(before)
    derived = {column.name for column in recipe.derived}
    kept, gone = [], []
    for spec in recipe.columns:
        if spec.name is not None and spec.name not in after:
            if spec.name in derived:
                kept.append(spec)
            else:
                gone.append(spec.name)
            continue
        guess = inferred.get(spec.name or "")
        if guess is not None and spec.role is not Role.TARGET:
            same_kind, same_role = spec.kind is guess.kind, spec.role is guess.role
            spec = spec.model_copy(
                update={
                    "kind": None if same_kind else spec.kind,
                    "role": None if same_role else spec.role,
                }
            )
        kept.append(spec)
    return complete(recipe.model_copy(update={"columns": tuple(kept)}), after), tuple(gone)


def _inferred(schema: Schema) -> dict[str, ColumnSpec]:
    columns = complete(Recipe(), schema).columns
    return {spec.name: spec for spec in columns if spec.name is not None}
