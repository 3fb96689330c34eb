"""The families of parts that a recipe can name."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, Literal, Self

from engine.messages import Message
from engine.recipe.parts import Part

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray
    from torch import Tensor, nn, optim

    from engine.recipe.layer_family import Layer
    from engine.recipe.training import Training
    from engine.schema import Task
    from engine.training.averages import Average


@dataclass(frozen=True, slots=True)
class Encoded:
    """What the encoders make of a row: the width of each column, the numbers' columns first."""

    numbers: tuple[int, ...]
    categories: tuple[int, ...]

    @property
    def widths(self) -> tuple[int, ...]:
        """Of all columns, in order."""
        return (*self.numbers, *self.categories)

    @property
    def width(self) -> int:
        """Of all columns side by side."""
        return sum(self.widths)

    @property
    def columns(self) -> int:
        """How many there are."""
        return len(self.widths)


@dataclass(frozen=True, slots=True)
class Bypass:
    """Columns that go past the trunk, straight to the head."""

    one_hot_up_to: int
    """Category columns of more levels stay out."""
    crosses: int = 0
    """Inputs for products of two category columns; 0: none."""


@dataclass(frozen=True, slots=True)
class Flaw:
    """Why a network cannot be built with these settings, and settings that mend it."""

    field: str
    """Of the trunk; a place in a list follows after a point."""
    problem: Message
    fix_label: Message
    fixed: Trunk


class Trunk(Part):
    """The body of a network: from encoded columns to the vector that the head gets."""

    family_package: ClassVar[str] = "engine.models.trunks"
    glyph: ClassVar[str] = "M2 8h4M16 8h4M6 4h10v8h-10z"
    """An SVG path in a box of 22 × 16, stroked: the small picture in the gallery."""
    is_grown: ClassVar[bool] = False
    """Whether it is grown of trees, not learned by gradients (`engine.training.growing`); the gallery of
    networks leaves it out."""

    @classmethod
    def networks(cls) -> tuple[type[Trunk], ...]:
        """The trunks that are learned by gradients, in display order: those of the gallery."""
        return tuple(member for member in cls.members() if not member.is_grown)

    @property
    def smallest_batch(self) -> int:
        """Rows that a training batch must have at least."""
        return 1

    @property
    def token_width(self) -> int | None:
        """Width of the one vector per column that the trunk takes; None: all columns side by side."""
        return None

    @property
    def token_bias(self) -> bool:
        """Whether each column's vector has a bias of its own."""
        return True

    @property
    def bypass(self) -> Bypass | None:
        """What goes past the trunk to the head; None: nothing."""
        return None

    @property
    def clamps(self) -> bool:
        """Whether predicted values stay within those of the training rows."""
        return False

    @classmethod
    def lacks(cls, numbers: int, categories: int) -> Message | None:
        """What it is made for and a table lacks, which feeds so many columns of each kind; None: nothing."""
        del numbers, categories
        return None

    def flaws(self) -> tuple[Flaw, ...]:
        """Settings that do not go together."""
        return ()

    def build(self, encoded: Encoded) -> tuple[nn.Module, int]:
        """The trunk's module, and the width that it gives.

        The module takes (rows, `encoded.width`) or, with a `token_width`, (rows, `encoded.columns`,
        `token_width`), and gives (rows, out), or (rows, members, out) if it is several networks in one.
        """
        raise NotImplementedError

    def build_head(self, width: int, outputs: int) -> nn.Module | None:
        """From what the trunk and the bypass give, (…, `width`), to (…, `outputs`).

        None: a linear layer.
        """
        del width, outputs
        return None

    def as_layers(self, inputs: int | None) -> tuple[Layer, ...] | None:
        """The layers that make the same network by hand; None where layers of that kind cannot.

        `inputs` is the width of the encoded row, where it is known.
        """
        del inputs
        return None

    def suggested(self, training: Training, task: Task) -> Training:
        """`training` with what the authors of the trunk train it with."""
        del task
        return training


class NumberEncoder(Part):
    """From number columns, float32 (rows, columns), to a vector of equal width per column."""

    family_package: ClassVar[str] = "engine.models.encoders.numbers"

    def build(self, columns: int) -> tuple[nn.Module, int]:
        """A module from (rows, `columns`) to (rows, `columns` · width), column by column, and width."""
        raise NotImplementedError

    def build_tokens(self, columns: int, width: int, *, bias: bool) -> nn.Module:
        """A module from (rows, `columns`) to (rows, `columns`, `width`)."""
        raise NotImplementedError


class CategoryEncoder(Part):
    """From category columns, int codes (rows, columns), to a vector per column.

    Codes of column i are below `levels[i]`; code 0 stands for an unknown level.
    """

    family_package: ClassVar[str] = "engine.models.encoders.categories"

    def build(self, levels: tuple[int, ...]) -> tuple[nn.Module, tuple[int, ...]]:
        """A module from (rows, columns) to (rows, out), and the columns' widths as they stand there."""
        raise NotImplementedError

    def build_tokens(self, levels: tuple[int, ...], width: int, *, bias: bool) -> nn.Module:
        """A module from (rows, columns) to (rows, columns, `width`)."""
        raise NotImplementedError


class Optimizer(Part):
    """How weights are changed from gradients."""

    family_package: ClassVar[str] = "engine.training.optimizers"

    learning_rate: Any

    def with_learning_rate(self, value: float) -> Self:
        """The same with another learning rate; rates of its own beside it keep their proportion."""
        return self.model_copy(update={"learning_rate": value})

    def build(self, parameters: Iterable[nn.Parameter], *, fused: bool) -> optim.Optimizer:
        """The torch optimizer over `parameters`."""
        raise NotImplementedError

    def average(self, network: nn.Module, optimizer: optim.Optimizer) -> Average | None:
        """The mean of weights that the optimizer itself keeps; None: it keeps none."""
        del network, optimizer
        return None


class Schedule(Part):
    """How the learning rate goes over a run, as a factor on the optimizer's own."""

    family_package: ClassVar[str] = "engine.training.schedules"
    rests: ClassVar[bool] = False
    """Whether `factor` is the same at every step."""

    @property
    def patience_before_fall(self) -> int | None:
        """Epochs without a gain after which it falls; None: it does not wait for gains."""
        return None

    def factor(self, step: int, steps: int) -> float:
        """The factor at `step` (from 0) of `steps`."""
        raise NotImplementedError

    def after_falls(self, falls: int) -> float:
        """A further factor after so many falls for want of a gain."""
        del falls
        return 1.0


class Averaging(Part):
    """Which mean of the weights over the steps is scored and kept in place of the newest weights."""

    family_package: ClassVar[str] = "engine.training.averaging"

    def build(self, network: nn.Module) -> Average | None:
        """What follows the weights of a network; None: nothing, the newest ones count."""
        raise NotImplementedError


class TargetTransform(Part):
    """What a number to be predicted becomes before the network learns it, with an exact way back."""

    family_package: ClassVar[str] = "engine.data.preparing.target.transforms"

    def fit(self, values: NDArray[Any], column: str) -> Any:
        """What is learned from the training rows: an `engine.data.preparing.target.fitted_transform`.

        Args:
            values: Float64 (rows,), all finite, at least one.
            column: The target's name, for errors.

        Raises:
            TargetNotTransformable: A training row has no image.
        """
        raise NotImplementedError


class Loss(Part):
    """What training makes small."""

    family_package: ClassVar[str] = "engine.training.losses"
    tasks: ClassVar[tuple[str, ...]]
    """Values of `Task` that it can be used for."""
    usual_for: ClassVar[tuple[str, ...]] = ()
    """Those for which it is the automatic choice."""
    link: ClassVar[Literal["identity", "log"]] = "identity"
    """For numbers: what the network's output is, the standardised value or the logarithm of a rate."""
    least: ClassVar[float | None] = None
    """For numbers: no value may be below it."""
    takes_least: ClassVar[bool] = True
    """Whether a value may be just `least`."""
    gives: ClassVar[Literal["point", "gaussian", "thresholds"]] = "point"
    """What the network gives: `engine.data.preparing.inputs.OutputForm` of the usual kind, a mean and a
    deviation, or the logit of being above each class but the last."""

    @property
    def levels(self) -> tuple[float, ...]:
        """For numbers: the quantiles that the network gives, one output each; none: the value alone."""
        return ()

    @property
    def point(self) -> int:
        """Which of the levels is the prediction."""
        return 0

    @property
    def covered(self) -> float | None:
        """The share of rows that lies within the interval of a predicted bell curve."""
        return None

    def rows(self, outputs: Tensor, target: Tensor) -> Tensor:
        """The loss of each row, (rows,).

        Args:
            outputs: (rows, outputs) as the network gives them.
            target: Class codes, int64 (rows,), for several classes; else (rows, 1): 0 and 1, or what
                became of the value.
        """
        raise NotImplementedError

    def mean(self, outputs: Tensor, target: Tensor) -> Tensor:
        """The mean of `rows`, which may be computed in a faster way."""
        return self.rows(outputs, target).mean()
