from PySide6.QtCore import Qt

from gui.models.table_model import PAGE_BITS, TableModel
from tests.gui.models.plain_table import PlainTable

PAGE = 1 << PAGE_BITS


def model_of(table: PlainTable) -> TableModel:
    model = TableModel()
    model.set_table(table)
    return model


def test_a_page_of_a_column_is_asked_for_once() -> None:
    table = PlainTable({"a": [str(i) for i in range(1000)], "b": ["x"] * 1000})
    model = model_of(table)
    assert [model.cell(row, 0) for row in (0, 5, PAGE - 1)] == ["0", "5", str(PAGE - 1)]
    assert table.asked == [("a", 0, PAGE)]
    assert model.cell(PAGE, 0) == str(PAGE)
    assert model.cell(3, 1) == "x"
    assert table.asked[1:] == [("a", PAGE, 2 * PAGE), ("b", 0, PAGE)]


def test_the_last_page_ends_with_the_table() -> None:
    table = PlainTable({"a": [str(i) for i in range(PAGE + 3)]})
    model = model_of(table)
    assert model.cell(PAGE + 2, 0) == str(PAGE + 2)
    assert table.asked == [("a", PAGE, PAGE + 3)]


def test_pages_are_forgotten_so_that_memory_stays_bounded() -> None:
    rows = 3000 * PAGE
    table = PlainTable({"a": ["x"] * rows})
    model = model_of(table)
    for row in range(0, rows, PAGE):
        model.cell(row, 0)
    model.cell(rows - 1, 0)
    assert len(table.asked) == 3000
    model.cell(0, 0)
    assert len(table.asked) == 3001


def test_a_missing_cell_is_said_to_be_missing() -> None:
    model = model_of(PlainTable({"age": ["22", None]}))
    assert model.cell(1, 0) is None
    assert model.index(1, 0).data() == "missing"
    assert model.index(1, 0).data(Qt.ItemDataRole.AccessibleTextRole) == "age, row 2: missing"


def test_headers_are_names_and_grouped_row_numbers() -> None:
    model = model_of(PlainTable({"age": ["1"] * 1500}))
    assert model.headerData(0, Qt.Orientation.Horizontal) == "age"
    assert model.headerData(1233, Qt.Orientation.Vertical) == "1,234"


def test_another_table_replaces_the_cells() -> None:
    model = model_of(PlainTable({"a": ["1"], "b": ["2"]}))
    assert model.cell(0, 0) == "1"
    model.set_table(PlainTable({"a": ["9"]}))
    assert (model.rowCount(), model.columnCount(), model.cell(0, 0)) == (1, 1, "9")
    model.set_table(None)
    assert (model.rowCount(), model.columnCount()) == (0, 0)
