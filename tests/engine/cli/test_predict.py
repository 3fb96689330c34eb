"""`trainyard predict`: what is refused before anything is read; see also `test_verbs`."""

from __future__ import annotations

import pytest

from tests.engine.cli.terminal import Terminal


@pytest.fixture
def terminal(capsys: pytest.CaptureFixture[str]) -> Terminal:
    return Terminal(capsys)


@pytest.mark.parametrize("rest", [["flowers.csv", "--out", "-"], ["-"]])
def test_json_beside_predictions_on_standard_output_is_refused(
    terminal: Terminal, rest: list[str]
) -> None:
    assert terminal("predict", "nobody", *rest, "--json") == 2
    assert "name a file with --output" in " ".join(terminal.err.replace("│", " ").split())
    assert terminal.out == ""
