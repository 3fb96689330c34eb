"""A line or a cell that can be set right, and all of those that a problem is about."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from engine.messages import Message
from gui.i18n import render, tr
from gui.models.figures import count_text

if TYPE_CHECKING:
    import pyarrow as pa

    from engine.data.rejects import Misfit, Reject

_LONGEST_NUMBER = 18
_WORD = re.compile(r"[^\W\d_]{2,}")


@dataclass(frozen=True, slots=True)
class Option:
    """A way to set a line or a cell right."""

    text: str
    """What is read instead; empty: nothing."""
    label: str
    """What the choice is called."""
    why: str = ""
    """What speaks for it."""


@dataclass(slots=True, eq=False)
class FixLine:
    """A line kept out, or a text that does not fit its column; and what is to become of it."""

    found: str
    line: int | None
    reason: str
    file: str = ""
    column: str = ""
    """Of a cell; empty for a whole line."""
    in_lines: bool = True
    """Whether `line` counts lines; of a sheet or a database it counts rows."""
    row: int | None = None
    """The table's row in which the cell stands first."""
    count: int = 1
    """Cells in which the text stands."""
    options: tuple[Option, ...] | None = None
    """Likely ways; `None` while they are being looked for."""
    choice: str = ""
    by_hand: bool = False
    objection: str = ""
    """Why what was written by hand would still not fit."""
    reject_reason: Message | None = None
    """The reason against a whole line, as the engine gives it."""
    _lines: FixLines | None = field(default=None, repr=False)
    _at: int = 0
    _checked: bool = False
    _touched: bool = False

    @classmethod
    def of_reject(cls, reject: Reject) -> FixLine:
        """A line that was kept out."""
        reason = render(reject.reason)
        return cls(reject.text, reject.line, reason, reject.file, reject_reason=reject.reason)

    @classmethod
    def of_misfits(cls, misfits: Sequence[Misfit], reason: str) -> list[FixLine]:
        """Cells of one column, each text once."""
        lines: dict[str, FixLine] = {}
        for misfit in misfits:
            known = lines.get(misfit.text)
            if known is not None:
                known.count += 1
            else:
                lines[misfit.text] = cls(
                    misfit.text,
                    misfit.line,
                    reason,
                    column=misfit.column,
                    in_lines=misfit.in_lines,
                    row=misfit.row,
                )
        return list(lines.values())

    def join(self, lines: FixLines, at: int) -> None:
        """From now on it is one of these lines, which know whether it is checked."""
        self._lines, self._at = lines, at

    @property
    def checked(self) -> bool:
        """Whether it is to be fixed."""
        return self._checked if self._lines is None else bool(self._lines.checked[self._at])

    @checked.setter
    def checked(self, checked: bool) -> None:
        if self._lines is None:
            self._checked = checked
        else:
            self._lines.checked[self._at] = checked

    @property
    def touched(self) -> bool:
        """Whether a person has decided something here."""
        return self._touched if self._lines is None else bool(self._lines.touched[self._at])

    @touched.setter
    def touched(self, touched: bool) -> None:
        if self._lines is None:
            self._touched = touched
        else:
            self._lines.touched[self._at] = touched

    def object(self, objection: str) -> None:
        """Note why what was written by hand would still not fit; an empty text: it would."""
        self.objection = objection
        if self._lines is not None:
            (self._lines.objected.add if objection else self._lines.objected.discard)(self._at)

    @property
    def is_cell(self) -> bool:
        """Whether it is about a cell rather than a whole line."""
        return bool(self.column)

    @property
    def place(self) -> str:
        """Where it stands in the file."""
        return "—" if self.line is None else count_text(self.line)

    @property
    def why(self) -> str:
        """What is wrong with it, or what speaks for the choice."""
        if self.objection:
            return self.objection
        chosen = self._chosen()
        return chosen.why if self.is_cell and chosen is not None and chosen.why else self.reason

    @property
    def fix_text(self) -> str:
        """What the choice is called."""
        if self.options is None and not self.touched:
            return tr("Looking …")
        if self.by_hand:
            return tr("Read as {value}", value=self.choice) if self.is_cell else tr("As edited")
        chosen = self._chosen()
        if chosen is not None:
            return chosen.label
        return tr("Leave missing") if self.is_cell else tr("Leave out")

    def arrived(self, options: tuple[Option, ...]) -> None:
        """Take the ways that were found; the first one is chosen where it is likely enough."""
        self.options = options
        if self.touched or not options:
            return
        likeliest = options[0].text
        if self.is_cell:
            is_sure = _WORD.search(self.found) is None
        else:  # a line that was cut off does not become whole by blank cells
            is_sure = any(map(str.isalnum, likeliest.removeprefix(self.found)))
        if is_sure or not self.is_cell:
            self.choice = likeliest
        self.checked = is_sure

    def _chosen(self) -> Option | None:
        if self.by_hand or not self.choice:
            return None
        return next((o for o in self.options or () if o.text == self.choice), None)


class FixLines(list[FixLine]):
    """The lines of a problem; what is done to very many of them at once is done with arrays."""

    def __init__(self, lines: Iterable[FixLine] = ()) -> None:
        super().__init__(lines)
        self.checked: NDArray[np.bool_] = np.array([line.checked for line in self], dtype=np.bool_)
        """Which of them are to be fixed."""
        self.touched: NDArray[np.bool_] = np.array([line.touched for line in self], dtype=np.bool_)
        """About which of them a person has decided something."""
        self.objected: set[int] = set()
        """Those whose fix, written by hand, would still not fit."""
        self._texts = _strings(line.found for line in self)
        self._numbers = np.array([line.line or 0 for line in self], dtype=np.int64)
        self._reasons = _strings(line.reason for line in self).dictionary_encode()
        self._files = _strings(line.file for line in self).dictionary_encode()
        for at, line in enumerate(self):
            line.join(self, at)

    def holding(self, text: str) -> NDArray[np.int64]:
        """Places of the lines with this text in them, in the reason or the file, or as their number."""
        import pyarrow.compute as pc

        found = pc.match_substring(self._texts, text, ignore_case=True)
        for words in (self._reasons, self._files):
            meant = pc.match_substring(words.dictionary, text, ignore_case=True)
            found = pc.or_(found, meant.take(words.indices))
        mask: NDArray[np.bool_] = found.to_numpy(zero_copy_only=False).astype(np.bool_)
        number = text.replace(",", "")
        if number.isdecimal() and len(number) < _LONGEST_NUMBER:
            mask |= self._numbers == int(number)
        return np.flatnonzero(mask)

    def check(self, places: NDArray[np.int64], checked: bool) -> None:
        """Check these, or take the checks away; a person has decided so."""
        changed = places[self.checked[places] != checked]
        if self.objected:
            changed = changed[~np.isin(changed, np.fromiter(self.objected, np.int64))]
        self.checked[changed] = checked
        self.touched[changed] = True

    def checked_lines(self) -> list[FixLine]:
        """Those that are to be fixed."""
        return [self[at] for at in np.flatnonzero(self.checked).tolist()]


def _strings(texts: Iterable[str]) -> pa.Array:
    import pyarrow as pa  # after the first paint

    # What stood in a file in another encoding may hold what no text in UTF-8 can.
    return pa.array([text.encode("utf-8", "replace").decode() for text in texts], pa.string())


def option_of_line(text: str, label: Message) -> Option:
    """A proposal for a whole line."""
    return Option(text, render(label))


def option_of_cell(value: str, label: Message) -> Option:
    """A proposal for a cell."""
    if not value:
        return Option("", tr("Leave missing"))
    why = re.sub(rf"^{re.escape(value)}\s*[:：]\s*", "", render(label))
    return Option(value, tr("Read as {value}", value=value), why[:1].upper() + why[1:])
