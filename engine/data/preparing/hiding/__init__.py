"""The ways to hide a column's values, one file each; `engine.recipe.hiding` is the family."""
