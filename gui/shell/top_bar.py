"""The bar above the pages: the dataset, its target, the device, and Train."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QMenu, QSizePolicy, QToolBar, QToolButton

from engine.schema import Task
from gui import theme
from gui.i18n import tr, trn
from gui.icons import icon, pixmap
from gui.settings import Settings
from gui.shell.actions import Actions
from gui.shell.device_meter import DeviceMeter
from gui.shell.menus import recent_menu
from gui.shell.target_menu import TargetMenu
from gui.widgets.buttons import icon_button
from gui.widgets.chip import Chip

if TYPE_CHECKING:
    from gui.session import Session


class TopBar(QToolBar):
    """48 px: dataset chip › target chip, then device, inspector button and Train."""

    def __init__(
        self,
        session: Session,
        actions: Actions,
        settings: Settings,
        open_path: Callable[[Path, str | None], None],
    ) -> None:
        super().__init__(tr("Top bar"))
        self._session = session
        self.setObjectName("top_bar")
        self.setAccessibleName(tr("Top bar"))
        self.setMovable(False)
        self.setFloatable(False)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.PreventContextMenu)
        self.setFixedHeight(48)
        self.setStyleSheet(
            f"#top_bar {{ background: {theme.colour('surface').name()}; border: 0; padding: 0;"
            f" spacing: 0; border-bottom: 1px solid {theme.colour('line').name()} }}"
        )
        self.dataset = Chip(tr("Dataset"), "table")
        self.dataset.setMenu(self._dataset_menu(actions, settings, open_path))
        self.arrow = QLabel()
        ratio = self.devicePixelRatioF()
        self.arrow.setPixmap(pixmap("right", theme.colour("text2"), 16, ratio))
        self.target = Chip(tr("Target"), "target")
        self.target_menu = TargetMenu(self)
        self.target_menu.chosen.connect(self._on_target)
        self.target.setMenu(self.target_menu)
        self.meter = DeviceMeter(session)
        self.inspector = icon_button("panel", tr("Inspector"), framed=True, size=28)
        self.inspector.clicked.connect(actions.inspector.trigger)
        self.inspector.hide()
        self.train = _train_button(actions)

        content = QFrame()
        content.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        layout = QHBoxLayout(content)
        layout.setContentsMargins(12, 0, 12, 0)
        layout.setSpacing(8)
        for widget in (self.dataset, self.arrow, self.target):
            layout.addWidget(widget)
        layout.addStretch(1)
        layout.addWidget(self.meter)
        layout.addSpacing(16)
        layout.addWidget(self.inspector)
        layout.addWidget(self.train)
        self.addWidget(content)
        for signal in (session.tableChanged, session.recipeChanged, session.busyChanged):
            signal.connect(self.refresh)
        self.refresh()

    def refresh(self) -> None:
        """Name the dataset and the target that are open now."""
        table = self._session.table
        if table is None:
            self.dataset.set_words([(tr("No dataset"), "body", 400, "muted")])
        else:
            size = tr(
                "{rows} × {columns}",
                rows=trn("{count} row", "{count} rows", table.rows),
                columns=trn("{count} column", "{count} columns", len(table.names)),
            )
            name = (table.path.name, "body", 500, "text")
            self.dataset.set_words([name, (size, "small", 400, "muted")])
            self.dataset.setToolTip(str(table.path))
        for widget in (self.arrow, self.target):
            widget.setVisible(table is not None)
        schema = self._session.used_schema
        if schema is None:
            return
        target = self._session.target
        title = (tr("Target"), "small", 400, "muted")
        if target is None:
            self.target.set_words([title, (tr("Choose"), "body", 500, "warn")])
        else:
            words = [title, (target, "body", 500, "text")]
            others = len(self._session.recipe.targets) - 1
            if others:
                task = trn("and {count} more", "and {count} more", others)
            else:
                task = self._task_words(schema[target].distinct)
            self.target.set_words([*words, (task, "small", 400, "muted")] if task else words)
        self.target_menu.set_columns(schema.columns, target)

    def set_compact(self, compact: bool) -> None:
        """Make room where the window is narrow."""
        self.meter.set_compact(compact)

    def _task_words(self, classes: int) -> str:
        match self._session.task:
            case Task.REGRESSION:
                return tr("number")
            case Task.BINARY | Task.MULTICLASS:
                return trn("{count} class", "{count} classes", classes)
        return ""

    def _on_target(self, name: str) -> None:
        self._session.set_target(name, tr("Target {name}", name=name))

    def _dataset_menu(
        self, actions: Actions, settings: Settings, open_path: Callable[[Path, str | None], None]
    ) -> QMenu:
        menu = QMenu(self)
        menu.addActions([actions.open, actions.paste])
        menu.addMenu(recent_menu(menu, settings, open_path))
        menu.addSeparator()
        menu.addActions([actions.read_again, actions.reading, actions.close_table])
        return menu


def _train_button(actions: Actions) -> QToolButton:
    button = QToolButton()
    button.setObjectName("train")
    button.setText(actions.train.text())
    button.setIcon(icon("play", "onaccent", gap=3))
    button.setIconSize(QSize(19, 16))
    button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
    button.setPopupMode(QToolButton.ToolButtonPopupMode.MenuButtonPopup)
    button.setFixedHeight(30)
    button.setMinimumWidth(104)
    button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    button.setAccessibleName(actions.train.text())
    menu = QMenu(button)
    menu.addActions([actions.train, actions.folds, actions.seeds, actions.sweep])
    menu.addSeparator()
    menu.addActions([actions.pause, actions.stop])
    menu.addSeparator()
    menu.addAction(actions.queue)
    menu.setToolTipsVisible(True)
    button.setMenu(menu)
    button.clicked.connect(actions.train.trigger)

    def follow() -> None:
        button.setEnabled(actions.train.isEnabled())
        button.setToolTip(actions.train.toolTip())

    # Not its default action: that would take the action's icon, and menus have none.
    actions.train.changed.connect(follow)
    follow()
    return button
