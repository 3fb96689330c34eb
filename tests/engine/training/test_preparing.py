"""Commands before the first step: stop ends preparing, pause holds it, the rest waits for training."""

from __future__ import annotations

import pytest

from engine.errors import Cancelled
from engine.events import ControlApplied, RowsPrepared, RunEvent
from engine.training import preparing
from engine.training.control import Command, ListControl, NoControl
from engine.training.preparing import PreparingControl


def commands(*each: str) -> dict[int, tuple[Command, ...]]:
    return {at: (Command.model_validate({"command": word}),) for at, word in enumerate(each)}


def applied(events: list[RunEvent]) -> list[str]:
    return [event.command for event in events if isinstance(event, ControlApplied)]


def test_stop_ends_it_and_is_told() -> None:
    events: list[RunEvent] = []
    control = PreparingControl(ListControl(commands("stop")), events.append)
    assert control.cancelled()
    assert control.stopped
    assert applied(events) == ["stop"]
    with pytest.raises(Cancelled):
        control.check()


def test_pause_waits_for_resume(monkeypatch: pytest.MonkeyPatch) -> None:
    waited: list[float] = []
    monkeypatch.setattr(preparing.time, "sleep", waited.append)
    events: list[RunEvent] = []
    asked = {0: (Command(command="pause"),), 3: (Command(command="resume"),)}
    assert not PreparingControl(ListControl(asked), events.append).cancelled()
    assert applied(events) == ["pause", "resume"]
    assert len(waited) == 3


def test_a_paused_preparation_can_be_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(preparing.time, "sleep", lambda _seconds: None)
    events: list[RunEvent] = []
    asked = {0: (Command(command="pause"),), 2: (Command(command="stop"),)}
    assert PreparingControl(ListControl(asked), events.append).cancelled()
    assert applied(events) == ["pause", "stop"]


def test_a_learning_rate_waits_for_the_training() -> None:
    rate = Command(command="set_learning_rate", value=0.1)
    control = PreparingControl(ListControl({0: (rate,)}), lambda event: None)
    assert not control.cancelled()
    assert control.poll() == (rate,)
    assert control.poll() == ()


def test_one_epoch_asked_for_ends_a_pause_and_waits_for_the_training(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(preparing.time, "sleep", lambda _seconds: None)
    events: list[RunEvent] = []
    control = PreparingControl(ListControl(commands("pause", "step_epoch")), events.append)
    assert not control.cancelled()
    assert applied(events) == ["pause", "resume"]
    assert control.poll() == (Command(command="step_epoch"),)


def test_progress_is_told_at_most_now_and_then(monkeypatch: pytest.MonkeyPatch) -> None:
    now = 100.0
    monkeypatch.setattr(preparing.time, "monotonic", lambda: now)
    events: list[RunEvent] = []
    control = PreparingControl(NoControl(), events.append)
    control.progress(1, 10)
    assert events == []  # it may be over at once
    now += 1.0
    for done in (2, 2, 3, 4):
        control.progress(done, 10)
    now += 1.0
    control.progress(10, 10)
    shares = [event.share for event in events if isinstance(event, RowsPrepared)]
    assert shares == [0.2, 1.0]
