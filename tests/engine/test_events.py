import math

from hypothesis import given
from hypothesis import strategies as st

from engine.events import (
    ControlApplied,
    EpochEnded,
    Noted,
    RunFailed,
    RunStarted,
    from_line,
    from_lines,
    to_line,
)
from engine.messages import message

numbers = st.floats(allow_nan=False, allow_infinity=False)


@given(
    train=st.lists(numbers, max_size=4),
    validation=st.lists(numbers, max_size=4),
    lr=numbers,
    best=st.booleans(),
)
def test_an_event_is_the_same_after_its_line_is_read(
    train: list[float], validation: list[float], lr: float, best: bool
) -> None:
    event = EpochEnded(1.5, 3, 30, tuple(train), tuple(validation), lr, 0.5, 1e4, best)
    assert from_line(to_line(event)) == event


def test_values_that_are_not_finite_travel_as_null() -> None:
    event = EpochEnded(1.0, 1, 1, (math.nan, 1.0), (math.inf,), 1e-3, math.nan, 1.0, False)
    line = to_line(event)
    assert "NaN" not in line
    assert "Infinity" not in line
    again = from_line(line)
    assert isinstance(again, EpochEnded)
    assert math.isnan(again.train[0])
    assert again.train[1] == 1.0
    assert math.isnan(again.gradient_norm)


def test_a_message_in_an_event_keeps_its_facts() -> None:
    event = Noted(2.0, message("Uses {device}", device="cpu"))
    assert from_line(to_line(event)) == event


def test_other_kinds_of_event_survive_too() -> None:
    for event in (
        RunStarted(1.0, ("loss", "accuracy"), "loss", 10, 5, 100, 20, 20, 321, "cpu", 1),
        ControlApplied(1.0, 2, 20, "set_learning_rate", 1e-4),
        ControlApplied(1.0, 2, 20, "pause"),
        RunFailed(1.0, 2, 1, "DiskFull", {"path": "/x"}),
    ):
        assert from_line(to_line(event)) == event


def test_torn_and_unknown_lines_are_left_out() -> None:
    whole = to_line(ControlApplied(1.0, 1, 1, "stop"))
    lines = [
        whole,
        whole[: len(whole) // 2],
        '{"event": "FromTheFuture", "x": 1}\n',
        "[]",
        "",
        whole,
    ]
    assert len(list(from_lines(lines))) == 2
