"""What a recipe says of training: how long, with what, and when to stop."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field

from engine.messages import N_
from engine.recipe.families import Loss, Optimizer, Schedule
from engine.recipe.parts import Frozen, OneOf


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


class ClassWeight(Frozen):
    """How much the rows of a class count in the loss."""

    name: str = Field(min_length=1, max_length=200)
    weight: float = Field(gt=0.0, le=1e6)


def _weights(value: Any) -> Any:
    """`{"yes": 5}` is a short way to write it."""
    if isinstance(value, Mapping):
        return [{"name": name, "weight": weight} for name, weight in value.items()]
    return value


def _auto_if_none(value: Any) -> Any:
    return "auto" if value is None else value


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
    loss: Annotated[Loss, OneOf(Loss), BeforeValidator(_auto_if_none)] = Field(
        default_factory=lambda: Loss.default("auto"),
        title=N_("Loss"),
        description=N_("What training makes small."),
    )
    class_weights: Literal["none", "balanced", "custom"] = Field(
        default="none",
        title=N_("Class weights"),
        description=N_(
            "Balanced gives rare classes the same say as frequent ones; custom takes the weights below."
        ),
        json_schema_extra={
            "labels": {
                "none": N_("None"),
                "balanced": N_("Balanced"),
                "custom": N_("Custom"),
            }
        },
    )
    custom_weights: Annotated[tuple[ClassWeight, ...], BeforeValidator(_weights)] = Field(
        default=(),
        title=N_("Custom weights"),
        description=N_(
            "How much the rows of a class count, for class weights “custom”. Classes that are not listed count 1."
        ),
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
