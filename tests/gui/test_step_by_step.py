from pytestqt.qtbot import QtBot

from gui.step_by_step import StepByStep


def test_each_step_has_a_turn_of_its_own(qtbot: QtBot) -> None:
    done: list[int] = []
    steps = StepByStep()
    steps.begin([lambda: done.append(1), lambda: done.append(2), lambda: done.append(3)])
    assert done == [1]
    qtbot.waitUntil(lambda: not steps.is_under_way)
    assert done == [1, 2, 3]


def test_new_steps_take_the_place_of_those_left_and_stopping_drops_them(qtbot: QtBot) -> None:
    done: list[str] = []
    steps = StepByStep()
    steps.begin([lambda: done.append("old"), lambda: done.append("never")])
    steps.begin([lambda: done.append("new"), lambda: done.append("last")])
    qtbot.waitUntil(lambda: done[-1] == "last")
    assert done == ["old", "new", "last"]
    steps.begin([lambda: done.append("first"), lambda: done.append("dropped")])
    steps.stop()
    assert not steps.is_under_way
    steps.begin([lambda: done.append("again"), lambda: done.append("end")])
    qtbot.waitUntil(lambda: not steps.is_under_way)
    assert done[3:] == ["first", "again", "end"]
