"""What a cell that does not fit may have meant."""

from __future__ import annotations

import pytest

from engine.data.cells.cell_types import INTEGER, NUMBER, TEXT, CellKind, CellType
from engine.data.corrections.cell_proposals import cell_proposals

COMMA = NUMBER.model_copy(update={"decimal": ","})
DATE = CellType(kind=CellKind.DATE)
DAY_FIRST = DATE.model_copy(update={"date_format": "%d/%m/%Y"})

ANSWER = CellType(kind=CellKind.BOOLEAN, yes="Yes", no="No")


@pytest.mark.parametrize(
    ("text", "cell_type", "value"),
    [
        ("3O", INTEGER, "30"),
        ("l2", INTEGER, "12"),
        ("１２", INTEGER, "12"),
        ("1,5", NUMBER, "1.5"),
        ("1.5", COMMA, "1,5"),
        ("1 234.5", NUMBER, "1234.5"),
        ("1.234,5", NUMBER, "1234.5"),
        ("70kg", NUMBER, "70"),
        ("$5.20", NUMBER, "5.20"),
        ("3O,5 kg", COMMA, "30,5"),
        ("3O,5 kg", NUMBER, "30.5"),
        ("3O.5 lb", NUMBER, "30.5"),
        ("l2,5", NUMBER, "12.5"),
        ("1,234.5 €", NUMBER, "1234.5"),
        ("abt 16", INTEGER, "16"),
        ("16 (est.)", INTEGER, "16"),
        ("<0.5", NUMBER, "0.5"),
        ("10-20", NUMBER, "15"),
        ("--5", INTEGER, "-5"),
        ("three", INTEGER, "3"),
        ("03/04/2021", DATE, "2021-03-04"),
        ("5 Mar 2021", DAY_FIRST, "05/03/2021"),
        ("31/06/2021", DAY_FIRST, "30/06/2021"),
        ("yess", ANSWER, "Yes"),
        ("Flase", ANSWER, "No"),
    ],
)
def test_the_likely_meaning_is_proposed(text: str, cell_type: CellType, value: str) -> None:
    assert value in [proposal.value for proposal in cell_proposals(text, cell_type)]


@pytest.mark.parametrize("text", ["abc", "x1y2", "??", "", "10/20/30"])
def test_no_value_comes_last_and_alone_where_nothing_is_likely(text: str) -> None:
    assert [proposal.value for proposal in cell_proposals(text, NUMBER)] == [""]


def test_every_proposal_fits_the_column() -> None:
    assert "1.5" not in [proposal.value for proposal in cell_proposals("1,5", INTEGER)]
    assert "16,5" not in [proposal.value for proposal in cell_proposals("abt 16,5", NUMBER)]


def test_a_proposal_says_what_it_does() -> None:
    assert str(cell_proposals("3O", INTEGER)[0].label) == "30: the letter O stands for a zero"


def test_a_proposal_says_how_many_things_are_wrong_at_once() -> None:
    assert str(cell_proposals("3O,5 kg", COMMA)[0].label) == "30,5: after 2 changes"


def test_texts_fit_a_column_of_texts() -> None:
    assert cell_proposals("anything", TEXT) == ()
