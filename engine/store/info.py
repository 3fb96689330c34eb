"""What is known of a run beside its recipe and its events: `run.json`."""

from __future__ import annotations

import platform
from collections.abc import Iterable
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from engine.schema import Task

VERSION = 1
REMARK_LENGTH = 4_000
TAG_LENGTH = 40
_PACKAGES = ("trainyard", "torch", "numpy", "pandas", "pyarrow", "scikit-learn")


class RunInfo(BaseModel):
    """The identity and the origin of a run."""

    model_config = ConfigDict(frozen=True)

    trainyard: int = VERSION
    id: str
    number: int
    """Counts the runs of a workspace, from 1."""
    name: str
    created: float
    """Seconds since 1970."""
    dataset: str
    """Name of the table file without its suffix."""
    table_path: str
    table_folder: str
    """Folder of the table's cache; made again from `table_path` when it is gone."""
    fingerprint: str
    target: str
    task: Task | None = None
    """Known once the run has started."""
    trunk: str
    epochs: int
    """As asked for."""
    device: str
    """As asked for; what was used is in the event `RunStarted`."""
    seed: int
    parent: str | None = None
    """Id of the run that it was forked from."""
    parent_checkpoint: str = ""
    """Of a fork: the parent's checkpoint that it goes on from."""
    parent_epoch: int = 0
    """Of a fork: how many epochs the parent had done there."""
    continued_at: tuple[int, ...] = ()
    """After how many epochs it was told to go on for more."""
    group: str | None = None
    """Id of the run whose networks are trained one after another, this one among them."""
    place: int | None = None
    """Which of them it is, counted from 0."""
    holds: Literal["", "seeds", "sweep"] = ""
    """What the run trains one after another as `PLAN` says, each in a run of its own."""
    versions: dict[str, str] = Field(default_factory=dict)
    remark: str = Field(default="", max_length=REMARK_LENGTH)
    """What a person wrote beside it."""
    tags: tuple[str, ...] = ()
    favourite: bool = False


def tidy_tags(tags: Iterable[str]) -> tuple[str, ...]:
    """Tags without spaces and doubles, in the order of the alphabet; capitals do not make another tag."""
    found: dict[str, str] = {}
    for tag in tags:
        tidy = "-".join(tag.replace(",", " ").split())[:TAG_LENGTH]
        if tidy:
            found.setdefault(tidy.casefold(), tidy)
    return tuple(found[key] for key in sorted(found))


@dataclass(frozen=True, slots=True)
class TableOrigin:
    """Where the table of a run came from, for another run of the same one."""

    path: Path
    folder: Path
    fingerprint: str

    @classmethod
    def of(cls, info: RunInfo) -> TableOrigin:
        """That of a run."""
        return cls(Path(info.table_path), Path(info.table_folder), info.fingerprint)


def installed_versions() -> dict[str, str]:
    """Versions of Python, of the system and of the packages that decide what a run gives."""
    found = {"python": platform.python_version(), "system": platform.platform()}
    for package in _PACKAGES:
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            found[package] = ""
    return found
