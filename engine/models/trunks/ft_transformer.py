"""FT-Transformer: attention among the columns of a row."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Literal

from pydantic import Field

from engine.messages import N_, Message, message
from engine.models.choices import depths
from engine.recipe.families import Encoded, Flaw, Optimizer, Trunk

if TYPE_CHECKING:
    from torch import nn

    from engine.recipe.training import Training
    from engine.schema import Task


class FtTransformer(Trunk):
    """Gorishniy et al., “Revisiting deep learning models for tabular data”, NeurIPS 2021, section 3.3.

    Each column becomes a token, a class token joins them, pre-normalized Transformer blocks follow (the
    first without its attention's normalization), and the head gets ReLU(LayerNorm(class token)).
    The fields' defaults are the paper's.
    """

    title: ClassVar[str] = N_("FT-Transformer")
    summary: ClassVar[str] = N_("Attention among columns. Strong, slow.")
    order: ClassVar[int] = 60
    glyph: ClassVar[str] = (
        "M4 3h.01M4 8h.01M4 13h.01M18 3h.01M18 8h.01M18 13h.01M6 3l10 5M6 8l10 5M6 13l10 -10M6 8h10"
    )

    kind: Literal["ft_transformer"] = "ft_transformer"
    blocks: int = Field(
        default=3,
        ge=1,
        le=32,
        title=N_("Blocks"),
        description=N_("Transformer blocks one after another."),
    )
    width: int = Field(
        default=192,
        ge=1,
        le=4096,
        title=N_("Token width"),
        description=N_("Numbers that stand for one column."),
    )
    heads: int = Field(
        default=8,
        ge=1,
        le=64,
        title=N_("Heads"),
        description=N_("Attentions side by side; they share the width evenly."),
    )
    hidden_factor: float = Field(
        default=1.3333,
        ge=0.1,
        le=16,
        title=N_("Hidden factor"),
        description=N_("Units of the feed-forward network, as a multiple of the width."),
    )
    feed_forward: Literal["reglu", "geglu", "relu", "gelu"] = Field(
        default="reglu",
        title=N_("Activation"),
        description=N_("The nonlinearity of the feed-forward network."),
        json_schema_extra={
            "labels": {
                "reglu": N_("ReGLU"),
                "geglu": N_("GEGLU"),
                "relu": N_("ReLU"),
                "gelu": N_("GELU"),
            }
        },
    )
    attention_dropout: float = Field(
        default=0.2,
        ge=0.0,
        le=0.9,
        title=N_("Dropout of attention"),
        description=N_("Share of the attention's weights switched off in each training step."),
    )
    hidden_dropout: float = Field(
        default=0.1,
        ge=0.0,
        le=0.9,
        title=N_("Dropout inside"),
        description=N_("Share of feed-forward units switched off in each training step."),
    )
    residual_dropout: float = Field(
        default=0.0,
        ge=0.0,
        le=0.9,
        title=N_("Dropout of blocks"),
        description=N_("Share of what a block adds switched off in each training step."),
    )
    stochastic_depth: float = Field(
        default=0.0,
        ge=0.0,
        le=0.9,
        title=N_("Stochastic depth"),
        description=N_("Share of rows that skip the last block in training; earlier ones less."),
    )

    @property
    def token_width(self) -> int:
        """One token per column."""
        return self.width

    def flaws(self) -> tuple[Flaw, ...]:
        """The heads must divide the width."""
        if self.width % self.heads == 0:
            return ()
        fitting = max(heads for heads in range(1, self.heads) if self.width % heads == 0)
        problem = message(
            "The token width {width} does not divide evenly among {heads} heads.",
            width=self.width,
            heads=self.heads,
        )
        fixed = self.model_copy(update={"heads": fitting})
        return (Flaw("heads", problem, message("Use {heads} heads.", heads=fitting), fixed),)

    @classmethod
    def lacks(cls, numbers: int, categories: int) -> Message | None:
        """Attention is among columns."""
        return None if numbers + categories > 1 else message("Needs two columns.")

    def build(self, encoded: Encoded) -> tuple[nn.Module, int]:
        """(rows, columns, `width`) to (rows, `width`)."""
        from torch import nn

        from engine.models.blocks.attention import ClassToken, FirstToken, TransformerBlock

        del encoded
        blocks = [
            TransformerBlock(
                self.width,
                self.heads,
                max(1, round(self.width * self.hidden_factor)),
                self.feed_forward,
                (self.attention_dropout, self.hidden_dropout, self.residual_dropout),
                depth,
                first=place == 0,
                last=place == self.blocks - 1,
            )
            for place, depth in enumerate(depths(self.stochastic_depth, self.blocks))
        ]
        layers = [ClassToken(self.width), *blocks]
        layers += [FirstToken(), nn.LayerNorm(self.width), nn.ReLU()]
        return nn.Sequential(*layers), self.width

    def suggested(self, training: Training, task: Task) -> Training:
        """The paper's optimizer for its default configuration."""
        del task
        fields = {"learning_rate": 1e-4, "weight_decay": 1e-5}
        optimizer = Optimizer.member("adamw").model_validate(fields)
        return training.model_copy(update={"optimizer": optimizer})
