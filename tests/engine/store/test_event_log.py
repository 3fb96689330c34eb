"""The event log under torn lines, full disks and followers."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from engine.errors import DiskFull
from engine.events import Noted, StepsDone, to_line
from engine.messages import message
from engine.store.event_log import EventLog, EventTail
from tests.engine.store.helpers import epoch_ended, finished, started


def step(number: int) -> StepsDone:
    return StepsDone(1.0, number, 1, 0.5, 1e-3, 100.0)


def test_a_follower_sees_what_is_appended(tmp_path: Path) -> None:
    path = tmp_path / "events.jsonl"
    tail = EventTail(path)
    assert tail.poll() == []
    with EventLog(path) as log:
        first = started()
        log.emit(first)
        assert tail.poll() == [first]
        assert tail.poll() == []
        last = finished()
        log.emit(last)
        assert tail.poll() == [last]


def test_a_torn_last_line_is_not_delivered_until_it_is_whole(tmp_path: Path) -> None:
    path = tmp_path / "events.jsonl"
    line = to_line(started()).encode()
    path.write_bytes(line[:25])
    tail = EventTail(path)
    assert tail.poll() == []
    path.write_bytes(line)
    assert len(tail.poll()) == 1


def test_a_line_torn_by_a_killed_writer_is_closed_by_the_next(tmp_path: Path) -> None:
    path = tmp_path / "events.jsonl"
    line = to_line(epoch_ended(1)).encode()
    path.write_bytes(line + line[:20])
    with EventLog(path) as log:
        log.emit(finished())
    events = EventTail(path).poll()
    assert [type(event).__name__ for event in events] == ["EpochEnded", "RunFinished"]


def test_steps_are_gathered_between_flushes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    writes: list[bytes] = []
    write = os.write
    path = tmp_path / "events.jsonl"
    with EventLog(path) as log:
        log.flush()
        monkeypatch.setattr("engine.store.event_log.time.monotonic", lambda: log._flushed + 0.01)
        monkeypatch.setattr(os, "write", lambda fd, d: writes.append(bytes(d)) or write(fd, d))
        for number in range(50):
            log.emit(step(number))
        assert writes == []
        log.emit(started())
        assert len(writes) == 1
    assert len(EventTail(path).poll()) == 51


def test_texts_with_unusual_line_ends_stay_whole(tmp_path: Path) -> None:
    path = tmp_path / "events.jsonl"
    note = Noted(1.0, message("{name}", name="a\u2028b\x85c\rd\ne"))
    with EventLog(path) as log:
        log.emit(note)
    assert EventTail(path).poll() == [note]


def test_a_write_that_failed_half_way_garbles_no_later_event(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "events.jsonl"
    write = os.write

    def fails(descriptor: int, data: bytes) -> int:
        write(descriptor, bytes(data)[:7])
        raise OSError(errno.ENOSPC, "No space left on device")

    with EventLog(path) as log:
        log.emit(started())
        with monkeypatch.context() as patch:
            patch.setattr(os, "write", fails)
            with pytest.raises(DiskFull):
                log.emit(started())
        log.emit(finished())
    events = EventTail(path).poll()
    assert [type(event).__name__ for event in events] == ["RunStarted", "RunFinished"]


def test_a_full_disk_is_reported_and_its_report_fits_in_the_reserve(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "events.jsonl"
    write = os.write

    def full_while_reserved(descriptor: int, data: bytes) -> int:
        if (tmp_path / ".reserve").exists():
            write(descriptor, bytes(data)[:7])  # a torn line, as a filling disk leaves it
            raise OSError(errno.ENOSPC, "No space left on device")
        return write(descriptor, data)

    with EventLog(path) as log:
        log.emit(started())
        monkeypatch.setattr(os, "write", full_while_reserved)
        with pytest.raises(DiskFull):
            log.emit(started())
        log.emit(finished())
    events = EventTail(path).poll()
    assert [type(event).__name__ for event in events] == ["RunStarted", "RunFinished"]
