"""What a recipe says of training: how long, with what, and when to stop."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, Field
from pydantic_core import PydanticCustomError

from engine.messages import N_
from engine.recipe.families import Averaging, Loss, Optimizer, Schedule
from engine.recipe.parts import Frozen, OneOf, auto_as_none

_AUTOMATIC: dict[str, Any] = {"empty": N_("auto")}


class EarlyStopping(Frozen):
    """Stop when validation no longer gets better."""

    enabled: bool = Field(default=True, title=N_("Early stopping"))
    metric: Literal[
        "auto",
        "loss",
        "accuracy",
        "macro_f1",
        "roc_auc",
        "mae",
        "rmse",
        "r2",
        "subset_accuracy",
        "hamming",
        "micro_f1",
        "scaled_mae",
        "scaled_rmse",
    ] = Field(
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
                "subset_accuracy": N_("All labels right"),
                "hamming": N_("Wrong labels"),
                "micro_f1": N_("Micro F1"),
                "scaled_mae": N_("MAE in deviations"),
                "scaled_rmse": N_("RMSE in deviations"),
            }
        },
    )
    patience: Annotated[int | None, BeforeValidator(auto_as_none)] = Field(
        default=16,
        ge=1,
        le=10_000,
        title=N_("Patience"),
        description=N_("Epochs without a gain before training stops."),
        json_schema_extra={"unit": N_("epochs"), **_AUTOMATIC},
    )
    least_gain: float = Field(
        default=0.0,
        ge=0.0,
        le=1e9,
        title=N_("Least gain"),
        description=N_(
            "Smaller gains of the watched metric do not count for patience. 0: any gain counts."
        ),
    )


class Keep(Frozen):
    """Which checkpoints are kept besides the best and the last."""

    best: int = Field(
        default=0,
        ge=0,
        le=50,
        title=N_("Best epochs"),
        description=N_("So many of the best epochs are kept whole, to compare or to fork from."),
    )
    every: int = Field(
        default=0,
        ge=0,
        le=10_000,
        title=N_("Every"),
        description=N_("An epoch is kept at this distance. 0: none."),
        json_schema_extra={"unit": N_("epochs")},
    )
    most: int = Field(
        default=10,
        ge=1,
        le=100,
        title=N_("At most"),
        description=N_("So many of those kept at a distance; the oldest go first."),
    )
    seconds: float = Field(
        default=5.0,
        ge=0.0,
        le=86_400,
        title=N_("Last state"),
        description=N_(
            "Seconds between two savings of the last state, to which a run that was cut off goes back."
        ),
        json_schema_extra={"unit": N_("seconds")},
    )


class ClassWeight(Frozen):
    """How much the rows of a class count in the loss."""

    name: str = Field(min_length=1, max_length=200)
    weight: float = Field(gt=0.0, le=1e6)


class Augmentation(Frozen):
    """What is done to the rows of training batches; each 0 is off."""

    mixup: float = Field(
        default=0.0,
        ge=0.0,
        le=10.0,
        title=N_("Mixup"),
        description=N_(
            "Trains on rows between two rows, with targets between theirs. 0.2 stays near one of them, 1 goes anywhere between. 0: off."
        ),
    )
    noise: float = Field(
        default=0.0,
        ge=0.0,
        le=2.0,
        title=N_("Noise on numbers"),
        description=N_("Standard deviation of noise that is added to scaled numbers. 0: off."),
    )
    swap: float = Field(
        default=0.0,
        ge=0.0,
        le=0.9,
        title=N_("Swapped cells"),
        description=N_("Share of cells that take their column’s value from another row. 0: off."),
    )
    cut: float = Field(
        default=0.0,
        ge=0.0,
        le=0.9,
        title=N_("Cells cut out"),
        description=N_("Share of cells that become the mean, or the unknown category. 0: off."),
    )

    @property
    def is_on(self) -> bool:
        """Whether anything is done."""
        return self.mixup > 0 or self.noise > 0 or self.swap > 0 or self.cut > 0


def _weights(value: Any) -> Any:
    """`{"yes": 5}` is a short way to write it."""
    if isinstance(value, Mapping):
        return [{"name": name, "weight": weight} for name, weight in value.items()]
    return value


def _none_as_kind(value: Any) -> Any:
    return "none" if value is None else value


def _goes_by_steps(value: Schedule) -> Schedule:
    """Dropout and weight decay wait for nothing."""
    if value.patience_before_fall is not None:
        raise PydanticCustomError(
            "easing", "does not go by steps; choose a schedule that does, such as “flat_cosine”"
        )
    return value


def _auto_if_none(value: Any) -> Any:
    return "auto" if value is None else value


class Training(Frozen):
    """How the network is trained."""

    epochs: Annotated[int | None, BeforeValidator(auto_as_none)] = Field(
        default=100,
        ge=1,
        le=100_000,
        title=N_("Epochs"),
        description=N_("How often training passes over all training rows."),
        json_schema_extra=_AUTOMATIC,
    )
    time_budget: float | None = Field(
        default=None,
        gt=0,
        le=100_000,
        title=N_("Time budget"),
        description=N_(
            "Training ends in this time: epochs and learning rate are fitted to it. Empty: no limit."
        ),
        json_schema_extra={"unit": N_("minutes"), "empty": N_("no limit")},
    )
    networks: Annotated[int | None, BeforeValidator(auto_as_none)] = Field(
        default=1,
        ge=1,
        le=16,
        title=N_("Networks"),
        description=N_(
            "Trained one after another; the best one is kept, or the mean of several. Auto: as many as the time budget has room for."
        ),
        json_schema_extra=_AUTOMATIC,
    )
    batch_size: Annotated[int | None, BeforeValidator(auto_as_none)] = Field(
        default=256,
        ge=1,
        le=1_000_000,
        title=N_("Batch size"),
        description=N_("Rows per training step."),
        json_schema_extra={"unit": N_("rows"), **_AUTOMATIC},
    )
    accumulate: int = Field(
        default=1,
        ge=1,
        le=100_000,
        title=N_("Batches per step"),
        description=N_(
            "Gradients of so many batches are added up before the weights change. More learns as a larger batch does, in the memory of a small one."
        ),
    )
    optimizer: Annotated[Optimizer | None, OneOf(Optimizer, auto=True)] = Field(
        default_factory=lambda: Optimizer.default("adamw"),
        title=N_("Optimizer"),
        description=N_("With its learning rate."),
        json_schema_extra=_AUTOMATIC,
    )
    schedule: Annotated[Schedule | None, OneOf(Schedule, auto=True)] = Field(
        default_factory=lambda: Schedule.default("constant"),
        title=N_("Schedule"),
        json_schema_extra=_AUTOMATIC,
    )
    easing: Annotated[Schedule, OneOf(Schedule), AfterValidator(_goes_by_steps)] = Field(
        default_factory=lambda: Schedule.default("constant"),
        title=N_("Course of dropout"),
        description=N_("How they go over the run, as a share of what is set for them."),
    )
    averaging: Annotated[Averaging, OneOf(Averaging), BeforeValidator(_none_as_kind)] = Field(
        default_factory=lambda: Averaging.default("none"),
        title=N_("Averaging"),
        description=N_("A mean of the weights that is scored and kept in their place."),
    )
    freeze: Annotated[tuple[Annotated[str, Field(min_length=1)], ...], Field(max_length=1000)] = (
        Field(
            default=(),
            title=N_("Frozen blocks"),
            description=N_("Blocks of the network that keep the weights they begin with."),
            json_schema_extra={"blocks": True},
        )
    )
    clip_norm: float | None = Field(
        default=None,
        gt=0,
        le=1e6,
        title=N_("Clip gradients at"),
        description=N_("Gradients with a larger norm are scaled down to it. Empty: not clipped."),
        json_schema_extra={"empty": N_("not clipped")},
    )
    l1: float = Field(
        default=0.0,
        ge=0.0,
        le=10.0,
        title=N_("L1"),
        description=N_(
            "Draws every weight towards zero by the same amount, and holds those that get there. 0: off."
        ),
    )
    augmentation: Augmentation = Field(default_factory=Augmentation, title=N_("Augmentation"))
    early_stopping: EarlyStopping = Field(default_factory=EarlyStopping, title=N_("Early stopping"))
    keep: Keep = Field(default_factory=Keep, title=N_("Checkpoints"))
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
    precision: Literal["auto", "float32", "bf16", "fp16"] = Field(
        default="auto",
        title=N_("Precision"),
        description=N_(
            "How exactly a training step computes; the weights are float32 in any case. Auto takes bf16 where a short measurement finds it faster."
        ),
        json_schema_extra={
            "labels": {
                "auto": N_("Auto"),
                "float32": N_("float32"),
                "bf16": N_("bf16, mixed"),
                "fp16": N_("fp16, mixed"),
            }
        },
    )
    compile: Literal["auto", "on", "off"] = Field(
        default="auto",
        title=N_("Compile"),
        description=N_(
            "Let torch compile the network, which takes up to minutes. Auto does so on a graphics card where a short measurement says that the run is long enough for it; on a processor it does not pay."
        ),
        json_schema_extra={
            "labels": {"auto": N_("Auto"), "on": N_("On"), "off": N_("Off")},
        },
    )
    seed: int = Field(
        default=0,
        ge=0,
        le=2**31 - 1,
        title=N_("Seed"),
        description=N_("The same seed gives the same run again."),
    )
