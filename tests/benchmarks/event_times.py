"""Which events of a window took the processor time of a block, and of what widgets they were."""

from __future__ import annotations

import time
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QObject, QTimer
from PySide6.QtWidgets import QApplication

_WORTH_A_LINE_MS = 1.0
"""Shorter events of one sort are told together."""


@dataclass(frozen=True)
class Spent:
    """An event, with what was sent while it was handled left out."""

    own: float
    """ms of this thread."""
    event: str
    receiver: str
    times: int = 1

    def __str__(self) -> str:
        times = f" ({self.times} times)" if self.times > 1 else ""
        return f"{self.own:.1f} ms {self.event} of {self.receiver}{times}"


class TimedApplication(QApplication):
    """Notes how long each event took; slower than the plain one by about a tenth."""

    def __init__(self, arguments: list[str]) -> None:
        super().__init__(arguments)
        self._spent: list[Spent] = []
        self._small: dict[tuple[str, str], tuple[float, int]] = {}
        self._inner: list[float] = []

    def notify(self, receiver: QObject, event: QEvent) -> bool:
        # Both may be gone when the event has been handled.
        kind = event.type()
        began = time.thread_time()
        self._inner.append(0.0)
        name = _name(receiver)
        try:
            return super().notify(receiver, event)
        finally:
            took = (time.thread_time() - began) * 1000
            own = took - self._inner.pop()
            if self._inner:
                self._inner[-1] += took
            if own >= _WORTH_A_LINE_MS:
                self._spent.append(Spent(own, kind.name, name))
            else:
                before, times = self._small.get((kind.name, name), (0.0, 0))
                self._small[kind.name, name] = before + own, times + 1

    def spent(self) -> list[Spent]:
        """The events since the last call, the longest first."""
        spent, self._spent = self._spent, []
        small, self._small = self._small, {}
        spent += [
            Spent(own, event, receiver, times)
            for (event, receiver), (own, times) in small.items()
            if own >= _WORTH_A_LINE_MS
        ]
        return sorted(spent, key=lambda each: -each.own)


def _name(receiver: QObject) -> str:
    parent = receiver.parent()
    owner = f" in {type(parent).__name__}" if parent is not None else ""
    interval = f" ({receiver.interval()} ms)" if isinstance(receiver, QTimer) else ""
    return f"{type(receiver).__name__}{interval}{owner}"
