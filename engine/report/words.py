"""How the figures and sentences of a report read in its language."""

from __future__ import annotations

import math
from collections.abc import Iterable
from datetime import UTC, datetime

from engine import languages
from engine.errors import TrainyardError
from engine.languages import Language
from engine.messages import Fact, Message

NOTHING = "—"
_MINUS = "\u2212"
_NOTHING_LEFT = 1e-12
"""What is smaller was left by rounding."""


class Words:
    """The language of a report."""

    def __init__(self, language: Language) -> None:
        self.language = language
        self.translate = languages.translator(language)

    def say(self, told: Message | TrainyardError) -> str:
        """A sentence of the engine."""
        return told.render(self.translate)

    def of(self, text: str, **facts: Fact) -> str:
        """A text that is marked for translation elsewhere, such as a metric's title."""
        return Message(text, facts).render(self.translate) if text else ""

    def listed(self, items: Iterable[str]) -> str:
        """Items one after another."""
        return languages.listed(items, self.language)

    def sentences(self, texts: Iterable[str]) -> str:
        """Sentences one after another, empty ones left out."""
        return languages.sentences((text for text in texts if text), self.language)


def figure(value: float | None) -> str:
    """A metric: four significant digits, no decimals of thousands, an exponent when huge or tiny."""
    if value is None or not math.isfinite(value):
        return NOTHING
    size = abs(value)
    if size < _NOTHING_LEFT:
        return "0.0000"
    if size >= 1e8 or size < 1e-4:
        mantissa, exponent = f"{value:.2e}".split("e")
        text = f"{mantissa}e{int(exponent)}"
    elif size >= 1000:
        text = f"{value:,.0f}"
    elif size >= 1:
        text = f"{value:.{3 - int(math.log10(size))}f}"
    else:
        text = f"{value:.4f}"
        if text == "1.0000":
            return ">0.9999"  # it is no 1
    return text.replace("-", _MINUS)


def interval(low: float | None, high: float | None) -> str:
    """Both ends, or a dash where they are not known."""
    if low is None or high is None or not (math.isfinite(low) and math.isfinite(high)):
        return NOTHING
    return f"{figure(low)} – {figure(high)}"


def count(value: int) -> str:
    """A number of things."""
    return f"{value:,}".replace("-", _MINUS)


def percent(share: float | None) -> str:
    """A share from 0 to 1 with one decimal; never rounded to a 0 or 100 that it is not."""
    if share is None or not math.isfinite(share):
        return NOTHING
    shown = 100 * share
    if 0 < shown < 0.05:
        return "<0.1%"
    if 99.95 <= shown < 100:
        return ">99.9%"
    return f"{shown:.1f}%".replace("-", _MINUS)


def duration(seconds: float) -> str:
    """Minutes and seconds, with hours when there are any."""
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


def moment(seconds: float) -> str:
    """A time of day in UTC, so that it reads alike everywhere."""
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%d %H:%M UTC")


def within(title: str) -> str:
    """A title inside a sentence: “accuracy”, but “ROC AUC” and “R²” stay."""
    return title[:1].lower() + title[1:] if title[1:2].islower() else title
