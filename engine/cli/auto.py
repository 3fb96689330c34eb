"""What Auto chose for a table, and why; the options that ask for it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Annotated, TypeAlias

import typer
from pydantic import BaseModel

from engine.cli.described import described
from engine.cli.output import complain, duration, say, say_json, say_table
from engine.errors import RecipeInvalid
from engine.messages import message, message_n
from engine.recipe.auto.choose import Plan, as_new, plan_of
from engine.recipe.field_words import field_title, value_words
from engine.recipe.parts import settled
from engine.recipe.recipe import Recipe

if TYPE_CHECKING:
    from engine.data.table import Table
    from engine.pipeline.resolving import Resolved

LeaveToAuto: TypeAlias = Annotated[
    bool,
    typer.Option("--auto", help="Leave network and training to Auto, whatever the recipe says."),
]
Budget: TypeAlias = Annotated[
    str,
    typer.Option(
        "--budget",
        metavar="TIME",
        help="Time for everything, such as 90s, 10m or 2h; Auto trains several networks in it.",
    ),
]
_MINUTES = {"s": 1 / 60, "m": 1.0, "h": 60.0, "": 1.0}


class ChosenField(BaseModel):
    """What `--json` prints of a field that Auto chose."""

    field: str
    value: str
    why: str


class Resolution(BaseModel):
    """What `trainyard recipe resolve --json` prints."""

    chosen: list[ChosenField]
    networks: list[str]
    seconds_per_epoch: float | None
    seconds: float | None
    """For all epochs of all networks, as far as a short probe tells; at most the time budget."""
    recipe: Recipe


def left_to_auto(recipe: Recipe, *, auto: bool, budget: str) -> Recipe:
    """The recipe with what `--auto` and `--budget` say.

    Raises `RecipeInvalid` for a time that is none.
    """
    if auto:
        recipe = as_new(recipe)
    if not budget:
        return recipe
    training = recipe.training.model_copy(update={"time_budget": minutes_of(budget)})
    return recipe.model_copy(update={"training": training})


def minutes_of(text: str) -> float:
    """`90s`, `10m`, `1.5h` or `10` in minutes.

    Raises `RecipeInvalid` for anything else, for 0 and for more than ten weeks.
    """
    found = re.fullmatch(r"\s*(\d+(?:\.\d+)?)\s*([smh]?)(?:in|ec)?\s*", text.casefold())
    minutes = float(found[1]) * _MINUTES[found[2]] if found else 0.0
    if not 0 < minutes <= 100_000:
        raise RecipeInvalid("--budget", f"“{text}” is no time to train in", "Write 90s, 10m or 2h.")
    return minutes


def say_resolution(found: Resolved, table: Table, asked: Recipe, *, as_json: bool) -> None:
    """Print what was chosen, why, and how long it takes."""
    plan = plan_of(found.networks, asked.training)
    each = seconds_per_epoch(found)
    if as_json:
        say_json(
            Resolution(
                chosen=_fields(plan),
                networks=list(plan.titles),
                seconds_per_epoch=each,
                seconds=_in_all(plan, each, asked),
                recipe=found.recipe,
            )
        )
        return
    if plan.reasons:
        rows = [(field.field, field.value, field.why) for field in _fields(plan)]
        say_table(("field", "chosen", "why"), rows)
    else:
        say("Nothing is left to Auto.")
    if plan.networks is not None:
        say(str(plan.networks))
    say(estimate(plan, each, asked))


def say_before_start(found: Resolved, asked: Recipe) -> None:
    """Tell how long it will take; what was chosen is told by the run itself."""
    plan = plan_of(found.networks, asked.training)
    complain(estimate(plan, seconds_per_epoch(found), asked))


def estimate(plan: Plan, each: float | None, asked: Recipe) -> str:
    """How long training takes, in a sentence."""
    epochs, budget = settled(plan.training.epochs), asked.training.time_budget
    if budget is not None:
        return str(message("It takes {time} at most.", time=duration(60 * budget)))
    if settled(plan.model.trunk).is_grown:
        return str(message("Trees are grown until validation gains no more."))
    if each is None:
        return str(message("It does not fit into memory."))
    if _differ(plan):
        return str(
            message(
                "About {time} for the first of {count} networks; the others are not measured before they are built.",
                time=duration(each * epochs),
                count=len(plan.titles),
            )
        )
    return str(
        message_n(
            "About {time} for {count} epoch, fewer if nothing is gained.",
            "About {time} for {count} epochs, fewer if nothing is gained.",
            epochs * len(plan.titles),
            time=duration(_in_all(plan, each, asked)),
        )
    )


def seconds_per_epoch(found: Resolved) -> float | None:
    """Of the first network, by a short probe on this machine; None if it does not fit into memory."""
    return described(found).seconds_per_epoch


def _in_all(plan: Plan, each: float | None, asked: Recipe) -> float | None:
    """Seconds; None where the time of some of the networks is not known."""
    budget = asked.training.time_budget
    if each is None:
        return None
    if _differ(plan):
        return None if budget is None else 60 * budget
    whole = each * settled(plan.training.epochs) * len(plan.titles)
    return whole if budget is None else min(whole, 60 * budget)


def _differ(plan: Plan) -> bool:
    """Whether networks of several kinds are trained."""
    return len(set(plan.titles)) > 1


def _fields(plan: Plan) -> list[ChosenField]:
    found = []
    for reason in plan.reasons:
        value: object = plan
        info = None
        for name in reason.path:
            info = type(value).model_fields[name]  # type: ignore[attr-defined]
            value = getattr(value, name)
        title = field_title(reason.path[-1], info)
        words = value_words(value, info, reason.path[-1])
        found.append(ChosenField(field=str(title), value=str(words), why=str(reason.why)))
    return found
