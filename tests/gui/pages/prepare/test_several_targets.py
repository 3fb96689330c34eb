"""Several columns to predict: chosen in the grid and the inspector, each with settings of its own."""

from collections.abc import Callable
from pathlib import Path

import pytest

from engine.recipe.families import TargetTransform
from engine.schema import Role, Task
from gui.models.column_words import BESIDE
from gui.pages.prepare.column_model import Part
from gui.pages.prepare.target_section import TargetSection
from gui.widgets import Note
from tests.gui.pages.prepare.conftest import Stage

Open = Callable[[Path, str], Stage]


@pytest.fixture
def stage(open_page: Open, tmp_path: Path) -> Stage:
    """Two numbers and two yes/no answers that could be predicted."""
    lines = ["size,height,weight,ill,old"]
    for i in range(200):
        size = i * 37 % 101 / 4
        lines.append(f"{size},{size * 2 + i % 3},{size + i % 5 * 0.5},{i % 2},{i // 3 % 2}")
    path = tmp_path / "people.csv"
    path.write_text("\n".join(lines) + "\n")
    return open_page(path, "height")


def shown_notes(section: TargetSection) -> list[Note]:
    return [note for note in section.findings.findChildren(Note) if not note.isHidden()]


def choose(stage: Stage, column: str, value: object) -> None:
    model = stage.page.columns
    row = model.row_of(column)
    assert row is not None
    index = model.index(row, Part.ROLE)
    assert value in [choice for choice, _ in model.lines[row].choices(Part.ROLE)]
    model.choose(index, value)


def test_another_target_is_chosen_in_the_grid_and_undone(stage: Stage) -> None:
    session = stage.session
    before = session.recipe
    choose(stage, "weight", BESIDE)
    assert session.recipe.targets == ("height", "weight")
    assert session.task is Task.MULTI_REGRESSION
    after = session.recipe
    session.undo()
    assert session.recipe == before
    session.redo()
    assert session.recipe == after
    choose(stage, "height", Role.FEATURE)
    assert session.recipe.targets == ("weight",)


def test_the_only_target_has_no_choice_but_another_column_takes_its_place(stage: Stage) -> None:
    model = stage.page.columns
    row = model.row_of("height")
    assert row is not None
    assert model.lines[row].choices(Part.ROLE) == ()
    choose(stage, "weight", Role.TARGET)
    assert stage.session.recipe.targets == ("weight",)


def test_several_lines_become_targets_at_once(stage: Stage) -> None:
    model, session = stage.page.columns, stage.session
    rows = [row for name in ("ill", "old") if (row := model.row_of(name)) is not None]
    model.choose_for(rows, model.index(rows[0], Part.ROLE), Role.TARGET)
    assert session.recipe.targets == ("ill", "old")
    assert session.task is Task.MULTI_LABEL


def test_each_target_has_settings_of_its_own(stage: Stage) -> None:
    session, section = stage.session, stage.inspector.target
    choose(stage, "weight", BESIDE)
    session.select_column("weight")
    log = session.recipe.outcome_of("weight").model_copy(
        update={"transform": TargetTransform.default("log")}
    )
    section.number.changed.emit(log)
    assert session.recipe.outcome_of("weight").transform.kind_name() == "log"
    assert session.recipe.outcome_of("height").transform.kind_name() == "none"
    session.select_column("height")
    section.number.changed.emit(log)
    assert session.recipe.outcome_of("height").transform.kind_name() == "log"
    session.undo()
    session.undo()
    assert session.recipe.outcome_of("weight").transform.kind_name() == "none"


def test_targets_of_mixed_kinds_are_told_in_place_with_a_way_out(stage: Stage) -> None:
    session, section = stage.session, stage.inspector.target
    choose(stage, "ill", BESIDE)
    session.select_column("ill")
    assert session.task is None
    (note,) = shown_notes(section)
    assert "must all be numbers" in note.accessibleName()
    note.acted.emit()
    assert session.recipe.targets == ("height",)
    session.select_column("height")
    assert shown_notes(section) == []


def test_classes_of_a_further_target_are_counted(stage: Stage) -> None:
    session, section = stage.session, stage.inspector.target
    session.set_target("ill")
    choose(stage, "old", BESIDE)
    session.select_column("old")
    texts = [section.classes.item(at).text() for at in range(section.classes.count())]
    assert [text.split()[0] for text in texts] == ["0", "1"]
    assert sum(int(text.split("(")[1].rstrip(")")) for text in texts) == 200
