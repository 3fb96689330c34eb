"""The workspace that the command line works in."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from engine.paths import default_workspace
from engine.store.workspace import Workspace


@contextmanager
def opened_workspace() -> Iterator[Workspace]:
    """The workspace of `--workspace`, `TRAINYARD_HOME` or the user's data directory."""
    workspace = Workspace(default_workspace())
    try:
        yield workspace
    finally:
        workspace.close()
