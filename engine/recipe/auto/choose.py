"""Replacing every Auto of model and training, and saying why."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel, ConfigDict

from engine.messages import Message, message_n
from engine.recipe.auto import rules
from engine.recipe.auto.facts import TableFacts
from engine.recipe.families import Loss, Trunk
from engine.recipe.losses import loss_in_force
from engine.recipe.model import ModelSpec
from engine.recipe.parts import settled
from engine.recipe.recipe import Recipe
from engine.recipe.target import Resampling
from engine.recipe.training import Training

MOST_NETWORKS = 4
"""Kinds of networks in a portfolio; more are the same again with other seeds."""


class Reason(BaseModel):
    """Why a field of the recipe was chosen as it is."""

    model_config = ConfigDict(frozen=True)

    path: tuple[str, ...]
    """Of the field: `("training", "batch_size")`."""
    why: Message


class Plan(BaseModel):
    """What Auto made of a recipe: the first network, and how many follow."""

    model_config = ConfigDict(frozen=True)

    model: ModelSpec
    training: Training
    reasons: tuple[Reason, ...]
    titles: tuple[str, ...]
    """Of the trunks of all networks in the order of training, marked for translation."""
    networks: Message | None
    """What is said of several networks."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """A recipe without Auto in model and training."""

    recipe: Recipe
    reasons: tuple[Reason, ...]
    """One for each field that was chosen, in the order of the rules."""


def as_new(recipe: Recipe) -> Recipe:
    """The recipe with model and training left to Auto, as far as Auto chooses.

    That is how new recipes begin. Loss, device, seed and what goes beyond the rules stay.
    """
    model = ModelSpec(trunk=None, numbers=None, categories=None)
    stopping = recipe.training.early_stopping.model_copy(update={"enabled": True, "patience": None})
    training = recipe.training.model_copy(
        update={
            "epochs": None,
            "networks": None,
            "batch_size": None,
            "optimizer": None,
            "schedule": None,
            "early_stopping": stopping,
        }
    )
    return recipe.model_copy(update={"model": model, "training": training})


def choose(recipe: Recipe, facts: TableFacts) -> Chosen:
    """The first network of a recipe: every Auto of model and training replaced.

    A field that is set stays as it is, and the rules for the others go by it.
    """
    reasons: list[Reason] = []
    model = _model(recipe.model, facts, reasons)
    trunk = settled(model.trunk)
    said = [] if trunk.is_grown else reasons  # trees know neither batches nor rates that fall
    training = _training(recipe.training, trunk, facts, said)
    return Chosen(recipe.model_copy(update={"model": model, "training": training}), tuple(reasons))


def portfolio(recipe: Recipe, facts: TableFacts) -> tuple[Chosen, ...]:
    """The networks that a recipe asks for, each without Auto, in the order of training.

    With an architecture of the person's own they differ in their seeds; else in kind, because networks
    that err in different ways are better together. Several networks are the recipe's `members`, or as
    many as `networks` says; left to Auto they are `MOST_NETWORKS` where time is limited, else one.
    """
    training = recipe.training
    if recipe.model.members:
        specs = recipe.model.members
    else:
        count = training.networks
        if count is None:
            alone = training.time_budget is None or rules.is_simple(recipe.model.trunk, facts)
            count = 1 if alone else MOST_NETWORKS
        specs = _specs(recipe, facts, count)
    found = []
    for place, spec in enumerate(specs):
        own = training.model_copy(
            update={"networks": 1, "time_budget": None, "seed": training.seed + place}
        )
        member = recipe.model_copy(update={"model": spec, "training": own})
        found.append(choose(member, facts))
    return tuple(found)


def plan_of(networks: tuple[Chosen, ...], asked: Training) -> Plan:
    """A portfolio in short; `asked` is the training that the recipe asked for."""
    first = networks[0]
    return Plan(
        model=first.recipe.model,
        training=first.recipe.training,
        reasons=first.reasons,
        titles=tuple(settled(each.recipe.model.trunk).title for each in networks),
        networks=on_portfolio(networks, asked),
    )


def on_portfolio(members: tuple[Chosen, ...], training: Training) -> Message | None:
    """Why so many networks are trained; None for one."""
    if len(members) == 1:
        return None
    names = " → ".join(settled(m.recipe.model.trunk).title for m in members)
    if training.time_budget is None or training.networks is not None:
        return message_n(
            "{count} network, one after another: {names}.",
            "{count} networks, one after another: {names}.",
            len(members),
            names=names,
        )
    return message_n(
        "Up to {count} network, one after another, while there is time: {names}.",
        "Up to {count} networks, one after another, while there is time: {names}.",
        len(members),
        names=names,
    )


def _specs(recipe: Recipe, facts: TableFacts, count: int) -> tuple[ModelSpec, ...]:
    model = recipe.model
    first = rules.choose_trunk(facts).value if model.trunk is None else model.trunk
    if model.trunk is not None or first.kind != "tabm":
        return (model,) * count
    with_trees = _trees_can(recipe, facts)
    others = [each for each in rules.beside_tabm(facts) if with_trees or not each.is_grown]
    kinds = [model, *(model.model_copy(update={"trunk": other}) for other in others)]
    return tuple(kinds[place % len(kinds)] for place in range(count))


def _trees_can(recipe: Recipe, facts: TableFacts) -> bool:
    """Whether trees can be grown for what the recipe wants to be made small."""
    usual = loss_in_force(Loss.default("auto"), facts.task)
    wanted = loss_in_force(recipe.training.loss, facts.task)
    drawn = (recipe.outcome_of(name).resampling for name in recipe.targets)
    return wanted == usual and all(each is Resampling.NONE for each in drawn)


def _model(model: ModelSpec, facts: TableFacts, reasons: list[Reason]) -> ModelSpec:
    trunk, numbers, categories = model.trunk, model.numbers, model.categories
    if trunk is None:
        trunk = _take(rules.choose_trunk(facts), ("model", "trunk"), reasons)
    if numbers is None:
        taken = reasons if facts.numbers else []
        numbers = _take(rules.numbers(trunk, facts), ("model", "numbers"), taken)
    if categories is None:
        taken = reasons if facts.levels else []
        categories = _take(rules.categories(trunk, facts), ("model", "categories"), taken)
    return ModelSpec(trunk=trunk, numbers=numbers, categories=categories)


def _training(
    training: Training, trunk: Trunk, facts: TableFacts, reasons: list[Reason]
) -> Training:
    def put(name: str, choice: rules.Choice) -> None:
        nonlocal training
        _take(choice, ("training", name), reasons)
        training = training.model_copy(update={name: choice.value})

    if training.batch_size is None:
        put("batch_size", rules.batch_size(trunk, facts))
    if training.optimizer is None:
        clip = rules.clip_norm(trunk, training)
        put("optimizer", rules.optimizer(trunk, training, facts))
        if clip is not None:
            put("clip_norm", clip)
    if training.schedule is None:
        put("schedule", rules.schedule(trunk, training, facts))
    if training.epochs is None:
        put("epochs", rules.epochs(trunk, training, facts))
    if training.networks is None:
        training = training.model_copy(update={"networks": 1})
    stopping = training.early_stopping
    if stopping.patience is None:
        choice = rules.patience(training)
        if stopping.enabled:
            _take(choice, ("training", "early_stopping", "patience"), reasons)
        stopping = stopping.model_copy(update={"patience": choice.value})
        training = training.model_copy(update={"early_stopping": stopping})
    return training


def _take(choice: rules.Choice, path: tuple[str, ...], reasons: list[Reason]) -> Any:
    reasons.append(Reason(path=path, why=choice.why))
    return choice.value
