"""What was found out about how a file is written, why so, and how sure that is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from engine.messages import Message

CHOSEN = 1.0
"""The confidence of what a person chose."""
DOUBTFUL = 0.66
"""A confidence below this is worth a look of a person."""


@dataclass(frozen=True, slots=True)
class Detected:
    """One property of a reading."""

    field: str
    """Name of the field of `Reading`."""
    reason: Message
    confidence: float
    """From 0, a mere guess, to 1: there is no doubt."""

    @property
    def is_doubtful(self) -> bool:
        """Whether a person should look at it."""
        return self.confidence < DOUBTFUL

    def to_json(self) -> dict[str, Any]:
        """Plain values for a JSON file."""
        return {**self.reason.to_json(), "field": self.field, "confidence": self.confidence}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Detected:
        """The inverse of `to_json`."""
        return cls(str(data["field"]), Message.from_json(data), float(data["confidence"]))


def chosen(field: str, reason: Message) -> Detected:
    """What was not detected but given."""
    return Detected(field, reason, CHOSEN)


def found(field: str, reason: Message, confidence: float) -> Detected:
    """What was detected, with a confidence that is kept within bounds and to two digits."""
    return Detected(field, reason, round(min(0.99, max(0.05, confidence)), 2))
