"""`trainyard doctor`: what is wrong with a run, and what to change."""

from __future__ import annotations

import json
from typing import Any

import typer
from pydantic import BaseModel

from engine.cli.control import RunName
from engine.cli.output import AsJson, say, say_json
from engine.cli.workspace import opened_workspace
from engine.doctor.finding import Finding
from engine.messages import message


class FindingLine(BaseModel):
    """What `--json` prints of a finding."""

    finding: str
    title: str
    evidence: str
    advice: str
    changes: dict[str, Any]
    """Recipe fields for the next run, by their paths."""


def doctor(run: RunName, as_json: AsJson = False) -> None:
    """Read a run's history and say what is wrong with it. Exit code 1 if anything is."""
    from engine.doctor.examine import examine
    from engine.doctor.records import case_of

    with opened_workspace() as workspace:
        folder = workspace.run(run)
    case = case_of(folder)
    found = examine(case)
    if as_json:
        say_json([_line(finding) for finding in found])
    elif not found:
        if case.started is None or not case.epochs:
            say(str(message("The run has no epochs yet: there is nothing to read.")))
        else:
            say(str(message("Nothing is wrong with this run, as far as its curves tell.")))
    for finding in () if as_json else found:
        say(str(finding.title))
        say(f"  {finding.evidence}")
        say(f"  {finding.advice}")
        for change in finding.changes:
            say(f"  --set {change.path}={json.dumps(change.value)}")
        say()
    if found:
        raise typer.Exit(1)


def _line(finding: Finding) -> FindingLine:
    return FindingLine(
        finding=finding.name,
        title=str(finding.title),
        evidence=str(finding.evidence),
        advice=str(finding.advice),
        changes={change.path: change.value for change in finding.changes},
    )
