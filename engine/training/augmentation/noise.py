"""Noise on numbers."""

from __future__ import annotations

import torch
from torch import Tensor


def with_noise(numbers: Tensor, deviation: float) -> Tensor:
    """Prepared numbers (rows, columns) with normal noise of that standard deviation added.

    Small noise on the inputs is Tikhonov regularization: Bishop, “Training with noise is equivalent to
    Tikhonov regularization”, Neural Computation 7(1), 1995.
    """
    return torch.randn_like(numbers).mul_(deviation).add_(numbers)
