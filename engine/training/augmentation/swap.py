"""Cells taken from other rows."""

from __future__ import annotations

import torch
from torch import Tensor


def with_swapped(cells: Tensor, share: float) -> Tensor:
    """Cells (rows, columns), a share of them replaced by their column's value in a random row.

    The corruption of Yoon et al., “VIME”, NeurIPS 2020, section 4.1, and of Bahri et al., “SCARF”, ICLR
    2022, section 3, with the batch standing for the column's distribution.
    """
    swapped = torch.rand(cells.shape, device=cells.device) < share
    others = torch.randint(len(cells), cells.shape, device=cells.device)
    return torch.where(swapped, cells.gather(0, others), cells)
