"""The report of a run put together."""

from __future__ import annotations

import time

from engine.languages import Language
from engine.messages import message
from engine.report.document import Document
from engine.report.facts import RunFacts
from engine.report.sections.baselines import baselines
from engine.report.sections.data import data
from engine.report.sections.decisions import decisions
from engine.report.sections.environment import environment
from engine.report.sections.importance import importance
from engine.report.sections.limits import limits
from engine.report.sections.members import members
from engine.report.sections.recipe import recipe
from engine.report.sections.rows import rows
from engine.report.sections.scores import scores
from engine.report.sections.summary import summary
from engine.report.sections.training import training
from engine.report.words import Words, moment
from engine.store.info import installed_versions

SECTIONS = (
    summary,
    limits,
    scores,
    baselines,
    decisions,
    rows,
    importance,
    members,
    data,
    recipe,
    training,
    environment,
)


def compose(facts: RunFacts, language: Language, made: float | None = None) -> Document:
    """The document in a language; `made` is when, in seconds since 1970 (None: now)."""
    words = Words(language)
    found = [section(facts, words) for section in SECTIONS]
    info = facts.info
    title = message("Model card: {target}", target=info.target)
    subtitle = message(
        "Run {number}, “{name}”, trained on {file}",
        number=str(info.number),
        name=info.name,
        file=facts.file,
    )
    footer = message(
        "Written by Trainyard {version} on {moment}. Every figure comes from the run’s own files.",
        version=installed_versions()["trainyard"],
        moment=moment(time.time() if made is None else made),
    )
    return Document(
        language=language,
        title=words.say(title),
        subtitle=words.say(subtitle),
        sections=tuple(each for each in found if each is not None),
        footer=words.say(footer),
    )
