"""How trials read."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from engine.plans.sweep import Range, Sweep
from engine.plans.sweepable import Sweepable
from engine.plans.trials import Trial, short_name, value_text
from gui.i18n import listed, tr, translate, trn
from gui.widgets.parallel_coordinates import GRADES, Line, Scale


def field_words(field: Sweepable) -> str:
    """A field's place in the recipe in the reader's language."""
    return field.words.render(translate)


def state_word(trial: Trial) -> str:
    """What a trial is doing, or how it ended."""
    return {
        "running": tr("Running"),
        "done": tr("Done"),
        "pruned": tr("Pruned"),
        "cut": tr("Cut by the time"),
        "stopped": tr("Stopped"),
        "failed": tr("Failed"),
    }[trial.state]


def values_words(trial: Trial) -> str:
    """What a trial tries, in a line."""
    said = (f"{spaced(path)} {value_text(value)}" for path, value in trial.values.items())
    return listed(said)


def spaced(path: str) -> str:
    """The short name of a field as words."""
    return short_name(path).replace("_", " ")


def counts_words(trials: Sequence[Trial], of: int) -> str:
    """How many trials there are of each kind."""
    ended = [trial for trial in trials if trial.state != "running"]
    parts = [
        tr("{done} of {of} trials", done=len(ended), of=of)
        if of
        else trn("{count} trial", "{count} trials", len(ended))
    ]
    for state, text in (
        ("pruned", tr("pruned")),
        ("cut", tr("cut by the time")),
        ("failed", tr("failed")),
    ):
        found = sum(trial.state == state for trial in trials)
        if found:
            parts.append(f"{found} {text}")
    return " · ".join(parts)


def scales_of(sweep: Sweep, trials: Sequence[Trial], metric: str) -> tuple[Scale, ...]:
    """An axis for each field, and one for the watched metric, as far as trials that count reach."""
    found = []
    for field in sweep.fields:
        title, domain = spaced(field.path), field.domain
        if isinstance(domain, Range):
            found.append(Scale(title, domain.low, domain.high, log=domain.log))
        else:
            found.append(Scale(title, names=tuple(value_text(each) for each in domain.values)))
    counted = [trial.value for trial in trials if trial.counts]
    return (*found, Scale.over(metric, counted or [trial.value for trial in trials]))


def lines_of(sweep: Sweep, trials: Sequence[Trial], *, higher_is_better: bool) -> tuple[Line, ...]:
    """A line for each trial that has come to something, graded by rank."""
    ranked = sorted(
        (t for t in trials if t.counts), key=lambda t: t.value, reverse=higher_is_better
    )
    grades = {
        trial.number: GRADES - 1 - at * GRADES // len(ranked) for at, trial in enumerate(ranked)
    }
    return tuple(
        Line(
            str(trial.number),
            (
                *(_place(field.domain, trial.values[field.path]) for field in sweep.fields),
                trial.value,
            ),
            grades.get(trial.number),
        )
        for trial in trials
        if trial.state != "running" and trial.value == trial.value
    )


def _place(domain: Any, value: Any) -> float | str:
    return float(value) if isinstance(domain, Range) else value_text(value)
