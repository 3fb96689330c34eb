import pytest
from PySide6.QtCore import Qt

from gui.models.fix_line import FixLine, FixLines, Option
from gui.models.fix_lines import FixLinesModel

MANY = 50_000


def lines() -> FixLines:
    return FixLines(
        FixLine(f"{at},Straße {at % 7}", at + 1, ("too long", "too short")[at % 2], file="a.csv")
        for at in range(MANY)
    )


def model_of(found: FixLines) -> FixLinesModel:
    return FixLinesModel(found, lambda text: "no" if text == "bad" else "", can_fix=True)


@pytest.mark.parametrize(
    ("searched", "count"),
    [
        ("straße 3", len(range(3, MANY, 7))),
        ("TOO SHORT", MANY // 2),
        ("A.CSV", MANY),
        ("49,999", 1),
        ("nowhere", 0),
        ("1" * 40, 0),
    ],
)
def test_lines_are_found_by_text_reason_file_and_number(searched: str, count: int) -> None:
    model = model_of(lines())
    model.search(searched)
    assert model.rowCount() == count
    model.search("")
    assert model.rowCount() == MANY


def test_only_the_lines_shown_are_checked_together() -> None:
    found = lines()
    model = model_of(found)
    model.search("straße 3")
    model.check_all(True)
    assert model.checked_share() is Qt.CheckState.Checked
    assert model.count_checked() == model.rowCount() == len(model.checked_lines())
    model.search("")
    assert model.checked_share() is Qt.CheckState.PartiallyChecked
    assert found[3].checked
    assert found[3].touched
    assert not found[4].touched


def test_a_line_that_would_still_not_fit_is_not_checked_with_the_others() -> None:
    found = lines()
    model = model_of(found)
    model.write(5, "bad")
    model.check_all(True)
    assert model.count_checked() == MANY - 1
    assert not found[5].checked
    model.choose(5, "")
    assert found[5].checked


def test_what_was_decided_outlives_the_table_that_shows_it() -> None:
    found = lines()
    model_of(found).toggle(9)
    again = model_of(found)
    assert again.line(9).checked
    again.arrived([(found[9], (Option("x1", "Other"),)), (found[10], (Option("x1", "Other"),))])
    assert found[9].choice == "", "a person has decided about it"
    assert found[10].choice == "x1"


def test_texts_that_no_encoding_can_hold_are_searched_too() -> None:
    found = FixLines([FixLine("a\udc80b", 1, "reason"), FixLine("cd", 2, "reason")])
    assert found.holding("cd").tolist() == [1]
