"""All findings, looked for one after another."""

from __future__ import annotations

from engine.doctor.case import Case
from engine.doctor.finding import Finding, Look
from engine.doctor.findings import (
    classes_missed,
    dead_units,
    diverging,
    few_steps,
    gradient_spikes,
    impatient,
    leakage,
    more_epochs,
    not_learning,
    overfitting,
    plateau,
    rate_too_high,
    rate_too_low,
    small_validation,
    too_much_decay,
    too_much_dropout,
    vanishing,
)

LOOKS: tuple[Look, ...] = (
    diverging.look,
    leakage.look,
    too_much_decay.look,
    rate_too_high.look,
    rate_too_low.look,
    vanishing.look,
    dead_units.look,
    gradient_spikes.look,
    not_learning.look,
    small_validation.look,
    overfitting.look,
    classes_missed.look,
    too_much_dropout.look,
    few_steps.look,
    more_epochs.look,
    impatient.look,
    plateau.look,
)
"""What explains other findings comes before them."""


def examine(case: Case) -> tuple[Finding, ...]:
    """What there is to say of a run, the causes before their effects; empty for a healthy one.

    A cross-validation is examined fold by fold: of the run that holds the folds there is nothing to say.
    """
    if case.started is None or case.history.members:
        return ()
    found: list[Finding] = []
    explained: set[str] = set()
    for look in LOOKS:
        finding = look(case)
        if finding is not None and finding.name not in explained:
            found.append(finding)
            explained.update(finding.explains)
    return tuple(found)
