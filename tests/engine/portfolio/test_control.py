"""What a group that is commanded hands on to the member that trains, and what it keeps to itself."""

from __future__ import annotations

from engine.events import ControlApplied
from engine.portfolio.control import GroupControl
from engine.training.control import Command, ListControl

PAUSE, RESUME, STOP = (Command(command=name) for name in ("pause", "resume", "stop"))
STEP = Command(command="step_epoch")
RATE = Command(command="set_learning_rate", value=0.1)


def group(commands: dict[int, tuple[Command, ...]]) -> tuple[GroupControl, list[str], ListControl]:
    """A group whose commands come at these calls, and what it tells of having obeyed."""
    told: list[str] = []
    heard = ListControl(commands)
    return GroupControl(heard, lambda command: told.append(command.command)), told, heard


def test_a_paused_group_begins_no_other_member_when_the_one_at_work_is_ended() -> None:
    control, _, heard = group({0: (PAUSE,), 3: (RESUME,)})
    control.listen(ListControl({1: (STOP,)}))
    assert control.poll() == (PAUSE,)
    assert control.poll() == (STOP,)
    assert not control.stopped, "one member is ended, and not the group"
    control.forget()
    control.wait()
    assert heard.calls == 4, "it waits until it is told to go on"


def test_a_stopped_group_waits_no_longer() -> None:
    control, told, _ = group({0: (PAUSE,), 1: (STOP,)})
    control.wait()
    assert control.stopped
    assert told == ["pause", "stop"]


def test_what_is_set_between_two_members_is_for_the_next() -> None:
    control, _, _ = group({0: (RATE,)})
    control.wait()
    control.listen(ListControl({}))
    assert control.poll() == (RATE,)
    assert control.poll() == ()


def test_a_group_pauses_with_the_member_after_one_epoch() -> None:
    control, told, heard = group({0: (PAUSE,), 1: (STEP,), 2: (RESUME,)})
    control.listen(ListControl({}))
    control.poll()
    control.poll()
    control.follow(ControlApplied(0.0, 2, 20, "pause"))
    assert control.paused
    assert told == ["pause", "step_epoch", "resume", "pause"]
    control.forget()
    control.wait()
    assert heard.calls == 3


def test_a_group_pauses_where_its_member_ends_with_that_epoch() -> None:
    control, told, heard = group({0: (STEP,), 2: (RESUME,)})
    control.listen(ListControl({}))
    control.poll()
    control.forget()
    control.wait()
    assert told == ["step_epoch", "pause", "resume"]
    assert heard.calls == 3
