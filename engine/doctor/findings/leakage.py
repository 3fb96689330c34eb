"""Too good to be true."""

from __future__ import annotations

from engine.doctor.case import Case, shown
from engine.doctor.finding import Finding
from engine.messages import message
from engine.metrics import METRICS

LEAST_ROWS = 100
"""Of fewer validation rows all may be right by luck."""
PERFECT = {"accuracy": 0.9999, "roc_auc": 0.99995, "r2": 0.9995}


def look(case: Case) -> Finding | None:
    """Every validation row is predicted right, or nearly so."""
    if case.started is None or case.started.validation_rows < LEAST_ROWS:
        return None
    known = {name: case.best(name) for name in PERFECT if name in case.history.metrics}
    perfect = [name for name, value in known.items() if value >= PERFECT[name]]
    if not perfect or ("accuracy" in known and "accuracy" not in perfect):
        return None
    name = perfect[0]
    values = case.history.validation(name)
    epoch = 1 + next(n for n, value in enumerate(values) if value >= PERFECT[name])
    return Finding(
        name="leakage",
        title=message("Too good to be true"),
        evidence=message(
            "In epoch {epoch} the validation {metric} is {value} on {rows} rows.",
            epoch=epoch,
            metric=METRICS[name].title,
            value=shown(known[name], 5),
            rows=case.started.validation_rows,
        ),
        advice=message(
            "A column may tell the answer: one filled in after the fact, or made from the target. See on the Explain page which column matters most, and leave it out if it will not be known when predicting."
        ),
        explains=(
            "gradient_spikes",
            "overfitting",
            "plateau",
            "small_validation",
            "more_epochs",
            "rate_too_high",
        ),
    )
