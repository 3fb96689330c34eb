"""Every action of the window, once: menus, buttons and shortcuts share them."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QAction, QActionGroup, QKeySequence
from PySide6.QtWidgets import QWidget

from gui.i18n import LANGUAGES, render, tr, trn
from gui.settings import TEXT_SIZES
from gui.shell.stations import TITLES

if TYPE_CHECKING:
    from gui.session import Session
    from gui.settings import Settings


FOLDS = 5
"""Of a cross-validation, unless the recipe says."""
SEEDS = 5


class Actions(QObject):
    """The actions, each named after what it does; the window connects those that concern it."""

    def __init__(self, window: QWidget, session: Session, settings: Settings) -> None:
        super().__init__(window)
        self._window = window
        self._session = session
        make = self._make
        self.open = make(tr("Open a file…"), "Ctrl+O")
        self.paste = make(tr("Paste a table"), "Ctrl+V")
        self.read_again = make(tr("Read the file again"), "Ctrl+R", self._read_again)
        self.reading = make(
            tr("Read the file in another way…"), "Ctrl+Shift+R", session.ask_reading
        )
        self.forget = make(tr("Forget what was set for this file"))
        self.close_table = make(tr("Close the table"), "Ctrl+W")
        self.quit = make(tr("Quit"), "Ctrl+Q")
        self.undo = make(tr("Undo"), "Ctrl+Z", session.undo)
        self.redo = make(tr("Redo"), ("Ctrl+Y", "Ctrl+Shift+Z"), session.redo)
        self.pages = {
            page: self._page(page, f"Ctrl+{number}") for number, page in enumerate(TITLES, start=1)
        }
        self.runs = make(tr("Runs"), "Ctrl+J")
        self.inspector = make(tr("Inspector"), "Ctrl+I")
        self.problems = make(tr("Problems"), "Ctrl+Shift+M")
        self.next_pane = make(tr("Next pane"), "F6")
        self.train = make(tr("Train"), ("F5", "Ctrl+Return", "Ctrl+Enter"), session.train)
        self.folds = make(tr("Cross-validate"), (), self._cross_validate)
        self.seeds = make(tr("Train with 5 seeds"), (), self._train_seeds)
        self.sweep = make(tr("Sweep…"), "Ctrl+Shift+F5", lambda: session.show_page("sweep"))
        self.queue = make(tr("Queue"), "Ctrl+Shift+J", lambda: session.show_page("queue"))
        self.compare = make(
            tr("Compare runs"), "Ctrl+Shift+C", lambda: session.show_page("compare")
        )
        self.pause = make(tr("Pause"), "Space", self._pause)
        self.stop = make(tr("Stop"), "Ctrl+.", self._stop)
        self.settings = make(tr("Settings…"), "Ctrl+,")
        self.workspace = make(tr("Open the workspace folder"))
        self.help = make(tr("Keyboard and help"), "F1")
        themes = {"system": tr("System"), "light": tr("Light"), "dark": tr("Dark")}
        self.themes = self._choices(themes, settings.choices.theme)
        languages = {"system": tr("System"), **LANGUAGES}
        self.languages = self._choices(languages, settings.choices.language)
        sizes = {size: f"{size:.0%}" for size in TEXT_SIZES}
        self.text_sizes = self._choices(sizes, settings.choices.text_size)
        for signal in (
            session.tableChanged,
            session.recipeChanged,
            session.profileChanged,
            session.runsChanged,
            session.focusChanged,
            session.busyChanged,
        ):
            signal.connect(self.refresh)
        session.runUpdated.connect(self._on_run)
        self.refresh()

    def refresh(self) -> None:
        """Enable what can be done now; a disabled action says in its tooltip what it needs."""
        session = self._session
        reasons = session.blockers()
        self.train.setEnabled(not reasons)
        self.train.setToolTip(
            " ".join(render(reason) for reason in reasons)
            if reasons
            else tr("Train with the settings as they are (F5)")
        )
        for action in (self.folds, self.seeds):
            action.setEnabled(not reasons)
            action.setToolTip(self.train.toolTip() if reasons else "")
        folds = session.recipe.split.folds or FOLDS
        self.folds.setText(
            trn("Cross-validate in {count} fold", "Cross-validate in {count} folds", folds)
        )
        self.compare.setEnabled(bool(session.runs))
        self.undo.setEnabled(session.can_undo)
        self.redo.setEnabled(session.can_redo)
        undo, redo = session.undo_label, session.redo_label
        self.undo.setText(tr("Undo {step}", step=undo) if undo else tr("Undo"))
        self.redo.setText(tr("Redo {step}", step=redo) if redo else tr("Redo"))
        has_table = session.table is not None
        for action in (
            self.read_again,
            self.reading,
            self.forget,
            self.close_table,
            self.problems,
        ):
            action.setEnabled(has_table)
        self._refresh_run()

    def _refresh_run(self) -> None:
        session = self._session
        run = session.run(session.focus) if session.focus else None
        alive = run is not None and run.id in session.running
        resumable = run is not None and run.status.can_resume
        held = run is not None and (run.status == "paused" or resumable)
        self.pause.setEnabled(alive or resumable)
        self.pause.setText(tr("Resume") if held else tr("Pause"))
        self.stop.setEnabled(alive)

    def _make(
        self,
        text: str,
        keys: str | tuple[str, ...] = (),
        does: Callable[[], object] | None = None,
    ) -> QAction:
        action = QAction(text, self)
        names = (keys,) if isinstance(keys, str) else keys
        action.setShortcuts([QKeySequence(name) for name in names])
        action.setShortcutContext(Qt.ShortcutContext.WindowShortcut)
        # Names like "Settings" must not make macOS move the action elsewhere.
        action.setMenuRole(QAction.MenuRole.NoRole)
        if does is not None:
            action.triggered.connect(does)
        self._window.addAction(action)
        return action

    def _page(self, page: str, key: str) -> QAction:
        return self._make(tr(TITLES[page]), key, lambda: self._session.show_page(page))

    def _choices(self, choices: dict, chosen: object) -> QActionGroup:  # type: ignore[type-arg]
        group = QActionGroup(self)
        for value, text in choices.items():
            action = group.addAction(text)
            action.setData(value)
            action.setCheckable(True)
            action.setChecked(value == chosen)
        return group

    def _cross_validate(self) -> None:
        recipe = self._session.recipe
        folds = recipe.split.folds or FOLDS
        self._session.train_with(recipe.with_split(folds=folds, fold=None))

    def _train_seeds(self) -> None:
        from engine.plans.seeds import Seeds

        recipe = self._session.recipe.with_split(folds=None, fold=None)
        self._session.train_with(recipe, Seeds(seeds=SEEDS))

    def _read_again(self) -> None:
        if self._session.table is not None:
            self._session.reread(self._session.recipe.reading)

    def _pause(self) -> None:
        run = self._session.run(self._session.focus) if self._session.focus else None
        if run is None:
            return
        if run.id in self._session.running and run.status != "paused":
            self._session.pause(run.id)
        else:
            self._session.resume(run.id)

    def _stop(self) -> None:
        if self._session.focus is not None:
            self._session.stop(self._session.focus)

    def _on_run(self, run: str) -> None:
        if run == self._session.focus:
            self._refresh_run()
