"""What a person is told when a table has been read: what was remembered, lost, or kept out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from engine.messages import Message, message, message_n

if TYPE_CHECKING:
    from engine.data.table import Table

Notice: TypeAlias = tuple[Message, Message]
"""Title and detail."""


class ReadingNotices:
    """The notices of one table after the other; what is known of a file is not told again."""

    def __init__(self) -> None:
        self._told: tuple[Path, int] | None = None
        """The file of which a notice said how many lines were kept out, and how many."""

    def forget(self) -> None:
        """No table is open any more."""
        self._told = None

    def of(self, table: Table, remarks: Sequence[Notice], gone: Sequence[str]) -> Iterator[Notice]:
        """The notices of a table.

        Args:
            table: As it was read.
            remarks: On what was remembered of its file.
            gone: The columns that something was set for, and that the table does not have.
        """
        yield from remarks
        if gone:
            yield (
                message("The file no longer has all columns"),
                message("What was set for {names} was dropped.", names=", ".join(gone)),
            )
        told, self._told = self._told, (table.path, len(table.rejects))
        if table.rejects and told != self._told:  # known: a file may be read again many times
            yield (
                message_n(
                    "{name} read, {count} line kept out",
                    "{name} read, {count} lines kept out",
                    len(table.rejects),
                    name=table.path.name,
                ),
                message("{rows} of {all} rows are ready.", rows=table.rows, all=table.rows_in),
            )
