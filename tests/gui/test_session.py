"""The session with real files, a real workspace and real worker processes."""

import random
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from engine.data.in_use import is_private
from engine.errors import FileEmpty, FileMissing, HeaderOnly, TrainyardError
from engine.recipe.model import ModelSpec
from engine.recipe.recipe import Recipe
from engine.recipe.training import Training
from engine.schema import Kind, Role, Task
from gui.session import Session

LONG = 60_000


@pytest.fixture
def session(qtbot: QtBot, tmp_path: Path) -> Iterator[Session]:
    made = Session(tmp_path / "home")
    made.start()
    yield made
    for run in made.running:
        made.stop(run)
    if made.running:
        qtbot.waitUntil(lambda: not made.running, timeout=LONG)
    made.close()


@pytest.fixture
def csv(tmp_path: Path) -> Path:
    """300 rows; `label` is 1 where x + y > 1."""
    path = tmp_path / "points.csv"
    draw = random.Random(7)
    rows = [
        (draw.random(), draw.random(), draw.choice(["red", "green", "blue"])) for _ in range(300)
    ]
    lines = [f"{x:.4f},{y:.4f},{colour},{int(x + y > 1)}" for x, y, colour in rows]
    path.write_text("x,y,colour,label\n" + "\n".join(lines) + "\n")
    return path


def opened(qtbot: QtBot, session: Session, path: Path) -> None:
    with qtbot.waitSignals([session.tableChanged, session.profileChanged], timeout=LONG):
        session.open(path)


def quick(session: Session, epochs: int = 4) -> None:
    """A small network instead of the one that Auto chooses."""
    small = {"model": ModelSpec(), "training": Training(epochs=epochs, device="cpu")}
    session.edit(session.recipe.model_copy(update=small), "Epochs")


def test_an_opened_table_has_a_complete_recipe_a_target_and_a_profile(
    qtbot: QtBot, session: Session, csv: Path
) -> None:
    opened(qtbot, session, csv)
    assert session.table is not None
    assert session.table.rows == 300
    assert [c.name for c in session.recipe.columns] == ["x", "y", "colour", "label"]
    assert session.target == "label"
    assert session.task is Task.BINARY
    assert session.profile is not None
    assert session.blockers() == ()
    assert not session.can_undo


@pytest.mark.parametrize(
    ("content", "error"), [("", FileEmpty), ("a,b\n", HeaderOnly), (None, FileMissing)]
)
def test_a_bad_file_is_told_and_the_table_before_stays(
    qtbot: QtBot,
    session: Session,
    csv: Path,
    tmp_path: Path,
    content: str | None,
    error: type[TrainyardError],
) -> None:
    opened(qtbot, session, csv)
    bad = tmp_path / "bad.csv"
    if content is not None:
        bad.write_text(content)
    with qtbot.waitSignal(session.failed, timeout=LONG) as caught:
        session.open(bad)
    assert isinstance(caught.args[0], error)
    assert session.table is not None
    assert session.table.path == csv
    assert session.busy is None


def test_cancelling_the_reading_leaves_what_was_open(
    qtbot: QtBot, session: Session, csv: Path, tmp_path: Path
) -> None:
    opened(qtbot, session, csv)
    large = tmp_path / "large.csv"
    large.write_text("a,b\n" + "1,2\n" * 400_000)
    session.open(large)
    assert session.busy is not None
    session.busy.cancel()
    qtbot.wait(300)
    assert session.busy is None
    assert session.table is not None
    assert session.table.path == csv


def test_edits_are_undone_and_redone_to_the_identical_recipe(
    qtbot: QtBot, session: Session, csv: Path
) -> None:
    opened(qtbot, session, csv)
    states = [session.recipe]
    edits: list[Callable[[], None]] = [
        lambda: session.set_role("x", Role.IGNORE, "Role"),
        lambda: session.set_kind("y", Kind.CATEGORY, "Kind"),
        lambda: session.set_target("colour", "Target"),
        lambda: quick(session),
    ]
    for edit in edits:
        edit()
        states.append(session.recipe)
    assert len(set(map(Recipe.model_dump_json, states))) == 5
    for state in reversed(states[:-1]):
        session.undo()
        assert session.recipe == state
    for state in states[1:]:
        session.redo()
        assert session.recipe == state
    assert session.undo_label == "Epochs"


def test_nothing_starts_without_a_feature(qtbot: QtBot, session: Session, csv: Path) -> None:
    opened(qtbot, session, csv)
    for name in ("x", "y", "colour"):
        session.set_role(name, Role.IGNORE)
    assert "No column is left to learn from" in str(session.blockers()[0])
    with qtbot.waitSignal(session.noticed):
        session.train()
    assert session.runs == ()


@pytest.mark.parametrize(
    ("target", "reason"),
    [
        ("same", "The target “same” is “yes” in all 60 rows, so there is nothing to tell apart."),
        ("five", "The target “five” is “5” in all 60 rows, so there is nothing to tell apart."),
        ("empty", "The target “empty” has no value in any of 60 rows."),
    ],
)
def test_nothing_starts_towards_a_target_that_teaches_nothing(
    qtbot: QtBot, session: Session, tmp_path: Path, target: str, reason: str
) -> None:
    path = tmp_path / "flat.csv"
    rows = "".join(f"{row * 7 % 60},{row * 11 % 13},yes,5,\n" for row in range(60))
    path.write_text("x,y,same,five,empty\n" + rows)
    opened(qtbot, session, path)
    session.set_target(target)
    assert str(session.blockers()[0]) == reason
    assert str(session.blockers()[1]).startswith("Choose another target")


def test_a_run_trains_is_seen_live_and_is_there_for_the_next_session(
    qtbot: QtBot, session: Session, csv: Path, tmp_path: Path
) -> None:
    opened(qtbot, session, csv)
    quick(session, epochs=5)
    session.train()
    run = session.focus
    assert run is not None
    assert session.page == "train"
    qtbot.waitUntil(lambda: session.history(run).ended is not None, timeout=LONG)
    history = session.history(run)
    assert history.epoch == 5
    assert len(history.train("loss")) == 5
    qtbot.waitUntil(lambda: run not in session.running, timeout=LONG)

    again = Session(tmp_path / "home")
    again.start()
    try:
        qtbot.waitUntil(lambda: again.focus == run, timeout=LONG)
        qtbot.waitUntil(lambda: again.history(run).epoch == 5, timeout=LONG)
    finally:
        again.close()


def test_a_run_is_paused_resumed_slowed_and_stopped(
    qtbot: QtBot, session: Session, csv: Path
) -> None:
    opened(qtbot, session, csv)
    quick(session, epochs=100_000)
    stopping = session.recipe.training.early_stopping.model_copy(update={"enabled": False})
    training = session.recipe.training.model_copy(update={"early_stopping": stopping})
    session.edit(session.recipe.model_copy(update={"training": training}), "Early stopping")
    session.train()
    run = session.focus
    assert run is not None
    history = session.history(run)
    qtbot.waitUntil(lambda: history.epoch >= 3, timeout=LONG)

    session.pause(run)
    qtbot.waitUntil(lambda: session.run(run).status == "paused", timeout=LONG)  # type: ignore[union-attr]
    at = history.epoch
    qtbot.wait(300)
    assert history.epoch == at
    session.resume(run)
    qtbot.waitUntil(lambda: history.epoch > at, timeout=LONG)
    session.steer(run, "set_learning_rate", 1e-5)
    qtbot.waitUntil(lambda: abs(history.learning_rate[-1] - 1e-5) < 1e-12, timeout=LONG)
    session.stop(run)
    qtbot.waitUntil(lambda: session.run(run).status == "stopped", timeout=LONG)  # type: ignore[union-attr]
    assert history.best_epoch > 0


def test_a_deleted_run_is_gone_and_comes_back(qtbot: QtBot, session: Session, csv: Path) -> None:
    opened(qtbot, session, csv)
    quick(session, epochs=2)
    session.train()
    run = session.focus
    assert run is not None
    qtbot.waitUntil(lambda: bool(session.runs) and not session.running, timeout=LONG)
    session.rename_run(run, "first")
    qtbot.waitUntil(lambda: session.runs[0].name == "first", timeout=LONG)
    session.delete_run(run)
    qtbot.waitUntil(lambda: session.runs == (), timeout=LONG)
    assert session.focus is None
    session.restore_run(run)
    qtbot.waitUntil(lambda: [r.id for r in session.runs] == [run], timeout=LONG)
    qtbot.waitUntil(lambda: session.history(run).epoch == 2, timeout=LONG)


def test_a_worker_that_dies_before_its_first_word_leaves_a_failed_run(
    qtbot: QtBot, session: Session, csv: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.executable", "/bin/false")
    made = Session(session.workspace_folder)  # its workers cannot even start
    made.start()
    try:
        opened(qtbot, made, csv)
        made.train()
        qtbot.waitUntil(lambda: bool(made.runs) and made.runs[0].status == "failed", timeout=LONG)
        assert "ended unexpectedly" in str(made.runs[0].note)
    finally:
        made.close()


def read_with(session: Session, **parts: object) -> None:
    session.reread(session.recipe.reading.model_copy(update=parts), "Reading")


def test_another_reading_keeps_what_was_edited_and_is_undone_by_reading_again(
    qtbot: QtBot, session: Session, csv: Path
) -> None:
    opened(qtbot, session, csv)
    session.set_role("y", Role.IGNORE)
    quick(session, epochs=7)
    before = session.recipe
    with qtbot.waitSignal(session.tableChanged, timeout=LONG):
        read_with(session, header=False)
    assert session.table is not None
    assert session.table.rows == 301
    assert session.recipe.training.epochs == 7
    assert session.recipe.reading == session.table.reading
    with qtbot.waitSignal(session.tableChanged, timeout=LONG):
        session.undo()
    assert session.table.rows == 300
    assert session.recipe == before
    with qtbot.waitSignal(session.tableChanged, timeout=LONG):
        session.redo()
    assert session.table.rows == 301


def test_what_was_inferred_is_inferred_anew_and_what_was_chosen_stays(
    qtbot: QtBot, session: Session, tmp_path: Path
) -> None:
    path = tmp_path / "points.csv"
    path.write_text("a;b;c\n" + "".join(f"{i},5;{i % 7}.25;{i % 2}\n" for i in range(40)))
    opened(qtbot, session, path)
    session.set_role("b", Role.IGNORE)
    with qtbot.waitSignal(session.tableChanged, timeout=LONG):
        read_with(session, decimal="." if session.recipe.reading.decimal == "," else ",")
    assert session.schema is not None
    assert session.recipe.column("a").kind is session.schema["a"].kind
    assert session.recipe.column("b").role is Role.IGNORE


def test_train_waits_until_the_file_is_read_again(
    qtbot: QtBot, session: Session, csv: Path
) -> None:
    opened(qtbot, session, csv)
    with qtbot.waitSignal(session.tableChanged, timeout=LONG):
        read_with(session, quote="'")
        assert "read again" in str(session.blockers()[0])
    assert session.blockers() == ()


def test_a_reading_that_fails_leaves_table_and_recipe_as_they_were(
    qtbot: QtBot, session: Session, csv: Path
) -> None:
    opened(qtbot, session, csv)
    before = session.recipe
    with qtbot.waitSignal(session.failed, timeout=LONG):
        read_with(session, encoding="utf-32")
    assert session.recipe == before
    assert session.blockers() == ()


def test_a_reading_undone_or_cancelled_before_its_end_is_as_if_never_asked(
    qtbot: QtBot, session: Session, csv: Path
) -> None:
    opened(qtbot, session, csv)
    before = session.recipe
    read_with(session, header=False)
    session.undo()
    assert session.busy is None
    assert session.recipe == before
    read_with(session, header=False)
    assert session.busy is not None
    session.busy.cancel()
    assert session.busy is None
    assert session.recipe == before
    assert session.blockers() == ()


def test_a_run_counts_as_unfinished_from_the_moment_it_is_asked_for(
    qtbot: QtBot, session: Session, csv: Path
) -> None:
    opened(qtbot, session, csv)
    quick(session, epochs=2)
    session.train()
    assert session.unfinished == (session.focus,)
    run = session.focus
    assert run is not None
    qtbot.waitUntil(lambda: session.history(run).ended is not None, timeout=LONG)
    qtbot.waitUntil(lambda: session.unfinished == (), timeout=LONG)


def test_a_table_with_a_hidden_column_is_not_to_stay_in_the_cache(
    qtbot: QtBot, session: Session, csv: Path
) -> None:
    opened(qtbot, session, csv)
    assert session.table is not None
    folder = session.table.folder
    assert not is_private(folder)
    spec = session.recipe.column("colour")
    hidden = type(spec).model_validate({**spec.model_dump(), "hide": "hash"})
    session.edit(session.recipe.with_column(hidden), "Hash colour")
    assert is_private(folder)
    assert session.table.column("colour")[0].as_py() in ("red", "green", "blue")  # while it is open
