"""The window, open on the Train page and drawing the newest run of its workspace, until it is ended."""

from __future__ import annotations

import os
import sys
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")


def main() -> int:
    """Show the window; the first line printed says that it is there, a second one how much it drew."""
    from PySide6.QtCore import QTimer
    from PySide6.QtWidgets import QApplication

    from gui.app.program import Program

    app = QApplication(sys.argv[:1])
    program = Program(app, Path(os.environ["TRAINYARD_HOME"]))
    program.show()
    session = program.session
    session.show_page("train")

    def follow() -> None:
        if session.runs:
            session.set_focus(session.runs[0].id)

    timer = QTimer(interval=200)
    timer.timeout.connect(follow)
    timer.start()
    QTimer.singleShot(3000, lambda: print("ready", flush=True))
    return app.exec()


if __name__ == "__main__":
    sys.exit(main())
