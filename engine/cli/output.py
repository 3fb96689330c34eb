"""How the command line prints: plain aligned tables, numbers and times as people read them."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from typing import Annotated

import typer
from pydantic import BaseModel

from engine.messages import format_fact

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON for programs.")]


def say(text: str = "") -> None:
    """One line on standard output."""
    print(text)


def complain(text: str) -> None:
    """One line on standard error."""
    print(text, file=sys.stderr)


def say_json(values: Sequence[BaseModel] | BaseModel) -> None:
    """Results as indented JSON."""
    plain = (
        values.model_dump(mode="json")
        if isinstance(values, BaseModel)
        else [value.model_dump(mode="json") for value in values]
    )
    say(json.dumps(plain, indent=2, ensure_ascii=False))


def say_table(header: Sequence[str], rows: Sequence[Sequence[str]], *, right: str = "") -> None:
    """Aligned columns; `right` holds an `r` at the place of each column set to the right."""
    lines = [header, *rows]
    widths = [max(len(line[i]) for line in lines) for i in range(len(header))]
    for line in lines:
        cells = [
            cell.rjust(width) if right[i : i + 1] == "r" else cell.ljust(width)
            for i, (cell, width) in enumerate(zip(line, widths, strict=True))
        ]
        say("  ".join(cells).rstrip())


def number(value: float | None) -> str:
    """A metric or a count."""
    return format_fact(float(f"{value:.4g}") if isinstance(value, float) else value)


def duration(seconds: float | None) -> str:
    """Minutes and seconds, with hours when there are any."""
    if seconds is None:
        return "—"
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"
