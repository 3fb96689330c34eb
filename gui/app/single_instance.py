"""One window per workspace: a second start hands its file to the first and ends."""

from __future__ import annotations

import hashlib
import time
from pathlib import Path

from PySide6.QtCore import QLockFile, QObject, Signal
from PySide6.QtNetwork import QLocalServer, QLocalSocket

from engine.files import write_atomic, writing

_TRY_FOR_SECONDS = 3.0
_WAIT_MS = 1000


class SingleInstance(QObject):
    """Holds the lock of the workspace and listens for those who come later.

    Raises `WriteFailed` or `DiskFull` where the workspace cannot be made.
    """

    called = Signal(str)
    """A later start, with the path it was given (or an empty text)."""

    def __init__(self, workspace: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._workspace = workspace
        with writing(workspace):
            workspace.mkdir(parents=True, exist_ok=True)
        digest = hashlib.sha256(str(workspace.resolve()).encode()).hexdigest()[:16]
        self._name = f"trainyard-{digest}"
        self._lock = QLockFile(str(workspace / "window.lock"))
        # Only a dead process makes a lock stale; age does not.
        self._lock.setStaleLockTime(0)
        self._server = QLocalServer(self)
        self._server.setSocketOptions(QLocalServer.SocketOption.UserAccessOption)
        self._server.newConnection.connect(self._on_connection)

    def is_first(self, path: str) -> bool:
        """True for the first; a later one gives `path` to the first and is told False.

        Raises `WriteFailed` or `DiskFull` where the workspace cannot be written to.
        """
        deadline = time.monotonic() + _TRY_FOR_SECONDS
        while not self._lock.tryLock(0):
            if self._lock.error() is not QLockFile.LockError.LockFailedError:
                self._try_writing()
            if self._hand_over(path) or time.monotonic() > deadline:
                return False
            time.sleep(0.05)
        # A server that was killed leaves its socket behind; the lock proves that nobody uses it.
        QLocalServer.removeServer(self._name)
        self._server.listen(self._name)
        return True

    def release(self) -> None:
        """Let the next start be the first."""
        self._server.close()
        self._lock.unlock()

    def _try_writing(self) -> None:
        # The lock does not say why it could not be made; a file of our own does.
        trial = self._workspace / "window.trial"
        with writing(self._workspace):
            write_atomic(trial, b"?")
            trial.unlink(missing_ok=True)

    def _hand_over(self, path: str) -> bool:
        socket = QLocalSocket()
        socket.connectToServer(self._name)
        if not socket.waitForConnected(_WAIT_MS):
            return False
        socket.write(path.encode() + b"\n")
        sent = socket.waitForBytesWritten(_WAIT_MS)
        taken = sent and socket.waitForReadyRead(_WAIT_MS)
        socket.disconnectFromServer()
        return taken

    def _on_connection(self) -> None:
        socket = self._server.nextPendingConnection()  # the server's child, and ended with it
        socket.readyRead.connect(lambda: self._on_words(socket))

    def _on_words(self, socket: QLocalSocket) -> None:
        if socket.canReadLine():
            line = bytes(socket.readLine().data())
            socket.write(b"ok\n")
            socket.flush()
            self.called.emit(line.decode(errors="replace").rstrip("\n"))
