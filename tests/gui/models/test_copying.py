import csv
import io

from gui.models.copying import Block, copy_blocks
from tests.gui.models.plain_table import PlainTable

TABLE = PlainTable(
    {
        "a": ["1", "2", "3", "4"],
        "b": ["x", None, 'say "hi"', "y\tz"],
        "c": ["p", "q", "r", "s"],
    }
)


def test_a_block_becomes_tab_separated_lines() -> None:
    copied = copy_blocks(TABLE, [Block(0, 0, 1, 1)])
    assert copied.text == "1\tx\n2\t\n"
    assert (copied.rows, copied.columns, copied.is_cut) == (2, 2, False)


def test_quotes_and_tabs_in_cells_survive() -> None:
    copied = copy_blocks(TABLE, [Block(2, 0, 3, 1)])
    rows = list(csv.reader(io.StringIO(copied.text), dialect="excel-tab"))
    assert rows == [["3", 'say "hi"'], ["4", "y\tz"]]


def test_one_cell_is_copied_as_it_is() -> None:
    assert copy_blocks(TABLE, [Block(2, 1, 2, 1)]).text == 'say "hi"'
    assert copy_blocks(TABLE, [Block(1, 1, 1, 1)]).text == ""


def test_whole_columns_come_with_their_names() -> None:
    assert copy_blocks(TABLE, [Block(0, 2, 3, 2)]).text == "c\np\nq\nr\ns\n"


def test_cells_between_two_blocks_are_left_empty() -> None:
    copied = copy_blocks(TABLE, [Block(0, 0, 0, 0), Block(2, 2, 2, 2)])
    assert copied.text == "1\t\n\tr\n"
    assert copied.rows_selected == 2


def test_too_many_cells_are_cut_and_said_so() -> None:
    copied = copy_blocks(TABLE, [Block(0, 0, 2, 1)], most=4)
    assert copied.text.startswith("1\tx\n2\t\n")
    assert (copied.rows, copied.rows_selected, copied.is_cut) == (2, 3, True)
