"""Files and texts that are dragged over the window and let go."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QWidget

from gui.models.drop_offer import DropOffer, offer_of
from gui.shell.drop_veil import DropVeil

if TYPE_CHECKING:
    from gui.notices import Notices
    from gui.pages.start.page import StartPage
    from gui.shell.opening import Opening


class Drops(QObject):
    """Says over the window what would happen, and does it."""

    def __init__(
        self,
        window: QWidget,
        start: StartPage,
        opening: Opening,
        notices: Notices,
        has_table: Callable[[], bool],
    ) -> None:
        super().__init__(window)
        self._start = start
        self._opening = opening
        self._notices = notices
        self._has_table = has_table
        self._veil = DropVeil(window)
        window.setAcceptDrops(True)
        window.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        match event.type():
            case QEvent.Type.DragEnter:
                assert isinstance(event, QDragEnterEvent)
                return self._enter(event)
            case QEvent.Type.DragMove:
                event.accept()
                return True
            case QEvent.Type.DragLeave:
                self._leave()
                return True
            case QEvent.Type.Drop:
                assert isinstance(event, QDropEvent)
                self._drop(event)
                return True
        return False

    def _enter(self, event: QDragEnterEvent) -> bool:
        offer = offer_of(event.mimeData(), has_table=self._has_table())
        if offer is None:
            event.ignore()
            return True
        # Also what cannot be opened is taken: only then is there a chance to say why.
        event.acceptProposedAction()
        self._start.hold(offer)
        self._veil.cover("" if self._start.isVisible() else offer.words, offer.opens)
        return True

    def _leave(self) -> None:
        self._veil.hide()
        self._start.hold(None)

    def _drop(self, event: QDropEvent) -> None:
        self._leave()
        # Looked at once more: a file may have gone, or come, since it was held over the window.
        offer = offer_of(event.mimeData(), has_table=self._has_table())
        if offer is None:
            event.ignore()
            return
        event.acceptProposedAction()
        self._act(offer)

    def _act(self, offer: DropOffer) -> None:
        if offer.paths:
            self._opening.open_files(offer.paths)
        elif offer.text:
            self._opening.open_text(offer.text)
        else:
            refused = self._notices.show(offer.words, offer.detail, "warn", stays=True)
            self._opening.end_with_next_table(refused)
