"""How often the line of the header stands in a file once more."""

from __future__ import annotations

import re


class HeaderCopies:
    """Counts the line in the bytes of a file (in UTF-8) as they are read."""

    def __init__(self, header: str) -> None:
        self._header = header.encode()
        self._line = re.compile(rb"(?<![^\r\n])" + re.escape(self._header) + rb"(?=[\r\n])")
        self._tail = b""
        self.count = 0
        """Copies in what was seen so far."""

    def see(self, data: bytes) -> None:
        """The next bytes; none at the end."""
        if not self._header:
            return
        if not data:
            self.count += (b"\n" + self._tail).endswith(
                (b"\n" + self._header, b"\r" + self._header)
            )
            self._tail = b""
            return
        seen = self._tail + data
        keep = len(self._header) + 1
        if self._header in seen:
            self.count += sum(
                match.start() > 0 or not self._tail for match in self._line.finditer(seen)
            )
        self._tail = seen[-keep:]
