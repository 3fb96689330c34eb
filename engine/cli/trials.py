"""`trainyard trials`: what a sweep has tried, how it came out, and which fields matter."""

from __future__ import annotations

import math
from typing import Any

import typer
from pydantic import BaseModel

from engine.cli.control import RunName
from engine.cli.output import AsJson, duration, number, say, say_json, say_table
from engine.cli.workspace import opened_workspace
from engine.plans.trials import Trial, Trials, short_name, value_text, values_text
from engine.store.run_folder import RunFolder

_SHOWN = 20
"""Trials that are listed, the best ones; JSON has all."""


class TrialFound(BaseModel):
    """One trial."""

    trial: int
    run: str
    number: int | None
    state: str
    values: dict[str, Any]
    value: float | None
    epochs: int
    seconds: float
    reason: str = ""


class SweepFound(BaseModel):
    """What `trials --json` prints."""

    run: str
    number: int
    status: str
    metric: str
    higher_is_better: bool
    best: int | None
    """The best trial."""
    trials: tuple[TrialFound, ...]
    importance: dict[str, float]
    """Share of the variance that each field accounts for, by functional ANOVA; empty if unknown."""


def trials(run: RunName, as_json: AsJson = False) -> None:
    """Show the trials of a sweep, the best first, and how much each field matters."""
    with opened_workspace() as workspace:
        folder = workspace.run(run)
    if folder.info().holds != "sweep":
        raise typer.BadParameter(f"Run “{folder.id}” is no sweep.", param_hint="RUN")
    say_sweep(folder, as_json=as_json)


def sweep_found(run: RunFolder) -> SweepFound:
    """A sweep and its trials as they stand."""
    from engine.metrics import METRICS

    known = Trials.of(run.events())
    higher = known.monitor in METRICS and METRICS[known.monitor].higher_is_better
    best = known.best(higher_is_better=higher)
    return SweepFound(
        run=run.id,
        number=run.info().number,
        status=run.status().value,
        metric=known.monitor,
        higher_is_better=higher,
        best=None if best is None else best.number,
        trials=tuple(_found(run, trial) for trial in known.all),
        importance=dict(known.shares),
    )


def say_sweep(run: RunFolder, *, as_json: bool) -> None:
    """Print a sweep: its best trials, the importance of its fields, and how to use the best one."""
    from engine.metrics import METRICS

    found = sweep_found(run)
    if as_json:
        say_json(found)
        return
    sign = -1 if found.higher_is_better else 1
    order = sorted(
        found.trials,
        key=lambda t: (t.state not in ("done", "cut", "stopped"), sign * (t.value or 0), t.trial),
    )
    paths = list(found.trials[0].values) if found.trials else []
    metric = METRICS[found.metric].title if found.metric in METRICS else found.metric
    header = ["trial", "run", "state", metric, "epochs", "time", *map(short_name, paths)]
    rows = [
        [
            f"{each.trial}",
            "—" if each.number is None else f"{each.number}",
            each.state,
            number(each.value),
            f"{each.epochs}",
            duration(each.seconds),
            *(value_text(each.values[path]) for path in paths),
        ]
        for each in order[:_SHOWN]
    ]
    say_table(header, rows, right="rr-rrr" + "r" * len(paths))
    if len(order) > _SHOWN:
        say(f"… and {len(order) - _SHOWN} more: --json lists all.")
    say()
    if found.importance:
        say("Importance (share of the variance, functional ANOVA over the trials that were done):")
        shares = sorted(found.importance.items(), key=lambda item: -item[1])
        say_table(
            ("field", "share"), [(path, f"{share:.0%}") for path, share in shares], right="-r"
        )
        say()
    states = [each.state for each in found.trials]
    told = [f"{states.count(s)} {s}" for s in dict.fromkeys(states)]
    say(f"Run {found.number} · {len(states)} trials: {', '.join(told) or 'none'} · {run.path}")
    best = next((each for each in found.trials if each.trial == found.best), None)
    if best is not None:
        say(f"Best: trial {best.trial}, run {best.number}: {values_text(best.values)}")
        say(
            f"Train it again: trainyard train DATA --recipe {run.path.parent / best.run}/recipe.json"
        )


def _found(run: RunFolder, trial: Trial) -> TrialFound:
    parts = trial.run.split("_")
    known = len(parts) > 1 and parts[1].isdigit()
    return TrialFound(
        trial=trial.number,
        run=trial.run,
        number=int(parts[1]) if known else None,
        state=trial.state,
        values=dict(trial.values),
        value=trial.value if math.isfinite(trial.value) else None,
        epochs=trial.epoch,
        seconds=trial.seconds,
        reason=trial.reason,
    )
