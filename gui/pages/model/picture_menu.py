"""The menu that gives a network's picture away: saved as SVG or PNG, or copied."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path

from PySide6.QtGui import QAction, QGuiApplication
from PySide6.QtWidgets import QMenu, QToolButton, QWidget

from engine.errors import TrainyardError
from engine.files import write_atomic
from gui import theme
from gui.i18n import tr
from gui.notices import Notices
from gui.pages.model.picture_file import NetworkPicture
from gui.widgets import icon_button
from gui.widgets.file_choosers import choose_destination, documents

Painted = Callable[[], NetworkPicture | None]
"""The picture as it is now; None while there is no network."""


class PictureMenu:
    """A button for a page's header, and what its menu does."""

    def __init__(self, picture: Painted, name: Callable[[], str], notices: Notices) -> None:
        """`name` gives a file's name without suffix."""
        self._picture, self._name, self._notices = picture, name, notices
        self._folder: Path | None = None
        self.button = icon_button("export", tr("Save or copy the picture"), framed=True, size=28)
        self.button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        menu = QMenu(self.button)
        self.svg = menu.addAction(tr("Save picture as SVG…"), lambda: self._save("svg"))
        self.png = menu.addAction(tr("Save picture as PNG…"), lambda: self._save("png"))
        self.copy = menu.addAction(tr("Copy picture"), self._copy)
        menu.addSeparator()
        self.light = QAction(tr("In light colours"), menu, checkable=True)
        self.light.setChecked(True)
        self.light.setVisible(theme.is_dark())
        menu.addAction(self.light)
        self.button.setMenu(menu)

    def set_enabled(self, enabled: bool) -> None:
        """Whether there is a picture."""
        self.button.setEnabled(enabled)
        why = tr("There is no network to draw yet")
        self.button.setToolTip(tr("Save or copy the picture") if enabled else why)

    def save_as(self, path: Path) -> None:
        """Write the picture; the suffix says in which form."""
        with self._colours():
            picture = self._picture()
            if picture is None:
                return
            data = picture.svg() if path.suffix.lower() == ".svg" else picture.png()
        self._folder = path.parent
        try:
            write_atomic(path, data)
        except TrainyardError as error:
            self._notices.show_error(error)
        else:
            self._notices.show(tr("Picture saved"), str(path), "ok")

    def _save(self, suffix: str) -> None:
        proposed = (self._folder or documents()) / f"{self._name()}.{suffix}"
        kinds = f"{suffix.upper()} (*.{suffix})"
        window = self.button.window()
        assert isinstance(window, QWidget)
        path = choose_destination(window, tr("Save picture as"), proposed, kinds)
        if path is not None:
            self.save_as(path)

    def _copy(self) -> None:
        with self._colours():
            picture = self._picture()
            if picture is None:
                return
            QGuiApplication.clipboard().setImage(picture.image())
        self._notices.show(tr("Picture copied"), "", "ok")

    def _colours(self) -> AbstractContextManager[None]:
        return theme.painting_light() if self.light.isChecked() else nullcontext()
