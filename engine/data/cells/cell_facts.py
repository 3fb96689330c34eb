"""What was met while the cells of a column were read: kept with the table."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field


class CellFacts(BaseModel):
    """Counts over all rows of one column."""

    model_config = ConfigDict(frozen=True)

    tokens: dict[str, int] = Field(default_factory=dict)
    """Texts that were read as "no value"."""
    kept: dict[str, int] = Field(default_factory=dict)
    """Texts that mean "no value" elsewhere and were kept as values here."""
    misfits: int = 0
    """Cells that do not fit the type and were read as missing; not all of them are listed."""
    fixed: dict[str, int] = Field(default_factory=dict)
    """Texts that were read as another one, by decision of a person."""
    ambiguous_dates: bool = False
    """Every date could be read with day and month the other way round, and nobody has decided."""
