"""How exactly a step computes: in float32, or partly in 16 bits."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext
from typing import Literal, TypeAlias

import torch
from pydantic import BaseModel, ConfigDict
from torch import Tensor

Choice: TypeAlias = Literal["auto", "float32", "bf16", "fp16"]

_TYPES = {"bf16": torch.bfloat16, "fp16": torch.float16}
_FIRST_SCALE = 2.0**16
_GROWTH, _FALL, _STEPS_BEFORE_GROWTH = 2.0, 0.5, 2000
"""As `torch.amp.GradScaler` has them."""


class LossScale(BaseModel):
    """What the loss is multiplied with, so that small gradients are not lost in fp16."""

    model_config = ConfigDict(frozen=True)

    scale: float
    steps: int
    """Since it last changed."""


class Precision:
    """The precision of a run's steps; its weights are float32 in any case."""

    def __init__(self, choice: Choice, device: torch.device) -> None:
        """`auto`, which was left open, is float32."""
        self._type, self._device = _TYPES.get(choice), device.type
        self.is_mixed = self._type is not None
        self.is_scaled = choice == "fp16"
        """Whether gradients have to be unscaled."""
        self._plain = nullcontext()
        if self.is_scaled:
            self._scale = torch.full((), _FIRST_SCALE, device=device)
            self._steps = torch.zeros((), dtype=torch.int32, device=device)

    def mixed(self) -> AbstractContextManager[object]:
        """Around a forward pass."""
        if self._type is None:
            return self._plain
        return torch.autocast(self._device, dtype=self._type)

    def scaled(self, loss: Tensor) -> Tensor:
        """The loss whose gradients are taken."""
        return loss * self._scale if self.is_scaled else loss

    @torch.no_grad()
    def unscale(self, gradients: Sequence[Tensor]) -> bool:
        """Undo what `scaled` did to gradients; False if one is not finite: then there is no step.

        In fp16 it waits for the device.
        """
        if not self.is_scaled:
            return True
        found = torch.zeros((), device=self._scale.device)
        inverse = self._scale.double().reciprocal().float()
        torch._amp_foreach_non_finite_check_and_unscale_(list(gradients), found, inverse)
        torch._amp_update_scale_(
            self._scale, self._steps, found, _GROWTH, _FALL, _STEPS_BEFORE_GROWTH
        )
        return not found.item()

    @property
    def loss_scale(self) -> LossScale | None:
        """For a checkpoint."""
        if not self.is_scaled:
            return None
        return LossScale(scale=self._scale.item(), steps=int(self._steps.item()))

    def restore(self, saved: LossScale | None) -> None:
        """Go on from a checkpoint."""
        if saved is not None and self.is_scaled:
            self._scale.fill_(saved.scale)
            self._steps.fill_(saved.steps)
