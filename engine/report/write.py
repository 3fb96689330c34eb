"""A report in its format, and on disk."""

from __future__ import annotations

from pathlib import Path
from typing import get_args

from engine.errors import ReportFormatUnknown
from engine.evaluation.kept import kept_evaluation
from engine.files import write_atomic, writing
from engine.languages import Language
from engine.report.compose import compose
from engine.report.document import Document
from engine.report.facts import RunFacts, facts_of
from engine.report.html import as_html
from engine.report.markdown import as_markdown
from engine.report.result import ReportFormat
from engine.store.run_folder import RunFolder


def format_of(path: Path) -> ReportFormat:
    """The format that a file's ending names. Raises `ReportFormatUnknown`."""
    ending = path.suffix.casefold().removeprefix(".")
    found: ReportFormat
    for found in get_args(ReportFormat):
        if ending in (found, {"html": "htm", "md": "markdown"}.get(found)):
            return found
    raise ReportFormatUnknown(str(path))


def as_bytes(document: Document, wanted: ReportFormat) -> bytes:
    """The whole file. Raises `ChineseFontMissing`."""
    match wanted:
        case "html":
            return as_html(document)
        case "md":
            return as_markdown(document)
        case "pdf":
            from engine.report.pdf import as_pdf  # it loads a typesetter

            return as_pdf(document)


def write_report(
    facts: RunFacts, path: Path, language: Language, wanted: ReportFormat, made: float | None = None
) -> Document:
    """Write what is known of a run; what was written.

    Args:
        facts: See `engine.report.facts.facts_of`.
        path: Where to; folders are made.
        language: Of the report.
        wanted: Its format.
        made: When, in seconds since 1970; None: now.

    Raises `ChineseFontMissing`, `DiskFull` or `WriteFailed`; a former file is then untouched.
    """
    document = compose(facts, language, made)
    data = as_bytes(document, wanted)
    with writing(path):
        path.parent.mkdir(parents=True, exist_ok=True)
    write_atomic(path, data)
    return document


def model_card(run: RunFolder, made: float | None = None) -> bytes:
    """The card that travels in a model file: Markdown, in English, with what is known by now.

    Raises `RunUntrained` or `RunDamaged`.
    """
    facts = facts_of(run, kept_evaluation(run.path, run.progress()[1]))
    return as_markdown(compose(facts, "en", made), attached=False)
