"""`trainyard baseline`: a run beside models that learned from the same rows."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from engine.baselines.result import BaselineScore, SetBeside
from engine.cli.control import RunName
from engine.cli.evaluate import PartName
from engine.cli.output import AsJson, complain, number, say, say_json, say_table
from engine.cli.workspace import opened_workspace
from engine.messages import message
from engine.metrics import METRICS


def baseline(
    run: RunName,
    which: Annotated[
        list[str] | None,
        typer.Option(
            "--which",
            metavar="KIND",
            help="A kind of baseline, such as linear or gradient_boosting. Repeatable; all that are installed without it.",
        ),
    ] = None,
    part: Annotated[PartName, typer.Option("--part", help="Which rows.")] = PartName.TEST,
    as_json: AsJson = False,
) -> None:
    """Set a run beside baselines trained on the same rows: metrics, and differences with 95% intervals."""
    from engine.baselines.sentences import comparison
    from engine.pipeline.results import set_beside_run

    with opened_workspace() as workspace:
        folder = workspace.run(run)
    found = set_beside_run(folder, part.value, tuple(which or ()), progress=_show_progress)
    _clear_progress()
    if as_json:
        say_json(found)
        return
    rows = found.baselines[0].evaluation.rows if found.baselines else 0
    counted = METRICS[found.metric].title
    say(
        str(
            message(
                "{rows} {part} rows. The difference is in {metric}, run − baseline, with its 95% interval.",
                rows=rows,
                part=part.value,
                metric=counted,
            )
        )
    )
    say()
    metrics = [metric for metric in found.scored if metric.value is not None]
    header = ("", "difference", *(metric.title for metric in metrics))
    lines = [("This run", "", *(number(metric.value) for metric in metrics))]
    for each in found.baselines:
        own = {metric.name: metric.value for metric in each.evaluation.metrics}
        figures = (number(own.get(metric.name)) for metric in metrics)
        lines.append((each.title, _difference(found, each), *figures))
    say_table(header, lines, right="-" + "r" * (len(header) - 1))
    said = comparison(found)
    if said:
        say()
        say(said)
    for each in found.baselines:
        if each.learned_from < found.train_rows:
            complain(
                str(
                    message(
                        "{baseline} learned from {count} of {rows} training rows: all of them do not fit the memory.",
                        baseline=each.title,
                        count=each.learned_from,
                        rows=found.train_rows,
                    )
                )
            )
    if found.missing:
        complain(
            str(
                message(
                    "Not installed and left out: {kinds}. pip install trainyard[boost]",
                    kinds=", ".join(found.missing),
                )
            )
        )


def _difference(found: SetBeside, each: BaselineScore) -> str:
    """In the metric that counts, with its interval."""
    difference = each.difference(found.metric)
    if difference is None or difference.value is None:
        return "—"
    low, high = number(difference.low), number(difference.high)
    return f"{number(difference.value)} ({low} to {high})"


def _show_progress(done: int, total: int) -> None:
    if sys.stderr.isatty() and total:
        text = message("Training baselines … {share}%", share=100 * done // total)
        sys.stderr.write(f"\r{text}\x1b[K")
        sys.stderr.flush()


def _clear_progress() -> None:
    if sys.stderr.isatty():
        sys.stderr.write("\r\x1b[K")
        sys.stderr.flush()
