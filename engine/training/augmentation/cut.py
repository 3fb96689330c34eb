"""Cells that are cut out."""

from __future__ import annotations

import torch
from torch import Tensor


def with_cut(numbers: Tensor, codes: Tensor, share: float) -> tuple[Tensor, Tensor]:
    """Numbers and codes (rows, columns) with a share of all cells cut out.

    A number becomes its column's mean over the batch, a category the unknown level, which thereby is
    trained too. Cutout (DeVries and Taylor, 2017) for tables, as in Kadra et al., “Well-tuned simple nets
    excel on tabular datasets”, NeurIPS 2021, section 3.
    """
    gone = torch.rand(numbers.shape, device=numbers.device) < share
    numbers = torch.where(gone, numbers.mean(dim=0), numbers)
    gone = torch.rand(codes.shape, device=codes.device) < share
    return numbers, codes.masked_fill(gone, 0)
