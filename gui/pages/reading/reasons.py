"""What is said about each property of a reading that was detected."""

from __future__ import annotations

from dataclasses import dataclass

from engine.data.reading_preview import ReadingPreview
from engine.data.text.detection import Detected
from gui.i18n import render, sentences, tr


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a property has its value, in sentences."""

    text: str
    unsure: bool = False


def reasons(preview: ReadingPreview) -> dict[str, Reason]:
    """The reasons by property."""
    fields = dict.fromkeys(each.field for each in preview.detected)
    return {
        field: _reason([each for each in preview.detected if each.field == field])
        for field in fields
    }


def _reason(found: list[Detected]) -> Reason:
    confidence = min(each.confidence for each in found)
    text = sentences(render(each.reason) for each in found)
    sure = tr("{share}% sure.", share=round(100 * confidence))
    return Reason(sentences((text, sure)), unsure=any(each.is_doubtful for each in found))
