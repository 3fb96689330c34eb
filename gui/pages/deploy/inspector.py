"""Beside Deploy: what a model takes and gives."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QHBoxLayout

from engine.schema import Kind, Task
from gui.i18n import listed, tr, trn
from gui.models.figures import compact_text
from gui.pages.deploy.input_schema import InputColumn, InputSchema
from gui.pages.deploy.schema_list import SchemaLine, SchemaList
from gui.widgets.buttons import button
from gui.widgets.note import Note
from gui.widgets.results_inspector import Facts, InspectorPanel, Section
from gui.widgets.text import label

if TYPE_CHECKING:
    from engine.data.profiling.profile import ColumnProfile

CLASSES_NAMED = 4


class DeployInspector(InspectorPanel):
    """The columns that the model needs, and what it predicts."""

    def __init__(self) -> None:
        super().__init__(tr("Model"))
        self._schema: InputSchema | None = None
        self._columns = Section()
        head = QHBoxLayout()
        head.addWidget(label(tr("Input schema"), "section"))
        head.addStretch(1)
        self.copy = button(tr("JSON"), icon="copy", small=True, tooltip=tr("Copy as JSON"))
        self.copy.clicked.connect(self._copy)
        head.addWidget(self.copy)
        self.list = SchemaList()
        self._columns.body.addLayout(head)
        self._columns.body.addWidget(self.list)
        self._output = Section(tr("Prediction"))
        self._output_facts = Facts()
        self._output.body.addWidget(self._output_facts)
        self._note = Note("")
        last = Section(divided=False)
        last.body.addWidget(self._note)
        for section in (self._columns, self._output, last):
            self.add(section)
        self.show_nothing()

    def show_nothing(self) -> None:
        """No model is chosen."""
        self._schema = None
        self.set_title(tr("Model"))
        for widget in (self._columns, self._output, self._note):
            widget.hide()

    def show_error(self, name: str, found: str, advice: str) -> None:
        """The model cannot be used, and why."""
        self.show_nothing()
        self.set_title(name)
        self._note.set(advice, "err", title=found)
        self._note.show()

    def show_schema(
        self, name: str, schema: InputSchema, profiles: Mapping[str, ColumnProfile]
    ) -> None:
        """Show what a model needs; ranges are those of the table where it is open, else of training rows."""
        self._schema = schema
        count = len(schema.columns)
        self.set_title(name, trn("{count} column", "{count} columns", count))
        self.list.set_lines(
            [
                SchemaLine(column.name, column.kind, _detail(column, profiles.get(column.name)))
                for column in schema.columns
            ]
        )
        self._output_facts.set(
            [
                (tr("Target"), schema.target),
                (tr("Task"), _task_name(schema.task)),
                *(
                    (tr("Classes of “{target}”", target=name), _classes(classes))
                    if len(schema.by_target) > 1
                    else (tr("Classes"), _classes(classes))
                    for name, classes in schema.by_target
                    if classes or len(schema.by_target) == 1
                ),
            ]
        )
        self._note.set(
            tr(
                "Columns are found by name, in any order. Others are kept as they are, and values the model has never seen count as unknown."
            )
        )
        for widget in (self._columns, self._output, self._note):
            widget.show()

    def _copy(self) -> None:
        if self._schema is not None:
            QGuiApplication.clipboard().setText(self._schema.to_json())


def _detail(column: InputColumn, profile: ColumnProfile | None) -> str:
    if column.kind is Kind.CATEGORY:
        return trn("{count} level", "{count} levels", len(column.levels))
    if (
        column.kind is Kind.NUMBER
        and profile is not None
        and profile.minimum is not None
        and profile.maximum is not None
    ):
        return f"{compact_text(profile.minimum)} – {compact_text(profile.maximum)}"
    if column.low is not None and column.high is not None:
        return f"{compact_text(column.low)} – {compact_text(column.high)}"
    return tr("date") if column.kind is Kind.DATE else tr("number")


def _task_name(task: Task) -> str:
    return {
        Task.BINARY: tr("Two classes"),
        Task.MULTICLASS: tr("Several classes"),
        Task.REGRESSION: tr("A number"),
        Task.MULTI_REGRESSION: tr("Several numbers"),
        Task.MULTI_LABEL: tr("Several yes/no answers"),
    }[task]


def _classes(classes: tuple[str, ...]) -> str:
    named = listed(classes[:CLASSES_NAMED])
    more = len(classes) - CLASSES_NAMED
    return named if more <= 0 else tr("{names} and {more} more", names=named, more=more)
