"""The context menu of a run: what can be done with it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMenu, QWidget

from gui.i18n import tr, trn
from gui.models.run_words import run_title
from gui.widgets.file_choosers import choose_destination, choose_file, choose_folder, documents

if TYPE_CHECKING:
    from engine.store.summary import RunSummary
    from gui.runs_drawer.drawer import RunsDrawer
    from gui.session import Session

MORE_EPOCHS = (10, 50)
"""Offered beside as many as a run had."""


def run_menu(drawer: RunsDrawer, session: Session, summary: RunSummary) -> QMenu:
    """The menu of one run; it goes when it is closed."""
    menu = QMenu(drawer)
    menu.aboutToHide.connect(menu.deleteLater)
    run, status = summary.id, summary.status
    damaged = status.value == "damaged"

    shown = _add(menu, tr("Draw on the charts"), lambda on: session.set_overlay(run, on))
    shown.setCheckable(True)
    shown.setChecked(run in session.overlay)
    star = _add(menu, tr("Favourite"), lambda on: session.shelf.star(run, on), "S")
    star.setCheckable(True)
    star.setChecked(summary.favourite)
    star.setEnabled(not damaged)
    menu.addSeparator()
    if summary.holds == "sweep":
        _add(menu, tr("Open the sweep"), lambda: drawer.open_run(run, "sweep"), on=not damaged)
    _add(menu, tr("Open in Train"), lambda: drawer.open_run(run), on=not damaged)
    _add(menu, tr("Open in Evaluate"), lambda: drawer.open_run(run, "evaluate"), on=not damaged)
    if status.value == "paused" or status.can_resume:
        _add(menu, tr("Resume"), lambda: session.resume(run))
    if status.is_alive:
        _add(menu, tr("Stop and keep the best"), lambda: session.stop(run))
    menu.addSeparator()
    if not damaged:
        _add_going_on(menu, session, summary)
        _add(menu, tr("Use its recipe"), lambda: drawer.use_recipe(run))
        menu.addSeparator()
    _add(menu, tr("Rename"), lambda: drawer.table.rename(run), "F2", on=not damaged)
    _add(menu, tr("Note and tags"), lambda: drawer.table.note(run), "N", on=not damaged)
    save = menu.addMenu(tr("Save as"))
    save.setEnabled(not damaged and not status.is_alive)
    _add(save, tr("Run file…"), lambda: export_run(drawer, session, summary))
    _add(save, tr("TensorBoard events…"), lambda: export_tensorboard(drawer, session, summary))
    menu.addSeparator()
    _add(menu, tr("Move to the trash"), lambda: drawer.delete(run), "Del", on=not status.is_alive)
    return menu


def shelf_menu(parent: QWidget, session: Session) -> QMenu:
    """What concerns all runs: imports and the trash."""
    menu = QMenu(parent)
    menu.aboutToHide.connect(menu.deleteLater)
    add_shelf_actions(menu, session)
    return menu


def add_shelf_actions(menu: QMenu, session: Session) -> None:
    """Importing, and the trash with what lies in it."""
    _add(menu, tr("Import a run…"), lambda: import_run(menu, session))
    count = session.shelf.trashed()
    _add(menu, tr("Restore from the trash"), session.shelf.restore_last, on=count > 0)
    empty = trn("Empty the trash ({count} run)", "Empty the trash ({count} runs)", count)
    bin_menu = menu.addMenu(empty if count else tr("Empty the trash"))
    bin_menu.setEnabled(count > 0)
    _add(bin_menu, tr("Delete for good"), session.shelf.empty_trash)


def _add_going_on(menu: QMenu, session: Session, summary: RunSummary) -> None:
    """Continue, fork and start from: what goes on from where the run is."""
    run = summary.id
    kept = session.shelf.checkpoints(run)
    single = not summary.holds and not summary.folds and "last" in kept
    if single and not summary.status.is_alive:
        more = menu.addMenu(tr("Continue"))
        done = kept["last"]
        for count in sorted({*MORE_EPOCHS, max(1, summary.epochs)}):
            text = trn("{count} more epoch", "{count} more epochs", count)
            _add(more, text, lambda _=False, to=done + count: session.shelf.go_on(run, to))
    if single:
        fork = menu.addMenu(tr("Fork"))
        for name, epoch in kept.items():
            text = tr("From “{name}”, epoch {epoch}", name=name, epoch=epoch)
            _add(fork, text, lambda _=False, name=name: session.fork_run(run, name))
        replay = _add(menu, tr("Repeat exactly"), lambda: _repeat(session, run))
        replay.setEnabled(not summary.status.is_alive)
    if kept and session.table is not None:
        _add(menu, tr("Start the next run from its weights"), lambda: _start_from(session, summary))


def _repeat(session: Session, run: str) -> None:
    if session.shelf.replay(run) is not None:
        session.show_page("train")


def _start_from(session: Session, summary: RunSummary) -> None:
    from engine.recipe.start import Start

    recipe = session.recipe.model_copy(update={"start": Start(run=summary.id)})
    session.edit(recipe, tr("Start from {run}", run=run_title(summary)))


def export_run(parent: QWidget, session: Session, summary: RunSummary) -> None:
    """Ask where to, then write the run as one file."""
    proposed = documents() / f"{summary.dataset}-run-{summary.number}.trainyard-run"
    kinds = tr("Run files (*.trainyard-run)")
    path = choose_destination(parent, tr("Save the run"), proposed, kinds)
    if path is not None:
        session.shelf.export(summary.id, path)


def export_tensorboard(parent: QWidget, session: Session, summary: RunSummary) -> None:
    """Ask for a folder, then write the curves there."""
    folder = choose_folder(parent, tr("Folder for TensorBoard"), documents())
    if folder is not None:
        session.shelf.write_tensorboard(summary.id, folder)


def import_run(parent: QWidget, session: Session) -> None:
    """Ask for a run file, then take it in."""
    kinds = tr("Run files (*.trainyard-run)")
    path: Path | None = choose_file(parent, tr("Import a run"), documents(), kinds)
    if path is not None:
        session.shelf.import_file(path)


def _add(
    menu: QMenu,
    text: str,
    action: Callable[..., object],
    shortcut: str = "",
    *,
    on: bool = True,
) -> QAction:
    made = menu.addAction(text)
    made.triggered.connect(action)
    if shortcut:
        made.setShortcut(QKeySequence(shortcut))
    made.setEnabled(on)
    return made
