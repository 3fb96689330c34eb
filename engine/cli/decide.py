"""`trainyard decide`: how a run's probabilities are read by every prediction from now on."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from engine.cli.control import RunName
from engine.cli.evaluate import PartName
from engine.cli.output import AsJson, number, say, say_json
from engine.cli.workspace import opened_workspace
from engine.messages import message
from engine.tasks import DecideTask

if TYPE_CHECKING:
    from engine.predictor.decision import Decision


class Correction(StrEnum):
    """How probabilities are corrected."""

    NONE = "none"
    TEMPERATURE = "temperature"
    PLATT = "platt"
    ISOTONIC = "isotonic"


def decide(
    run: RunName,
    threshold: Annotated[
        float | None,
        typer.Option(min=0, max=1, help="Predict the second class above this probability."),
    ] = None,
    best: Annotated[
        str | None,
        typer.Option(metavar="METRIC", help="Choose the threshold at which a metric is highest."),
    ] = None,
    cost: Annotated[
        tuple[float, float] | None,
        typer.Option(
            metavar="MISSED ALARM",
            help="Choose it by what a missed row of the second class and a false alarm cost.",
        ),
    ] = None,
    part: Annotated[
        PartName, typer.Option("--part", help="Which rows choose the threshold.")
    ] = PartName.VALIDATION,
    calibrate: Annotated[
        Correction | None,
        typer.Option(help="Correct probabilities on validation rows."),
    ] = None,
    coverage: Annotated[
        float | None,
        typer.Option(
            min=0,
            max=0.9999,
            help="Predict sets or intervals that hold the truth so often; 0: none.",
        ),
    ] = None,
    least_confidence: Annotated[
        float | None,
        typer.Option(min=0, max=1, help="Tell rows below this probability as not sure; 0: none."),
    ] = None,
    reset: Annotated[bool, typer.Option("--reset", help="Forget what was decided before.")] = False,
    as_json: AsJson = False,
) -> None:
    """Decide how a run's probabilities are read; without options, show what is decided."""
    from engine.pipeline.deciding import decide_run

    with opened_workspace() as workspace:
        folder = workspace.run(run)
    found = decide_run(
        folder,
        DecideTask(
            run=str(folder.path),
            forget=reset,
            threshold=threshold,
            best=best,
            costs=cost,
            part=part.value,
            calibration=None if calibrate is None else calibrate.value,
            coverage=coverage,
            least_confidence=least_confidence,
        ),
    )
    if as_json:
        say_json(found)
        return
    for line in _told(found):
        say(line)


def _told(decision: Decision) -> list[str]:
    if decision.is_plain:
        return [str(message("The likeliest class, or the value itself, is predicted."))]
    lines = []
    if decision.moves_threshold:
        lines.append(
            str(
                message(
                    "The second class is predicted above {threshold}.",
                    threshold=number(decision.threshold),
                )
            )
        )
    if decision.calibration is not None:
        kind: str = decision.calibration.kind
        if decision.calibration.kind == "temperature":
            kind = f"{kind} {number(decision.calibration.temperature)}"
        lines.append(str(message("Probabilities are corrected: {kind}.", kind=kind)))
    if decision.conformal is not None:
        lines.append(
            str(
                message(
                    "Sets or intervals hold the truth in {share}% of rows; reach {reach}, found on {rows} validation rows.",
                    share=number(100 * decision.conformal.coverage),
                    reach=number(decision.conformal.reach),
                    rows=decision.conformal.rows,
                )
            )
        )
    if decision.least_confidence is not None:
        lines.append(
            str(
                message(
                    "Rows below a probability of {share} are told as not sure.",
                    share=number(decision.least_confidence),
                )
            )
        )
    return lines
