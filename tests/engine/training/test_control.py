"""Commands reach a run through a file, whole lines only."""

from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import ValidationError

from engine.training import control
from engine.training.control import Command, FileControl, NoControl


@pytest.fixture(autouse=True)
def _look_every_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(control, "POLL_SECONDS", 0.0)


def append(path: Path, text: str) -> None:
    with path.open("a") as file:
        file.write(text)


def test_lines_added_are_heard_once(tmp_path: Path) -> None:
    path = tmp_path / "control.jsonl"
    commands = FileControl(path)
    assert commands.poll() == ()
    append(path, '{"command": "pause"}\n{"command": "set_learning_rate", "value": 0.5}\n')
    assert commands.poll() == (
        Command(command="pause"),
        Command(command="set_learning_rate", value=0.5),
    )
    assert commands.poll() == ()


def test_a_torn_line_is_heard_when_it_is_whole(tmp_path: Path) -> None:
    path = tmp_path / "control.jsonl"
    commands = FileControl(path)
    append(path, '{"comma')
    assert commands.poll() == ()
    append(path, 'nd": "stop"}\n')
    assert commands.poll() == (Command(command="stop"),)


@pytest.mark.parametrize(
    "line",
    [
        "",
        "{}",
        "null",
        "[1]",
        '{"command": "dance"}',
        '{"command": "set_learning_rate", "value": -1}',
    ],
)
def test_lines_that_are_no_commands_are_passed_over(tmp_path: Path, line: str) -> None:
    path = tmp_path / "control.jsonl"
    append(path, line + '\n{"command": "stop"}\n')
    assert FileControl(path).poll() == (Command(command="stop"),)


def test_commands_for_an_earlier_attempt_are_passed_over(tmp_path: Path) -> None:
    path = tmp_path / "control.jsonl"
    append(path, '{"command": "stop"}\n')
    commands = FileControl(path, position=path.stat().st_size)
    assert commands.poll() == ()
    append(path, '{"command": "pause"}\n')
    assert commands.poll() == (Command(command="pause"),)


def test_the_file_is_not_looked_at_before_every_step(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(control, "POLL_SECONDS", 1e9)
    path = tmp_path / "control.jsonl"
    commands = FileControl(path)
    commands.poll()
    append(path, '{"command": "stop"}\n')
    assert commands.poll() == ()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("set_learning_rate", None),
        ("set_learning_rate", 0.0),
        ("set_weight_decay", -0.1),
        ("set_dropout", 1.0),
        ("set_clip", 0.0),
        ("set_patience", 2.5),
        ("set_patience", 0.0),
        ("set_epochs", None),
        ("pause", 1.0),
        ("step_epoch", 3.0),
    ],
)
def test_a_value_that_a_command_does_not_take_is_refused(name: str, value: float | None) -> None:
    with pytest.raises(ValidationError, match=name):
        Command.model_validate({"command": name, "value": value})


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("step_epoch", None),
        ("set_weight_decay", 0.0),
        ("set_dropout", 0.0),
        ("set_clip", None),
        ("set_clip", 1e9),
        ("set_patience", 1.0),
        ("set_epochs", 12.0),
    ],
)
def test_values_at_the_bounds_are_taken(name: str, value: float | None) -> None:
    assert Command.model_validate({"command": name, "value": value}).value == value


def test_nobody_commands_by_default() -> None:
    assert NoControl().poll() == ()
