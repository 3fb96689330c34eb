"""The option that names a checkpoint of a run."""

from __future__ import annotations

from typing import Annotated, TypeAlias

import typer

Checkpoint: TypeAlias = Annotated[
    str,
    typer.Option(
        "--checkpoint",
        metavar="NAME",
        help="Whose weights: best, last, or an epoch that was kept, such as epoch-0012.",
    ),
]
