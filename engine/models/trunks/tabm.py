"""TabM: many MLPs that share their weights, trained together."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Literal

from pydantic import Field

from engine.messages import N_
from engine.models.choices import Dropout, LayerActivation
from engine.recipe.families import Encoded, Optimizer, Trunk

if TYPE_CHECKING:
    from torch import nn

    from engine.models.blocks.batch_ensemble import Scaling
    from engine.recipe.training import Training
    from engine.schema import Task


class TabM(Trunk):
    """Gorishniy et al., “TabM: advancing tabular deep learning with parameter-efficient ensembling”, ICLR 2025, section 3.

    All members are computed in one batched product. Training takes the mean of their losses, prediction
    the mean of their probabilities. The paper's size is 32 members of width 512; the defaults are what
    a laptop trains in seconds.
    """

    title: ClassVar[str] = N_("TabM")
    summary: ClassVar[str] = N_("Many MLPs in one. Best for most tables.")
    order: ClassVar[int] = 40
    glyph: ClassVar[str] = "M2 3h8M2 8h8M2 13h8M10 3l6 5M10 8h6M10 13l6 -5M16 8h4"

    kind: Literal["tabm"] = "tabm"
    form: Literal["full", "mini"] = Field(
        default="full",
        title=N_("Form"),
        description=N_(
            "In the full form every layer has scales and biases per member; in the mini form only the inputs have scales."
        ),
        json_schema_extra={"labels": {"full": N_("Full"), "mini": N_("Mini")}},
    )
    k: int = Field(
        default=16,
        ge=1,
        le=256,
        title=N_("Members"),
        description=N_("Networks in the ensemble. More of them are steadier and slower."),
    )
    blocks: int | None = Field(
        default=None,
        ge=1,
        le=32,
        title=N_("Blocks"),
        description=N_("Hidden layers. Empty: 2 with embeddings of numbers, 3 without."),
        json_schema_extra={"empty": N_("auto")},
    )
    width: int = Field(
        default=128,
        ge=1,
        le=16_384,
        title=N_("Width"),
        description=N_("Units in each hidden layer."),
    )
    activation: LayerActivation = "relu"
    dropout: Dropout = 0.1
    scaling: Literal["auto", "normal", "signs"] = Field(
        default="auto",
        title=N_("First scales"),
        description=N_(
            "What makes the members differ at the start. Auto: normal with embeddings of numbers, ±1 without."
        ),
        json_schema_extra={
            "labels": {"auto": N_("Auto"), "normal": N_("Normal"), "signs": N_("±1")}
        },
    )

    def build(self, encoded: Encoded) -> tuple[nn.Module, int]:
        """(rows, width) to (rows, `k`, `width`)."""
        from torch import nn

        from engine.models.blocks.batch_ensemble import BatchEnsembleLinear, Members, MemberScale
        from engine.models.blocks.dense import activation, dropout

        embedded = max(encoded.numbers, default=1) > 1
        scaling: Scaling = "normal" if embedded else "signs"
        if self.scaling != "auto":
            scaling = self.scaling
        # A column's inputs share a scale, else it would hardly matter which member sees them how.
        chunks = encoded.widths
        count = self.blocks or (2 if embedded else 3)
        layers: list[nn.Module] = [Members(self.k)]
        width = encoded.width
        if self.form == "mini":
            layers.append(MemberScale(self.k, width, scaling, chunks))
        for place in range(count):
            if self.form == "mini":
                layers.append(nn.Linear(width, self.width))
            elif place == 0:
                layers.append(BatchEnsembleLinear(self.k, width, self.width, scaling, chunks))
            else:
                layers.append(BatchEnsembleLinear(self.k, width, self.width))
            layers += [activation(self.activation), *dropout(self.dropout)]
            width = self.width
        return nn.Sequential(*layers), width

    def build_head(self, width: int, outputs: int) -> nn.Module:
        """A head for each member."""
        from engine.models.members import MemberHead

        return MemberHead(self.k, width, outputs)

    def suggested(self, training: Training, task: Task) -> Training:
        """As the paper trains it: no schedule, clipped gradients."""
        del task
        fields = {"learning_rate": 2e-3, "weight_decay": 3e-4}
        optimizer = Optimizer.member("adamw").model_validate(fields)
        stopping = training.early_stopping.model_copy(update={"enabled": True, "patience": 16})
        return training.model_copy(
            update={"optimizer": optimizer, "clip_norm": 1.0, "early_stopping": stopping}
        )
