"""Errors of starting the program."""

from __future__ import annotations

from dataclasses import dataclass

from engine.errors.base import TrainyardError
from engine.messages import N_


class StartError(TrainyardError):
    """The program cannot start here."""


class DisplayMissing(StartError):
    """No screen to draw on."""

    found = N_("There is no display to open a window on.")
    advice = N_("Set DISPLAY or WAYLAND_DISPLAY, or work without a window: trainyard train --help")


@dataclass(eq=False)
class LibraryMissing(StartError):
    """System libraries that Qt needs are absent."""

    libraries: str
    packages: str
    found = N_("The window needs system libraries that are missing: {libraries}.")
    advice = N_("Install {packages}, or work without a window: trainyard train --help")


@dataclass(eq=False)
class FeatureMissing(StartError):
    """An optional package is absent."""

    feature: str
    extra: str
    found = N_("{feature} needs a package that is not installed.")
    advice = N_("Install it with: pip install trainyard[{extra}]")
