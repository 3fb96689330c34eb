"""The one question that waits for an answer: closing the window while a run trains."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QMessageBox, QWidget

from gui.i18n import tr, trn

if TYPE_CHECKING:
    from gui.session import Session


def may_close(window: QWidget, session: Session) -> bool:
    """Ask what becomes of the runs that train; True when the window may close."""
    running = session.unfinished
    if not running:
        return True
    box = QMessageBox(window)
    box.setWindowTitle(tr("Close Trainyard"))
    box.setText(trn("{count} run is training.", "{count} runs are training.", len(running)))
    box.setInformativeText(
        tr("It can go on in the background; the next start of Trainyard shows it again.")
    )
    waiting = len(session.queue.waiting)
    if waiting:
        box.setInformativeText(
            box.informativeText()
            + "\n"
            + trn(
                "{count} run waits: it starts when Trainyard is open again.",
                "{count} runs wait: they start when Trainyard is open again.",
                waiting,
            )
        )
    keep = box.addButton(tr("Keep training"), QMessageBox.ButtonRole.AcceptRole)
    stop = box.addButton(tr("Stop and keep best"), QMessageBox.ButtonRole.DestructiveRole)
    cancel = box.addButton(tr("Cancel"), QMessageBox.ButtonRole.RejectRole)
    box.setDefaultButton(keep)
    box.setEscapeButton(cancel)
    box.exec()
    clicked = box.clickedButton()
    if clicked is stop:
        for run in running:
            session.stop(run)
    return clicked in (keep, stop)
