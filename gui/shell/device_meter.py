"""Which device trains and how much memory the computer has in use."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QWidget

from gui import theme
from gui.i18n import listed, tr, trn
from gui.icons import pixmap
from gui.widgets.progress import ProgressBar
from gui.widgets.text import label, set_tone

if TYPE_CHECKING:
    from gui.session import Session

_GIB = 1024**3
_EVERY_MS = 2000


class DeviceMeter(QWidget):
    """Device, threads and a bar of memory; refreshed every two seconds."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        chip = QLabel()
        chip.setPixmap(pixmap("chip", theme.colour("text"), 16, self.devicePixelRatioF()))
        self._device = label("", "small", "text2")
        self._title = label(tr("Memory"), "small", "text2")
        self._bar = ProgressBar(tr("Memory in use"), 56, "text2")
        self._amount = label("", "small", "text2")
        for widget in (chip, self._device, self._title, self._bar, self._amount):
            layout.addWidget(widget)
        self._timer = QTimer(self, interval=_EVERY_MS)
        self._timer.timeout.connect(self._measure)
        session.runsChanged.connect(self._name_device)
        self._name_device()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if not self._timer.isActive():
            self._timer.start()
            QTimer.singleShot(0, self, self._measure)

    def set_compact(self, compact: bool) -> None:
        """Leave out the words where the window is narrow."""
        self._title.setVisible(not compact)
        self._device.setVisible(not compact)

    def _name_device(self) -> None:
        alive = [self._session.run(run) for run in self._session.running]
        devices = {run.device for run in alive if run is not None and run.device}
        if devices - {"cpu"}:
            self._device.setText(listed(sorted(name.upper() for name in devices)))
            return
        threads = os.cpu_count() or 1
        self._device.setText(trn("CPU · {count} thread", "CPU · {count} threads", threads))

    def _measure(self) -> None:
        import psutil  # after the first paint

        memory = psutil.virtual_memory()
        used = (memory.total - memory.available) / _GIB
        total = memory.total / _GIB
        share = used / total
        self._bar.set_share(share, "warn" if share > 0.9 else "text2")
        text = tr("{used} / {total} GB", used=f"{used:.1f}", total=f"{total:.0f}")
        self._amount.setText(text)
        set_tone(self._amount, "warn" if share > 0.9 else "text2")
        self.setToolTip(tr("Memory in use on this computer: {amount}", amount=text))
