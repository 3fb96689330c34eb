"""The dialogs of the window; none of them stops it."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QDialog, QWidget

from gui.settings import Settings
from gui.shell.actions import Actions
from gui.shell.help_dialog import HelpDialog


class Dialogs(QObject):
    """Settings, and keyboard and help."""

    def __init__(
        self,
        window: QWidget,
        actions: Actions,
        settings: Settings,
        choose: Callable[[str, object], None],
    ) -> None:
        super().__init__(window)
        self._window = window
        self._actions = actions
        self._settings = settings
        self._choose = choose
        self._open: dict[str, QDialog] = {}

    def show_settings(self) -> None:
        """Theme, language and text size."""
        self._show("settings", self._make_settings)

    def show_help(self) -> None:
        """Keyboard and help."""
        self._show("help", lambda: HelpDialog(self._window, self._actions))

    def _make_settings(self) -> QDialog:
        # Only now: it looks at the cache of tables, with libraries that the first paint does not need.
        from gui.shell.settings_dialog import SettingsDialog

        dialog = SettingsDialog(self._window, self._settings)
        dialog.changed.connect(self._choose)
        return dialog

    def _show(self, name: str, make: Callable[[], QDialog]) -> None:
        dialog = self._open.get(name)
        if dialog is None:
            dialog = self._open[name] = make()
        dialog.show()
        dialog.raise_()
        dialog.activateWindow()
