"""JSON Lines: one object a line."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from engine.data.formats.kinds import JSON_LINES
from engine.data.formats.rows import Ask, Bad, Format, Record, RecordRows, Rows, cell_text, resolved
from engine.data.progress import Cancelled, Progress
from engine.data.text.source import Source
from engine.data.text.tolerant import lines_of
from engine.errors import HeaderOnly
from engine.messages import message

_SAMPLE = 1000
_LOOKED_AT = 5
"""Lines at the beginning of which one has to be an object."""


class JsonLines(Format):
    """The columns are the names of all objects together, in the order in which they first come."""

    kind = JSON_LINES

    def recognises(self, path: Path, head: bytes) -> bool:
        text = head.removeprefix(b"\xef\xbb\xbf").lstrip()
        if path.suffix.lower() in JSON_LINES.extensions:
            lines = text.splitlines()[:_LOOKED_AT]
            return any(line.lstrip().startswith(b"{") for line in lines)
        first, end, _ = text.partition(b"\n")
        if not first.startswith(b"{"):
            return False
        return bool(end or first.rstrip().endswith(b"}")) and _is_object(first)

    def open(self, ask: Ask) -> Rows:
        return ObjectRows(ask)


class ObjectRows(RecordRows):
    """Values as text, nested ones as JSON; types are told from all of them, as in a text table."""

    def __init__(self, ask: Ask) -> None:
        super().__init__(ask)
        self.kind = JSON_LINES
        names: dict[str, None] = {}
        nested: dict[str, None] = {}
        sample: list[dict[str, Any]] = []
        for _, found in self._lines(ask.progress, ask.cancelled):
            if isinstance(found, dict):
                names.update(dict.fromkeys(found))
                nested.update((k, None) for k, v in found.items() if isinstance(v, dict | list))
                if len(sample) < _SAMPLE:
                    sample.append(found)
        if not names:
            raise HeaderOnly(str(ask.path), 0)
        self._keys = tuple(names)
        self._set_names(list(names))
        self.sample = tuple(tuple(cell or "" for cell in self._row(each)) for each in sample)
        self.reading = resolved()
        self.why = (message("JSON Lines: an object in every line; its names are the columns."),)
        if nested:
            self.why += (
                message(
                    "Nested values are read as JSON text: {columns}.", columns=", ".join(nested)
                ),
            )

    def _records(self, progress: Progress, cancelled: Cancelled) -> Iterator[Record]:
        for line, found in self._lines(progress, cancelled):
            if isinstance(found, dict):
                yield self._row(found)
            elif line.strip():
                yield Bad(line.rstrip("\r\n"), message("Not a JSON object"))
            else:
                yield None

    def _row(self, found: dict[str, Any]) -> list[str | None]:
        return [cell_text(found.get(key)) for key in self._keys]

    def _lines(self, progress: Progress, cancelled: Cancelled) -> Iterator[tuple[str, object]]:
        def note(done: int, total: int) -> None:
            self._progress = done, total
            progress(done, total)

        note(0, self.path.stat().st_size)
        with Source(self.path, "utf-8-sig", progress=note, cancelled=cancelled) as source:
            for line in lines_of(source):
                try:
                    yield line, _parse(line)
                except (ValueError, RecursionError):
                    yield line, None

    def _done(self) -> tuple[int, int]:
        return self._progress


_parse = json.JSONDecoder(parse_constant=lambda name: None if name == "NaN" else name).decode


def _is_object(line: bytes) -> bool:
    try:
        return isinstance(json.loads(line), dict)
    except (ValueError, RecursionError):
        return False
