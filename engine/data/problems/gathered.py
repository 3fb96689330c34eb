"""Many findings of one kind told as one, so that a table of thousands of columns has a list to read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from engine.data.problems.fixes import ignore
from engine.data.problems.problem import Problem
from engine.messages import Message, message_n

_MOST = 6
"""So many findings of one kind and severity are told one by one."""
_NAMED = 8


def gathered(problems: Iterable[Problem]) -> Iterator[Problem]:
    """The problems, those of a kind that is met often as one, where the first of them stood."""
    alike: dict[tuple[str, str], list[Problem]] = {}
    for problem in problems:
        alike.setdefault((problem.code, problem.severity), []).append(problem)
    for same in alike.values():
        words = _words(len(same)).get(same[0].code)
        if len(same) <= _MOST or words is None:
            yield from same
        else:
            yield _as_one(same, words)


def _as_one(same: list[Problem], title: Message) -> Problem:
    first = same[0]
    names = tuple(dict.fromkeys(_about(problem) for problem in same))
    named = ", ".join(names[:_NAMED]) + (" …" if len(names) > _NAMED else "")
    fixable = [_about(problem) for problem in same if problem.fix is not None]
    return Problem(
        first.code,
        first.severity,
        title,
        Message("{names}.", {"names": named}),
        subject=first.severity,
        count=len(same),
        columns=names,
        fix=ignore(*fixable) if fixable and first.code in _IGNORED else None,
    )


def _about(problem: Problem) -> str:
    """The column that a fix would leave out."""
    return problem.column or (problem.columns[-1] if problem.columns else "")


_IGNORED = frozenset(
    {"missing", "constant", "nearly_constant", "identifier", "giveaway", "personal", "same_columns"}
)
"""Kinds of findings that are mended by leaving the column out."""


def _words(count: int) -> Mapping[str, Message]:
    return {
        "missing": message_n(
            "{count} column has missing values", "{count} columns have missing values", count
        ),
        "constant": message_n(
            "{count} column has one value only", "{count} columns have one value only", count
        ),
        "nearly_constant": message_n(
            "{count} column is nearly always the same",
            "{count} columns are nearly always the same",
            count,
        ),
        "identifier": message_n(
            "{count} column looks like a key", "{count} columns look like keys", count
        ),
        "giveaway": message_n(
            "{count} column gives the target away", "{count} columns give the target away", count
        ),
        "personal": message_n(
            "{count} column holds data about people",
            "{count} columns hold data about people",
            count,
        ),
        "same_columns": message_n(
            "{count} column is the same as another",
            "{count} columns are the same as others",
            count,
        ),
        "like_columns": message_n(
            "{count} column says the same as another",
            "{count} columns say the same as others",
            count,
        ),
        "renamed": message_n(
            "{count} column is called otherwise here",
            "{count} columns are called otherwise here",
            count,
        ),
        "far_off": message_n(
            "{count} column has values that are far off",
            "{count} columns have values that are far off",
            count,
        ),
        "variants": message_n(
            "{count} column writes values in several ways",
            "{count} columns write values in several ways",
            count,
        ),
    }
