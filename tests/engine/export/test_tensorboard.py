"""TensorBoard event files, read back by the format's own rules."""

from __future__ import annotations

import struct
from pathlib import Path

import pytest

from engine.export.tensorboard import export_tensorboard
from engine.store.workspace import Workspace
from tests.engine.store.helpers import epoch_ended, finished, new_run, started


def crc32c(data: bytes) -> int:
    """Bit by bit, as RFC 3720 (appendix B.4) defines it."""
    crc = 0xFFFFFFFF
    for byte in data:
        crc ^= byte
        for _ in range(8):
            crc = crc >> 1 ^ (0x82F63B78 if crc & 1 else 0)
    return crc ^ 0xFFFFFFFF


def masked(data: bytes) -> int:
    crc = crc32c(data)
    return ((crc >> 15 | crc << 17) + 0xA282EAD8) & 0xFFFFFFFF


def records(data: bytes) -> list[bytes]:
    found, at = [], 0
    while at < len(data):
        (length,) = struct.unpack_from("<Q", data, at)
        assert struct.unpack_from("<I", data, at + 8)[0] == masked(data[at : at + 8])
        body = data[at + 12 : at + 12 + length]
        assert struct.unpack_from("<I", data, at + 12 + length)[0] == masked(body)
        found.append(body)
        at += 16 + length
    return found


def test_the_checksum_is_that_of_the_standard() -> None:
    assert crc32c(b"123456789") == 0xE3069283


def test_curves_are_written_as_records_of_scalars(tmp_path: Path) -> None:
    workspace = Workspace(tmp_path / "w")
    run = new_run(workspace)
    with run.training() as log:
        for event in (started(), epoch_ended(1), epoch_ended(2), finished(2, 2)):
            log.emit(event)
    workspace.close()

    path = export_tensorboard(run, tmp_path / "tb")

    assert path.parent.name == run.id
    assert path.name.startswith("events.out.tfevents.")
    first, *epochs = records(path.read_bytes())
    assert first.endswith(b"brain.Event:2")
    assert len(epochs) == 2
    tag = b"validation/loss"
    at = epochs[1].index(tag) + len(tag)
    assert epochs[1][at] == 0x15
    assert struct.unpack_from("<f", epochs[1], at + 1)[0] == pytest.approx(1.0)
    assert b"\x10\x14" in epochs[1][:12], "step 20"
