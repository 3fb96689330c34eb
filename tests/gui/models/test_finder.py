from gui.models.finder import Match, next_match, previous_match
from tests.gui.models.plain_table import PlainTable

TABLE = PlainTable(
    {
        "Name": ["Ann Age", "Bob", "Cy"],
        "Age": ["22", "31", "22"],
        "Page": ["1", None, "22"],
    }
)


def walk(text: str, steps: int) -> list[Match | None]:
    found: list[Match | None] = []
    for _ in range(steps):
        found.append(next_match(TABLE, text, found[-1] if found else None))
    return found


def test_names_come_first_then_cells_then_the_names_again() -> None:
    assert walk("age", 4) == [Match(1), Match(2), Match(0, 0), Match(1)]


def test_every_matching_cell_of_a_row_is_visited() -> None:
    assert walk("22", 4) == [Match(1, 0), Match(1, 2), Match(2, 2), Match(1, 0)]


def test_case_does_not_matter() -> None:
    assert next_match(TABLE, "BOB", None) == Match(0, 1)


def test_nothing_is_found_where_nothing_is() -> None:
    assert next_match(TABLE, "zebra", None) is None
    assert next_match(TABLE, "zebra", Match(1, 2)) is None


def test_backwards_is_the_same_way_back() -> None:
    found: list[Match | None] = []
    for _ in range(4):
        found.append(previous_match(TABLE, "22", found[-1] if found else None))
    assert found == [Match(2, 2), Match(1, 2), Match(1, 0), Match(2, 2)]
    assert previous_match(TABLE, "age", Match(0, 0)) == Match(2)
    assert previous_match(TABLE, "age", Match(1)) == Match(0, 0)


def test_hidden_columns_are_passed_over_and_moved_ones_come_in_their_order() -> None:
    assert next_match(TABLE, "22", None, order=[2, 0]) == Match(2, 2)
    assert next_match(TABLE, "22", None, order=[0]) is None
    assert next_match(TABLE, "22", Match(2, 2), order=[2, 1]) == Match(1, 2)
