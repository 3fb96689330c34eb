"""Where it is wrong, and for whom: slices, gaps between groups, doubtful labels, largest errors."""

from __future__ import annotations

from collections.abc import Sequence

from engine.evaluation.result import Evaluation, RowError
from engine.messages import Message, message, message_n
from engine.report.columns import figure_columns, text_columns
from engine.report.document import Block, Section, Table
from engine.report.facts import RunFacts
from engine.report.sections.groups import RATES, slice_name
from engine.report.words import Words, count, figure, interval

_SLICES = 12
_ERRORS = 10
_GAPS = 12


def rows(facts: RunFacts, words: Words) -> Section | None:
    """None without an evaluation, or where it has none of these."""
    found = facts.evaluation
    if found is None:
        return None
    blocks: list[Block] = []
    if found.slices:
        blocks.append(_slices(found, words))
    if found.gaps:
        blocks.append(_gaps(found, words))
    if found.suspects:
        title = message_n(
            "{count} label that is likely wrong",
            "{count} labels that are likely wrong",
            found.suspect_count,
        )
        blocks.append(_errors(found, found.suspects, words, title, message("Likely")))
    if found.largest_errors:
        title = message("Largest errors")
        blocks.append(_errors(found, found.largest_errors, words, title, message("Predicted")))
    if not blocks:
        return None
    return Section(name="rows", title=words.say(message("Where it is wrong")), blocks=tuple(blocks))


def _slices(found: Evaluation, words: Words) -> Table:
    shown = found.slices[:_SLICES]
    score = message("Accuracy") if found.task.is_classification else message("MAE")
    two = any(each.recall is not None for each in shown)
    titles = [message("Rows"), score, message("95% interval")]
    if two:
        titles.append(message("Recall"))
    lines = []
    for each in shown:
        cells = (
            slice_name(each),
            count(each.rows),
            figure(each.score),
            interval(each.low, each.high),
        )
        lines.append((*cells, figure(each.recall)) if two else cells)
    worse = tuple(place for place, each in enumerate(shown) if each.is_worse)
    note = ""
    if worse:
        note = words.say(
            message(
                "Those that stand out are worse than the other rows beyond chance, all slices looked at considered."
            )
        )
    title = words.say(message("Slices of the rows, the worst first"))
    return Table(
        title=title,
        columns=(*text_columns(words, message("Slice")), *figure_columns(words, *titles)),
        rows=tuple(lines),
        marked=worse,
        note=note,
    )


def _gaps(found: Evaluation, words: Words) -> Table:
    shown = found.gaps[:_GAPS]
    return Table(
        title=words.say(message("Gaps between groups")),
        columns=(
            *text_columns(words, message("Column"), message("Rate")),
            *figure_columns(words, message("Difference"), message("95% interval")),
            *text_columns(words, message("Highest for"), message("Lowest for")),
        ),
        rows=tuple(
            (
                gap.column,
                words.of(RATES.get(gap.rate, gap.rate)),
                figure(gap.gap),
                interval(gap.low, gap.high),
                gap.highest,
                gap.lowest,
            )
            for gap in shown
        ),
        marked=tuple(place for place, gap in enumerate(shown) if gap.is_clear),
    )


def _errors(
    found: Evaluation,
    errors: Sequence[RowError],
    words: Words,
    title: Message,
    predicted: Message,
) -> Table:
    counted = message("Rows are counted in the table, from 1.")
    if found.rows_from:
        counted = message("Rows are counted in the other file, from 1.")
    return Table(
        title=words.say(title),
        columns=(
            *figure_columns(words, message("Row")),
            *text_columns(words, message("Actual"), predicted),
            *figure_columns(words, message("Loss")),
        ),
        rows=tuple(
            (count(each.row + 1), each.actual, each.predicted, figure(each.loss))
            for each in errors[:_ERRORS]
        ),
        note=words.say(counted),
    )
