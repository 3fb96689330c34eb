"""Intended use and limits. Every sentence follows from a figure of the run; none is a phrase."""

from __future__ import annotations

from collections.abc import Iterator

from engine.baselines.sentences import comparison
from engine.evaluation.result import Evaluation
from engine.messages import Message, message, message_n
from engine.recipe.split import SplitMethod
from engine.report.document import Block, Point, Points, Section, Text, Tone
from engine.report.facts import RunFacts
from engine.report.sections.groups import gap_told, slice_name
from engine.report.sections.summary import headlines, in_sentence
from engine.report.words import Words, figure, percent
from engine.schema import Role
from engine.store.summary import Status

FEW_ROWS = 30
"""Training rows of a class below which it is hardly learned."""
FEW_SCORED = 10
"""Scored rows of a class below which its scores say little."""
FEW_VALIDATION = 200
FEW_TEST = 100
MUCH_MISSING = 0.2
POOR_CALIBRATION = 0.05
_NAMED = 8


def limits(facts: RunFacts, words: Words) -> Section:
    """What it is for, then what speaks against trusting it, the gravest first."""
    found: list[tuple[Tone, str]] = [("plain", text) for text in _use(facts, words)]
    warned = list(_warnings(facts, words))
    found += sorted(warned, key=lambda each: ("err", "warn", "plain", "note").index(each[0]))
    blocks: list[Block] = []
    if facts.info.remark:
        blocks.append(Text(text=facts.info.remark, tone="note"))
    blocks.append(Points(points=tuple(Point(text=text, tone=tone) for tone, text in found)))
    return Section(
        name="limits", title=words.say(message("Intended use and limits")), blocks=tuple(blocks)
    )


def _use(facts: RunFacts, words: Words) -> Iterator[str]:
    yield words.say(
        message(
            "It answers for rows like those of {file}. Of other sources, times and places its rows say nothing.",
            file=facts.file,
        )
    )
    yield words.say(
        message_n(
            "It needs {count} column, found by name: {names}.",
            "It needs {count} columns, found by name: {names}.",
            len(facts.inputs),
            names=_named(facts.inputs, words),
        )
    )
    if facts.classes:
        yield words.say(
            message(
                "It knows these classes only: {names}. A row of any other class is taken for one of them.",
                names=_named([each.name for each in facts.classes], words),
            )
        )
    hidden = [c.name for c in facts.resolved.columns if c.hide is not None and c.name is not None]
    if hidden:
        yield words.say(
            message(
                "De-identified before anything is learned: {names}.", names=_named(hidden, words)
            )
        )


def _warnings(facts: RunFacts, words: Words) -> Iterator[tuple[Tone, str]]:
    yield from _of_training(facts, words)
    yield from _of_rows(facts, words)
    if facts.evaluation is not None:
        yield from _of_scores(facts, facts.evaluation, words)
    if facts.beside is not None:
        best = facts.beside.best()
        difference = best.difference(facts.beside.metric) if best is not None else None
        if difference is not None and difference.verdict == "behind":
            yield "warn", comparison(facts.beside, words.translate)


def _of_training(facts: RunFacts, words: Words) -> Iterator[tuple[Tone, str]]:
    if facts.summary.status in (Status.STOPPED, Status.PRUNED):
        yield (
            "warn",
            words.say(
                message_n(
                    "Training was stopped after {count} epoch of {all}.",
                    "Training was stopped after {count} epochs of {all}.",
                    facts.summary.epoch,
                    all=facts.history.epochs,
                )
            ),
        )
    for finding in facts.findings:
        if finding.is_severe:
            yield "err", words.sentences((words.say(finding.title), words.say(finding.evidence)))


def _of_rows(facts: RunFacts, words: Words) -> Iterator[tuple[Tone, str]]:
    started = facts.history.started
    if started is not None:
        if not started.test_rows and not facts.members:
            yield "err", words.say(message("No rows were kept aside to test it."))
        if 0 < started.test_rows < FEW_TEST:
            yield (
                "warn",
                words.say(
                    message_n(
                        "Only {count} row tests it: the intervals are wide.",
                        "Only {count} rows test it: the intervals are wide.",
                        started.test_rows,
                    )
                ),
            )
        if 0 < started.validation_rows < FEW_VALIDATION:
            yield (
                "warn",
                words.say(
                    message_n(
                        "Only {count} validation row chose the best epoch: others might have chosen another one.",
                        "Only {count} validation rows chose the best epoch: others might have chosen another one.",
                        started.validation_rows,
                    )
                ),
            )
    split = _of_split(facts.resolved.split_method)
    if split is not None:
        yield "plain", words.say(split)
    few = [each.name for each in facts.classes if each.rows < FEW_ROWS]
    if few:
        yield (
            "warn",
            words.say(
                message_n(
                    "{count} class has fewer than {least} training rows: {names}.",
                    "{count} classes have fewer than {least} training rows: {names}.",
                    len(few),
                    least=FEW_ROWS,
                    names=_named(few, words),
                )
            ),
        )
    yield from _of_table(facts, words)


def _of_split(method: SplitMethod) -> Message | None:
    if method in (SplitMethod.AUTO, SplitMethod.STRATIFIED, SplitMethod.RANDOM):
        return message(
            "Rows were dealt to the parts by chance: how it does on rows of a later time, or of groups that it has never seen, was not tested."
        )
    if method.by_group:
        return message("It is tested on groups that it has not learned from.")
    if method is SplitMethod.TIME:
        return message("It is tested on rows that are later than those it has learned from.")
    return None


def _of_table(facts: RunFacts, words: Words) -> Iterator[tuple[Tone, str]]:
    table = facts.table
    if table is None or not table.columns.rows:
        return
    used = set(facts.inputs)
    holes = [
        f"{column.name} ({percent(column.missing / table.columns.rows)})"
        for column in table.columns.columns
        if column.name in used and column.missing / table.columns.rows > MUCH_MISSING
    ]
    if holes:
        yield (
            "warn",
            words.say(
                message(
                    "Values that are often missing had to be filled in: {names}.",
                    names=_named(holes, words),
                )
            ),
        )
    if table.rejected:
        yield (
            "warn",
            words.say(
                message_n(
                    "{count} row of the file could not be read and taught it nothing.",
                    "{count} rows of the file could not be read and taught it nothing.",
                    table.rejected,
                )
            ),
        )
    people = [c.name for c in facts.resolved.columns if c.role is Role.GROUP and c.name]
    if people and not facts.resolved.split_method.by_group:
        yield (
            "warn",
            words.say(
                message(
                    "Rows of one “{column}” may stand in several parts, which makes scores too good.",
                    column=people[0],
                )
            ),
        )


def _of_scores(facts: RunFacts, found: Evaluation, words: Words) -> Iterator[tuple[Tone, str]]:
    if found.part == "train":
        yield (
            "err",
            words.say(
                message(
                    "The scores here are of rows that it has learned from: they promise nothing."
                )
            ),
        )
    elif found.part == "validation":
        yield (
            "warn",
            words.say(
                message(
                    "The scores here are of the rows that chose its best epoch, so they are a little too good."
                )
            ),
        )
    if found.looks > 1:
        yield (
            "warn",
            words.say(
                message(
                    "The test part has been looked at {count} times. What is chosen by it is no longer tested by it.",
                    count=found.looks,
                )
            ),
        )
    if found.has_outdated_decision:
        yield (
            "warn",
            words.say(
                message(
                    "What was decided for this run was for its earlier weights, and is no longer used. Decide again."
                )
            ),
        )
    yield from _of_guess(found, words)
    yield from _of_classes(found, words)
    yield from _of_slices(found, words)


def _of_guess(found: Evaluation, words: Words) -> Iterator[tuple[Tone, str]]:
    """No better than the plainest guess, as far as the first headline tells."""
    for each in headlines(found)[:1]:
        if each.value is None or each.baseline is None:
            continue
        near = each.low if each.higher_is_better else each.high
        sign = 1 if each.higher_is_better else -1
        if sign * (each.value - each.baseline) <= 0:
            told = message(
                "It is no better than the plainest guess: {metric} is {value}, that of the guess {guess}.",
                metric=in_sentence(each, words),
                value=figure(each.value),
                guess=figure(each.baseline),
            )
            yield "err", words.say(told)
        elif near is not None and sign * (near - each.baseline) <= 0:
            told = message(
                "It may be no better than the plainest guess: the interval of its {metric} holds that of the guess, {guess}.",
                metric=in_sentence(each, words),
                guess=figure(each.baseline),
            )
            yield "warn", words.say(told)


def _of_classes(found: Evaluation, words: Words) -> Iterator[tuple[Tone, str]]:
    totals = [sum(row) for row in found.confusion]
    predicted = [sum(column) for column in zip(*found.confusion, strict=True)]
    never = [
        name
        for name, total, times in zip(found.classes, totals, predicted, strict=False)
        if total and not times
    ]
    if never:
        yield (
            "err",
            words.say(
                message_n(
                    "{count} class was never predicted: {names}.",
                    "{count} classes were never predicted: {names}.",
                    len(never),
                    names=_named(never, words),
                )
            ),
        )
    few = [name for name, n in zip(found.classes, totals, strict=False) if n < FEW_SCORED]
    if few and found.confusion:
        yield (
            "warn",
            words.say(
                message_n(
                    "{count} class has fewer than {least} of the scored rows, so its own scores say little: {names}.",
                    "{count} classes have fewer than {least} of the scored rows, so their own scores say little: {names}.",
                    len(few),
                    least=FEW_SCORED,
                    names=_named(few, words),
                )
            ),
        )
    off = found.metric("calibration_error")
    if off is not None and off.value is not None and off.value > POOR_CALIBRATION:
        yield (
            "warn",
            words.say(
                message(
                    "Its probabilities are off by {points} points of a percent in the mean: take them for an order, not for chances.",
                    points=f"{100 * off.value:.1f}",
                )
            ),
        )
    if found.coverage is not None and found.coverage.high < found.coverage.asked:
        yield (
            "err",
            words.say(
                message(
                    "Sets or intervals hold the truth in {found} of rows, less than the {asked} that was asked.",
                    found=percent(found.coverage.found),
                    asked=percent(found.coverage.asked),
                )
            ),
        )


def _of_slices(found: Evaluation, words: Words) -> Iterator[tuple[Tone, str]]:
    worse = [each for each in found.slices if each.is_worse]
    if worse:
        yield (
            "warn",
            words.say(
                message_n(
                    "{count} slice of the rows is worse than the others beyond chance; the worst is {worst}.",
                    "{count} slices of the rows are worse than the others beyond chance; the worst is {worst}.",
                    len(worse),
                    worst=slice_name(worse[0]),
                )
            ),
        )
    clear = [gap for gap in found.gaps if gap.is_clear]
    for gap in clear[:3]:
        yield "warn", words.say(gap_told(gap, words))
    if found.suspect_count:
        yield (
            "plain",
            words.say(
                message_n(
                    "{count} label of the scored rows is likely wrong.",
                    "{count} labels of the scored rows are likely wrong.",
                    found.suspect_count,
                )
            ),
        )
    if found.conflict_count:
        yield (
            "plain",
            words.say(
                message_n(
                    "{count} scored row is the same to the model as one of another label: no model can get both right.",
                    "{count} scored rows are the same to the model as ones of another label: no model can get both right.",
                    found.conflict_count,
                )
            ),
        )


def _named(names: list[str] | tuple[str, ...], words: Words) -> str:
    """The first of them, and how many more there are."""
    told = words.listed(names[:_NAMED])
    more = len(names) - _NAMED
    if more <= 0:
        return told
    return words.say(message("{names} and {more} more", names=told, more=more))
