"""Gaussian likelihood: the mean, and how far values scatter about it."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Literal

from pydantic import Field

from engine.messages import N_
from engine.recipe.families import Loss

if TYPE_CHECKING:
    from torch import Tensor


class Gaussian(Loss):
    """log σ + ½ ((value − mean) / σ)², in deviations of the training rows.

    The negative log-likelihood of a normal distribution whose mean and deviation both depend on the row
    (Nix and Weigend, ICNN 1994), less ½ log 2π. Several networks in one are a mixture, of which mean and
    variance are taken (Lakshminarayanan et al., NeurIPS 2017, section 2.4).
    """

    title: ClassVar[str] = N_("Gaussian")
    summary: ClassVar[str] = N_(
        "Predicts the mean and how sure it is: a deviation and an interval for each row."
    )
    order: ClassVar[int] = 65
    tasks: ClassVar[tuple[str, ...]] = ("regression",)
    gives: ClassVar[Literal["point", "gaussian", "thresholds"]] = "gaussian"

    kind: Literal["gaussian"] = "gaussian"
    interval: float = Field(
        default=0.9,
        ge=0.02,
        le=0.998,
        title=N_("Interval"),
        description=N_("So many of the rows should lie between the ends that are predicted."),
    )

    @property
    def covered(self) -> float | None:
        """See `Loss.covered`."""
        return self.interval

    def rows(self, outputs: Tensor, target: Tensor) -> Tensor:
        """See `Loss.rows`; outputs are a mean and a raw deviation."""
        from torch.nn import functional

        from engine.data.preparing.target.gaussian import FLOOR

        deviation = functional.softplus(outputs[:, 1]) + FLOOR
        errors = (target.reshape(-1) - outputs[:, 0]) / deviation
        return deviation.log() + errors.square() / 2
