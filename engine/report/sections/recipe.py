"""The recipe in words, and as it is written."""

from __future__ import annotations

from engine.messages import message, message_n
from engine.recipe.files import recipe_json
from engine.recipe.words import StepGroup, recipe_steps
from engine.report.columns import text_columns
from engine.report.document import Attachment, Section, Table, Text
from engine.report.facts import RunFacts
from engine.report.words import Words

_COLUMNS = 60


def recipe(facts: RunFacts, words: Words) -> Section:
    """What was done, step by step, every `auto` replaced."""
    steps = recipe_steps(facts.resolved)
    lines: list[tuple[str, str]] = []
    group: StepGroup | None = None
    of_columns = left = 0
    for step in steps:
        if step.group is StepGroup.COLUMNS:
            of_columns += 1
            if of_columns > _COLUMNS:
                left += 1
                continue
        text = step.render(words.translate)
        if not step.enabled:
            text = words.say(message("{step} (switched off)", step=text))
        heading = words.say(step.group.heading) if step.group is not group else ""
        group = step.group
        lines.append((heading, text))
    note = ""
    if left:
        note = words.say(
            message_n(
                "What is done to {count} more column is in the recipe below.",
                "What is done to {count} more columns is in the recipe below.",
                left,
            )
        )
    return Section(
        name="recipe",
        title=words.say(message("Recipe")),
        blocks=(
            Text(
                text=words.say(
                    message(
                        "What was done, as it was done: all that was left to Auto is filled in. With the same file and seed it gives the same model again."
                    )
                )
            ),
            Table(
                columns=text_columns(words, message("About"), message("What is done")),
                rows=tuple(lines),
                note=note,
            ),
            Attachment(
                title=words.say(message("The recipe as JSON")),
                file="recipe.json",
                text=recipe_json(facts.resolved),
            ),
        ),
    )
