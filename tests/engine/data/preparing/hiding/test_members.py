"""What each way of hiding makes of values."""

from __future__ import annotations

import math
import os
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from engine.data.cells.cell_types import NUMBER, TEXT, CellKind, CellType
from engine.data.preparing.keys import find_key, own_key
from engine.errors import KeyDamaged, KeyMissing
from engine.paths import key_folder
from engine.recipe.columns import ColumnSpec
from engine.recipe.hiding import Hiding
from engine.schema import Kind

DATES = CellType(kind=CellKind.DATE)
WORDS = st.text(st.characters(codec="utf-8", exclude_categories=("Cs", "Cc", "Z")), min_size=1)


def way(kind: str, **fields: Any) -> Hiding:
    return Hiding.member(kind).model_validate(fields)


def hide(part: Hiding, cells: list[Any], cell_type: CellType = TEXT) -> list[Any]:
    kind = pa.string() if cell_type is not NUMBER else None
    found: list[Any] = part.hide(pa.array(cells, kind), cell_type)[0].to_pylist()
    return found


def test_the_family_has_five_members_that_a_recipe_can_name() -> None:
    kinds = ["hash", "mask", "prefix", "coarsen_date", "coarsen_number"]
    assert [member.kind_name() for member in Hiding.members()] == kinds
    for kind in kinds:
        spec = ColumnSpec.model_validate({"name": "a", "hide": {"kind": kind}})
        assert ColumnSpec.model_validate_json(spec.model_dump_json()) == spec
        assert spec.hide is not None
        assert str(spec.hide.words())
    with pytest.raises(ValidationError, match="coarsen_date"):
        ColumnSpec.model_validate({"name": "a", "hide": {"kind": "shred"}})


def test_hashes_are_equal_for_equal_values_and_differ_with_the_key(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    part = way("hash")
    one, same, other, missing = hide(part, ["Braund", "Braund ", "Heikkinen", None])
    assert one == same != other
    assert missing is None
    assert len(one) == 16
    assert len(hide(way("hash", digits=9), ["Braund"])[0]) == 9
    assert hide(part.resolved(), ["Braund"]) == [one]
    monkeypatch.setenv("TRAINYARD_KEYS", str(tmp_path / "another machine"))
    assert hide(part, ["Braund"]) != [one]


def test_numbers_are_hashed_by_value() -> None:
    part = way("hash")
    whole = part.hide(pa.array([1, 2]), CellType(kind=CellKind.INTEGER))[0]
    texts = part.hide(pa.array(["1", "2.0"]), NUMBER)[0]
    assert whole.to_pylist() == texts.to_pylist()


def test_the_key_is_made_once_and_is_readable_by_its_owner_only() -> None:
    key = own_key()
    assert own_key().secret == find_key(key.id).secret == key.secret
    assert len(key.secret) == 32
    path = key_folder() / f"{key.id}.key"
    assert key.secret.hex() in path.read_text()
    assert key.secret.hex() not in repr(key)
    if os.name == "posix":
        assert path.stat().st_mode & 0o777 == 0o600
        assert key_folder().stat().st_mode & 0o777 == 0o700


def test_a_key_that_is_not_here_or_not_itself_is_told() -> None:
    key = own_key()
    with pytest.raises(KeyMissing, match=r"0123456789abcdef.*not on this machine"):
        hide(way("hash", key="0123456789abcdef"), ["x"])
    (key_folder() / f"{key.id}.key").write_text("00" * 32)
    with pytest.raises(KeyDamaged, match="another key"):
        own_key()
    (key_folder() / f"{key.id}.key").unlink()
    with pytest.raises(KeyMissing):  # a new one would make other hashes without a word
        own_key()


@given(word=WORDS, keep=st.integers(0, 20))
def test_masks_and_prefixes_never_leave_a_whole_value(word: str, keep: int) -> None:
    as_it_is = CellType(kind=CellKind.TEXT, missing=())
    (masked,) = hide(way("mask", keep=keep), [word], as_it_is)
    shown = word[: min(keep, len(word) - 1)]
    assert masked == f"{shown}***"
    (cut,) = hide(way("prefix", length=max(1, keep)), [word], as_it_is)
    assert cut == word[: min(max(1, keep), len(word) - 1)]


def test_masks_do_not_tell_how_long_a_value_was() -> None:
    assert hide(way("mask"), ["Bo", "Bartholomew", None, ""]) == ["B***", "B***", None, None]
    assert hide(way("prefix", length=3), ["10115", "10119", "SW1A 1AA"]) == ["101", "101", "SW1"]


@pytest.mark.parametrize(
    ("to", "month", "day"), [("month", 8, 1), ("quarter", 7, 1), ("year", 1, 1)]
)
def test_dates_become_the_first_day_of_what_stays(to: str, month: int, day: int) -> None:
    cells = ["2024-08-31 23:59:59", "1969-08-02", None]
    found = hide(way("coarsen_date", to=to), cells, DATES)
    days = [f"{year}-{month:02}-{day:02}T00:00:00" for year in (2024, 1969)]
    assert [cell and cell.isoformat() for cell in found] == [*days, None]


@given(
    value=st.floats(-1e9, 1e9),
    step=st.sampled_from([0.1, 0.25, 0.5, 1.0, 3.0, 10.0, 1000.0, 1e12]),
)
def test_a_number_becomes_the_lower_end_of_its_range(value: float, step: float) -> None:
    (end,) = hide(way("coarsen_number", step=step), [value], NUMBER)
    slack = 1e-9 * max(step, abs(value), 1.0)
    assert end - slack <= value < end + step + slack
    assert math.isclose(end / step, round(end / step), rel_tol=1e-9, abs_tol=1e-9)
    assert hide(way("coarsen_number", step=step), [end], NUMBER) == [end]


def test_bounds_take_the_place_of_what_lies_beyond() -> None:
    part = way("coarsen_number", step=10, bottom=20, top=80)
    assert hide(part, [5.0, 20.0, 37.2, 95.0, None], NUMBER) == [20.0, 20.0, 30.0, 80.0, None]
    assert hide(way("coarsen_number", step=None, top=3), [1.5, 9.0], NUMBER) == [1.5, 3.0]
    assert hide(way("coarsen_number", step=0.1), [0.3, 0.7, 1.1], NUMBER) == [0.3, 0.7, 1.1]


@pytest.mark.parametrize("fields", [{"step": None}, {"step": 0}, {"bottom": 5, "top": 5}])
def test_number_ranges_that_hide_nothing_or_everything_are_refused(fields: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        way("coarsen_number", **fields)


def test_bounds_are_told_in_words() -> None:
    def said(**fields: Any) -> str:
        return str(way("coarsen_number", **fields).words())

    assert said(step=5) == "coarsened to ranges of 5"
    assert said(step=None, top=90) == "what is above 90 becomes it"
    assert said(step=None, bottom=1, top=90) == "cut at 1 and 90"
    assert said(step=5, bottom=10) == "coarsened to ranges of 5, from 10 on"
    assert said(step=5, bottom=10, top=90) == "coarsened to ranges of 5 from 10 to 90"


def test_each_kind_of_column_has_its_ways() -> None:
    def ways(kind: Kind) -> list[str]:
        return [member.kind_name() for member in Hiding.choices(kind)]

    assert ways(Kind.TEXT) == ways(Kind.CATEGORY) == ["hash", "mask", "prefix"]
    assert ways(Kind.NUMBER) == ["hash", "prefix", "coarsen_number"]
    assert ways(Kind.DATE) == ["hash", "coarsen_date"]
    assert ways(Kind.IMAGE) == []


def test_cells_that_cannot_be_read_are_counted_and_become_missing() -> None:
    cells, misfits = way("coarsen_number").hide(pa.array(["12", "?x", None]), NUMBER)
    assert cells.to_pylist() == [10.0, None, None]
    assert misfits == 1


@pytest.mark.parametrize("kind", list(Kind))
def test_the_kind_after_hiding_stays_what_it_is(kind: Kind) -> None:
    for member in Hiding.members():
        after = member.model_validate({}).kind_after(kind)
        assert after in (Kind.NUMBER, Kind.CATEGORY, Kind.DATE)
        assert member.model_validate({}).kind_after(after) is after
