"""What a person should know about prepared rows: their targets and their weights."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from engine.data.preparing.arrays import Arrays
from engine.data.preparing.fitted_target import FittedTarget, FittedValue
from engine.data.preparing.row_weights import FittedWeight
from engine.data.preparing.target.several import FittedTargets, TargetRead
from engine.messages import Message, message, message_n


def notes_on_reads(targets: FittedTargets, reads: Sequence[TargetRead]) -> Iterator[Message]:
    """Of what was met when the targets of some rows were read, one `TargetRead` for each target."""
    for name, read in zip(targets.names, reads, strict=True):
        if read.strangers and targets.several:
            yield _of_strange_label(name, read.strangers)
        elif read.strangers:
            yield _of_strange_class(name, read.strangers)
        if read.outside:
            yield _of_outside(name, read.outside)


def notes_on_targets(
    targets: Sequence[FittedTarget], parts: Iterable[Arrays]
) -> tuple[Message, ...]:
    """Of the targets of prepared parts."""
    every = [part.values for part in parts if part.values is not None]
    told = []
    for place, fitted in enumerate(targets):
        if not isinstance(fitted, FittedValue):
            continue
        own = (values[:, place] if values.ndim == 2 else values for values in every)
        outside = sum(fitted.transform.outside(values) for values in own)
        if outside:
            told.append(_of_outside(fitted.name, outside))
    return tuple(told)


def notes_on_weights(
    weight: FittedWeight | None, validation: Arrays, test: Arrays
) -> tuple[Message, ...]:
    """Of the row weights of the parts that are scored; none where no column weighs rows."""
    told = []
    if weight is not None and _weighs_nothing(validation):
        told.append(
            message(
                "The weights in “{column}” are 0 in all validation rows: no epoch can be told to be better than another.",
                column=weight.name,
            )
        )
    if weight is not None and _weighs_nothing(test):
        told.append(
            message(
                "The weights in “{column}” are 0 in all test rows: they give no score.",
                column=weight.name,
            )
        )
    return tuple(told)


def _weighs_nothing(part: Arrays) -> bool:
    return part.weights is not None and len(part) > 0 and not part.weights.any()


def _of_outside(column: str, count: int) -> Message:
    return message_n(
        "{count} value of “{column}” lies outside what the transform has met in training; in the loss it counts as the nearest that was.",
        "{count} values of “{column}” lie outside what the transform has met in training; in the loss they count as the nearest that was.",
        count,
        column=column,
    )


def _of_strange_label(column: str, count: int) -> Message:
    return message_n(
        "{count} row has a class of “{column}” that no training row has; it counts as missing there.",
        "{count} rows have a class of “{column}” that no training row has; they count as missing there.",
        count,
        column=column,
    )


def _of_strange_class(column: str, count: int) -> Message:
    return message_n(
        "{count} row has a class of “{column}” that no training row has; it is left out.",
        "{count} rows have a class of “{column}” that no training row has; they are left out.",
        count,
        column=column,
    )
