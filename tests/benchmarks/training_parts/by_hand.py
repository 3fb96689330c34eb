"""Loops written by hand: the textbook's, rows by index with a fused optimizer, and everything by hand."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional
from torch.utils.data import DataLoader, TensorDataset

from tests.benchmarks.training_parts.cases import (
    Case,
    Data,
    criterion_of,
    plain_network,
    tensors,
)

_aten = torch.ops.aten


def validate(network: nn.Module, case: Case, data: Data) -> None:
    """Loss and accuracy in batches of thousands."""
    inputs, targets = tensors(data.validation_inputs, data.validation_targets)
    with torch.inference_mode():
        outputs = torch.cat([network(part) for part in inputs.split(8192)])
        criterion_of(case)(outputs, targets).item()
        right = outputs.argmax(1) if outputs.shape[1] > 1 else (outputs > 0).float()
        (right == targets).float().mean().item()


class Textbook:
    """DataLoader, plain optimizer, `.item()` at every step."""

    def __init__(self, case: Case, data: Data) -> None:
        self.case, self.data = case, data
        rows = TensorDataset(*tensors(data.inputs, data.targets))
        self.loader = DataLoader(rows, case.batch, shuffle=True)
        self.network = plain_network(case)
        self.optimizer = torch.optim.Adam(self.network.parameters())

    def train(self, epochs: int) -> None:
        """Train and validate."""
        criterion = criterion_of(self.case)
        for _ in range(epochs):
            total = 0.0
            for inputs, targets in self.loader:
                self.optimizer.zero_grad()
                loss = criterion(self.network(inputs), targets)
                loss.backward()
                self.optimizer.step()
                total += loss.item()
            validate(self.network, self.case, self.data)


class Indexed:
    """Rows by index, fused optimizer, no reading of losses within an epoch."""

    def __init__(self, case: Case, data: Data) -> None:
        self.case, self.data = case, data
        self.inputs, self.targets = tensors(data.inputs, data.targets)
        self.network = plain_network(case)
        if not case.widths:
            self.network = self.network.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
        self.optimizer = torch.optim.Adam(self.network.parameters(), fused=True)

    def train(self, epochs: int) -> None:
        """Train and validate."""
        criterion, batch = criterion_of(self.case), self.case.batch
        for _ in range(epochs):
            order = torch.randperm(len(self.inputs))
            total = torch.zeros(())
            for chosen in order.split(batch):
                outputs = self.network(self.inputs.index_select(0, chosen))
                loss = criterion(outputs, self.targets.index_select(0, chosen))
                self.optimizer.zero_grad()
                loss.backward()
                self.optimizer.step()
                total += loss.detach()
            total.item()
            validate(self.network, self.case, self.data)


class Flat:
    """An MLP's passes written out, parameters in one flat buffer, one call of fused Adam."""

    def __init__(self, case: Case, data: Data) -> None:
        self.case, self.data = case, data
        self.inputs, self.targets = tensors(data.inputs, data.targets)
        self.network = plain_network(case)
        given = list(self.network.parameters())
        self.flat = torch.cat([each.detach().flatten() for each in given])
        self.slope, self.mean, self.square = (torch.zeros_like(self.flat) for _ in range(3))
        self.count = torch.zeros(())
        self.weights, self.slopes = self._views(given, self.flat), self._views(given, self.slope)
        for parameter, view in zip(given, self.weights, strict=True):
            parameter.data = view
        self.rooms: dict[int, list[Tensor]] = {}

    @staticmethod
    def _views(like: list[nn.Parameter], flat: Tensor) -> list[Tensor]:
        parts = flat.split([each.numel() for each in like])
        return [part.view(each.shape) for part, each in zip(parts, like, strict=True)]

    def _room(self, rows: int) -> list[Tensor]:
        if rows not in self.rooms:
            widths = (*self.case.widths, *self.case.widths)
            self.rooms[rows] = [torch.empty(rows, width) for width in widths]
        return self.rooms[rows]

    @torch.no_grad()
    def train(self, epochs: int) -> None:
        """Train and validate."""
        first, first_bias, second, second_bias, last, last_bias = self.weights
        to_first, to_first_bias, to_second, to_second_bias, to_last, to_last_bias = self.slopes
        first_turned, second_turned, last_turned = first.t(), second.t(), last.t()
        back = _aten.threshold_backward.grad_input
        for _ in range(epochs):
            order = torch.randperm(len(self.inputs))
            inputs, targets = (each.index_select(0, order) for each in (self.inputs, self.targets))
            total = torch.zeros(())
            batches = zip(
                inputs.split(self.case.batch), targets.split(self.case.batch), strict=True
            )
            for rows, wanted in batches:
                one, two, from_one, from_two = self._room(len(rows))
                torch.addmm(first_bias, rows, first_turned, out=one).relu_()
                torch.addmm(second_bias, one, second_turned, out=two).relu_()
                outputs = torch.addmm(last_bias, two, last_turned)
                total += functional.binary_cross_entropy_with_logits(outputs, wanted)
                slope = outputs.sigmoid_().sub_(wanted).div_(len(rows))
                torch.mm(slope.t(), two, out=to_last)
                torch.sum(slope, 0, out=to_last_bias)
                torch.mm(slope, last, out=from_two)
                back(from_two, two, 0, grad_input=from_two)
                torch.mm(from_two.t(), one, out=to_second)
                torch.sum(from_two, 0, out=to_second_bias)
                torch.mm(from_two, second, out=from_one)
                back(from_one, one, 0, grad_input=from_one)
                torch.mm(from_one.t(), rows, out=to_first)
                torch.sum(from_one, 0, out=to_first_bias)
                self.count += 1
                torch._fused_adam_(
                    [self.flat],
                    [self.slope],
                    [self.mean],
                    [self.square],
                    [],
                    [self.count],
                    lr=1e-3,
                    beta1=0.9,
                    beta2=0.999,
                    weight_decay=0.0,
                    eps=1e-8,
                    amsgrad=False,
                    maximize=False,
                )
            total.item()
            validate(self.network, self.case, self.data)
