"""`trainyard profile`: figures and relations without a window."""

from __future__ import annotations

import json

import pandas as pd
import pytest

from engine.cli.app import invoke
from engine.data.samples import sample

PENGUINS = sample("penguins").path


def printed(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    assert invoke(["profile", *arguments]) == 0
    return capsys.readouterr().out


def test_every_column_has_a_line(capsys: pytest.CaptureFixture[str]) -> None:
    frame = pd.read_csv(PENGUINS)
    lines = printed(capsys, "penguins").splitlines()
    named = [line.split()[0] for line in lines[1 : 1 + len(frame.columns)]]
    assert named == list(frame.columns)
    mass = next(line for line in lines if line.startswith("body_mass_g"))
    assert f"{frame['body_mass_g'].min():.0f}" in mass
    assert f"{len(frame)} rows." in lines


def test_json_holds_all_figures_and_says_what_is_sampled(
    capsys: pytest.CaptureFixture[str],
) -> None:
    frame = pd.read_csv(PENGUINS)
    found = json.loads(printed(capsys, str(PENGUINS), "--target", "species", "--json"))
    assert (found["rows"], found["sampled"]) == (len(frame), False)
    columns = {column["name"]: column for column in found["columns"]}
    assert columns["body_mass_g"]["mean"] == pytest.approx(frame["body_mass_g"].mean())
    assert columns["body_mass_g"]["skew"] == pytest.approx(frame["body_mass_g"].skew())
    assert columns["body_mass_g"]["from_sample"] == []
    assert columns["body_mass_g"]["classes"] == sorted(frame["species"].unique())
    assert "relations" not in found


def test_only_the_rows_asked_for_are_profiled(capsys: pytest.CaptureFixture[str]) -> None:
    frame = pd.read_csv(PENGUINS)
    heavy = frame[frame["body_mass_g"] > 5000]
    found = json.loads(printed(capsys, "penguins", "--where", "body_mass_g > 5000", "--json"))
    assert found["rows"] == len(heavy)
    text = printed(capsys, "penguins", "--where", "body_mass_g > 5000")
    assert f"{len(heavy)} of {len(frame)} rows." in text


def test_relations_name_their_measure(capsys: pytest.CaptureFixture[str]) -> None:
    text = printed(capsys, "penguins", "--relations")
    assert "With species" in text
    assert "correlation ratio" in text
    assert "Cramér's V" in text
    found = json.loads(printed(capsys, "penguins", "--relations", "--json"))
    ranking = found["relations"]["ranking"]
    assert ranking[0]["name"] == "flipper_length_mm"
    assert ranking[0]["measure"] == "correlation_ratio"
    size = len(found["relations"]["names"])
    assert [len(line) for line in found["relations"]["values"]] == [size] * size


def test_a_kind_set_by_hand_is_used(capsys: pytest.CaptureFixture[str]) -> None:
    change = 'columns=[{"name": "body_mass_g", "kind": "category"}]'
    found = json.loads(printed(capsys, "penguins", "--set", change, "--json"))
    kinds = {column["name"]: column["kind"] for column in found["columns"]}
    assert kinds["body_mass_g"] == "category"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("nothing-here.csv",), "no file"),
        (("penguins", "--target", "wings"), "wings"),
        (("penguins", "--where", "body_mass_g >"), "body_mass_g"),
    ],
)
def test_what_cannot_be_done_is_said_in_a_sentence(
    capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...], said: str
) -> None:
    assert invoke(["profile", *arguments]) == 2
    assert said in capsys.readouterr().err


def test_no_rows_left_are_no_error(capsys: pytest.CaptureFixture[str]) -> None:
    nobody = ("penguins", "--where", "body_mass_g > 99999", "--relations")
    found = json.loads(printed(capsys, *nobody, "--json"))
    assert found["rows"] == 0
    assert {column["distinct"] for column in found["columns"]} == {0}
    assert "0 of 344 rows." in printed(capsys, *nobody)
