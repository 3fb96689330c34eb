"""`--set path=value`: editing any field of a recipe."""

from __future__ import annotations

from typing import Annotated, TypeAlias

import typer

Edits: TypeAlias = Annotated[
    list[str] | None,
    typer.Option(
        "--set",
        metavar="PATH=VALUE",
        help="Change a recipe field, e.g. training.epochs=20, columns.age.role=ignore or columns.age.scale=log; disabled.rows.where=true switches a step off. Repeatable.",
    ),
]
