"""Opens tables in a process beside the window.

Finding out how a file is written, and what is in its columns, is work of Python itself: in a thread of the
window it would take the interpreter lock from the window time and again, tens of ms in a row.
"""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from engine.errors import Cancelled, FileMissing, ReaderDied
from engine.recipe.reading import Reading
from engine.schema import Schema
from engine.tasks import (
    CancelTask,
    Failure,
    First,
    Opened,
    OpenTask,
    Previewed,
    PreviewTask,
    Progress,
    Ready,
    Reply,
    Result,
)
from gui.worker_process import WorkerProcess

if TYPE_CHECKING:
    from engine.data.first_rows import TellFirst
    from engine.data.reading_preview import ReadingPreview
    from engine.data.table import Table

_LOOK_SECONDS = 0.05
"""How often somebody who waits looks whether he is still to wait."""
_LOOKS = 20
"""How often for the process; then the table is opened without it."""
_END_SECONDS = 3.0
_EXIT_SECONDS = 5.0


class TableReader:
    """Keeps one process warm. As long as there is none, tables are opened in the thread that asks."""

    def __init__(self) -> None:
        self._process: _ReadingProcess | None = None
        self._turn = threading.Lock()
        self._is_closed = False

    @property
    def is_ready(self) -> bool:
        """Whether a process has done its imports and waits."""
        return self._process is not None and self._process.is_ready

    def start(self) -> None:
        """Start a process ahead of the first table."""
        if not self._is_closed:
            self._process = _ReadingProcess()

    def close(self) -> None:
        """End the process; no opening may be under way any more."""
        self._is_closed = True
        if self._process is not None:
            self._process.close()
            self._process = None

    def open(
        self,
        path: Path,
        reading: Reading,
        *,
        progress: Callable[[float], None],
        cancelled: Callable[[], bool],
        must_choose: bool = False,
        first_rows: TellFirst | None = None,
    ) -> tuple[Table, Schema]:
        """The table in a file and its columns; blocks, so call it in a thread.

        Raises `ReaderDied`, and the errors of `engine.data.open.open_table`.
        """
        if self._is_my_turn(cancelled):
            try:
                asked = OpenTask(path=str(path), reading=reading, must_choose=must_choose)
                found = self._opened_beside(asked, progress, cancelled, first_rows)
            finally:
                self._turn.release()
            if found is not None:
                return found
        return _opened_here(path, reading, progress, cancelled, must_choose, first_rows)

    def preview(
        self, path: Path, reading: Reading, *, cancelled: Callable[[], bool]
    ) -> ReadingPreview:
        """How the beginning of a file would be read; blocks, so call it in a thread.

        Raises `Cancelled` and `ReaderDied`.
        """
        from engine.data.reading_preview import preview_reading

        if self._is_my_turn(cancelled):
            try:
                found = self._previewed_beside(path, reading, cancelled)
            finally:
                self._turn.release()
            if found is not None:
                return found
        return preview_reading(path, reading, cancelled=cancelled)

    def _is_my_turn(self, cancelled: Callable[[], bool]) -> bool:
        """Wait for an opening that is given up; not for long, as it may be amid something long."""
        for _ in range(_LOOKS):
            if self._turn.acquire(timeout=_LOOK_SECONDS):
                return True
            if cancelled():
                raise Cancelled
        return False

    def _opened_beside(
        self,
        task: OpenTask,
        progress: Callable[[float], None],
        cancelled: Callable[[], bool],
        first_rows: TellFirst | None,
    ) -> tuple[Table, Schema] | None:
        """None while there is no process, and where the table has been cleared away meanwhile."""
        from engine.data.table import Table

        answer = self._answered_beside(task, progress, cancelled, first_rows)
        if answer is None:
            return None
        opened = Opened.model_validate(answer)
        try:
            return Table.load(Path(opened.folder)), opened.columns
        except FileMissing:
            return None

    def _previewed_beside(
        self, path: Path, reading: Reading, cancelled: Callable[[], bool]
    ) -> ReadingPreview | None:
        """None while there is no process."""
        from engine.data.reading_preview import PREVIEW

        task = PreviewTask(path=str(Path(path).absolute()), reading=reading)
        answer = self._answered_beside(task, lambda share: None, cancelled, None)
        if answer is None:
            return None
        previewed = Previewed.model_validate(answer)
        failure = previewed.failure
        return replace(
            PREVIEW.validate_python(previewed.preview),
            asked=reading,
            error=None if failure is None else failure.exception(),
        )

    def _answered_beside(
        self,
        task: OpenTask | PreviewTask,
        progress: Callable[[float], None],
        cancelled: Callable[[], bool],
        first_rows: TellFirst | None,
    ) -> dict[str, Any] | None:
        """None while there is no process. One that has died makes room for another."""
        if self._process is not None and self._process.has_ended:
            self._start_anew()
        if self._process is None or not self._process.is_ready:
            return None
        try:
            return self._process.ask(task, progress, cancelled, first_rows)
        except ReaderDied:
            self._start_anew()
            raise

    def _start_anew(self) -> None:
        if self._process is not None:
            self._process.close()
        self.start()


def _opened_here(
    path: Path,
    reading: Reading,
    progress: Callable[[float], None],
    cancelled: Callable[[], bool],
    must_choose: bool,
    first_rows: TellFirst | None,
) -> tuple[Table, Schema]:
    from engine.data.columns.infer import infer_schema
    from engine.data.open import open_table

    table = open_table(
        path,
        reading,
        progress=lambda done, total: progress(done / total if total else 1.0),
        cancelled=cancelled,
        must_choose=must_choose,
        first_rows=first_rows,
    )
    return table, infer_schema(table)


class _ReadingProcess:
    """The process and the thread that listens to it."""

    def __init__(self) -> None:
        self._process = WorkerProcess("--read")
        self._replies: queue.SimpleQueue[Reply | None] = queue.SimpleQueue()
        self.is_ready = self.has_ended = False
        self._thread = threading.Thread(target=self._listen, name="table-reader", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """End it, also amid its imports."""
        self._process.end()
        self._thread.join(_END_SECONDS)
        if self._thread.is_alive():
            self._process.kill()
            self._thread.join(_END_SECONDS)
        self._process.wait(_END_SECONDS)
        self._process.leave()

    def ask(
        self,
        task: OpenTask | PreviewTask,
        progress: Callable[[float], None],
        cancelled: Callable[[], bool],
        first_rows: TellFirst | None,
    ) -> dict[str, Any]:
        """The answer. Once nobody waits for it, the process gives up, and is free for another task."""
        self._process.send(task)
        is_given_up = False
        while True:
            if not is_given_up and cancelled():
                is_given_up = True
                self._process.send(CancelTask())
            try:
                reply = self._replies.get(timeout=_LOOK_SECONDS)
            except queue.Empty:
                continue
            match reply:
                case Progress(done=done):
                    progress(done)
                case First(value=value):
                    if first_rows is not None:
                        from engine.data.first_rows import FIRST_ROWS

                        first_rows(FIRST_ROWS.validate_python(value))
                case Result() | Failure() if is_given_up:
                    raise Cancelled
                case Result(value=value):
                    return value
                case Failure():
                    raise reply.exception()
                case Ready():
                    pass
                case None:
                    code = self._process.wait(_EXIT_SECONDS)
                    words = self._process.last_words()
                    raise ReaderDied(task.path, -1 if code is None else code, words)

    def _listen(self) -> None:
        for reply in self._process.replies():
            self._replies.put(reply)
            self.is_ready = True  # with the first one, which says so
        self.is_ready, self.has_ended = False, True
        self._replies.put(None)
