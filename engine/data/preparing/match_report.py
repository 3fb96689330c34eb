"""The result of comparing another file with a preparation. Plain values: the window reads it."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict

from engine.messages import Message, message, message_n
from engine.schema import Kind


class UnseenLevel(BaseModel):
    """A level that no training row has. Of a hidden column it is the hidden value."""

    model_config = ConfigDict(frozen=True)

    level: str
    rows: int


class ColumnMatch(BaseModel):
    """One column: of the preparation, of the file, or of both."""

    model_config = ConfigDict(frozen=True)

    name: str
    state: Literal["matched", "missing", "extra"]
    """`missing`: needed, and not in the file. `extra`: in the file, and not in the training table."""
    kind: Kind | None = None
    """In training."""
    kind_here: Kind | None = None
    """As the file's cells were read; None where that is not known."""
    rows: int = 0
    missing: int = 0
    """Rows without a value."""
    misfits: int = 0
    """Cells that are not of the kind of training; they count as missing."""
    unseen: int = 0
    """Cells of levels that no training row has."""
    levels: tuple[UnseenLevel, ...] = ()
    """The most frequent of these levels, at most twenty."""
    far: int = 0
    """Values far outside the range of training, as those in another unit are."""
    low: float | None = None
    high: float | None = None
    """Range of training, for numbers."""
    low_here: float | None = None
    high_here: float | None = None
    closest: str = ""
    """Of a missing column: the column of the file whose name is most like it."""
    remarks: tuple[Message, ...] = ()
    """What is the matter, and what is done about it; nothing for a column that is as in training."""

    @property
    def is_as_in_training(self) -> bool:
        """Whether there is nothing to tell of it."""
        return not self.remarks


class FileMatch(BaseModel):
    """How another file matches. Nothing was changed or written."""

    model_config = ConfigDict(frozen=True)

    path: str
    rows: int
    rejected: int
    """Rows that could not be read as rows of the table."""
    target: str
    has_target: bool
    without_target: int = 0
    strange_targets: int = 0
    """Rows of a class that no training row has."""
    not_scored: int = 0
    """Rows that cannot be scored: without a usable target, or with a gap where the recipe drops rows."""
    columns: tuple[ColumnMatch, ...]
    """Those needed in the order of the preparation, then missing ones, then extra ones."""
    remarks: tuple[Message, ...] = ()
    """What concerns the whole file."""

    @property
    def usable(self) -> bool:
        """Whether the file can be predicted."""
        return not self.of("missing")

    def of(self, state: Literal["matched", "missing", "extra"]) -> tuple[ColumnMatch, ...]:
        """The columns of that state."""
        return tuple(column for column in self.columns if column.state == state)

    def summary(self) -> Message:
        """The whole in one sentence."""
        missing, strange = len(self.of("missing")), self._strange()
        if missing:
            return message_n(
                "The file lacks {count} column that is needed.",
                "The file lacks {count} columns that are needed.",
                missing,
            )
        if strange:
            return message_n(
                "All columns are there; {count} of them is not as in training.",
                "All columns are there; {count} of them are not as in training.",
                strange,
            )
        return message("All columns are there and as in training.")

    def _strange(self) -> int:
        return sum(not column.is_as_in_training for column in self.of("matched"))
