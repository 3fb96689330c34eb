"""What is wrapped around a table: the interface of all packings."""

from __future__ import annotations

from abc import ABC, abstractmethod
from pathlib import Path
from typing import ClassVar

from engine.data.formats.kinds import Kind
from engine.data.formats.rows import Ask


class Container(ABC):
    """A packing with one or more files in it."""

    kind: ClassVar[Kind]

    @abstractmethod
    def recognises(self, head: bytes) -> bool:
        """Whether a file that begins with `head` is packed so."""

    @abstractmethod
    def members(self, ask: Ask) -> tuple[str, ...]:
        """The names of the files inside that may be tables.

        Raises the errors of `ReadError`.
        """

    @abstractmethod
    def unpack(self, ask: Ask, member: str, destination: Path) -> None:
        """Write one file of it to `destination`.

        Raises the errors of `ReadError`, `Cancelled`, `DiskFull` and `WriteFailed`.
        """
