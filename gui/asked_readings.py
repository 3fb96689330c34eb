"""What was asked for when a file was read, by what came of it.

A recipe holds the resolved reading, where nothing is left to detect. To read a file again like that
would be stricter than before: an encoding that is named has to fit every byte, one that was found
may be forgiven a few. So what was detected once is asked for as "detect" again.
"""

from __future__ import annotations

from engine.recipe.reading import Reading

_PROPERTIES = tuple(Reading.model_fields)


class AskedReadings:
    """The readings of the open file."""

    def __init__(self) -> None:
        self._asked: list[tuple[Reading, Reading]] = []
        """How the file was read, and what was asked for. No dictionary: the hash of a reading is that of
        all its fixes, of which there may be a hundred thousand, while one that differs is soon known."""

    def forget(self) -> None:
        """Another file is open."""
        self._asked.clear()

    def note(self, asked: Reading, resolved: Reading) -> None:
        """The file was read as `asked`, and `resolved` is how that turned out."""
        self._asked = [pair for pair in self._asked if pair[0] != resolved]
        self._asked.append((resolved, asked))

    def behind(self, wanted: Reading, resolved: Reading) -> Reading:
        """What to ask for so that the file is read as `wanted`; now it is read as `resolved`."""
        known = self._of(wanted)
        if known is not None:
            return known
        asked = self._of(resolved) or Reading(part=resolved.part)
        changed = {
            name: getattr(wanted, name)
            for name in _PROPERTIES
            if getattr(wanted, name) != getattr(resolved, name)
        }
        return asked.model_copy(update=changed)

    def _of(self, resolved: Reading) -> Reading | None:
        return next((asked for known, asked in self._asked if known == resolved), None)
