"""How predictions are read: threshold, corrected probabilities, sets and intervals, “don't know”."""

from __future__ import annotations

from collections.abc import Iterator

from engine.evaluation.measures.registry import MEASURES
from engine.messages import Message, message
from engine.predictor.decision import Isotonic, Platt, Temperature
from engine.report.document import Block, Fact, Facts, Section, Text
from engine.report.facts import RunFacts
from engine.report.words import Words, figure, percent, within


def decisions(facts: RunFacts, words: Words) -> Section | None:
    """None where there is nothing to decide, or nothing is."""
    decision = facts.decision
    blocks: list[Block] = []
    if decision.is_plain:
        if not facts.classes:
            return None
        told = message("Nothing was decided: the likeliest class is predicted.")
        blocks.append(Text(text=words.say(told)))
    else:
        found = tuple(
            Fact(name=words.say(name), value=value if isinstance(value, str) else words.say(value))
            for name, value in _decided(facts, words)
        )
        blocks.append(Facts(facts=found))
    return Section(
        name="decisions",
        title=words.say(message("How predictions are read")),
        blocks=tuple(blocks),
    )


def _decided(facts: RunFacts, words: Words) -> Iterator[tuple[Message, Message | str]]:
    """What was decided, and how it was."""
    decision = facts.decision
    if decision.moves_threshold:
        positive = facts.evaluation.positive if facts.evaluation is not None else ""
        yield message("Threshold"), words.sentences((_threshold(facts, words, positive),))
    match decision.calibration:
        case Temperature(temperature=temperature):
            told = message("Temperature {value}, on validation rows", value=figure(temperature))
            yield message("Probabilities corrected by"), told
        case Platt():
            told = message("A logistic curve (Platt), on validation rows")
            yield message("Probabilities corrected by"), told
        case Isotonic():
            told = message("A rising curve (isotonic), on validation rows")
            yield message("Probabilities corrected by"), told
    if decision.conformal is not None:
        name = message("Sets of classes hold the truth")
        if not facts.classes:
            name = message("Intervals hold the truth")
        asked = percent(decision.conformal.coverage)
        yield name, message("in {share} of rows, as asked", share=asked)
        found = facts.evaluation.coverage if facts.evaluation is not None else None
        if found is not None:
            yield (
                message("Found here"),
                message(
                    "{share} (95% interval {low} – {high}), of size {size} in the mean",
                    share=percent(found.found),
                    low=percent(found.low),
                    high=percent(found.high),
                    size=figure(found.size),
                ),
            )
    if decision.least_confidence is not None:
        below = figure(decision.least_confidence)
        yield message("“Don’t know” below a probability of"), below
        doubt = facts.evaluation.doubt if facts.evaluation is not None else None
        if doubt is not None:
            yield (
                message("Rows without an answer"),
                message(
                    "{share}; accuracy of the others {sure}",
                    share=percent(doubt.share),
                    sure=figure(doubt.sure),
                ),
            )


def _threshold(facts: RunFacts, words: Words, positive: str) -> str:
    decision = facts.decision
    value = figure(decision.threshold)
    name = positive or (facts.classes[-1].name if facts.classes else "")
    match decision.chosen_by:
        case "cost":
            return words.say(
                message(
                    "“{name}” above {value}: cheapest where a missed row costs {missed} and a false alarm {alarm}",
                    name=name,
                    value=value,
                    missed=decision.missed,
                    alarm=decision.alarm,
                )
            )
        case "metric":
            known = MEASURES.get(decision.metric)
            metric = within(words.of(known.title)) if known is not None else decision.metric
            return words.say(
                message(
                    "“{name}” above {value}: best in {metric}",
                    name=name,
                    value=value,
                    metric=metric,
                )
            )
    return words.say(message("“{name}” above {value}, set by hand", name=name, value=value))
