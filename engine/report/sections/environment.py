"""Where and with what it was made, and how it is made again."""

from __future__ import annotations

from collections.abc import Iterator

from engine.messages import message
from engine.report.document import Fact, Facts, Section
from engine.report.facts import RunFacts
from engine.report.words import Words, moment


def environment(facts: RunFacts, words: Words) -> Section:
    """Versions, seeds, hardware, the command."""
    found = tuple(Fact(name=name, value=value) for name, value in _facts(facts, words))
    title = words.say(message("How it was made, and how to make it again"))
    return Section(name="environment", title=title, blocks=(Facts(facts=found),))


def _facts(facts: RunFacts, words: Words) -> Iterator[tuple[str, str]]:
    info = facts.info
    yield words.say(message("Run")), info.id
    yield words.say(message("Made")), moment(info.created)
    yield words.say(message("Seed of training")), str(facts.resolved.training.seed)
    yield words.say(message("Seed of the split")), str(facts.resolved.split.seed)
    started = facts.history.started
    if started is not None:
        told = message(
            "{device}, {threads} threads", device=started.device, threads=started.threads
        )
        yield words.say(message("Hardware")), words.say(told)
    yield words.say(message("System")), info.versions.get("system", "")
    packages = [
        f"{name} {number}" for name, number in info.versions.items() if name != "system" and number
    ]
    yield words.say(message("Versions")), words.listed(packages)
    yield (
        words.say(message("Command")),
        f"trainyard train {_quoted(facts.file)} --recipe recipe.json",
    )


def _quoted(name: str) -> str:
    return f'"{name}"' if any(c.isspace() for c in name) else name
