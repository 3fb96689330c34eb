"""How long the Evaluate page holds the event loop with very many evaluated rows behind it.

    python -m tests.benchmarks.evaluate_page [--rows 1000000] [--kind binary|regression|classes]

The rows are made up and evaluated first; then a page of its own shows them and a person clicks: cells,
bars, bins, slices, rows, and moves the threshold. Printed is the longest time that one of the loop's
rounds computed (processor time of the window's thread, so that other programs do not count) and took.
Ends with status 1 where one computed longer than 50 ms.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import numpy as np
from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from engine.evaluation.curves import (
    calibration,
    chance_histogram,
    error_bins,
    normal_quantiles,
    residual_histogram,
    sweep,
)
from engine.evaluation.groups import groups_of
from engine.evaluation.result import Evaluation, RowError
from engine.evaluation.row_table import write_row_table
from engine.evaluation.slices import SliceSearch, least_rows
from engine.schema import Task
from gui import theme
from gui.notices import Notices
from gui.pages.evaluate.page import EvaluatePage
from tests.benchmarks.evaluating import cells, made
from tests.gui.pages import evaluations
from tests.gui.pages.result_session import FakeSession, a_run

MOST_MS = 50.0


class Loop(QApplication):
    """Notes how long each event is worked on."""

    def __init__(self) -> None:
        super().__init__([])
        self.depth = 0
        self.longest: tuple[float, float] = (0.0, 0.0)
        """Milliseconds computed and taken."""

    def notify(self, receiver: Any, event: QEvent) -> bool:
        if self.depth:
            return bool(super().notify(receiver, event))
        self.depth += 1
        began, computed = time.perf_counter(), time.thread_time()
        try:
            return bool(super().notify(receiver, event))
        finally:
            self.depth -= 1
            took = 1000 * (time.perf_counter() - began)
            self.longest = max(self.longest, (1000 * (time.thread_time() - computed), took))


def evaluated(rows: int, kind: str, folder: Path) -> Evaluation:
    """What a worker would answer, without intervals."""
    scored, columns = made(rows, kind), cells(rows)
    groups = groups_of(tuple(columns), columns.__getitem__, least_rows(rows))
    losses = np.square(scored.errors) if kind == "regression" else 1 - _own(scored)
    file = folder / "rows.arrow"
    chance = scored.predictions if scored.predictions.ndim == 1 else _own(scored)
    predicted = scored.predictions if scored.chosen is None else scored.chosen
    write_row_table(file, np.arange(rows), scored.actual, predicted, chance, losses, groups)
    worst = np.argsort(-losses)[:100]
    known: dict[str, Any] = {
        "rows": rows,
        "rows_file": str(file),
        "slices": SliceSearch(scored, losses, groups, least_rows(rows)).slices(),
    }
    if kind == "regression":
        sample = np.linspace(0, rows - 1, 2_000).astype(int)
        pairs = zip(
            scored.predictions[sample].tolist(), scored.actual[sample].tolist(), strict=True
        )
        known |= {
            "predicted_vs_actual": tuple(pairs),
            "residuals": residual_histogram(scored),
            "error_bins": error_bins(scored),
            "normal_quantiles": normal_quantiles(scored),
        }
        return evaluations.regression().model_copy(update=known)
    names = tuple(f"class {place}" for place in range(scored.classes))
    flat = np.bincount(scored.actual * scored.classes + predicted, minlength=scored.classes**2)
    counts = flat.reshape(scored.classes, scored.classes).tolist()
    known |= {
        "classes": names,
        "confusion": tuple(tuple(row) for row in counts),
        "calibration": calibration(scored),
        "largest_errors": tuple(
            RowError(row=row, actual=names[0], predicted=names[1], loss=float(losses[row]))
            for row in worst.tolist()
        ),
    }
    if scored.is_binary:
        known |= {
            "positive": names[1],
            "sweep": sweep(scored.actual == 1, scored.predictions, None),
            "chances": chance_histogram(scored.actual == 1, scored.predictions),
        }
        return evaluations.binary().model_copy(update=known)
    return evaluations.multiclass().model_copy(update=known)


def _own(scored: Any) -> Any:
    """The probability of each row's own class."""
    if scored.is_binary:
        return np.where(scored.actual == 1, scored.predictions, 1 - scored.predictions)
    return scored.predictions[np.arange(len(scored)), scored.actual]


def clicks(page: EvaluatePage, kind: str) -> dict[str, Callable[[], object]]:
    """What a person does, by name."""
    cards, section = page.cards, page.inspector().threshold  # type: ignore[attr-defined]
    left = Qt.MouseButton.LeftButton

    def cell() -> None:
        spot = cards.matrix.cell_centre((0, 1)).toPoint()
        QTest.mouseClick(cards.matrix, left, pos=spot)

    def of_plot(plot: Any, share: float) -> None:
        at = QPoint(round(plot.viewport().width() * share), plot.viewport().height() // 2)
        QTest.mouseClick(plot.viewport(), left, pos=at)

    def line(table: Any) -> None:
        spot = table.visualRect(table.model().index(1, 0)).center()
        QTest.mouseClick(table.viewport(), left, pos=spot)

    found: dict[str, Callable[[], object]] = {"slice": lambda: line(cards.slices.table)}
    if kind == "regression":
        found |= {
            "bar of residuals": lambda: of_plot(cards.residuals.plot, 0.55),
            "tenth of values": lambda: of_plot(cards.error_bins.plot, 0.5),
        }
    else:
        found |= {"cell": cell, "bin": lambda: of_plot(cards.calibration.plot, 0.6)}
    if kind == "binary":
        found["threshold"] = lambda: QTest.keyClick(section.slider, Qt.Key.Key_Right)
        found["bar of chances"] = lambda: of_plot(section.plot, 0.4)
    found["row"] = lambda: line(cards.errors.table)
    return found


def main() -> int:
    """Print the longest round of the loop for each step."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--kind", choices=("binary", "regression", "classes"), default="binary")
    asked = parser.parse_args()
    app = Loop()
    theme.apply(app, "light")
    tasks = {"binary": Task.BINARY, "regression": Task.REGRESSION, "classes": Task.MULTICLASS}
    with tempfile.TemporaryDirectory() as folder:
        answer = evaluated(asked.rows, asked.kind, Path(folder))
        session = FakeSession()
        session.view = SimpleNamespace(set_filters=lambda _filters: None)  # type: ignore[attr-defined]
        session.show_page = lambda _name: None  # type: ignore[attr-defined]
        window = QWidget()
        window.resize(1100, 760)
        page = EvaluatePage(session, Notices(window))  # type: ignore[arg-type]
        page.setParent(window)
        page.resize(window.size())
        page.inspector().setParent(window)
        page.inspector().resize(288, 700)
        page.inspector().show()
        window.show()
        session.add(a_run(12, task=tasks[asked.kind]))
        QTest.qWait(1_500)  # plots are made while a worker would be at the scores
        worst = 0.0

        def step(name: str, work: Callable[[], object]) -> None:
            nonlocal worst
            app.longest = (0.0, 0.0)
            began, computed = time.perf_counter(), time.thread_time()
            app.depth = 0
            work()
            direct = (1000 * (time.thread_time() - computed), 1000 * (time.perf_counter() - began))
            QTest.qWait(300)
            longest = max(app.longest, direct)
            worst = max(worst, longest[0])
            print(f"{name:<20}{longest[0]:8.1f} ms computed {longest[1]:8.1f} ms taken", flush=True)

        job = session.jobs[-1]
        step("answer", lambda: job.finished.emit(answer.model_dump(mode="json")))
        for name, work in clicks(page, asked.kind).items():
            step(name, work)
            step(f"{name} again", work)
        window.close()
    print(f"longest {worst:.1f} ms of {MOST_MS:.0f}")
    return int(worst > MOST_MS)


if __name__ == "__main__":
    sys.exit(main())
