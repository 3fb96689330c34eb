"""The table that it learned from: its fingerprint, its parts, its classes, its columns."""

from __future__ import annotations

from collections.abc import Iterator

from engine.messages import message, message_n
from engine.report.columns import figure_columns, text_columns
from engine.report.document import Block, Fact, Facts, Figure, Figures, Section, Table, Text
from engine.report.facts import RunFacts, TableFacts
from engine.report.figures.axes import WIDE
from engine.report.figures.bars import bars
from engine.report.sections.names import KIND, ROLE, TASK
from engine.report.words import NOTHING, Words, count, percent
from engine.schema import Kind, Role

_COLUMNS = 60
_CLASSES = 30


def data(facts: RunFacts, words: Words) -> Section:
    """What is known of the table; less where its converted rows are gone."""
    blocks: list[Block] = [
        Facts(facts=tuple(Fact(name=n, value=v) for n, v in _facts(facts, words)))
    ]
    blocks += _classes(facts, words)
    if facts.table is not None:
        blocks.append(_columns(facts, facts.table, words))
    else:
        blocks.append(_inputs(facts, words))
        told = message(
            "The converted table is not here any more: counts of its cells are not told."
        )
        blocks.append(Text(text=words.say(told), tone="note"))
    return Section(name="data", title=words.say(message("Data")), blocks=tuple(blocks))


def _facts(facts: RunFacts, words: Words) -> Iterator[tuple[str, str]]:
    yield words.say(message("File")), facts.file
    yield words.say(message("Fingerprint")), facts.info.fingerprint
    if facts.table is not None:
        table = facts.table
        yield words.say(message("Format")), table.format
        yield words.say(message("Rows")), count(table.columns.rows)
        yield words.say(message("Columns")), count(len(table.columns.columns))
        if table.rejected:
            yield words.say(message("Rows that could not be read")), count(table.rejected)
        if table.misread:
            yield words.say(message("Cells read as missing")), count(table.misread)
    started = facts.history.started
    if started is not None:
        rows = (started.train_rows, started.validation_rows, started.test_rows)
        train, validation, test = map(count, rows)
        told = message(
            "{train} train, {validation} validate, {test} test",
            train=train,
            validation=validation,
            test=test,
        )
        yield words.say(message("Split")), words.say(told)
    yield words.say(message("Target")), facts.info.target
    if facts.info.task is not None:
        yield words.say(message("Task")), words.of(TASK[facts.info.task])


def _classes(facts: RunFacts, words: Words) -> Iterator[Block]:
    if not facts.classes:
        return
    shown = sorted(facts.classes, key=lambda each: -each.rows)
    note = ""
    if len(shown) > _CLASSES:
        rest = shown[_CLASSES:]
        shown = shown[:_CLASSES]
        note = words.say(
            message_n(
                "{count} more class has {least} to {most} rows.",
                "{count} more classes have {least} to {most} rows.",
                len(rest),
                least=rest[-1].rows,
                most=rest[0].rows,
            )
        )
    title = words.say(message("Training rows by class"))
    picture = bars(
        [(each.name, float(each.rows)) for each in shown],
        told=title,
        written=lambda rows: count(round(rows)),
        width=WIDE,
    )
    yield Figures(figures=(Figure(title=title, svg=picture, told=title, note=note),), wide=True)


def _columns(facts: RunFacts, table: TableFacts, words: Words) -> Table:
    columns = table.columns.columns
    lines = []
    for column in columns[:_COLUMNS]:
        spec = facts.resolved.column(column.name)
        kind, role = spec.kind or column.kind, spec.role or column.role
        lines.append(
            (
                column.name,
                words.of(KIND[kind]),
                words.of(ROLE[role]),
                count(column.distinct),
                percent(column.missing / table.columns.rows) if table.columns.rows else NOTHING,
            )
        )
    return Table(
        title=words.say(message("Columns")),
        columns=(
            *text_columns(words, message("Column"), message("Kind"), message("Role")),
            *figure_columns(words, message("Different values"), message("Missing")),
        ),
        rows=tuple(lines),
        note=_more(len(columns) - _COLUMNS, words),
    )


def _inputs(facts: RunFacts, words: Words) -> Table:
    """The columns that the recipe lists."""
    listed = [spec for spec in facts.resolved.columns if spec.name is not None]
    return Table(
        title=words.say(message("Columns")),
        columns=text_columns(words, message("Column"), message("Kind"), message("Role")),
        rows=tuple(
            (
                spec.name or "",
                words.of(KIND[spec.kind or Kind.NUMBER]) if spec.kind else NOTHING,
                words.of(ROLE[spec.role or Role.FEATURE]),
            )
            for spec in listed[:_COLUMNS]
        ),
        note=_more(len(listed) - _COLUMNS, words),
    )


def _more(left: int, words: Words) -> str:
    if left <= 0:
        return ""
    return words.say(message_n("{count} more column.", "{count} more columns.", left))
