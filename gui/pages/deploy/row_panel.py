"""A single row, predicted as it is typed."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QScrollArea, QWidget

from engine.errors import TrainyardError
from engine.predictor.report import RowPrediction
from engine.tasks import PredictRowTask, Task
from gui.i18n import tr
from gui.pages.deploy.input_schema import InputSchema
from gui.pages.deploy.model_choice import Model
from gui.pages.deploy.row_form import RowForm
from gui.pages.deploy.row_result import RowResult
from gui.widgets.awaited_job import Job
from gui.widgets.buttons import button
from gui.widgets.layout import column, row, rule
from gui.widgets.text import label


class RowPanel(QWidget):
    """The form at the left, the answer at the right. One question at a time is with the worker.

    What is typed meanwhile is asked next: a question is never given up, since that would end the worker
    which holds the model.
    """

    def __init__(self, ask: Callable[[Task], Job], form_width: int) -> None:
        super().__init__()
        self._ask = ask
        self._model: Model | None = None
        self._schema: InputSchema | None = None
        self._job: Job | None = None
        self._is_stale = False
        self.form = RowForm()
        self.form.changed.connect(self.predict)
        self.result = RowResult()
        self.clear = button(tr("Clear"), small=True)
        self.clear.clicked.connect(self.form.clear)
        head = row(label(tr("One row"), "section"), None, self.clear)
        head.setContentsMargins(12, 10, 12, 8)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setWidget(self.form)
        left = QWidget()
        left.setFixedWidth(form_width)
        left.setLayout(column(head, rule(), area, spacing=0))
        across = row(left, rule("column"), spacing=0)
        across.addWidget(self.result, 1)
        self.setLayout(across)

    def set_model(self, model: Model | None, schema: InputSchema | None) -> None:
        """Predict with this model from now on; without its schema there is nothing to fill in."""
        self.setEnabled(model is not None and schema is not None)
        if model == self._model and schema == self._schema:
            return
        self._model = model if schema is not None else None
        self.result.show_nothing()
        if schema is not None and schema != self._schema:  # else what is being typed goes on
            self.form.set_schema(schema)
        self._schema = schema
        if self.isVisible():
            self.predict()

    def predict(self) -> None:
        """Ask for what stands in the form."""
        if self._model is None:
            return
        if self._job is not None:
            self._is_stale = True
            return
        self._is_stale = False
        task = PredictRowTask(
            model=str(self._model.path), version=repr(self._model.version), cells=self.form.cells()
        )
        self._job = job = self._ask(task)
        job.finished.connect(self._on_finished)
        job.failed.connect(self._on_failed)

    def _on_finished(self, value: object) -> None:
        self._job = None
        if self._is_stale:
            self.predict()
        else:
            self.result.show_prediction(RowPrediction.model_validate(value))

    def _on_failed(self, error: TrainyardError) -> None:
        self._job = None
        if self._is_stale:
            self.predict()
        else:
            self.result.show_error(error)
