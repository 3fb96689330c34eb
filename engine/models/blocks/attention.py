"""Attention among the columns of a row."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import ClassVar, Literal, TypeAlias

import torch
from torch import Tensor, nn
from torch.nn import functional

from engine.messages import N_
from engine.models.blocks.dense import dropout
from engine.models.blocks.residual import StochasticDepth

FeedForward: TypeAlias = Literal["reglu", "geglu", "relu", "gelu"]


class Projection(nn.Linear):
    """A linear layer with a title of its own."""

    def __init__(self, title: str, came: int, went: int, *, bias: bool = True) -> None:
        """`title` is marked for translation."""
        super().__init__(came, went, bias=bias)
        self.title = title


class Attention(nn.Module):
    """Multi-head scaled dot-product attention: Vaswani et al., NeurIPS 2017, section 3.2."""

    title: ClassVar[str] = N_("Attention")

    def __init__(self, width: int, heads: int, share: float) -> None:
        """`share` is the dropout of the attention's weights."""
        super().__init__()
        self.heads, self.share = heads, share
        self.query, self.key, self.value, self.out = (
            Projection(title, width, width)
            for title in (N_("Query"), N_("Key"), N_("Value"), N_("Mix heads"))
        )
        for layer in (self.query, self.key, self.value, self.out):
            nn.init.zeros_(layer.bias)

    def forward(self, asking: Tensor, asked: Tensor) -> Tensor:
        """(rows, some columns, width), (rows, columns, width) to the shape of the first."""
        query, key, value = (
            layer(tokens).unflatten(-1, (self.heads, -1)).transpose(1, 2)
            for layer, tokens in ((self.query, asking), (self.key, asked), (self.value, asked))
        )
        share = self.share if self.training else 0.0
        mixed = functional.scaled_dot_product_attention(query, key, value, dropout_p=share)
        found: Tensor = self.out(mixed.transpose(1, 2).flatten(2))
        return found


class Gated(nn.Module):
    """Half of the units, times the other half after an activation: ReGLU and GEGLU.

    Shazeer, “GLU variants improve Transformer”, 2020, section 2.
    """

    title: ClassVar[str] = N_("Gated units")

    def __init__(self, kind: Literal["reglu", "geglu"]) -> None:
        super().__init__()
        self.kind = kind

    def forward(self, tokens: Tensor) -> Tensor:
        """(…, 2 · width) to (…, width)."""
        units, gate = tokens.chunk(2, dim=-1)
        return units * (functional.relu(gate) if self.kind == "reglu" else functional.gelu(gate))


class TransformerBlock(nn.Module):
    """Attention and a feed-forward network, each with a path around it and normalized before."""

    title: ClassVar[str] = N_("Transformer block")

    def __init__(
        self,
        width: int,
        heads: int,
        hidden: int,
        kind: FeedForward,
        dropouts: Sequence[float],
        depth: float,
        *,
        first: bool,
        last: bool,
    ) -> None:
        """One block.

        Args:
            width: Of the tokens.
            heads: Of the attention; they divide the width.
            hidden: Units of the feed-forward network.
            kind: Its activation.
            dropouts: Of the attention's weights, the feed-forward network, and the two residual paths.
            depth: Share of rows for which a path is left out in training.
            first: The first block does not normalize before its attention.
            last: The last block works out the first token alone: nothing else is used.
        """
        super().__init__()
        attention, feed_forward, residual = dropouts
        self.last = last
        self.norm = nn.LayerNorm(width) if not first else None
        self.attention = Attention(width, heads, attention)
        gate: nn.Module
        if kind == "reglu" or kind == "geglu":
            first_width, gate = 2 * hidden, Gated(kind)
        else:
            first_width, gate = hidden, nn.ReLU() if kind == "relu" else nn.GELU()
        self.feed_forward = nn.Sequential(
            nn.LayerNorm(width),
            nn.Linear(width, first_width),
            gate,
            *dropout(feed_forward),
            nn.Linear(hidden, width),
        )
        self.dropout = nn.Dropout(residual) if residual > 0 else nn.Identity()
        self.depth = StochasticDepth(depth) if depth > 0 else nn.Identity()

    def forward(self, tokens: Tensor) -> Tensor:
        """(rows, columns, width) to the same, or to (rows, 1, width) in the last block."""
        asked = self.norm(tokens) if self.norm is not None else tokens
        if self.last:
            tokens, asking = tokens[:, :1], asked[:, :1]
        else:
            asking = asked
        tokens = tokens + self.depth(self.dropout(self.attention(asking, asked)))
        result: Tensor = tokens + self.depth(self.dropout(self.feed_forward(tokens)))
        return result


class ClassToken(nn.Module):
    """A learned token before those of the columns; what it becomes stands for the row."""

    title: ClassVar[str] = N_("Class token")

    def __init__(self, width: int) -> None:
        super().__init__()
        bound = 1 / math.sqrt(width)
        self.weight = nn.Parameter(torch.empty(width).uniform_(-bound, bound))

    def forward(self, tokens: Tensor) -> Tensor:
        """(rows, columns, width) to (rows, 1 + columns, width)."""
        own = self.weight.expand(len(tokens), 1, -1)
        return torch.cat((own, tokens), dim=1)


class FirstToken(nn.Module):
    """(rows, columns, width) to (rows, width)."""

    title: ClassVar[str] = N_("First token")

    def forward(self, tokens: Tensor) -> Tensor:
        """The first token."""
        return tokens[:, 0]


class InteractingLayer(nn.Module):
    """Attention without scaling, and a linear path around it: AutoInt.

    Song et al., “AutoInt”, CIKM 2019, section 4.4, equations 5 to 8.
    """

    title: ClassVar[str] = N_("Interacting layer")

    def __init__(self, width: int, heads: int, head_width: int, share: float) -> None:
        super().__init__()
        self.heads = heads
        self.query, self.key, self.value, self.around = (
            Projection(title, width, heads * head_width, bias=False)
            for title in (N_("Query"), N_("Key"), N_("Value"), N_("Path around"))
        )
        self.share = share
        self.relu = nn.ReLU()

    def forward(self, tokens: Tensor) -> Tensor:
        """(rows, columns, width) to (rows, columns, heads · head width)."""
        query, key, value = (
            layer(tokens).unflatten(-1, (self.heads, -1)).transpose(1, 2)
            for layer in (self.query, self.key, self.value)
        )
        share = self.share if self.training else 0.0
        mixed = functional.scaled_dot_product_attention(
            query, key, value, dropout_p=share, scale=1.0
        )
        found: Tensor = self.relu(mixed.transpose(1, 2).flatten(2) + self.around(tokens))
        return found
