"""The columns that a prediction adds to a row. Free of torch."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.data.preparing.fitted_target import FittedClasses, FittedTarget, FittedValue
from engine.data.preparing.preparation import Preparation
from engine.errors import OutputsNotGiven
from engine.outputs import EVERYTHING as EVERYTHING
from engine.outputs import Output as Output
from engine.outputs import Outputs as Outputs
from engine.predictor.decision import Decision


@dataclass(frozen=True, slots=True)
class OutputColumn:
    """A column that a prediction adds."""

    output: Output
    name: str
    values: NDArray[Any]
    """(rows,): float64, or text as objects."""


def given_outputs(preparation: Preparation, decision: Decision) -> tuple[Output, ...]:
    """The kinds that a model gives for its target, with what was decided for it."""
    nothing = np.zeros((0, preparation.inputs.outputs), np.float32)
    wanted = Outputs(threshold_flag=True)
    found = (column.output for column in output_columns(preparation, decision, nothing, wanted))
    return tuple(dict.fromkeys(found))


def require_some(preparation: Preparation, decision: Decision, wanted: Outputs) -> None:
    """Refuse a choice that leaves nothing to be written. Raises `OutputsNotGiven`."""
    given = given_outputs(preparation, decision)
    if not any(wanted.wants(output) for output in given):
        raise OutputsNotGiven(
            ", ".join(output for output in Output if wanted.wants(output)) or "—",
            ", ".join(given),
        )


def output_columns(
    preparation: Preparation,
    decision: Decision,
    outputs: NDArray[np.float32],
    wanted: Outputs = EVERYTHING,
) -> Iterator[OutputColumn]:
    """The wanted columns, from outputs (rows, outputs) that are corrected already.

    First the value or class; where an interval is predicted its quantiles follow, and the deviation where
    there is one; then one probability per class, and what was decided for the run. Of several targets
    each has its own; of a yes/no answer the probability of the second class.
    """
    several = preparation.task.has_several_targets
    for target, own in preparation.by_target(outputs):
        if wanted.prediction:
            answers = decision.answers(target, own)
            yield OutputColumn(Output.PREDICTION, f"{target.name} (predicted)", answers)
        if isinstance(target, FittedValue):
            if wanted.interval:
                yield from _about_value(target, own)
        elif wanted.probabilities:
            yield from _probabilities(target, own, several=several)
    if not several:
        yield from _decided(preparation.fitted_target, decision, outputs, wanted)


def _probabilities(
    target: FittedClasses, outputs: NDArray[np.float32], *, several: bool
) -> Iterator[OutputColumn]:
    shares = target.probabilities(outputs)
    for code in (1,) if several else target.listed:
        label = target.classes[code]
        name = f"P({target.name} = {label})" if several else f"P({label})"
        yield OutputColumn(Output.PROBABILITIES, name, shares[:, code])


def _about_value(target: FittedValue, outputs: NDArray[np.float32]) -> Iterator[OutputColumn]:
    """What is known of a predicted value beside itself."""
    for level, values in target.quantiles(outputs).items():
        yield OutputColumn(Output.INTERVAL, f"{target.name} ({100 * level:g}%)", values)
    deviations = target.deviations(outputs)
    if deviations is not None:
        yield OutputColumn(Output.INTERVAL, f"{target.name} (deviation)", deviations)


def _decided(
    target: FittedTarget, decision: Decision, outputs: NDArray[np.float32], wanted: Outputs
) -> Iterator[OutputColumn]:
    if decision.conformal is not None:
        if not isinstance(target, FittedClasses):
            if wanted.interval:
                low, high = decision.interval(target, outputs)
                yield OutputColumn(Output.INTERVAL, f"{target.name} (low)", low)
                yield OutputColumn(Output.INTERVAL, f"{target.name} (high)", high)
        elif wanted.set:
            members = decision.members(target, outputs)
            texts = sets_as_text(members, target.classes)
            yield OutputColumn(Output.SET, f"{target.name} (set)", texts)
    if not isinstance(target, FittedClasses):
        return
    if wanted.threshold_flag and len(target.classes) == 2:
        above = target.predictions(outputs) > decision.threshold
        name = f"P({target.classes[1]}) > {decision.threshold:g}"
        yield OutputColumn(Output.FLAG, name, _yes_or_no(above))
    if wanted.sure and decision.least_confidence is not None:
        shares = target.probabilities(outputs)
        chosen = shares[np.arange(len(shares)), decision.codes(target, outputs)]
        sure = _yes_or_no(chosen >= decision.least_confidence)
        yield OutputColumn(Output.SURE, f"{target.name} (sure)", sure)


def sets_as_text(members: NDArray[np.bool_], classes: tuple[str, ...]) -> NDArray[Any]:
    """The classes of each row, (rows, classes), divided by semicolons. There are few different sets."""
    if not len(members):
        return np.empty(0, object)
    packed = np.ascontiguousarray(np.packbits(members, axis=1))
    keys = packed.view(np.dtype((np.void, packed.shape[1]))).ravel()
    _, first, places = np.unique(keys, return_index=True, return_inverse=True)
    texts = ["; ".join(classes[code] for code in np.flatnonzero(members[row])) for row in first]
    found: NDArray[Any] = np.asarray(texts, dtype=object)[places]
    return found


def _yes_or_no(truths: NDArray[np.bool_]) -> NDArray[Any]:
    return np.asarray(["no", "yes"], dtype=object)[truths.astype(np.int8)]
