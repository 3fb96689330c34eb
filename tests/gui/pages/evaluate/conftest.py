from __future__ import annotations

import pytest

from gui.pages.evaluate.steps import Steps
from tests.gui.pages.result_session import session, window

__all__ = ["session", "window"]


@pytest.fixture(autouse=True)
def all_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """An answer is shown whole before a test looks at it; `test_steps` tests that it comes in steps."""
    monkeypatch.setattr(Steps, "at_once", True)
