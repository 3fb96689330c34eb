"""Errors of reports."""

from __future__ import annotations

from dataclasses import dataclass

from engine.errors.base import TrainyardError
from engine.messages import N_


class ReportError(TrainyardError):
    """A report cannot be written."""


@dataclass(eq=False)
class RunUnfinished(ReportError):
    """There is nothing final to tell of the run yet."""

    run: str
    status: str
    found = N_("Run “{run}” has not been trained to its end: it is {status}.")
    advice = N_("Let it finish, or resume and stop it; then report on it.")


@dataclass(eq=False)
class ReportFormatUnknown(ReportError):
    """The file's ending names no format of reports."""

    path: str
    found = N_("The ending of {path} names no format of reports.")
    advice = N_("Let it end in .html, .pdf or .md.")


@dataclass(eq=False)
class ChineseFontMissing(ReportError):
    """A PDF in Chinese needs letters that no font here has."""

    looked_for: str
    found = N_("No font with Chinese characters is installed, so a PDF in Chinese cannot be set.")
    advice = N_(
        "Install one of these: {looked_for}. Or write the report as HTML, which the reader’s fonts show."
    )
