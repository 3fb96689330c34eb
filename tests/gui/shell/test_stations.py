"""The rail says how far each station is."""

from __future__ import annotations

from types import SimpleNamespace

from engine.messages import message
from engine.recipe.auto.choose import as_new
from engine.recipe.checks import Finding
from engine.recipe.columns import ColumnSpec
from engine.recipe.recipe import Recipe
from engine.schema import Column, Kind, Role, Schema
from gui.shell.stations import State, stations


def run(**facts):
    values = {"id": "a", "number": 3, "epoch": 5, "epochs": 9, "best": 0.8764, "status": "done"}
    return SimpleNamespace(**{**values, **facts})


def session(**facts):
    values = {
        "table": None,
        "busy": None,
        "open_problems": (),
        "problems": (),
        "memory": SimpleNamespace(dismissed=()),
        "schema": None,
        "findings": (),
        "recipe": Recipe(),
        "target": None,
        "runs": (),
        "running": (),
        "focus": None,
        "model_file": None,
        "blockers": lambda: (message("Open a table first."),),
        "run": lambda name: next((r for r in facts.get("runs", ()) if r.id == name), None),
    }
    return SimpleNamespace(**{**values, **facts})


def opened(**facts):
    columns = (
        ColumnSpec(name="x", role=Role.FEATURE),
        ColumnSpec(name="y", role=Role.TARGET),
    )
    return session(
        table=SimpleNamespace(rows=48842, names=("x", "y")),
        recipe=Recipe(columns=columns),
        target="y",
        blockers=tuple,
        **facts,
    )


def by_page(of) -> dict:
    return {station.page: (station.state, station.result) for station in stations(of)}


def test_without_a_table_everything_after_data_is_locked() -> None:
    found = by_page(session())
    assert found["data"] == (State.READY, "Drop a file")
    assert found["prepare"] == (State.LOCKED, "Needs data")
    assert found["train"] == (State.LOCKED, "Needs data")
    assert found["deploy"] == (State.LOCKED, "Needs a run")


def test_an_open_table_with_a_target_is_ready_to_train() -> None:
    found = by_page(opened())
    assert found["data"] == (State.DONE, "48,842 × 2")
    assert found["prepare"] == (State.DONE, "1 feature")
    assert found["model"] == (State.READY, "MLP")
    assert found["train"] == (State.READY, "Ready")
    of = opened()
    of.recipe = as_new(of.recipe)
    assert by_page(of)["model"] == (State.READY, "Auto")
    assert found["evaluate"] == (State.LOCKED, "After training")


def test_columns_that_need_a_choice_are_counted() -> None:
    of = opened(
        schema=Schema(
            columns=(
                Column(name="x", kind=Kind.NUMBER, missing=60),
                Column(name="y", kind=Kind.CATEGORY, missing=80),
            ),
            rows=100,
        )
    )
    assert by_page(of)["prepare"] == (State.ATTENTION, "1 column to review")
    of.problems = (SimpleNamespace(code="personal", column="x", key="k", title=message("Names.")),)
    assert by_page(of)["prepare"] == (State.ATTENTION, "1 column to review")
    spec = ColumnSpec(name="x", role=Role.IGNORE)
    of.recipe = of.recipe.with_column(spec).with_column(ColumnSpec(name="z", role=Role.FEATURE))
    assert by_page(of)["prepare"] == (State.DONE, "1 feature")


def test_problems_and_broken_rules_ask_for_attention() -> None:
    problem = SimpleNamespace(severity="warning")
    rule = Finding(("training", "epochs"), message("Wrong."))
    found = by_page(opened(open_problems=(problem,), findings=(rule,)))
    assert found["data"] == (State.ATTENTION, "1 problem")
    assert found["model"] == (State.ATTENTION, "1 to fix")


def test_a_missing_target_asks_for_attention() -> None:
    of = opened()
    of.target = None
    assert by_page(of)["prepare"] == (State.ATTENTION, "Choose a target")


def test_a_running_run_shows_its_epoch() -> None:
    found = by_page(opened(runs=(run(status="running"),), running=("a",), focus="a"))
    assert found["train"] == (State.RUNNING, "Epoch 5/9")
    assert found["evaluate"] == (State.READY, "Val 0.876")


def test_finished_runs_open_the_stations_behind_even_without_a_table() -> None:
    found = by_page(session(runs=(run(),), focus="a"))
    assert found["train"] == (State.DONE, "1 run")
    assert found["evaluate"] == (State.DONE, "Val 0.876")
    assert found["explain"] == (State.READY, "Run 3")
    assert found["deploy"] == (State.READY, "Run 3")


def test_all_five_states_have_words() -> None:
    assert len({station.state_text for station in stations(opened())}) >= 3
