"""All that a recipe does to training batches."""

from __future__ import annotations

from torch import Tensor

from engine.models.network import Network
from engine.recipe.training import Augmentation
from engine.training.augmentation.cut import with_cut
from engine.training.augmentation.mixup import Mixup
from engine.training.augmentation.noise import with_noise
from engine.training.augmentation.swap import with_swapped
from engine.training.objective import Objective
from engine.training.tensors import Rows


class Augmenter:
    """Changes the inputs of a batch, then mixes its rows.

    All randomness is from torch's generators, which a checkpoint keeps: a run goes on as it would have.
    """

    def __init__(self, augmentation: Augmentation) -> None:
        """See `augmenter_for`."""
        self._asked = augmentation
        self._mixup = Mixup(augmentation.mixup) if augmentation.mixup else None

    def forward(self, network: Network, batch: Rows, objective: Objective) -> tuple[Tensor, Tensor]:
        """The network's outputs for the augmented batch, and their loss."""
        numbers, codes = self._changed(batch.numbers, batch.codes)
        if self._mixup is None:
            outputs = network(numbers, codes).float()  # losses are exact in any precision
            return outputs, objective(outputs, batch.target, batch.weights)
        mix = self._mixup.draw(len(batch), numbers.device)
        outputs = network(numbers, codes, mix).float()
        own = objective(outputs, batch.target, batch.weights)
        # A loss that is linear in the target is thereby that of the mixed target; any other has its own
        # for each of the two rows, whatever the target is.
        target = batch.target.index_select(0, mix.partners)
        weights = batch.weights
        if weights is not None:
            weights = weights.index_select(0, mix.partners)
        loss = mix.share * own + (1 - mix.share) * objective(outputs, target, weights)
        return outputs, loss

    def _changed(self, numbers: Tensor, codes: Tensor) -> tuple[Tensor, Tensor]:
        asked = self._asked
        if asked.swap:
            numbers = with_swapped(numbers, asked.swap)
            codes = with_swapped(codes, asked.swap)
        if asked.noise:
            numbers = with_noise(numbers, asked.noise)
        if asked.cut:
            numbers, codes = with_cut(numbers, codes, asked.cut)
        return numbers, codes


def augmenter_for(augmentation: Augmentation) -> Augmenter | None:
    """What augments the batches of a run; None if nothing is asked for."""
    return Augmenter(augmentation) if augmentation.is_on else None
