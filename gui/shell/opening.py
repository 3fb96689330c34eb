"""The ways a table comes in: chosen files, dropped ones, the clipboard, a recent one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFileDialog, QWidget

from engine.data.formats.kinds import patterns
from engine.errors import (
    FileChanged,
    FileMissing,
    HeaderOnly,
    NotATable,
    PartMissing,
    ReadingUnfit,
    TrainyardError,
    Undecodable,
)
from engine.paths import resource
from engine.recipe.reading import Reading
from gui.i18n import render, sentences, tr, trn
from gui.widgets.choice import ComboBox

if TYPE_CHECKING:
    from engine.data.table import Table
    from gui.notices import Notice, Notices
    from gui.session import Session
    from gui.settings import Settings


_READ_IN_A_WRONG_WAY = (Undecodable, HeaderOnly, NotATable, PartMissing, ReadingUnfit)
"""Errors that another reading may avoid."""


class Opening(QObject):
    """Opens tables, asks before edits would be lost, and remembers what was open."""

    def __init__(
        self, window: QWidget, session: Session, notices: Notices, settings: Settings
    ) -> None:
        super().__init__(window)
        self._window = window
        self._session = session
        self._notices = notices
        self._settings = settings
        self._question: Notice | None = None
        self._part_question: Notice | None = None
        session.partsFound.connect(self._ask_part)
        self._told: Table | None = None
        session.pageChanged.connect(self.look_at_file)
        app = QGuiApplication.instance()
        assert isinstance(app, QGuiApplication)
        app.applicationStateChanged.connect(self._on_application_state)
        session.tableChanged.connect(self._remember)
        session.tableChanged.connect(self._offer_look)
        session.recipeChanged.connect(self._remember_target)

    def choose(self) -> None:
        """Let a person choose a file."""
        recents = self._settings.choices.recents
        folder = str(Path(recents[0].path).parent) if recents else ""
        kinds = ";;".join(
            (
                tr("Tables ({patterns})", patterns=patterns()),
                tr("Trainyard files (*.trainyard *.json)"),
                tr("All files (*)"),
            )
        )
        chosen, _ = QFileDialog.getOpenFileNames(self._window, tr("Open"), folder, kinds)
        if chosen:
            self.open_files([Path(each) for each in chosen])

    def open(self, path: Path, part: str | None = None, *, reading: Reading | None = None) -> None:
        """Open a file, or a part of it; asks first if it would replace a table with edits.

        With a `reading` it is read just so, whatever is remembered of it.
        """
        if path.suffix in (".trainyard", ".json"):
            self._session.open(path)
        elif reading is not None:
            self._replace(path.name, lambda: self._session.open_as(path, reading))
        else:
            self._replace(path.name, lambda: self._session.open(path, part))

    def open_files(self, paths: Sequence[Path]) -> None:
        """Open several files as one table, or a single one as `open` does."""
        if len(paths) == 1:
            self.open(paths[0])
        elif paths:
            name = trn("{count} file", "{count} files", len(paths))
            self._replace(name, lambda: self._session.open_files(paths))

    def paste(self) -> None:
        """Open the text on the clipboard as a table."""
        text = QGuiApplication.clipboard().text()
        if text.strip():
            self._replace(tr("the clipboard"), lambda: self._session.paste(text))
        else:
            self._notices.show(
                tr("The clipboard holds no text"),
                tr("Copy some rows, with their header, from a spreadsheet first."),
                "info",
            )

    def open_text(self, text: str) -> None:
        """Open a text that was dropped as a table."""
        self._replace(tr("the dropped text"), lambda: self._session.paste(text))

    def forget(self) -> None:
        """Open the file as if for the first time, and offer to take that back."""
        table = self._session.table
        if table is None:
            return
        forgotten = self._session.forget_memory()
        self._notices.show(
            tr("What was set for {name} is forgotten", name=table.path.name),
            tr("It is opened as if for the first time."),
            "ok",
            (tr("Undo"), lambda: self._session.put_back_memory(forgotten)),
        )

    def look_at_file(self) -> None:
        """Tell, once, that the file of the open table has been changed or deleted meanwhile."""
        table = self._session.table
        if table is None or table is self._told or not table.is_stale():
            return
        self._told = table
        if table.path.exists():
            found, *advice = FileChanged(str(table.path)).messages()
            again = (tr("Read the file again"), self._read_again)
        else:
            found, *advice = FileMissing(str(table.path)).messages()
            again = None
        self._notices.show(render(found), render(advice[0]), "warn", again, stays=True)

    def _offer_look(self) -> None:
        """Where the detection is unsure, offer to look at how the file was read."""
        table = self._session.table
        if table is None or not self._session.is_first_opening:
            return
        doubtful = [render(each.reason) for each in table.detected if each.is_doubtful]
        if doubtful:
            offer = self._notices.show(
                tr("See whether {name} was read as it is meant", name=table.path.name),
                sentences(doubtful),
                "warn",
                (tr("Show how it is read"), self._session.ask_reading),
                stays=True,
            )
            # Once it is being looked at, however a person got there, the offer has done its work.
            self._session.readingAsked.connect(offer.close_notice)
            self._session.tableChanged.connect(offer.close_notice)

    def way_out(self, error: TrainyardError) -> tuple[str, Callable[[], None]] | None:
        """What helps with a file that could not be read: to see it, and to say how it is meant."""
        if not isinstance(error, _READ_IN_A_WRONG_WAY):
            return None
        path = Path(error.path)
        return tr("Choose how to read it"), lambda: self._session.ask_reading_of(path)

    def end_with_next_table(self, notice: Notice) -> None:
        """Take away what was said of a file that could not be read once another one is open."""
        self._session.tableChanged.connect(notice.close_notice)

    def _read_again(self) -> None:
        self._session.reread(self._session.recipe.reading)

    def _on_application_state(self, state: Qt.ApplicationState) -> None:
        if state is Qt.ApplicationState.ApplicationActive:
            self.look_at_file()

    def _replace(self, name: str, go_on: Callable[[], None]) -> None:
        table = self._session.table
        if self._question is not None:
            self._question.close_notice()
        if table is None or not self._session.can_undo:
            go_on()
            return
        question = self._notices.show(
            tr("Replace {old} with {new}?", old=table.path.name, new=name),
            tr("Your edits to columns, split and model are lost. Runs are kept."),
            "warn",
            (tr("Replace"), go_on),
            stays=True,
        )
        self._question = question
        question.closed.connect(self._forget_question)

    def _ask_part(self, path: Path, parts: Sequence[str]) -> None:
        """Let a person choose one of the tables in a file, beside whatever is open."""
        if self._part_question is not None:
            self._part_question.close_notice()
        choice = ComboBox([(part, part) for part in parts], name=tr("Table to open"))
        choice.setMinimumContentsLength(12)
        choice.setSizeAdjustPolicy(ComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        question = self._notices.show(
            trn(
                "{name} holds {count} table",
                "{name} holds {count} tables",
                len(parts),
                name=path.name,
            ),
            tr("Choose the one to open."),
            "info",
            (tr("Open"), lambda: self._session.open_part(path, choice.value())),
            field=choice,
        )
        self._part_question = question
        question.closed.connect(lambda: self._forget_part_question(question))
        choice.setFocus()

    def _forget_part_question(self, question: Notice) -> None:
        if self._part_question is question:
            self._part_question = None

    def _forget_question(self) -> None:
        self._question = None

    def _remember(self) -> None:
        table = self._session.table
        if table is None or not table.path.exists():
            return
        if table.path.is_relative_to(resource("samples")):
            return
        self._settings.remember(
            table.path, table.rows, len(table.names), self._session.target, table.reading.part
        )

    def _remember_target(self) -> None:
        recents = self._settings.choices.recents
        if recents and recents[0].target != self._session.target:
            self._remember()
