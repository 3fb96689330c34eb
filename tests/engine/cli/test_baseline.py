"""`trainyard baseline`, and a baseline that is one file."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from pathlib import Path
from typing import Any, ClassVar, Literal

import numpy as np
import pytest

from engine.baselines.baseline import Baseline, Learned, LearningRows
from engine.baselines.result import SetBeside
from engine.tasks import BaselineTask, Progress, Reply
from engine.worker.carrying_out import Hands
from tests.engine.cli.terminal import Terminal
from tests.engine.trained import flowers, trained_run


class Listening:
    """A window that keeps what it is told."""

    def __init__(self) -> None:
        self.heard: list[Reply] = []

    def reply(self, reply: Reply) -> None:
        self.heard.append(reply)


@pytest.fixture
def terminal(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Terminal:
    monkeypatch.setenv("TRAINYARD_HOME", str(tmp_path / "home"))
    trained_run(tmp_path / "home", flowers(tmp_path / "flowers.csv", rows=120, classes=2), "kind")
    return Terminal(capsys)


def test_the_table_holds_the_run_and_the_baselines_asked_for(terminal: Terminal) -> None:
    asked = ("baseline", "last", "--which", "plainest", "--which", "linear")
    assert terminal(*asked) == 0
    lines = terminal.out.splitlines()
    assert lines[0].startswith("18 test rows. The difference is in Accuracy")
    assert [line.split("  ")[0] for line in lines[3:6]] == [
        "This run",
        "Majority or mean",
        "Linear model",
    ]
    assert "in accuracy" in lines[-1]
    found = terminal.json(*asked, "--part", "validation")
    assert [each["kind"] for each in found["baselines"]] == ["plainest", "linear"]
    assert found["part"] == "validation"


def test_an_unknown_baseline_is_told_with_those_there_are(terminal: Terminal) -> None:
    assert terminal("baseline", "last", "--which", "forest") == 2
    assert "There is no baseline “forest”." in terminal.err
    assert "gradient_boosting" in terminal.err


class Coin:
    """Knows nothing."""

    def predict(self, rows: LearningRows) -> Any:
        return np.full((len(rows), 2), 0.5)


@pytest.fixture
def toy() -> Iterator[None]:
    """A baseline that nothing but its class knows of."""

    class Toy(Baseline):
        title: ClassVar[str] = "Toy"
        summary: ClassVar[str] = "A coin for a test."
        order: ClassVar[int] = 15
        kind: Literal["toy"] = "toy"

        def fit(
            self, train: LearningRows, validation: LearningRows | None, *, seed: int, threads: int
        ) -> Learned:
            assert train.classes == 2
            return Coin()

    yield
    del Toy
    gc.collect()


@pytest.mark.usefixtures("toy")
def test_a_new_baseline_needs_no_other_edit(terminal: Terminal) -> None:
    assert terminal("baseline", "last", "--which", "toy") == 0
    assert "Toy" in terminal.out
    (toy,) = terminal.json("baseline", "last", "--which", "toy")["baselines"]
    metrics = {metric["name"]: metric["value"] for metric in toy["evaluation"]["metrics"]}
    assert metrics["loss"] == pytest.approx(np.log(2), rel=1e-6)
    assert metrics["roc_auc"] == 0.5


def test_a_worker_answers_with_the_comparison(terminal: Terminal, tmp_path: Path) -> None:
    (run,) = (tmp_path / "home" / "runs").iterdir()
    window = Listening()
    task = BaselineTask(run=str(run), part="test", which=("plainest", "linear"))
    answer = Hands(window, lambda: False).carry_out(task)
    assert isinstance(answer, SetBeside)
    shares = [reply.done for reply in window.heard if isinstance(reply, Progress)]
    assert [each.kind for each in answer.baselines] == ["plainest", "linear"]
    assert shares == sorted(shares)
    assert shares[-1] == 1.0
