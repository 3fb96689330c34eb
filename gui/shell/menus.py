"""The menu bar, made of the shared actions."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtGui import QActionGroup
from PySide6.QtWidgets import QMenu, QMenuBar

from gui import theme
from gui.i18n import tr
from gui.settings import Settings
from gui.shell.actions import Actions


def fill_menu_bar(
    bar: QMenuBar,
    actions: Actions,
    settings: Settings,
    open_path: Callable[[Path, str | None], None],
) -> None:
    """File, Edit, View, Data, Run, Tools and Help."""
    bar.setFixedHeight(theme.grown(26))
    bar.setAccessibleName(tr("Menu"))
    file = bar.addMenu(tr("File"))
    file.addActions([actions.open, actions.paste])
    file.addMenu(recent_menu(bar, settings, open_path))
    file.addSeparator()
    file.addActions([actions.read_again, actions.reading, actions.forget])
    file.addSeparator()
    file.addAction(actions.close_table)
    file.addSeparator()
    file.addAction(actions.quit)

    bar.addMenu(tr("Edit")).addActions([actions.undo, actions.redo])

    view = bar.addMenu(tr("View"))
    view.addActions(list(actions.pages.values()))
    view.addSeparator()
    view.addActions([actions.inspector, actions.runs, actions.next_pane])
    view.addSeparator()
    _choice_menu(view, tr("Theme"), actions.themes)
    _choice_menu(view, tr("Language"), actions.languages)
    _choice_menu(view, tr("Text size"), actions.text_sizes)

    bar.addMenu(tr("Data")).addActions([actions.problems, actions.reading])
    run = bar.addMenu(tr("Run"))
    run.addActions([actions.train, actions.folds, actions.seeds, actions.sweep])
    run.addSeparator()
    run.addActions([actions.pause, actions.stop])
    run.addSeparator()
    run.addActions([actions.queue, actions.compare])
    bar.addMenu(tr("Tools")).addActions([actions.workspace, actions.settings])
    bar.addMenu(tr("Help")).addActions([actions.help])
    for menu in bar.findChildren(QMenu):
        menu.setToolTipsVisible(True)


def recent_menu(
    parent: QMenuBar | QMenu, settings: Settings, open_path: Callable[[Path, str | None], None]
) -> QMenu:
    """The recent tables, looked up each time the menu opens."""
    menu = QMenu(tr("Open recent"), parent)

    def fill() -> None:
        menu.clear()
        for recent in settings.choices.recents:
            path, part = Path(recent.path), recent.part
            action = menu.addAction(f"{path.name}, {part}" if part else path.name)
            action.setToolTip(str(path))
            action.setEnabled(path.exists())
            action.triggered.connect(lambda _=False, path=path, part=part: open_path(path, part))
        if menu.isEmpty():
            menu.addAction(tr("No recent files")).setEnabled(False)

    menu.setToolTipsVisible(True)
    menu.aboutToShow.connect(fill)
    fill()
    return menu


def _choice_menu(parent: QMenu, title: str, group: QActionGroup) -> None:
    menu = parent.addMenu(title)
    menu.addActions(group.actions())
