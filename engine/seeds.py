"""Repeated seeds: one recipe trained several times, each in a run of its own, and the mean of them.

How far runs of the same recipe are apart by chance alone says which differences between recipes mean
anything (Bouthillier et al., “Accounting for variance in machine learning benchmarks”, MLSys 2021).
"""

from __future__ import annotations

from collections.abc import Callable

from engine.data.table import Table
from engine.members.in_turn import InTurn
from engine.members.leader import Ending, TrainMember, Watch
from engine.members.results import MemberResult, result_of
from engine.messages import Message, message
from engine.plans.seeds import Seeds
from engine.recipe.recipe import Recipe
from engine.schema import Task
from engine.store.run_folder import RunFolder
from engine.store.workspace import Workspace
from engine.training.control import Control

_SEEDS = 2**31
"""Seeds go round behind the last one."""


def seed_recipe(recipe: Recipe, seeds: Seeds, number: int) -> Recipe:
    """The recipe of one seed, counted from 1; they share the time that the recipe gives them."""
    changes: dict[str, object] = {"seed": (recipe.training.seed + number - 1) % _SEEDS}
    if recipe.training.time_budget is not None:
        changes["time_budget"] = recipe.training.time_budget / seeds.seeds
    return recipe.model_copy(update={"training": recipe.training.model_copy(update=changes)})


def seed_results(workspace: Workspace, run: RunFolder) -> tuple[MemberResult, ...]:
    """The seeds of a run that are trained, in their order."""
    found = (result_of(place + 1, each) for place, each in workspace.members(run.id).items())
    return tuple(sorted((each for each in found if each is not None), key=lambda each: each.number))


def train_seeds(
    run: RunFolder,
    recipe: Recipe,
    plan: Seeds,
    table: Table,
    train: TrainMember,
    emit: Watch,
    flush: Callable[[], None],
    control: Control,
    task: Task | None = None,
) -> Ending:
    """Train the seeds that are not trained yet, and keep the model of the best one.

    Args:
        run: The run that holds them together.
        recipe: As asked for, with the first seed.
        plan: How many.
        table: The table.
        train: Trains one seed.
        emit: Told of what happens in the run that holds them together.
        flush: Writes its events out.
        control: Commands to it.
        task: What is predicted.

    Raises:
        RunBusy: Another process trains a seed.
        DiskFull, WriteFailed: The run or a seed cannot be kept.
        TrainyardError: What a seed failed with.
    """
    workspace = Workspace(run.path.parent.parent)
    try:
        seeds = _Seeds(run, recipe, table, train, emit, flush, control, workspace, plan.seeds, task)
        return seeds.train()
    finally:
        workspace.close()


class _Seeds(InTurn):
    members = "seeds"

    def recipe_of(self, number: int) -> Recipe:
        return seed_recipe(self.recipe, Seeds(seeds=self.count), number)

    def name_of(self, number: int) -> str:
        return str(message("Seed {seed}", seed=self.recipe_of(number).training.seed))

    def on_failed(self, number: int) -> Message:
        seed = self.recipe_of(number).training.seed
        return message("The run with seed {seed} failed.", seed=seed)

    def on_left_out(self, number: int) -> Message:
        seed = self.recipe_of(number).training.seed
        return message(
            "The run with seed {seed} was ended before its first epoch: it does not count.",
            seed=seed,
        )

    def on_steered(self, number: int) -> Message:
        seed = self.recipe_of(number).training.seed
        return message(
            "The run with seed {seed} was changed by hand: the means are over runs that were not trained alike.",
            seed=seed,
        )

    def on_kept(self, best: MemberResult) -> Message:
        return message(
            "The model of seed {seed} is kept, run {number}.",
            seed=self.recipe_of(best.number).training.seed,
            number=best.run.info().number,
        )
