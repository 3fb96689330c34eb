"""What the columns of a table are: their kind, their role and the task that follows."""

from __future__ import annotations

from enum import StrEnum
from typing import Self

from pydantic import BaseModel, ConfigDict, Field

from engine.lookup import ByName


class Kind(StrEnum):
    """What the values of a column are."""

    NUMBER = "number"
    CATEGORY = "category"
    DATE = "date"
    TEXT = "text"
    IMAGE = "image"
    SEQUENCE = "sequence"


class Role(StrEnum):
    """What a column is used for."""

    FEATURE = "feature"
    TARGET = "target"
    GROUP = "group"
    TIME = "time"
    WEIGHT = "weight"
    IGNORE = "ignore"


class Task(StrEnum):
    """What is predicted."""

    BINARY = "binary"
    MULTICLASS = "multiclass"
    REGRESSION = "regression"
    MULTI_REGRESSION = "multi_regression"
    """Several numbers."""
    MULTI_LABEL = "multi_label"
    """Several yes/no answers."""

    @property
    def is_classification(self) -> bool:
        """Whether classes are predicted, of one target or of several."""
        return self not in (Task.REGRESSION, Task.MULTI_REGRESSION)

    @property
    def has_several_targets(self) -> bool:
        """Whether more than one column is predicted."""
        return self in (Task.MULTI_REGRESSION, Task.MULTI_LABEL)

    @property
    def of_one_target(self) -> Task:
        """What is predicted of each single target."""
        if self is Task.MULTI_REGRESSION:
            return Task.REGRESSION
        return Task.BINARY if self is Task.MULTI_LABEL else self


class Character(StrEnum):
    """What is special about the values of a column, beyond their kind."""

    IDENTIFIER = "identifier"
    """A key: different in (almost) every row."""
    CONSTANT = "constant"
    NEAR_CONSTANT = "near_constant"
    """One value in nearly every row."""
    MANY_LEVELS = "many_levels"
    """A category of very many values."""
    FREE_TEXT = "free_text"
    IMAGE_FILES = "image_files"
    """Paths of image files."""
    PIXEL = "pixel"
    """A number of an `ImageBlock`."""


class Reason(BaseModel):
    """Why a column was taken for what it is: a sentence as template and facts."""

    model_config = ConfigDict(frozen=True)

    template: str
    facts: dict[str, str | int | float | None] = Field(default_factory=dict)


class Column(BaseModel):
    """One column as inferred from the whole file."""

    model_config = ConfigDict(frozen=True)

    name: str
    kind: Kind
    role: Role = Role.FEATURE
    reason: Reason | None = None
    integer: bool = False
    """All values are whole numbers (kind `number`), or the levels are (kind `category`)."""
    distinct: int = 0
    """Number of different values, missing not counted."""
    missing: int = 0
    """Number of rows without a value."""
    is_identifier: bool = False
    """Looks like a key: different in (almost) every row."""
    is_constant: bool = False
    character: Character | None = None


_BY_NAME: ByName[Column] = ByName(lambda column: column.name)


class ImageBlock(BaseModel):
    """Columns that together are an image, row after row from the top left; channels come last."""

    model_config = ConfigDict(frozen=True)

    name: str
    columns: tuple[str, ...]
    """In the order of the pixels. They remain usable as numbers."""
    width: int
    height: int
    channels: int = 1


class Schema(BaseModel):
    """The columns of a table in file order."""

    model_config = ConfigDict(frozen=True)

    columns: tuple[Column, ...]
    rows: int
    images: tuple[ImageBlock, ...] = ()
    """Blocks of pixel columns."""

    def __getitem__(self, name: str) -> Column:
        return _BY_NAME.of(self.columns)[name]

    def __contains__(self, name: object) -> bool:
        return name in _BY_NAME.of(self.columns)

    @property
    def names(self) -> tuple[str, ...]:
        """Column names in file order."""
        return tuple(column.name for column in self.columns)

    def with_column(self, column: Column) -> Self:
        """A copy in which the column of that name is replaced."""
        columns = tuple(column if c.name == column.name else c for c in self.columns)
        return self.model_copy(update={"columns": columns})
