"""What writing a report made. Free of torch: the window reads it."""

from __future__ import annotations

from typing import Literal, TypeAlias

from pydantic import BaseModel, ConfigDict

from engine.languages import Language
from engine.tasks import ScoredPart

ReportFormat: TypeAlias = Literal["html", "pdf", "md"]


class Reported(BaseModel):
    """A report on disk."""

    model_config = ConfigDict(frozen=True)

    run: str
    path: str
    size: int
    """Bytes."""
    format: ReportFormat
    language: Language
    part: ScoredPart | None
    """Of the rows that it has scores of; None: the run has no rows to score."""
    boxes: bool = False
    """Whether names in it are in letters that no font here has; they stand as boxes in the PDF."""
