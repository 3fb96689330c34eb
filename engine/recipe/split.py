"""What a recipe says of the split: which rows train, which validate, which test."""

from __future__ import annotations

from enum import StrEnum

from pydantic import Field

from engine.messages import N_
from engine.recipe.parts import Frozen
from engine.schema import Role


class SplitMethod(StrEnum):
    """How rows are dealt to the parts."""

    AUTO = "auto"
    STRATIFIED = "stratified"
    RANDOM = "random"
    GROUP = "group"
    STRATIFIED_GROUP = "stratified_group"
    TIME = "time"
    COLUMN = "column"
    FILE = "file"

    @property
    def by_group(self) -> bool:
        """Whether rows of one group stay in one part."""
        return self in (SplitMethod.GROUP, SplitMethod.STRATIFIED_GROUP)

    @property
    def role(self) -> Role | None:
        """The role of the column that the method goes by where `Split.column` names none."""
        if self.by_group:
            return Role.GROUP
        return Role.TIME if self is SplitMethod.TIME else None

    @property
    def needs_column(self) -> bool:
        """Whether a column says where a row belongs."""
        return self is SplitMethod.COLUMN or self.role is not None

    @property
    def is_free(self) -> bool:
        """Whether any row may be dealt to any part, so that rows can be kept together."""
        return self in (SplitMethod.AUTO, SplitMethod.STRATIFIED, SplitMethod.RANDOM) or (
            self.by_group
        )


class Split(Frozen):
    """Which rows train, which validate, which test."""

    method: SplitMethod = Field(
        default=SplitMethod.AUTO,
        title=N_("Split"),
        description=N_(
            "Stratified keeps the shares of the classes equal in every part. Group keeps rows of one group in one part. Time trains on the earlier rows and tests on the later ones."
        ),
    )
    validation: float = Field(
        default=0.15,
        ge=0.0,
        le=0.8,
        title=N_("Validation"),
        description=N_("Share of rows that choose the best epoch."),
    )
    test: float = Field(
        default=0.15,
        ge=0.0,
        le=0.8,
        title=N_("Test"),
        description=N_("Share of rows kept aside until training is over."),
    )
    seed: int = Field(default=42, ge=0, le=2**31 - 1, title=N_("Seed"))
    column: str | None = Field(
        default=None,
        title=N_("Column"),
        description=N_(
            "The column of groups, of times, or of the words train, validation and test. Empty: the one whose role says it."
        ),
    )
    gap: float = Field(
        default=0.0,
        ge=0.0,
        title=N_("Gap"),
        description=N_(
            "Time between the parts of a split by time: days for dates, else the unit of the column. Rows in it are left out."
        ),
    )
    bins: int = Field(
        default=10,
        ge=2,
        le=1000,
        title=N_("Bins"),
        description=N_("Ranges of a number target that a stratified split keeps in equal shares."),
    )
    file: str | None = Field(
        default=None,
        title=N_("Test file"),
        description=N_("The file whose rows are the test part; its columns are found by name."),
    )
    file_fingerprint: str | None = Field(
        default=None,
        title=N_("Fingerprint of the test file"),
        description=N_("Noted when a run starts, so that its score is not taken from other rows."),
    )
    folds: int | None = Field(
        default=None,
        ge=2,
        le=100,
        title=N_("Folds"),
        description=N_("Parts of equal size that take turns in validating. Empty: one split."),
        json_schema_extra={"empty": N_("one split")},
    )
    fold: int | None = Field(
        default=None,
        ge=1,
        title=N_("Fold"),
        description=N_(
            "The fold that validates, counted from 1. Empty: each in turn, in a run of its own (cross-validation)."
        ),
    )

    @property
    def in_folds(self) -> tuple[int, int] | None:
        """The fold that validates, counted from 0, and how many there are; None: an ordinary split.

        In a cross-validation it is the first of those that take turns.
        """
        if self.fold is None and self.folds is None:
            return None
        fold = self.fold or 1
        return fold - 1, self.folds or fold

    @property
    def cross_validates(self) -> bool:
        """Whether all folds take turns in validating, each in a run of its own."""
        return self.folds is not None and self.fold is None

    @property
    def has_validation(self) -> bool:
        """Whether rows for validation are asked for."""
        return self.in_folds is not None or self.validation > 0
