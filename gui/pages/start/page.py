"""The start page: drop zone, recent tables, samples."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QFileDialog, QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from gui.i18n import tr
from gui.models.drop_offer import DropOffer
from gui.pages.page import Page
from gui.pages.start.drop_zone import DropZone
from gui.pages.start.recents import RecentsTable
from gui.pages.start.samples import SampleCards
from gui.widgets.buttons import link_button
from gui.widgets.card import Card
from gui.widgets.text import label

if TYPE_CHECKING:
    from gui.notices import Notices
    from gui.session import Session
    from gui.settings import Recent, Settings

WIDTH = 1082


class StartPage(Page):
    """What to do first. `open_asked` and `paste_asked` are the window's own actions."""

    name = "start"
    open_asked = Signal()
    paste_asked = Signal()

    def __init__(self, session: Session, notices: Notices, settings: Settings) -> None:
        super().__init__(session, notices)
        self._settings = settings
        self.zone = DropZone()
        self.zone.open.clicked.connect(self.open_asked)
        self.zone.paste.clicked.connect(self.paste_asked)
        self.recents = RecentsTable()
        self.recents.opened.connect(self._open)
        self.recents.located.connect(self._locate)
        self.recents.removed.connect(self._remove)
        self.samples = SampleCards()
        self.samples.chosen.connect(session.open_sample)

        content = QWidget()
        content.setMaximumWidth(WIDTH)
        column = QVBoxLayout(content)
        column.setContentsMargins(0, 32, 0, 24)
        column.setSpacing(0)
        column.addWidget(self.zone)
        column.addSpacing(31)
        lower = QHBoxLayout()
        lower.setSpacing(20)
        lower.addWidget(self._recents_side(), 612)
        lower.addWidget(self._samples_side(), 448)
        column.addLayout(lower)
        column.addStretch(1)
        holder = QWidget()
        centred = QHBoxLayout(holder)
        centred.setContentsMargins(16, 0, 16, 0)
        centred.addStretch(1)
        centred.addWidget(content, 1000)
        centred.addStretch(1)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setAccessibleName(tr("Start"))
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setWidget(holder)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(scroll)
        session.runsChanged.connect(self.refresh)
        self.refresh()
        QTimer.singleShot(0, self, self._load_samples)

    def hold(self, offer: DropOffer | None) -> None:
        """Say what letting go of something would do, or that nothing is held any more."""
        self.zone.hold(offer)

    def refresh(self) -> None:
        """List the recent tables anew."""
        recents = self._settings.choices.recents
        self.recents.set_recents(recents, self.session.runs)
        self._recents_card.setVisible(bool(recents))
        self._no_recents.setVisible(not recents)
        self._clear.setVisible(bool(recents))

    def showEvent(self, event: QShowEvent) -> None:
        self.refresh()
        super().showEvent(event)

    def _recents_side(self) -> QWidget:
        side = QWidget()
        layout = QVBoxLayout(side)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        self._clear = link_button(tr("Clear list"))
        self._clear.setProperty("quiet", True)
        self._clear.clicked.connect(self._forget_all)
        head = QHBoxLayout()
        head.addWidget(label(tr("Recent"), "section"))
        head.addStretch(1)
        head.addWidget(self._clear)
        layout.addLayout(head)
        self._recents_card = Card(padding=0)
        self._recents_card.body.addWidget(self.recents)
        layout.addWidget(self._recents_card)
        self._no_recents = label(tr("Tables that you open are listed here."), "body", "muted")
        layout.addWidget(self._no_recents)
        layout.addStretch(1)
        return side

    def _samples_side(self) -> QWidget:
        side = QWidget()
        layout = QVBoxLayout(side)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        head = QHBoxLayout()
        head.addWidget(label(tr("Sample datasets"), "section"))
        head.addStretch(1)
        head.addWidget(label(tr("On this computer already"), "small", "muted"))
        layout.addLayout(head)
        layout.addWidget(self.samples)
        layout.addStretch(1)
        return side

    def _load_samples(self) -> None:
        from engine.data.samples import samples

        self.samples.set_samples(samples())

    def _forget_all(self) -> None:
        self._settings.forget()
        self.refresh()

    def _open(self, recent: Recent) -> None:
        self.session.open(recent.path, recent.part)

    def _remove(self, recent: Recent) -> None:
        self._settings.forget(recent)
        self.refresh()

    def _locate(self, recent: Recent) -> None:
        old = Path(recent.path)
        chosen, _ = QFileDialog.getOpenFileName(self, tr("Where is {name} now?", name=old.name))
        if chosen:
            self._settings.forget(recent)
            self.session.open_moved(old, Path(chosen), recent.part)
