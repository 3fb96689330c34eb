"""Layers of a dense network that go forward and back without autograd.

The operations are those that autograd would choose, in its order, but for the gradient of a weight with
few inputs: see `_FewInputs`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

import torch
from torch import Tensor, nn

_aten = torch.ops.aten
_MANY_ROWS = 256


class Layer(Protocol):
    """A layer that goes forward and back, for batches of one size."""

    def forward(self, rows: Tensor) -> Tensor:
        """(rows, in) to (rows, out); what the way back needs is kept."""

    def backward(self, gradient: Tensor, *, further: bool) -> Tensor:
        """The gradient of what came in, from that of what went out; it may be changed in place.

        Not `further`: nobody asks for it, and anything may be returned.
        """


class _Linear:
    """`nn.Linear` with a bias; gradients go to buffers that are used again at every step."""

    def __init__(self, layer: nn.Linear, buffers: dict[int, Tensor]) -> None:
        self._weight, self._bias = layer.weight.detach(), layer.bias.detach()
        self._turned = self._weight.t()
        self._of_weight = buffers[id(layer.weight)]
        self._of_bias = buffers[id(layer.bias)]
        self._out: Tensor | None = None
        self._back: Tensor | None = None
        self._gradient: Tensor | None = None
        self._sent_back: Callable[..., Tensor] = torch.mm

    def forward(self, rows: Tensor) -> Tensor:
        self._rows = rows
        if self._out is None:
            self._out = torch.addmm(self._bias, rows, self._turned)
            return self._out
        return torch.addmm(self._bias, rows, self._turned, out=self._out)

    def backward(self, gradient: Tensor, *, further: bool) -> Tensor:
        if gradient is not self._gradient:  # mostly it is the same room again
            self._gradient, self._turned_gradient = gradient, gradient.t()
        self._put_gradient_of_weight(gradient)
        torch.sum(gradient, 0, out=self._of_bias)
        if not further:
            return gradient
        if self._back is None:
            self._back = self._sent_back(gradient, self._weight)
            return self._back
        return self._sent_back(gradient, self._weight, out=self._back)

    def _put_gradient_of_weight(self, gradient: Tensor) -> None:
        """Into its buffer; `gradient` is that of what went out."""
        torch.mm(self._turned_gradient, self._rows, out=self._of_weight)


class _FewInputs(_Linear):
    """More outputs than inputs, and many rows: the gradient of the weight is computed the other way round.

    Products of matrices are slow where the inner side of what comes out is short and no multiple of the
    processor's vectors; turning the small result round takes less. With 13 inputs or more it mostly is
    the same to the bit, with fewer it is added up in another order.
    """

    def __init__(self, layer: nn.Linear, buffers: dict[int, Tensor]) -> None:
        super().__init__(layer, buffers)
        self._round = self._of_weight.new_empty(layer.in_features, layer.out_features)
        self._back_round = self._round.t()

    def _put_gradient_of_weight(self, gradient: Tensor) -> None:
        torch.mm(self._rows.t(), gradient, out=self._round)
        self._of_weight.copy_(self._back_round)


class Head(_Linear):
    """The last layer: what it gives is kept by others, so it is made anew at every step."""

    def __init__(self, layer: nn.Linear, buffers: dict[int, Tensor]) -> None:
        super().__init__(layer, buffers)
        if layer.out_features == 1:  # one product for each, whichever way
            self._sent_back = torch.mul

    def forward(self, rows: Tensor) -> Tensor:
        """(rows, in) to (rows, outputs)."""
        self._rows = rows
        return torch.addmm(self._bias, rows, self._turned)


class _Relu:
    def forward(self, rows: Tensor) -> Tensor:
        self._given = rows.relu_()
        return self._given

    def backward(self, gradient: Tensor, *, further: bool) -> Tensor:
        found: Tensor = _aten.threshold_backward.grad_input(
            gradient, self._given, 0, grad_input=gradient
        )
        return found


class _Tanh:
    def forward(self, rows: Tensor) -> Tensor:
        self._given = rows.tanh_()
        return self._given

    def backward(self, gradient: Tensor, *, further: bool) -> Tensor:
        found: Tensor = _aten.tanh_backward.grad_input(gradient, self._given, grad_input=gradient)
        return found


class _Sigmoid:
    def forward(self, rows: Tensor) -> Tensor:
        self._given = rows.sigmoid_()
        return self._given

    def backward(self, gradient: Tensor, *, further: bool) -> Tensor:
        found: Tensor = _aten.sigmoid_backward.grad_input(
            gradient, self._given, grad_input=gradient
        )
        return found


class _FromInput:
    """An activation whose slope is told by what comes in."""

    def __init__(
        self, forward: Callable[[Tensor], Tensor], backward: Callable[[Tensor, Tensor], Tensor]
    ) -> None:
        self._forward, self._backward = forward, backward

    def forward(self, rows: Tensor) -> Tensor:
        self._came = rows
        return self._forward(rows)

    def backward(self, gradient: Tensor, *, further: bool) -> Tensor:
        return self._backward(gradient, self._came)


class _Dropout:
    """As torch's, which draws the same numbers."""

    def __init__(self, layer: nn.Dropout) -> None:
        self._layer = layer  # its share may be changed while training

    def forward(self, rows: Tensor) -> Tensor:
        share = self._layer.p
        self._kept: Tensor | None = None
        if share == 0:
            return rows
        self._kept = torch.empty_like(rows).bernoulli_(1 - share).div_(1 - share)
        return rows * self._kept

    def backward(self, gradient: Tensor, *, further: bool) -> Tensor:
        return gradient if self._kept is None else gradient.mul_(self._kept)


def layer_for(layer: nn.Module, buffers: dict[int, Tensor], rows: int = 0) -> Layer | None:
    """A layer for batches of so many rows; None if there is none of its kind.

    Args:
        layer: Of the network.
        buffers: Where the gradient of a parameter goes, by its id.
        rows: Of a batch.
    """
    match layer:
        case nn.Linear():
            is_wide = layer.in_features < layer.out_features and rows >= _MANY_ROWS
            return (_FewInputs if is_wide else _Linear)(layer, buffers)
        case nn.ReLU():
            return _Relu()
        case nn.Tanh():
            return _Tanh()
        case nn.Sigmoid():
            return _Sigmoid()
        case nn.Dropout():
            return _Dropout(layer)
        case nn.GELU(approximate="none"):
            return _FromInput(_aten.gelu.default, _aten.gelu_backward.default)
        case nn.SiLU():
            return _FromInput(_aten.silu.default, _aten.silu_backward.default)
        case nn.Mish():
            return _FromInput(_aten.mish.default, _aten.mish_backward.default)
    return None
