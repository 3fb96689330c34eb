"""Columns that the recipe derives are known to the window as those of the table are."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from engine.data.columns.infer import infer_schema
from engine.data.preparing.derived.facts import schema_with_derived
from engine.recipe.column_families import Scaling
from engine.recipe.rows import DerivedColumn
from engine.schema import Kind, Role
from gui.session import Session

LONG = 60_000


@pytest.fixture
def file(tmp_path: Path) -> Path:
    rows = [f"{n * 7 % 40},{n % 5},{n % 2}" for n in range(200)]
    path = tmp_path / "table.csv"
    path.write_text("\n".join(["size,rooms,label", *rows]) + "\n")
    return path


@pytest.fixture
def session(qtbot: QtBot, qapp: QApplication, tmp_path: Path, file: Path) -> Iterator[Session]:
    session = Session(tmp_path / "home")
    opened(qtbot, session, file)
    session.set_target("label")
    yield session
    session.close()


def opened(qtbot: QtBot, session: Session, path: Path) -> None:
    session.open(path)
    qtbot.waitUntil(lambda: session.profile is not None, timeout=LONG)


def derive(session: Session, name: str, expression: str) -> None:
    column = DerivedColumn(name=name, expression=expression)
    session.use_recipe(session.recipe.with_derived(column), "derive")


def wait_for(qtbot: QtBot, session: Session, *names: str) -> None:
    def are_known() -> bool:
        schema = session.whole_schema
        return schema is not None and schema.names[3:] == names

    qtbot.waitUntil(are_known, timeout=LONG)


def test_what_a_derived_column_holds_is_counted_as_the_trainer_counts_it(
    session: Session, qtbot: QtBot
) -> None:
    derive(session, "area", "size * rooms")
    derive(session, "large", "area > 20")
    wait_for(qtbot, session, "area", "large")
    assert session.table is not None
    found = schema_with_derived(infer_schema(session.table), session.table, session.recipe)
    assert session.whole_schema == found
    assert session.schema is not None
    assert "area" not in session.schema


def test_undo_and_redo_know_the_column_at_once(session: Session, qtbot: QtBot) -> None:
    derive(session, "area", "size * rooms")
    wait_for(qtbot, session, "area")
    session.undo()
    wait_for(qtbot, session)
    session.redo()
    assert session.whole_schema is not None
    assert session.whole_schema.names[3:] == ("area",)


def test_another_formula_under_the_same_name_is_counted_anew(
    session: Session, qtbot: QtBot
) -> None:
    derive(session, "area", "size * rooms")
    wait_for(qtbot, session, "area")
    derive(session, "area", "rooms")
    assert session.whole_schema is not None
    assert "area" not in session.whole_schema
    wait_for(qtbot, session, "area")
    assert session.whole_schema["area"].distinct == 5


def test_roles_and_steps_of_a_derived_column_stay_through_edits_of_others(
    session: Session, qtbot: QtBot
) -> None:
    derive(session, "area", "size * rooms")
    wait_for(qtbot, session, "area")
    spec = session.recipe.column("area").model_copy(update={"scale": Scaling.default("minmax")})
    session.edit(session.recipe.with_column(spec), "scale")
    session.set_role("size", Role.IGNORE)
    session.set_kind("rooms", Kind.CATEGORY)
    assert session.recipe.column("area").scale == Scaling.default("minmax")
    session.set_role("area", Role.GROUP)
    assert session.recipe.named_with(Role.GROUP) == "area"


def test_a_column_computed_from_the_target_is_known_though_it_cannot_feed_the_network(
    session: Session, qtbot: QtBot
) -> None:
    derive(session, "leak", "label * 2")
    wait_for(qtbot, session, "leak")


def test_what_is_set_for_a_derived_column_comes_back_with_the_file(
    session: Session, qtbot: QtBot, file: Path, tmp_path: Path
) -> None:
    derive(session, "area", "size * rooms")
    session.set_role("area", Role.IGNORE)
    session.close()
    again = Session(tmp_path / "home")
    told: list[str] = []
    again.noticed.connect(lambda title, detail, tone: told.append(str(title)))
    opened(qtbot, again, file)
    wait_for(qtbot, again, "area")
    assert again.recipe.column("area").role is Role.IGNORE
    assert not [words for words in told if "no longer" in words]
    again.close()
