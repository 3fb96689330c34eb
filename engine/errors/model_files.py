"""Errors of model files."""

from __future__ import annotations

from dataclasses import dataclass

from engine.errors.base import TrainyardError
from engine.messages import N_


class ModelFileError(TrainyardError):
    """A model file is refused."""


@dataclass(eq=False)
class ModelFileDamaged(ModelFileError):
    """Truncated, altered or incomplete."""

    path: str
    detail: str
    found = N_("The model file {path} is damaged: {detail}.")
    advice = N_("Copy or export it again.")


@dataclass(eq=False)
class ModelFileTooNew(ModelFileError):
    """Written by a newer Trainyard."""

    path: str
    version: int
    supported: int
    found = N_(
        "The model file {path} has version {version}; this Trainyard reads up to {supported}."
    )
    advice = N_("Update Trainyard to open it.")


@dataclass(eq=False)
class ModelFileTooLarge(ModelFileError):
    """There is not as much free memory as it needs."""

    path: str
    size: int
    free: int
    """Both in megabytes."""
    found = N_(
        "The model file {path} has {size} MB; opening it takes more than the {free} MB of memory that are free."
    )
    advice = N_("Close other programs, or open it on a computer with more memory.")


@dataclass(eq=False)
class NotAModelFile(ModelFileError):
    """Not written by Trainyard."""

    path: str
    found = N_("{path} is not a Trainyard model file.")
    advice = N_("Choose a file that ends in .trainyard, or a run folder.")
