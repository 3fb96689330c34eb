"""`trainyard report`: a run as one file that tells what it is, how good, and where not to trust it."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from engine.cli.control import RunName
from engine.cli.output import AsJson, number, say, say_json
from engine.cli.workspace import opened_workspace
from engine.messages import message

if TYPE_CHECKING:
    from engine.languages import Language
    from engine.tasks import ScoredPart


class LanguageName(StrEnum):
    """A language of reports."""

    EN = "en"
    ZH = "zh"


class ReportedPart(StrEnum):
    """Rows whose scores are told."""

    TEST = "test"
    VALIDATION = "validation"
    TRAIN = "train"
    OUT_OF_FOLD = "out-of-fold"


_PARTS: dict[ReportedPart, ScoredPart] = {
    ReportedPart.TEST: "test",
    ReportedPart.VALIDATION: "validation",
    ReportedPart.TRAIN: "train",
    ReportedPart.OUT_OF_FOLD: "out_of_fold",
}


def report(
    run: RunName,
    out: Annotated[
        Path | None,
        typer.Option("--out", "-o", help="Where to: a name that ends in .html, .pdf or .md."),
    ] = None,
    language: Annotated[
        LanguageName, typer.Option("--language", help="English or Chinese.")
    ] = LanguageName.EN,
    part: Annotated[
        ReportedPart | None,
        typer.Option("--part", help="Whose scores it tells; else the test part's."),
    ] = None,
    baselines: Annotated[
        bool,
        typer.Option("--baselines", help="Train baselines to set the run beside, if none are."),
    ] = False,
    importance: Annotated[
        bool,
        typer.Option("--importance", help="Compute how much each column matters, if it is not."),
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Write a run's model card as HTML, PDF or Markdown: recipe, data, scores, limits."""
    from engine.pipeline.reporting import report_run

    with opened_workspace() as workspace:
        folder = workspace.run(run)
    info = folder.info()
    path = out or Path.cwd() / f"{info.dataset}-run-{info.number}.html"
    tongue: Language = "zh_CN" if language is LanguageName.ZH else "en"
    written = report_run(
        folder,
        path.expanduser().absolute(),
        language=tongue,
        part=None if part is None else _PARTS[part],
        baselines=baselines,
        importance=importance,
    )
    if as_json:
        say_json(written)
        return
    say(f"{written.path} ({number(written.size)} bytes)")
    if written.boxes:
        say(
            str(
                message(
                    "No font here has all letters of its names: those stand as boxes. Write it as HTML instead, or install Noto Sans CJK SC."
                )
            )
        )
