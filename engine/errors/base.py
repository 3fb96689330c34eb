"""What every error has: facts, what was found, what to do."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any, ClassVar

from engine.messages import N_, Message, Translate


@dataclass(eq=False)
class TrainyardError(Exception):
    """Base of all errors with a message for people."""

    found: ClassVar[str] = N_("Something went wrong.")
    advice: ClassVar[str] = ""

    def facts(self) -> dict[str, Any]:
        """The fields by name."""
        return {f.name: getattr(self, f.name) for f in fields(self)}

    def messages(self) -> tuple[Message, ...]:
        """What was found, then what to do about it (if there is advice)."""
        texts = [text for text in (self.found, self.advice) if text]
        return tuple(Message(text, self.facts()) for text in texts)

    def render(self, translate: Translate | None = None) -> str:
        """Both sentences in the language of `translate`."""
        return " ".join(message.render(translate) for message in self.messages())

    def __str__(self) -> str:
        return self.render()


class Cancelled(TrainyardError):
    """A person cancelled the work."""

    found = N_("Cancelled. Nothing was changed.")


@dataclass(eq=False)
class Unexpected(TrainyardError):
    """A fault of Trainyard itself."""

    detail: str
    found = N_("Something went wrong inside Trainyard: {detail}.")
    advice = N_("Nothing that was saved is lost. Report it with the steps that led here.")
