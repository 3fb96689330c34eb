"""Which property of a reading each reason for it speaks of."""

from __future__ import annotations

from collections.abc import Iterator

from engine.data.reading_preview import ReadingPreview
from gui.i18n import render
from gui.pages.reading.form import Detected

_BEGINNINGS = (
    ("Encoding", "encoding"),
    ("Delimiter", "delimiter"),
    ("One column", "delimiter"),
    ("Quote", "quote"),
    ("Escape", "escape"),
    ("Header of", "header_rows"),
    ("Header", "header"),
    ("No header", "header"),
    ("Decimal mark", "decimal"),
    ("{count} line above", "skip_lines"),
    ("{count} sampled line begins", "comment"),
)


def detected(preview: ReadingPreview) -> dict[str, Detected]:
    """The reasons by property."""
    return dict(_by_property(preview))


def _by_property(preview: ReadingPreview) -> Iterator[tuple[str, Detected]]:
    for reason in preview.why:
        for beginning, field in _BEGINNINGS:
            if reason.template.startswith(beginning):
                yield field, Detected(render(reason))
                break
