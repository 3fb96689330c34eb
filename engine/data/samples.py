"""The bundled samples: small real tables with a free licence."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from engine.errors import UnknownSample
from engine.messages import N_
from engine.paths import resource
from engine.schema import Task

_WORDS = {
    "penguins": (
        N_("Penguins"),
        N_(
            "Tell three species apart by bill, flipper, weight, sex and island; some values missing."
        ),
    ),
    "breast_cancer": (
        N_("Breast cancer"),
        N_("Tell malignant from benign tumours by thirty measures of cell nuclei."),
    ),
    "iris": (N_("Iris"), N_("Tell three species of iris apart by four lengths.")),
    "wine": (N_("Wine"), N_("Tell three grape varieties apart by chemical measures.")),
    "diabetes": (
        N_("Diabetes"),
        N_("Predict the progression of diabetes a year on from age, sex and eight measures."),
    ),
    "digits": (N_("Digits"), N_("Read handwritten digits of 8 by 8 pixels.")),
}


@dataclass(frozen=True, slots=True)
class Sample:
    """One bundled table."""

    name: str
    title: str
    """English; to be translated when shown."""
    summary: str
    """One sentence on what it is about, to be translated when shown."""
    path: Path
    rows: int
    columns: int
    target: str
    task: Task
    licence: str
    source: str


@cache
def samples() -> tuple[Sample, ...]:
    """All samples, in the order in which they are shown."""
    folder = resource("samples")
    entries = json.loads((folder / "samples.json").read_text(encoding="utf-8"))
    return tuple(
        Sample(
            name=entry["name"],
            title=_WORDS[entry["name"]][0],
            summary=_WORDS[entry["name"]][1],
            path=folder / f"{entry['name']}.csv",
            rows=entry["rows"],
            columns=entry["columns"],
            target=entry["target"],
            task=Task(entry["task"]),
            licence=entry["licence"],
            source=entry["source"],
        )
        for entry in entries
    )


def sample(name: str) -> Sample:
    """The sample of that name.

    Raises `UnknownSample`.
    """
    for each in samples():
        if each.name == name:
            return each
    raise UnknownSample(name, ", ".join(each.name for each in samples()))
