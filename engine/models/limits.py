"""Predicted values that stay within those of the training rows."""

from __future__ import annotations

from typing import Any, ClassVar

import torch
from torch import Tensor, nn

from engine.messages import N_


class Limits(nn.Module):
    """Clamps outputs to the least and largest training value: Holzmüller et al., NeurIPS 2024, section 3.

    A network from before there were limits has none.
    """

    title: ClassVar[str] = N_("Limits")
    low: Tensor
    high: Tensor

    def __init__(self, outputs: int) -> None:
        super().__init__()
        self.register_buffer("low", torch.full((outputs,), -torch.inf))
        self.register_buffer("high", torch.full((outputs,), torch.inf))

    @torch.no_grad()
    def learn(self, target: Tensor) -> None:
        """Take the limits from standardised values, (rows,) or (rows, targets), NaN where missing.

        Several outputs of one target, its quantiles, have the same ones.
        """
        values = target.reshape(len(target), -1).float()
        missing = values.isnan()
        each = self.low.numel() // values.shape[1]
        low = values.masked_fill(missing, torch.inf).amin(dim=0)
        high = values.masked_fill(missing, -torch.inf).amax(dim=0)
        known = low <= high
        self.low.copy_(low.where(known, -torch.inf).repeat_interleave(each))
        self.high.copy_(high.where(known, torch.inf).repeat_interleave(each))

    def forward(self, outputs: Tensor) -> Tensor:
        """(rows, outputs), as they came or at a limit."""
        return outputs.clamp(self.low, self.high)

    def _load_from_state_dict(self, state_dict: dict[str, Any], prefix: str, *rest: Any) -> None:
        for name in ("low", "high"):
            state_dict.setdefault(f"{prefix}{name}", getattr(self, name))
        super()._load_from_state_dict(state_dict, prefix, *rest)
