"""Milliseconds per wheel step and per page of the Data page's table, beside Qt's own floor.

    python -m tests.benchmarks.table_scroll [ROWS] [COLUMNS]

Both views show the same window of a table made on the spot, in the same run: ours over the
memory-mapped table, and a bare QTableView whose model returns one constant string.
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ.setdefault("PYQTGRAPH_QT_LIB", "PySide6")

import numpy as np
import pyarrow as pa
from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QApplication, QTableView

from engine.data.table import texts
from engine.recipe.recipe import Recipe
from engine.schema import Column, Kind, Schema
from gui import theme
from gui.models.column_facts import facts_of_columns
from gui.models.table_model import TableModel
from gui.pages.data.table_view import DataTable

SIZE = (1600, 900)
STEPS = 200


class Mapped:
    """A memory-mapped Arrow file as `gui.models.table_model.Cells`, as engine.data.table reads it."""

    def __init__(self, path: Path) -> None:
        self._data = pa.ipc.open_file(pa.memory_map(str(path))).read_all()
        self.names = tuple(self._data.column_names)
        self.rows = self._data.num_rows

    def cells(self, name: str, start: int, stop: int) -> list[str | None]:
        """Formatted cells of a column."""
        cells: list[str | None] = texts(
            self._data.column(name).slice(start, stop - start)
        ).to_pylist()
        return cells


class Trivial(QAbstractTableModel):
    """The cheapest model there is."""

    def __init__(self, rows: int, columns: int) -> None:
        super().__init__()
        self._rows, self._columns = rows, columns

    def rowCount(self, parent: QModelIndex = QModelIndex()) -> int:  # noqa: B008, N802
        return self._rows

    def columnCount(self, parent: QModelIndex = QModelIndex()) -> int:  # noqa: B008, N802
        return self._columns

    def data(self, index: QModelIndex, role: int = 0) -> Any:
        return "1234.5" if role == 0 else None


def write(path: Path, rows: int, columns: int) -> None:
    """A table of numbers, whole numbers and words with missing cells, in blocks of 100,000 rows."""
    generator = np.random.default_rng(0)
    words = np.array([f"word {i}" for i in range(1000)])
    fields = [
        (f"column {at}", (pa.float64(), pa.int64(), pa.string())[at % 3]) for at in range(columns)
    ]
    schema = pa.schema(fields)
    with pa.OSFile(str(path), "wb") as sink, pa.ipc.new_file(sink, schema) as writer:
        for start in range(0, rows, 100_000):
            count = min(100_000, rows - start)
            lacking = generator.random(count) < 0.05
            arrays = [
                pa.array(generator.normal(size=count).round(4), mask=lacking),
                pa.array(generator.integers(0, 100_000, count), mask=lacking),
                pa.array(words[generator.integers(0, 1000, count)], pa.string(), mask=lacking),
            ]
            writer.write_batch(pa.record_batch([arrays[at % 3] for at in range(columns)], schema))


def wheel(view: QTableView) -> QWheelEvent:
    """One notch downwards."""
    middle = QPointF(view.viewport().rect().center())
    return QWheelEvent(
        middle,
        QPointF(view.viewport().mapToGlobal(middle.toPoint())),
        QPoint(0, 0),
        QPoint(0, -120),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,  # not inverted
    )


def measure(app: QApplication, view: QTableView) -> dict[str, list[float]]:
    """Milliseconds of wheel steps, pages and jumps, painting included."""
    bar = view.verticalScrollBar()
    bar.setValue(bar.maximum() // 3)
    app.processEvents()
    times: dict[str, list[float]] = {"wheel step": [], "page": [], "jump": []}
    generator = np.random.default_rng(1)
    for name, values in times.items():
        for _ in range(STEPS):
            began = time.perf_counter()
            if name == "wheel step":
                app.sendEvent(view.viewport(), wheel(view))
            elif name == "page":
                bar.setValue(bar.value() + bar.pageStep())
            else:
                bar.setValue(int(generator.integers(0, bar.maximum())))
            app.processEvents()  # draws what the step uncovered, as in the window
            values.append(1000 * (time.perf_counter() - began))
    return times


def report(name: str, times: dict[str, list[float]]) -> None:
    """One line per way of scrolling."""
    for what, values in times.items():
        p50, p99 = np.percentile(values, [50, 99])
        print(f"{name:22} {what:12} {p50:7.1f} {p99:7.1f} {max(values):7.1f}", flush=True)


def main() -> None:
    """Measure and print."""
    rows = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    columns = int(sys.argv[2]) if len(sys.argv) > 2 else 50
    app = QApplication([])
    app.setStyle("Fusion")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "table.arrow"
        write(path, rows, columns)
        print(f"{rows:,} rows × {columns} columns, {SIZE[0]} × {SIZE[1]} px, times in ms")
        print(f"{'':22} {'':12} {'p50':>7} {'p99':>7} {'max':>7}")
        bare = QTableView()
        bare.setModel(Trivial(rows, columns))
        bare.verticalHeader().setDefaultSectionSize(23)
        bare.setVerticalScrollMode(QTableView.ScrollMode.ScrollPerPixel)
        bare.verticalScrollBar().setSingleStep(23)
        bare.resize(*SIZE)
        bare.show()
        report("bare", measure(app, bare))
        theme.apply(app, "light")
        report("bare, with our style", measure(app, bare))
        bare.close()

        began = time.perf_counter()
        table = Mapped(path)
        model = TableModel()
        ours = DataTable(model)
        model.set_table(table)
        kinds = (Kind.NUMBER, Kind.NUMBER, Kind.CATEGORY)
        schema = Schema(
            columns=tuple(
                Column(name=name, kind=kinds[at % 3]) for at, name in enumerate(table.names)
            ),
            rows=rows,
        )
        ours.set_facts(facts_of_columns(schema, Recipe(), None))
        ours.resize(*SIZE)
        ours.show()
        app.processEvents()
        opened = 1000 * (time.perf_counter() - began)
        for column in range(columns):  # as many cells in sight as in the bare view
            ours.setColumnWidth(column, 100)
        report("Trainyard", measure(app, ours))
        print(f"Trainyard, from the mapped file to the first picture: {opened:.0f} ms")
        ours.close()
        model.set_table(None)
        del table


if __name__ == "__main__":
    main()
