"""Cross-validation: a run whose folds are trained one after another, each an ordinary run of its own.

The run that holds them together is an ordinary one too: an epoch of it is a fold, it tells the mean over
the folds and how far they are apart, keeps what each row is predicted to be by the fold that did not
learn from it, and its own model is that of the best fold.
"""

from __future__ import annotations

from collections.abc import Callable

from engine.data.table import Table
from engine.export.out_of_fold import FILE, join_out_of_fold
from engine.members.in_turn import InTurn
from engine.members.leader import Ending, TrainMember, Watch
from engine.members.results import MemberResult, result_of
from engine.messages import Message, message
from engine.recipe.recipe import Recipe
from engine.schema import Task
from engine.store.run_folder import RunFolder
from engine.store.workspace import Workspace
from engine.training.control import Control


def fold_recipe(recipe: Recipe, fold: int) -> Recipe:
    """The recipe of one fold, counted from 1, of a recipe that cross-validates.

    The folds share the time that the recipe gives them.
    """
    folds, minutes = recipe.split.folds, recipe.training.time_budget
    if minutes is not None and folds is not None:
        training = recipe.training.model_copy(update={"time_budget": minutes / folds})
        recipe = recipe.model_copy(update={"training": training})
    return recipe.with_split(fold=fold)


def results_of(workspace: Workspace, run: RunFolder) -> tuple[MemberResult, ...]:
    """The folds of a run that are trained, in their order."""
    found = (_result(place + 1, each) for place, each in workspace.members(run.id).items())
    return tuple(sorted((each for each in found if each is not None), key=lambda each: each.number))


def train_folds(
    run: RunFolder,
    recipe: Recipe,
    table: Table,
    train: TrainMember,
    emit: Watch,
    flush: Callable[[], None],
    control: Control,
    task: Task | None = None,
) -> Ending:
    """Train the folds that are not trained yet, and keep the model of the best one.

    Args:
        run: The run that holds them together.
        recipe: As asked for, of all folds.
        table: The table.
        train: Trains one fold.
        emit: Told of what happens in the run that holds them together.
        flush: Writes its events out.
        control: Commands to it.
        task: What is predicted.

    Raises:
        RunBusy: Another process trains a fold.
        DiskFull, WriteFailed: The run or a fold cannot be kept.
        TrainyardError: What a fold failed with.
    """
    workspace = Workspace(run.path.parent.parent)
    folds = recipe.split.folds or 0
    try:
        return _Folds(
            run, recipe, table, train, emit, flush, control, workspace, folds, task
        ).train()
    finally:
        workspace.close()


class _Folds(InTurn):
    members = "folds"

    def recipe_of(self, number: int) -> Recipe:
        return fold_recipe(self.recipe, number)

    def name_of(self, number: int) -> str:
        return str(message("Fold {fold} of {folds}", fold=number, folds=self.count))

    def on_failed(self, number: int) -> Message:
        return message("Fold {fold} of {folds} failed.", fold=number, folds=self.count)

    def on_left_out(self, number: int) -> Message:
        return message(
            "Fold {fold} of {folds} was ended before its first epoch: it does not count, and its rows are not predicted.",
            fold=number,
            folds=self.count,
        )

    def on_steered(self, number: int) -> Message:
        return message(
            "Fold {fold} of {folds} was changed by hand: the means are over folds that were not trained alike.",
            fold=number,
            folds=self.count,
        )

    def on_kept(self, best: MemberResult) -> Message:
        return message(
            "The model of fold {fold} is kept, run {number}.",
            fold=best.number,
            number=best.run.info().number,
        )

    def result_of(self, number: int, member: RunFolder) -> MemberResult | None:
        return _result(number, member)

    def at_the_end(self) -> None:
        parts = [each.run.path / FILE for each in self.results]
        join_out_of_fold(parts, self.run.path / FILE)


def _result(number: int, run: RunFolder) -> MemberResult | None:
    if not (run.path / FILE).exists():
        return None  # killed in between: training it again ends at once
    return result_of(number, run)
