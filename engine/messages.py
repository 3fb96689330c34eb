"""Sentences that people read, kept apart from their language.

The engine never formats text for a person. It makes a `Message`: an English template and the facts
that belong into it. The edge (window, command line) translates the template and fills in the facts.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

Fact: TypeAlias = str | int | float | bool | None
Translate: TypeAlias = Callable[[str, str, int], str]
"""(singular template, plural template or "", count) -> template in the reader's language."""


def N_(text: str) -> str:  # noqa: N802 - gettext's customary name
    """Mark `text` for translation without translating it here."""
    return text


@dataclass(frozen=True, slots=True)
class Message:
    """A sentence as template and facts; `str()` gives the English.

    `plural` is the template for counts other than one; `count` decides which one is used.
    """

    template: str
    facts: Mapping[str, Fact] = field(default_factory=dict)
    plural: str = ""
    count: int = 1

    def render(self, translate: Translate | None = None) -> str:
        """The sentence in the language of `translate` (English without one)."""
        if translate is not None:
            template = translate(self.template, self.plural, self.count)
        else:
            template = self.plural if self.plural and self.count != 1 else self.template
        return template.format_map({key: format_fact(value) for key, value in self.facts.items()})

    def __str__(self) -> str:
        return self.render()

    def to_json(self) -> dict[str, Any]:
        """Plain values for a JSON file."""
        data: dict[str, Any] = {"template": self.template, "facts": dict(self.facts)}
        if self.plural:
            data |= {"plural": self.plural, "count": self.count}
        return data

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Message:
        """The inverse of `to_json`."""
        return cls(
            str(data["template"]),
            dict(data.get("facts", {})),
            str(data.get("plural", "")),
            int(data.get("count", 1)),
        )


def message(template: str, **facts: Fact) -> Message:
    """A message; the template is found by the translation extractor."""
    return Message(template, facts)


def message_n(singular: str, plural: str, count: int, **facts: Fact) -> Message:
    """A message whose wording depends on `count`, which the templates may use as `{count}`."""
    return Message(singular, {"count": count, **facts}, plural, count)


def format_fact(value: Fact) -> str:
    """A fact as people read it: grouped integers, up to six significant digits, a true minus."""
    if value is None:
        return "—"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return f"{value:,}".replace("-", "\u2212")
    if isinstance(value, float):
        return f"{value:.6g}".replace("-", "\u2212")
    return value
