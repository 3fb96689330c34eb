"""The curves of a run as TensorBoard event files.

Written out here, for the format is small and what writes it elsewhere brings a dozen packages: records of
TFRecord (length, its masked CRC-32C, data, its masked CRC-32C), each a protocol buffer `Event` with
`wall_time` (1, double), `step` (2, int64), `file_version` (3, string) and `summary` (5), whose values (1)
have `tag` (1, string) and `simple_value` (2, float). See tensorflow/core/util/event.proto and
tensorflow/core/framework/summary.proto.
"""

from __future__ import annotations

import platform
import struct
from collections.abc import Iterator, Mapping
from pathlib import Path

from engine.events import EpochEnded, RunEvent, RunStarted, StepsDone
from engine.files import atomic_file, write_plain, writing
from engine.store.run_folder import RunFolder

_LARGEST = 3.4e38
"""Of numbers in four bytes; NaN is not below it either."""
_POLYNOMIAL = 0x82F63B78  # of CRC-32C (Castagnoli), its bits reversed


def export_tensorboard(run: RunFolder, folder: Path) -> Path:
    """Write the curves of a run into a folder of its own under `folder`; the event file.

    One point per epoch for the losses and metrics of both parts, learning rate, gradient norm and
    throughput, and one per report for the loss within epochs; the x axis counts steps.

    Raises `RunNotFound`, `RunDamaged`, `DiskFull` or `WriteFailed`.
    """
    info = run.info()
    name = f"events.out.tfevents.{round(info.created)}.{platform.node() or 'localhost'}"
    target = folder / run.id / name
    with writing(target):
        target.parent.mkdir(parents=True, exist_ok=True)
    records = [_record(_event(info.created, 0, version="brain.Event:2"))]
    for time, step, values in _points(run.events()):
        records.append(_record(_event(time, step, values)))
    with atomic_file(target) as temporary:
        write_plain(temporary, b"".join(records))
    return target


def _points(events: Iterator[RunEvent]) -> Iterator[tuple[float, int, dict[str, float]]]:
    """What is drawn: when, at which step, and the values by name."""
    names: tuple[str, ...] = ()
    for event in events:
        if isinstance(event, RunStarted):
            names = event.metrics
        elif isinstance(event, StepsDone):
            yield event.time, event.step, {"steps/loss": event.loss}
        elif isinstance(event, EpochEnded):
            values = {
                f"{part}/{metric}": value
                for part, scores in (("train", event.train), ("validation", event.validation))
                for metric, value in zip(names, scores, strict=False)
            }
            values["optimizer/learning_rate"] = event.learning_rate
            values["optimizer/gradient_norm"] = event.gradient_norm
            values["speed/rows_per_second"] = event.rows_per_second
            values["epoch"] = float(event.epoch)
            yield event.time, event.step, values


def _event(
    time: float, step: int, values: Mapping[str, float] | None = None, version: str = ""
) -> bytes:
    parts = [b"\x09" + struct.pack("<d", time), b"\x10" + _varint(step)]
    if version:
        parts.append(_bytes(3, version.encode()))
    finite = {name: value for name, value in (values or {}).items() if abs(value) <= _LARGEST}
    if finite:
        each = (
            _bytes(1, _bytes(1, name.encode()) + b"\x15" + struct.pack("<f", value))
            for name, value in finite.items()
        )
        parts.append(_bytes(5, b"".join(each)))
    return b"".join(parts)


def _bytes(field: int, data: bytes) -> bytes:
    """A field of the wire type that says its length."""
    return bytes([field << 3 | 2]) + _varint(len(data)) + data


def _varint(value: int) -> bytes:
    found = bytearray()
    while value > 0x7F:
        found.append(value & 0x7F | 0x80)
        value >>= 7
    found.append(value)
    return bytes(found)


def _record(data: bytes) -> bytes:
    length = struct.pack("<Q", len(data))
    return length + _masked(length) + data + _masked(data)


def _masked(data: bytes) -> bytes:
    """The CRC-32C as TFRecord keeps it."""
    crc = 0xFFFFFFFF
    for byte in data:
        crc = _TABLE[(crc ^ byte) & 0xFF] ^ crc >> 8
    crc ^= 0xFFFFFFFF
    return struct.pack("<I", ((crc >> 15 | crc << 17) + 0xA282EAD8) & 0xFFFFFFFF)


def _table() -> tuple[int, ...]:
    found = []
    for byte in range(256):
        for _ in range(8):
            byte = byte >> 1 ^ _POLYNOMIAL if byte & 1 else byte >> 1
        found.append(byte)
    return tuple(found)


_TABLE = _table()
