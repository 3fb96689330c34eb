"""The recipe: everything that determines a run, frozen, with a version number."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Literal

from pydantic import Field, field_validator

from engine.lookup import ByName
from engine.messages import N_
from engine.recipe.families import CategoryEncoder, NumberEncoder, Optimizer, Schedule, Trunk
from engine.recipe.parts import Frozen, OneOf
from engine.recipe.reading import Reading
from engine.schema import Kind, Role

VERSION = 1


class Missing(StrEnum):
    """What stands in for a value that is missing."""

    AUTO = "auto"
    MEDIAN = "median"
    MEDIAN_FLAG = "median+flag"
    MEAN = "mean"
    ZERO = "zero"
    OWN_LEVEL = "own_level"
    MOST_FREQUENT = "most_frequent"
    DROP_ROW = "drop_row"


class Scale(StrEnum):
    """How numbers are brought to a common size."""

    AUTO = "auto"
    NONE = "none"
    STANDARD = "standard"
    ROBUST = "robust"
    MINMAX = "minmax"
    QUANTILE = "quantile"


class ColumnSpec(Frozen):
    """One column. Named by `name`, or by `position` (from 0; −1 is the last) where names are unknown."""

    name: str | None = None
    position: int | None = None
    kind: Kind | None = None
    """`None`: as inferred."""
    role: Role | None = None
    """`None`: as inferred."""
    missing: Missing = Missing.AUTO
    scale: Scale = Scale.AUTO


_BY_NAME: ByName[ColumnSpec] = ByName(lambda spec: spec.name)
_BY_ROLE: ByName[ColumnSpec] = ByName(lambda spec: spec.role)


class SplitMethod(StrEnum):
    """How rows are dealt to the parts."""

    AUTO = "auto"
    STRATIFIED = "stratified"
    RANDOM = "random"


class Split(Frozen):
    """Which rows train, which validate, which test."""

    method: SplitMethod = Field(
        default=SplitMethod.AUTO,
        title=N_("Split"),
        description=N_("Stratified keeps the shares of the classes equal in every part."),
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


class ModelSpec(Frozen):
    """The network: encoders, trunk, head. The head follows from the task."""

    trunk: Annotated[Trunk, OneOf(Trunk)] = Field(
        default_factory=lambda: Trunk.default("mlp"), title=N_("Trunk")
    )
    numbers: Annotated[NumberEncoder, OneOf(NumberEncoder)] = Field(
        default_factory=lambda: NumberEncoder.default("plain"), title=N_("Numbers")
    )
    categories: Annotated[CategoryEncoder, OneOf(CategoryEncoder)] = Field(
        default_factory=lambda: CategoryEncoder.default("embedding"), title=N_("Categories")
    )


class EarlyStopping(Frozen):
    """Stop when validation no longer gets better."""

    enabled: bool = Field(default=True, title=N_("Early stopping"))
    metric: Literal["auto", "loss", "accuracy", "macro_f1", "roc_auc", "mae", "rmse", "r2"] = Field(
        default="auto",
        title=N_("Watched metric"),
        description=N_("The validation metric that decides which epoch is best."),
        json_schema_extra={
            "labels": {
                "auto": N_("Auto"),
                "loss": N_("Loss"),
                "accuracy": N_("Accuracy"),
                "macro_f1": N_("Macro F1"),
                "roc_auc": N_("ROC AUC"),
                "mae": N_("MAE"),
                "rmse": N_("RMSE"),
                "r2": N_("R²"),
            }
        },
    )
    patience: int = Field(
        default=16,
        ge=1,
        le=10_000,
        title=N_("Patience"),
        description=N_("Epochs without a gain before training stops."),
        json_schema_extra={"unit": N_("epochs")},
    )


class Training(Frozen):
    """How the network is trained."""

    epochs: int = Field(
        default=100,
        ge=1,
        le=100_000,
        title=N_("Epochs"),
        description=N_("How often training passes over all training rows."),
    )
    batch_size: int = Field(
        default=256,
        ge=1,
        le=1_000_000,
        title=N_("Batch size"),
        description=N_("Rows per training step."),
        json_schema_extra={"unit": N_("rows")},
    )
    optimizer: Annotated[Optimizer, OneOf(Optimizer)] = Field(
        default_factory=lambda: Optimizer.default("adamw"), title=N_("Optimizer")
    )
    schedule: Annotated[Schedule, OneOf(Schedule)] = Field(
        default_factory=lambda: Schedule.default("constant"), title=N_("Schedule")
    )
    clip_norm: float | None = Field(
        default=None,
        gt=0,
        le=1e6,
        title=N_("Clip gradients at"),
        description=N_("Gradients with a larger norm are scaled down to it. Empty: not clipped."),
        json_schema_extra={"empty": N_("not clipped")},
    )
    early_stopping: EarlyStopping = Field(default_factory=EarlyStopping, title=N_("Early stopping"))
    class_weights: Literal["none", "balanced"] = Field(
        default="none",
        title=N_("Class weights"),
        description=N_("Balanced gives rare classes the same say as frequent ones."),
        json_schema_extra={"labels": {"none": N_("None"), "balanced": N_("Balanced")}},
    )
    device: Literal["auto", "cpu", "cuda", "mps"] = Field(
        default="auto",
        title=N_("Device"),
        description=N_("Auto takes the graphics card if there is one."),
        json_schema_extra={
            "labels": {
                "auto": N_("Auto"),
                "cpu": N_("CPU"),
                "cuda": N_("NVIDIA GPU"),
                "mps": N_("Apple GPU"),
            }
        },
    )
    seed: int = Field(
        default=0,
        ge=0,
        le=2**31 - 1,
        title=N_("Seed"),
        description=N_("The same seed gives the same run again."),
    )


class Recipe(Frozen):
    """Everything that determines a run.

    Columns that are not listed are used as inferred. Any `auto` is resolved before training starts.
    """

    trainyard: Literal[1] = 1
    reading: Reading = Field(default_factory=Reading)
    columns: tuple[ColumnSpec, ...] = ()
    split: Split = Field(default_factory=Split)
    model: ModelSpec = Field(default_factory=ModelSpec)
    training: Training = Field(default_factory=Training)

    @field_validator("columns")
    @classmethod
    def _columns_are_named_once(cls, columns: tuple[ColumnSpec, ...]) -> tuple[ColumnSpec, ...]:
        seen: set[str | int] = set()
        for column in columns:
            key = column.name if column.name is not None else column.position
            if key is None:
                raise ValueError("a column needs a name or a position")
            if key in seen:
                raise ValueError(f"column “{key}” is listed twice")
            seen.add(key)
        return columns

    def column(self, name: str) -> ColumnSpec:
        """What the recipe says of that column (an empty spec when it says nothing)."""
        spec = _BY_NAME.of(self.columns).get(name)
        return ColumnSpec(name=name) if spec is None else spec

    def with_column(self, spec: ColumnSpec) -> Recipe:
        """A copy in which the column of that name has this spec."""
        if any(c.name == spec.name for c in self.columns):
            columns = tuple(spec if c.name == spec.name else c for c in self.columns)
        else:
            columns = (*self.columns, spec)
        return self.model_copy(update={"columns": columns})

    @property
    def target(self) -> str | None:
        """Name of the target column, if one is chosen by name."""
        spec = _BY_ROLE.of(self.columns).get(Role.TARGET)
        return None if spec is None else spec.name

    def with_target(self, name: str, kind: Kind | None = None) -> Recipe:
        """A copy with `name` as the only target; the former one becomes a feature."""
        columns = tuple(
            c.model_copy(update={"role": None, "kind": None}) if c.role is Role.TARGET else c
            for c in self.columns
        )
        recipe = self.model_copy(update={"columns": columns})
        spec = recipe.column(name).model_copy(update={"role": Role.TARGET, "kind": kind})
        return recipe.with_column(spec)
