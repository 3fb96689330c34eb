"""The card that predicts files and single rows: where files are dropped, their list, their first rows."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import Qt, QUrl, Signal
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QFrame, QScrollArea, QStackedWidget, QVBoxLayout, QWidget

from engine.predictor.report import PredictReport
from engine.tasks import Task
from gui.i18n import tr, trn
from gui.pages.deploy import choosers
from gui.pages.deploy.drop_zone import DropZone
from gui.pages.deploy.file_row import FileRow
from gui.pages.deploy.input_schema import InputSchema
from gui.pages.deploy.model_choice import Model
from gui.pages.deploy.output_choice import OutputChoice
from gui.pages.deploy.prediction import (
    Prediction,
    PredictionQueue,
    State,
    Wanted,
    free_destination,
)
from gui.pages.deploy.row_panel import RowPanel
from gui.widgets.awaited_job import Job
from gui.widgets.buttons import button
from gui.widgets.card import Card
from gui.widgets.choice import ComboBox, Segmented, Switch
from gui.widgets.layout import column, row, rule
from gui.widgets.note import EmptyState
from gui.widgets.results_table import ResultTable, TableColumn
from gui.widgets.text import label

LIST_WIDTH = 380
CHOOSE = "choose"
FILES, ONE_ROW = "files", "row"


class PredictCard(Card):
    """Files in, predictions out. `model_chosen` carries a path or None; `added` follows new files."""

    model_chosen = Signal(object)
    model_file_wanted = Signal()
    added = Signal()

    def __init__(self, ask: Callable[[Task], Job]) -> None:
        super().__init__(tr("Predict"), padding=0)
        self.queue = PredictionQueue(ask, self)
        self._model: Model | None = None
        self._rows: list[FileRow] = []
        self._chosen: Prediction | None = None
        self._folder = choosers.documents()
        self.models = ComboBox(small=True, name=tr("Model to predict with"), quiet=True)
        self.models.changed.connect(self._on_model)
        self.mode = Segmented(
            ((FILES, tr("Files")), (ONE_ROW, tr("One row"))), small=True, name=tr("What to predict")
        )
        self.mode.changed.connect(self._on_mode)
        self.header.addWidget(self.mode)
        self.header.addWidget(label(tr("with"), "small", "muted"))
        self.header.addWidget(self.models)
        self.drop = DropZone(tr("Drop files to predict"), "")
        self.drop.dropped.connect(self.predict)
        self.choose = button(tr("Choose files…"), icon="folder")
        self.choose.clicked.connect(self._choose_files)
        self.format = ComboBox(
            ((".csv", "CSV"), (".parquet", "Parquet"), (".xlsx", "Excel")),
            name=tr("Format of the new file"),
        )
        self.format.changed.connect(lambda _ending: self.added.emit())
        self.outputs = OutputChoice()
        self.outputs.changed.connect(self.added)
        self.harmless = Switch(tr("Harmless formulas"))
        self.harmless.setToolTip(
            tr("Put an apostrophe before text that a spreadsheet would run as a formula.")
        )
        self.harmless.toggled.connect(lambda _on: self.added.emit())
        self.ask_where = Switch(tr("Ask where to save"))
        self.ask_where.setToolTip(tr("Otherwise predictions are saved next to their file."))
        self._list = QVBoxLayout()
        self._list.setSpacing(0)
        self._list.setContentsMargins(0, 0, 0, 0)
        self._list.addStretch(1)
        top = column(
            self.drop,
            row(self.choose, None, self.outputs, self.format),
            row(self.harmless, None, self.ask_where),
            spacing=10,
        )
        top.setContentsMargins(12, 12, 12, 12)
        self._area = _scroll(self._list)
        left = column(top, rule(), self._area, spacing=0)
        holder = QWidget()
        holder.setFixedWidth(LIST_WIDTH)
        holder.setLayout(left)
        self.preview = ResultTable(tr("First predicted rows"))
        self._preview_title = label("", "section")
        self._preview_caption = label("", "caption", "muted")
        head = row(self._preview_title, self._preview_caption, None)
        head.setContentsMargins(8, 0, 8, 0)
        shown = QWidget()
        shown.setLayout(column(head, self.preview, spacing=6, margins=(4, 10, 4, 4)))
        self._nothing = EmptyState(
            tr("No predictions yet"),
            tr("The first predicted rows of a file appear here. The file itself is never changed."),
        )
        self._right = QStackedWidget()
        self._right.addWidget(self._nothing)
        self._right.addWidget(shown)
        across = row(holder, rule("column"), spacing=0)
        across.addWidget(self._right, 1)
        files = QWidget()
        files.setLayout(across)
        self.one_row = RowPanel(ask, LIST_WIDTH)
        self._modes = QStackedWidget()
        self._modes.addWidget(files)
        self._modes.addWidget(self.one_row)
        self.body.setSpacing(0)
        self.body.addWidget(rule())
        self.body.addWidget(self._modes, 1)

    # The model ---------------------------------------------------------------------------------

    def set_models(self, models: Sequence[Model], current: Model | None) -> None:
        """Offer these models; files are predicted with `current`."""
        self._model = current
        choices = [(str(model.path), model.name) for model in models]
        self.models.set_choices([*choices, (CHOOSE, tr("Choose model file…"))])
        self.models.set_value(str(current.path) if current else CHOOSE)
        for widget in (self.drop, self.choose):
            widget.setEnabled(current is not None)
        if current is None:
            self.one_row.set_model(None, None)

    def set_schema(self, schema: InputSchema | None) -> None:
        """What rows must have and what is told of them; `None` while that is not known."""
        self.one_row.set_model(self._model, schema)
        if schema is None:
            self.drop.set_detail("")
            return
        self.outputs.set_given(schema.outputs)
        needed = trn("{count} column, any order", "{count} columns, any order", len(schema.columns))
        self.drop.set_detail(
            tr("{needed}; “{target}” not needed", needed=needed, target=schema.target)
        )

    def wanted(self) -> Wanted:
        """How files are predicted from now on."""
        return Wanted(self.format.value(), self.outputs.outputs(), self.harmless.isChecked())

    def _on_mode(self, mode: str) -> None:
        self._modes.setCurrentIndex(0 if mode == FILES else 1)
        if mode == ONE_ROW:
            self.one_row.predict()

    def _on_model(self, value: str) -> None:
        if value == CHOOSE:
            self.models.set_value(str(self._model.path) if self._model else CHOOSE)
            self.model_file_wanted.emit()
        else:
            self.model_chosen.emit(Path(value))

    # Files -------------------------------------------------------------------------------------

    def predict(self, files: Sequence[Path]) -> None:
        """Put files in the queue."""
        if self._model is None:
            return
        wanted = self.wanted()
        for source in files:
            self._folder = source.parent
            destination: Path | None = None
            if self.ask_where.isChecked() or not os.access(source.parent, os.W_OK):
                taken = (prediction.destination for prediction in self.queue.predictions)
                proposed = free_destination(source, taken, wanted.ending)
                destination = choosers.choose_predictions(self, proposed)
                if destination is None:
                    continue
            prediction = self.queue.add(
                self._model.path, self._model.name, source, destination, wanted
            )
            self._add_row(prediction)
        self.added.emit()

    def last_source(self) -> Path | None:
        """The file that was added last."""
        return self.queue.predictions[-1].source if self.queue.predictions else None

    def _choose_files(self) -> None:
        self.predict(choosers.choose_tables(self, self._folder))

    def _add_row(self, prediction: Prediction) -> None:
        file_row = FileRow(prediction)
        file_row.chosen.connect(self._choose)
        file_row.folder_wanted.connect(_open_folder)
        file_row.file_wanted.connect(_open_file)
        file_row.retried.connect(lambda which: which.wait_again())
        file_row.removed.connect(self._remove)
        file_row.moved.connect(self._move_focus)
        prediction.changed.connect(lambda: self._on_changed(prediction))
        self._rows.insert(0, file_row)
        self._list.insertWidget(0, file_row)
        self._choose(prediction)

    def _remove(self, prediction: Prediction) -> None:
        if prediction.state in (State.WAITING, State.RUNNING):
            prediction.cancel()
            return
        file_row = next(each for each in self._rows if each.prediction is prediction)
        self._rows.remove(file_row)
        self._list.removeWidget(file_row)
        file_row.hide()
        file_row.deleteLater()
        self.queue.remove(prediction)
        if self._chosen is prediction:
            self._chosen = None
            if self._rows:
                self._choose(self._rows[0].prediction)
        self._show_preview()

    def _choose(self, prediction: Prediction) -> None:
        self._chosen = prediction
        for file_row in self._rows:
            file_row.set_chosen(file_row.prediction is prediction and len(self._rows) > 1)
        self._show_preview()

    def _on_changed(self, prediction: Prediction) -> None:
        if prediction is self._chosen and prediction.state is not State.RUNNING:
            self._show_preview()

    def _move_focus(self, prediction: Prediction, step: int) -> None:
        here = next(i for i, each in enumerate(self._rows) if each.prediction is prediction)
        if 0 <= here + step < len(self._rows):
            target = self._rows[here + step]
            target.setFocus(Qt.FocusReason.TabFocusReason)
            self._area.ensureWidgetVisible(target)

    # The first rows ----------------------------------------------------------------------------

    def _show_preview(self) -> None:
        report = self._chosen.report if self._chosen else None
        if report is None or not report.preview:
            self._right.setCurrentIndex(0)
            return
        self._right.setCurrentIndex(1)
        self._preview_title.setText(Path(report.destination).name)
        self._preview_caption.setText(
            trn("first {count} row", "first {count} rows", len(report.preview))
        )
        columns, rows = preview_columns(report)
        self.preview.set_rows(columns, rows)


def preview_columns(
    report: PredictReport,
) -> tuple[list[TableColumn], list[tuple[str, ...]]]:
    """The first rows with what was predicted in front, so that it is seen without scrolling."""
    order = list(range(len(report.header)))
    # The columns of the file come first, so the last such name is the prediction.
    first = next((i for i in reversed(order) if report.header[i].endswith("(predicted)")), None)
    if first is not None:
        order = order[first:] + order[:first]
    columns = []
    texts: list[list[str]] = []
    for place, index in enumerate(order):
        cells = [line[index] for line in report.preview]
        figures = any(cells) and all(_number(cell) is not None for cell in cells if cell)
        if first is not None and index >= first and figures:
            cells = [_rounded(cell) for cell in cells]
        columns.append(TableColumn(report.header[index], figures=figures, strong=place == 0))
        texts.append(cells)
    return columns, list(zip(*texts, strict=True))


def _number(cell: str) -> float | None:
    try:
        return float(cell.replace(",", "."))
    except ValueError:
        return None


def _rounded(cell: str) -> str:
    """A predicted number as people compare it; the file has all its digits."""
    number = _number(cell)
    if number is None or number == int(number):
        return cell
    return f"{number:.4f}" if abs(number) < 10 else f"{number:,.2f}"


def _open_folder(prediction: Prediction) -> None:
    QDesktopServices.openUrl(QUrl.fromLocalFile(str(prediction.destination.parent)))


def _open_file(prediction: Prediction) -> None:
    QDesktopServices.openUrl(QUrl.fromLocalFile(str(prediction.destination)))


def _scroll(content: QVBoxLayout) -> QScrollArea:
    area = QScrollArea()
    area.setWidgetResizable(True)
    area.setFrameShape(QFrame.Shape.NoFrame)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    inner = QWidget()
    inner.setLayout(content)
    area.setWidget(inner)
    return area
