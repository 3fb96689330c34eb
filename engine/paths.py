"""Where things live: bundled resources, the workspace with its runs, the cache of tables."""

from __future__ import annotations

import os
from pathlib import Path

import platformdirs

_ROOT = Path(__file__).resolve().parent.parent


def resource(*parts: str) -> Path:
    """A file or folder under `resources/`."""
    return _ROOT.joinpath("resources", *parts)


def default_workspace() -> Path:
    """`TRAINYARD_HOME`, or the user's data directory."""
    home = os.environ.get("TRAINYARD_HOME")
    return Path(home).expanduser() if home else Path(platformdirs.user_data_dir("trainyard", False))


def table_cache() -> Path:
    """The folder of converted tables: `TRAINYARD_CACHE`, or the user's cache directory."""
    cache = os.environ.get("TRAINYARD_CACHE")
    base = (
        Path(cache).expanduser() if cache else Path(platformdirs.user_cache_dir("trainyard", False))
    )
    return base / "tables"


def key_folder() -> Path:
    """The folder of secret keys: `TRAINYARD_KEYS`, or beside the user's other data.

    Never inside a workspace that is chosen, so that a copied workspace takes no key along.
    """
    keys = os.environ.get("TRAINYARD_KEYS")
    if keys:
        return Path(keys).expanduser()
    return Path(platformdirs.user_data_dir("trainyard", False)) / "keys"
