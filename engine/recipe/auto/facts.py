"""What the rules of Auto go by."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

from engine.schema import Task

Device: TypeAlias = Literal["cpu", "cuda", "mps"]


@dataclass(frozen=True, slots=True)
class TableFacts:
    """A table as a network sees it, and what trains it."""

    rows: int
    """Of the training part."""
    numbers: int
    """Number inputs, those that tell of missing values included."""
    levels: tuple[int, ...]
    """Codes of each category input, the unknown one included."""
    task: Task
    device: Device = "cpu"

    @property
    def all_levels(self) -> int:
        """Inputs that one-hot categories would make."""
        return sum(count - 1 for count in self.levels)
