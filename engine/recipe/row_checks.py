"""Checks of the split, the row rules and the derived columns: each one message, one fix.

What needs the table (names of columns, conditions and formulas) is checked where there is one, in
`engine.data.derived` and `engine.data.preparing`.
"""

from __future__ import annotations

from engine.messages import N_, Message, message
from engine.recipe.finding import Check, Finding
from engine.recipe.recipe import Recipe
from engine.recipe.rows import DuplicatePolicy
from engine.recipe.split import Split, SplitMethod
from engine.recipe.step_edits import fits
from engine.schema import Role

_SEVERAL = {
    Role.GROUP: N_("Several columns have the role group: {names}."),
    Role.TIME: N_("Several columns have the role time: {names}."),
    Role.WEIGHT: N_("Several columns have the role weight: {names}."),
}
_SHARE = 0.15
_FOLDS = 5


def parts_leave_rows_for_training(recipe: Recipe) -> Finding | None:
    """Validation and test take at most nine tenths."""
    split = recipe.split
    if split.method is SplitMethod.COLUMN:
        return None
    validation = 0.0 if split.in_folds is not None else split.validation
    test = 0.0 if split.method is SplitMethod.FILE else split.test
    if validation + test <= 0.9:
        return None
    return Finding(
        ("split", "validation"),
        message(
            "Validation and test together take {share}% of the rows; at most 90% leaves enough to train on.",
            share=round(100 * (validation + test)),
        ),
        message("Use 15% and 15%."),
        recipe.with_split(validation=_SHARE, test=_SHARE),
    )


def some_rows_check_the_result(recipe: Recipe) -> Finding | None:
    """There is a validation or a test part."""
    split = recipe.split
    elsewhere = split.method in (SplitMethod.COLUMN, SplitMethod.FILE)
    if split.has_validation or split.test > 0 or elsewhere:
        return None
    return Finding(
        ("split", "test"),
        message("The split keeps no rows to check the result on."),
        message("Use 15% and 15%."),
        recipe.model_copy(update={"split": Split(seed=split.seed)}),
    )


def fold_is_one_of_the_folds(recipe: Recipe) -> Finding | None:
    """The fold that validates is there."""
    fold, folds = recipe.split.fold, recipe.split.folds
    if fold is None or (folds is not None and fold <= folds):
        return None
    if folds is None:
        count = max(_FOLDS, fold)
        return Finding(
            ("split", "folds"),
            message("Fold {fold} is to validate, but the number of folds is not said.", fold=fold),
            message("Use {folds} folds.", folds=count),
            recipe.with_split(folds=count),
        )
    return Finding(
        ("split", "fold"),
        message("Fold {fold} is to validate, but there are {folds}.", fold=fold, folds=folds),
        message("Use fold {fold}.", fold=folds),
        recipe.with_split(fold=folds),
    )


def split_has_the_column_it_goes_by(recipe: Recipe) -> Finding | None:
    """A split by group, time or column knows by which."""
    method = recipe.split_method
    if not method.needs_column or recipe.split_column is not None:
        return None
    problem = {
        Role.GROUP: message("The split keeps groups together, but no column has the role group."),
        Role.TIME: message("The split goes by time, but no column has the role time."),
        None: message("The split goes by a column, but none is named."),
    }[method.role]
    return Finding(
        ("split", "column"),
        problem,
        message("Split automatically."),
        recipe.with_split(method=SplitMethod.AUTO),
    )


def split_does_not_go_by_the_target(recipe: Recipe) -> Finding | None:
    """What is predicted does not say where a row belongs."""
    column = recipe.split_column
    if column is None or column not in recipe.targets:
        return None
    return Finding(
        ("split", "column"),
        message("The rows are split by the target “{column}” itself.", column=column),
        message("Split automatically."),
        recipe.with_split(method=SplitMethod.AUTO, column=None),
    )


def column_of_parts_is_not_learned_from(recipe: Recipe) -> Finding | None:
    """The word train stands in every training row: there is nothing to learn from it."""
    column = recipe.split_column
    if recipe.split_method is not SplitMethod.COLUMN or column is None:
        return None
    spec = recipe.column(column)
    if spec.role is not Role.FEATURE:
        return None
    return Finding(
        ("split", "column"),
        message("“{column}” says the part of a row, and is learned from too.", column=column),
        message("Do not learn from it."),
        recipe.with_column(spec.model_copy(update={"role": Role.IGNORE})),
    )


def one_column_has_each_role(recipe: Recipe) -> Finding | None:
    """Group, time and weight are said by one column each."""
    for role, template in _SEVERAL.items():
        holders = [spec for spec in recipe.columns if spec.role is role]
        if len(holders) < 2:
            continue
        names = [spec.name or str(spec.position) for spec in holders]
        columns = tuple(
            spec.model_copy(update={"role": Role.IGNORE}) if spec in holders[1:] else spec
            for spec in recipe.columns
        )
        return Finding(
            ("columns",),
            Message(template, {"names": ", ".join(names)}),
            message("Keep “{name}”.", name=names[0]),
            recipe.model_copy(update={"columns": columns}),
        )
    return None


def test_file_is_named(recipe: Recipe) -> Finding | None:
    """A split with a test file says which."""
    if recipe.split.method is not SplitMethod.FILE or recipe.split.file:
        return None
    return Finding(
        ("split", "file"),
        message("The test rows are to come from another file, but none is named."),
        message("Split automatically."),
        recipe.with_split(method=SplitMethod.AUTO),
    )


def rows_can_be_kept_together(recipe: Recipe) -> Finding | None:
    """Time, a column or a file say where each row belongs; then copies cannot be kept together."""
    duplicates = recipe.rows.duplicates
    if duplicates.policy is not DuplicatePolicy.TOGETHER or recipe.split_method.is_free:
        return None
    dropping = duplicates.model_copy(update={"policy": DuplicatePolicy.DROP})
    rows = recipe.rows.model_copy(update={"duplicates": dropping})
    return Finding(
        ("rows", "duplicates", "policy"),
        message(
            "Rows that are alike are to stay together, but where a row belongs is fixed by this split."
        ),
        message("Use one of the rows that are alike."),
        recipe.model_copy(update={"rows": rows}),
    )


def derived_columns_have_names_and_formulas(recipe: Recipe) -> Finding | None:
    """Each derived column has a name of its own and something to compute."""
    seen: set[str] = set()
    for place, column in enumerate(recipe.derived):
        others = tuple(c for at, c in enumerate(recipe.derived) if at != place)
        fixed = recipe.model_copy(update={"derived": others})
        if not column.name.strip() or not column.expression.strip():
            return Finding(
                ("derived", str(place)),
                message("Derived column {number} lacks a name or a formula.", number=place + 1),
                message("Remove it."),
                fixed,
            )
        if column.name in seen:
            return Finding(
                ("derived", str(place)),
                message("Two derived columns are called “{name}”.", name=column.name),
                message("Remove the second one."),
                fixed,
            )
        seen.add(column.name)
    return None


def disabled_steps_can_be_enabled(recipe: Recipe) -> Finding | None:
    """What is switched off was part of such a recipe."""
    for step in recipe.disabled:
        if fits(recipe, step):
            continue
        kept = tuple(each for each in recipe.disabled if each is not step)
        return Finding(
            ("disabled", step.name),
            message("The step {path} is switched off, but is none of a recipe.", path=step.name),
            message("Forget it."),
            recipe.model_copy(update={"disabled": kept}),
        )
    return None


ROW_CHECKS: tuple[Check, ...] = (
    parts_leave_rows_for_training,
    some_rows_check_the_result,
    fold_is_one_of_the_folds,
    one_column_has_each_role,
    split_has_the_column_it_goes_by,
    split_does_not_go_by_the_target,
    column_of_parts_is_not_learned_from,
    test_file_is_named,
    rows_can_be_kept_together,
    derived_columns_have_names_and_formulas,
    disabled_steps_can_be_enabled,
)
