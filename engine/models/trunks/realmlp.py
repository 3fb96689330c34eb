"""RealMLP: a multilayer perceptron with everything that helps on tables."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Literal

from pydantic import Field

from engine.messages import N_
from engine.models.choices import Activation, Dropout, Width
from engine.recipe.families import Encoded, Optimizer, Schedule, Trunk

if TYPE_CHECKING:
    from torch import nn

    from engine.recipe.training import Training
    from engine.schema import Task


class RealMlp(Trunk):
    """Holzmüller et al., “Better by default: strong pre-tuned MLPs and boosted trees on tabular data”, NeurIPS 2024, section 3.

    A learned scale per input, layers in the neural tangent parametrisation that start from the training
    rows, parametric activations. The paper's encoders are `periodic` in its dense form for numbers and
    one-hot up to nine levels, else embeddings of width 8; its training is what `suggested` gives. Values
    that are predicted stay within those of the training rows, dropout and weight decay are held, then
    fall along a cosine in the second half.
    """

    title: ClassVar[str] = N_("RealMLP")
    summary: ClassVar[str] = N_("An MLP with every trick that helps.")
    order: ClassVar[int] = 50
    glyph: ClassVar[str] = "M2 8h3M5 4v8M5 4h5v8h-5M10 8h3M13 6h4v4h-4zM17 8h3"

    kind: Literal["realmlp"] = "realmlp"
    widths: tuple[Width, ...] = Field(
        default=(256, 256, 256),
        min_length=1,
        max_length=64,
        title=N_("Layer widths"),
        description=N_("Units in each hidden layer, from input to output."),
    )
    activation: Literal["selu", "mish", "relu", "silu", "gelu"] = Field(
        default="selu",
        title=N_("Activation"),
        description=N_("The authors take SELU for classes and Mish for values."),
        json_schema_extra={
            "labels": {
                "selu": N_("SELU"),
                "mish": N_("Mish"),
                "relu": N_("ReLU"),
                "silu": N_("SiLU"),
                "gelu": N_("GELU"),
            }
        },
    )
    parametric: bool = Field(
        default=True,
        title=N_("Parametric activation"),
        description=N_("Each unit learns how much of the nonlinearity it takes."),
    )
    front_scale: bool = Field(
        default=True,
        title=N_("Scale per input"),
        description=N_("A learned factor per input, at six times the learning rate."),
    )
    clamp: bool = Field(
        default=True,
        title=N_("Stay among known values"),
        description=N_("Predicted values are never outside of those of the training rows."),
    )
    dropout: Dropout = 0.15

    @property
    def clamps(self) -> bool:
        """As it is set."""
        return self.clamp

    def build(self, encoded: Encoded) -> tuple[nn.Module, int]:
        """(rows, width) to (rows, `widths[-1]`)."""
        from torch import nn

        from engine.models.blocks.dense import activation, dropout
        from engine.models.blocks.ntk import FeatureScale, NtkLinear, ParametricActivation

        kind: Activation = self.activation
        width = encoded.width
        layers: list[nn.Module] = [FeatureScale(width)] if self.front_scale else []
        for units in self.widths:
            bend = activation(kind)
            layers.append(NtkLinear(width, units))
            layers.append(ParametricActivation(bend, units) if self.parametric else bend)
            layers += dropout(self.dropout)
            width = units
        return nn.Sequential(*layers), width

    def build_head(self, width: int, outputs: int) -> nn.Module:
        """A layer like the others."""
        from engine.models.blocks.ntk import NtkLinear

        return NtkLinear(width, outputs)

    def suggested(self, training: Training, task: Task) -> Training:
        """The paper's tuned defaults: every epoch is trained, the best one is kept."""
        rate = 0.04 if task.is_classification else 0.2
        fields = {"learning_rate": rate, "weight_decay": 0.02, "beta2": 0.95}
        return training.model_copy(
            update={
                "optimizer": Optimizer.member("adamw").model_validate(fields),
                "schedule": Schedule.default("coslog"),
                "easing": Schedule.default("flat_cosine"),
                "epochs": 256,
                "batch_size": 256,
                "early_stopping": training.early_stopping.model_copy(update={"enabled": False}),
            }
        )
