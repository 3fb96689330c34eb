"""The card with the command that predicts the same from a terminal."""

from __future__ import annotations

import os
import shlex
import subprocess
from collections.abc import Sequence

from PySide6.QtCore import QTimer
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFrame

from gui.i18n import tr
from gui.icons import icon
from gui.widgets.buttons import button
from gui.widgets.card import Card
from gui.widgets.layout import row
from gui.widgets.text import ElidedLabel, label

COPIED = 1500
"""Milliseconds for which the button says that it was copied."""


class CommandCard(Card):
    """A command in mono, and Copy."""

    def __init__(self) -> None:
        super().__init__(tr("Command line"))
        self._command = ""
        self._shown = ElidedLabel("", "mono")
        frame = QFrame()
        frame.setProperty("note", "plain")
        frame.setLayout(row(self._shown, None, margins=(10, 8, 10, 8)))
        self.copy = button(tr("Copy"), icon="copy", small=True)
        self.copy.clicked.connect(self._copy)
        self.body.addWidget(
            label(tr("The same in a terminal, for scripts and large files."), "small", "text2")
        )
        self.body.addWidget(frame)
        self.body.addStretch(1)
        self.header.addWidget(self.copy)
        self._timer = QTimer(self, interval=COPIED, singleShot=True)
        self._timer.timeout.connect(lambda: self._say(tr("Copy"), "copy"))

    def set_arguments(self, arguments: Sequence[str]) -> None:
        """Show a command made of these words, quoted where the shell needs it."""
        quoted = subprocess.list2cmdline if os.name == "nt" else shlex.join
        self._command = quoted(arguments)
        self._shown.set_text(self._command)

    def command(self) -> str:
        """The whole command."""
        return self._command

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self._command)
        self._say(tr("Copied"), "check")
        self._timer.start()

    def _say(self, text: str, name: str) -> None:
        self.copy.setText(text)
        self.copy.setIcon(icon(name))
