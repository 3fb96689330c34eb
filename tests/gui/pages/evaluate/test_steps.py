from __future__ import annotations

from typing import Any

import pytest

from gui.pages.evaluate.page import EvaluatePage
from gui.pages.evaluate.steps import Steps
from tests.gui.pages import evaluations
from tests.gui.pages.result_session import FakeSession, a_run, shown


def test_an_answer_is_shown_piece_by_piece_and_another_run_ends_it(
    session: FakeSession, window: Any, qtbot: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Steps, "at_once", False)
    page = shown(EvaluatePage, session, window, qtbot)
    session.add(a_run(12))
    session.jobs[-1].finished.emit(evaluations.binary().model_dump(mode="json"))
    assert page.scores.metric_cards[0].isVisible()
    assert page.cards.errors.table.rows() == ()
    qtbot.waitUntil(lambda: page._steps.is_done)
    assert len(page.cards.errors.table.rows()) == 25
    session.add(a_run(13))
    session.jobs[-1].finished.emit(evaluations.binary("run13").model_dump(mode="json"))
    assert not page._steps.is_done
    session.set_focus(None)
    assert page._steps.is_done
