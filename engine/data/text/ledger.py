"""What became of the records of a file: rows, rejected ones, mended ones, those that are none."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from engine.data.rejects import Reject, Repair, below_table
from engine.data.text.line_map import Integers, LineMap
from engine.messages import Message


class Ledger:
    """Takes notes while records are read; records are counted from 0 after the header."""

    def __init__(self, header_lines: int) -> None:
        self._first_line = header_lines + 1
        self._rejected: list[tuple[int, str, Message]] = []
        self._repaired: list[tuple[int, str, tuple[str, ...], Message, bool]] = []
        self._left_out: list[int] = []
        self._blank: list[int] = []
        self._broken: list[int] = []
        self._breaks: list[int] = []

    @property
    def repaired(self) -> int:
        """Rows that the reader set right by itself."""
        return sum(not by_hand for *_, by_hand in self._repaired)

    @property
    def by_hand(self) -> int:
        """Rows that a person set right."""
        return len(self._repaired) - self.repaired

    @property
    def others(self) -> int:
        """Records that are no rows."""
        return len(self._rejected) + len(self._left_out) + len(self._blank)

    @property
    def left_out(self) -> int:
        """Records that a person wants to be left out."""
        return len(self._left_out)

    def reject(self, record: int, text: str, reason: Message) -> None:
        """A record that is no row, as far as can be told."""
        self._rejected.append((record, text, reason))

    def repair(
        self, record: int, text: str, became: Sequence[str], reason: Message, *, by_hand: bool
    ) -> None:
        """A record that became a row only after something was done to it."""
        self._repaired.append((record, text, tuple(became), reason, by_hand))

    def leave_out(self, record: int) -> None:
        """A record that is no row because a person says so."""
        self._left_out.append(record)

    def pass_over(self, records: Sequence[int]) -> None:
        """Blank lines and comments."""
        self._blank += records

    def breaks(self, records: Sequence[int], counts: Sequence[int]) -> None:
        """Line ends inside records."""
        self._broken += records
        self._breaks += counts

    def line_of(self, record: int) -> int:
        """The line in which a record begins, by the line ends noted so far."""
        before = sum(
            count for place, count in zip(self._broken, self._breaks, strict=True) if place < record
        )
        return self._first_line + record + before

    @property
    def line_map(self) -> LineMap:
        """Where the rows stand in the file."""
        skipped = sorted([record for record, _, _ in self._rejected] + self._left_out + self._blank)
        order = np.argsort(self._broken, kind="stable")
        return LineMap(
            self._first_line,
            np.array(skipped, dtype=np.int64),
            np.array(self._broken, dtype=np.int64)[order],
            np.array(self._breaks, dtype=np.int64)[order],
        )

    def rejects(self, rows: int) -> tuple[Reject, ...]:
        """The rejected rows in file order, once all rows are known."""
        rejected = sorted(self._rejected, key=lambda entry: entry[0])
        line_map = self.line_map
        lines = line_map.record_lines(_numbers(entry[0] for entry in rejected)).tolist()
        end = self._end_of_table(line_map, rows)
        return tuple(
            Reject(line, text, below_table(reason) if record > end else reason)
            for line, (record, text, reason) in zip(lines, rejected, strict=True)
        )

    def repairs(self) -> tuple[Repair, ...]:
        """The rows that were set right, in file order."""
        repaired = sorted(self._repaired, key=lambda entry: entry[0])
        records = _numbers(entry[0] for entry in repaired)
        line_map = self.line_map
        lines = line_map.record_lines(records).tolist()
        rows = (records - np.searchsorted(line_map.skipped, records)).tolist()
        return tuple(
            Repair(line, text, became, reason, row=row, by_hand=by_hand)
            for line, row, (_, text, became, reason, by_hand) in zip(
                lines, rows, repaired, strict=True
            )
        )

    def _end_of_table(self, line_map: LineMap, rows: int) -> int:
        """The first blank record after the last row; what stands below it is no part of the table."""
        last = int(line_map.records(_numbers([rows - 1]))[0]) if rows else -1
        return min((record for record in self._blank if record > last), default=2**62)


def _numbers(values: object) -> Integers:
    return np.fromiter(values, dtype=np.int64)  # type: ignore[call-overload,no-any-return]
