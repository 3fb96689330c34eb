"""Which of several tables in a file is meant."""

from __future__ import annotations

from engine.data.formats.kinds import Kind
from engine.data.formats.rows import Ask
from engine.errors import NoParts, PartMissing, PartNotChosen
from engine.messages import Message, message

_NAMED = 20


def chosen_part(ask: Ask, kind: Kind, parts: tuple[str, ...]) -> tuple[str, tuple[Message, ...]]:
    """The part that is asked for, or the first with a note that there are others.

    Raises `NoParts`, `PartMissing` or `PartNotChosen`.
    """
    if not parts:
        raise NoParts(str(ask.path), kind.name)
    wanted = ask.reading.part
    if wanted is not None:
        if wanted not in parts:
            raise PartMissing(str(ask.path), wanted, listed(parts))
        return wanted, ()
    if len(parts) == 1:
        return parts[0], ()
    if ask.must_choose:
        raise PartNotChosen(str(ask.path), listed(parts), parts)
    note = message(
        "“{part}” is the first of {count} parts; the others are: {others}.",
        part=parts[0],
        count=len(parts),
        others=listed(parts[1:]),
    )
    return parts[0], (note,)


def listed(parts: tuple[str, ...]) -> str:
    """The names in one line, no more than a person reads."""
    return ", ".join(parts[:_NAMED]) + (" …" if len(parts) > _NAMED else "")
