"""One opening of a file: as it was read the last time, or anew where that no longer works."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from engine.errors import Cancelled, ReaderDied, ReadError
from engine.messages import Message, message
from engine.recipe.reading import Reading
from engine.schema import Schema
from gui.memory_keeper import MemoryKeeper, Recalled, stamp_of
from gui.table_reader import TableReader

if TYPE_CHECKING:
    from engine.data.first_rows import TellFirst
    from engine.data.table import Table


class TableOpening:
    """Reads in a thread; what it found out is looked at when the table is there."""

    def __init__(
        self,
        reader: TableReader,
        keeper: MemoryKeeper,
        paths: Sequence[Path],
        reading: Reading,
        *,
        recalls: bool = True,
        just_so: bool = False,
    ) -> None:
        """Open `paths` as one table.

        Args:
            reader: Opens it.
            keeper: Knows what is remembered of files.
            paths: Files or folders.
            reading: What is asked for.
            recalls: Whether to look for what is remembered; not for a file that is open already.
            just_so: Read as `reading` says, however the file was read before.
        """
        self._reader, self._keeper = reader, keeper
        self._paths = paths
        self._recalls, self._just_so = recalls, just_so
        self.asked = reading
        """What was asked for in the end."""
        self.recalled = Recalled()
        self._no_longer: ReadError | None = None

    def read(
        self,
        progress: Callable[[float], None],
        cancelled: Callable[[], bool],
        first_rows: TellFirst | None = None,
    ) -> tuple[Table, Schema]:
        """The table and its columns; its first rows are told of while the rest is read.

        Raises the errors of `TableReader.open`.
        """
        from engine.data.open import joined_path

        def opened(reading: Reading) -> tuple[Table, Schema]:
            return self._reader.open(
                path,
                reading,
                progress=progress,
                cancelled=cancelled,
                must_choose=True,
                first_rows=first_rows,
            )

        path = joined_path(self._paths).absolute()
        if self._recalls:
            self.recalled = self._keeper.recall(path, self.asked.part)
        memory = self.recalled.memory
        if memory is not None and memory.reading != self.asked and not self._just_so:
            try:
                found = opened(memory.reading)
            except (Cancelled, ReaderDied):
                raise
            except ReadError as error:
                self._no_longer = error
            else:
                self.asked = memory.reading
                return found
        return opened(self.asked)

    @property
    def is_first(self) -> bool:
        """Whether nothing was known of the file, so that all of its reading is detected."""
        return self._recalls and not self._just_so and self.recalled.memory is None

    def remarks(self, table: Table) -> tuple[tuple[Message, Message], ...]:
        """What a person has to be told of what was remembered: titles and details."""
        name, memory = table.path.name, self.recalled.memory
        if self.recalled.damaged:
            return (
                (
                    message("What was set for {name} is lost", name=name),
                    message("The file in which it was kept is damaged or of a later Trainyard."),
                ),
            )
        if memory is None:
            return ()
        if self._no_longer is not None:
            return (
                (
                    message("{name} can no longer be read as it was set", name=name),
                    message("It was read anew. Then: {found}", found=str(self._no_longer)),
                ),
            )
        if memory.stamp != stamp_of(table):
            return (
                (
                    message("{name} has changed since it was last open", name=name),
                    message("It was read again, with what was set for it then."),
                ),
            )
        return ()
