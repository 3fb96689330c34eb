"""The families of parts that a recipe can name."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from engine.recipe.parts import Part

if TYPE_CHECKING:
    from collections.abc import Iterable

    from torch import nn, optim


class Trunk(Part):
    """The body of a network: from one vector per row to another."""

    family_package: ClassVar[str] = "engine.models.trunks"
    glyph: ClassVar[str] = "M2 8h4M16 8h4M6 4h10v8h-10z"
    """An SVG path in a box of 22 × 16, stroked: the small picture in the gallery."""

    @property
    def smallest_batch(self) -> int:
        """Rows that a training batch must have at least."""
        return 1

    def build(self, width: int) -> tuple[nn.Module, int]:
        """A module from (rows, `width`) to (rows, out), and `out`."""
        raise NotImplementedError


class NumberEncoder(Part):
    """From number columns, float32 (rows, columns), to one vector per row."""

    family_package: ClassVar[str] = "engine.models.encoders.numbers"

    def build(self, columns: int) -> tuple[nn.Module, int]:
        """A module from (rows, `columns`) to (rows, out), and `out`."""
        raise NotImplementedError


class CategoryEncoder(Part):
    """From category columns, int64 codes (rows, columns), to one vector per row."""

    family_package: ClassVar[str] = "engine.models.encoders.categories"

    def build(self, levels: tuple[int, ...]) -> tuple[nn.Module, int]:
        """A module from codes (rows, len(`levels`)) to (rows, out), and `out`.

        Codes of column i are below `levels[i]`; code 0 stands for an unknown level.
        """
        raise NotImplementedError


class Optimizer(Part):
    """How weights are changed from gradients."""

    family_package: ClassVar[str] = "engine.training.optimizers"

    learning_rate: Any

    def build(self, parameters: Iterable[nn.Parameter], *, fused: bool) -> optim.Optimizer:
        """The torch optimizer over `parameters`."""
        raise NotImplementedError


class Schedule(Part):
    """How the learning rate goes over a run, as a factor on the optimizer's own."""

    family_package: ClassVar[str] = "engine.training.schedules"

    def factor(self, step: int, steps: int) -> float:
        """The factor at `step` (from 0) of `steps`."""
        raise NotImplementedError
