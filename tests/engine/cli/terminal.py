"""Command lines in this process, and what they print."""

from __future__ import annotations

import json
from typing import Any

import pytest

from engine.cli.app import invoke


class Terminal:
    """Runs command lines and keeps what the last one printed."""

    def __init__(self, capture: pytest.CaptureFixture[str]) -> None:
        self._capture = capture
        self.out = ""
        self.err = ""

    def __call__(self, *arguments: str) -> int:
        self._capture.readouterr()
        code = invoke(list(arguments))
        self.out, self.err = self._capture.readouterr()
        return code

    def json(self, *arguments: str) -> Any:
        assert self(*arguments, "--json") == 0, self.err
        return json.loads(self.out)
