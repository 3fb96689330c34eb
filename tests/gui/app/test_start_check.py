"""Where no window can be opened, one sentence says why and what to do."""

from __future__ import annotations

import sys

import pytest

from engine.errors import DisplayMissing, LibraryMissing
from gui.app import start_check

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="asked on Linux only")


def test_without_a_display_the_terminal_is_offered(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("QT_QPA_PLATFORM", "DISPLAY", "WAYLAND_DISPLAY"):
        monkeypatch.delenv(name, raising=False)
    with pytest.raises(DisplayMissing, match="no display"):
        start_check.check()


def test_offscreen_needs_no_display(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("QT_QPA_PLATFORM", "offscreen")
    start_check.check()


def test_missing_libraries_are_named_with_their_packages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("QT_QPA_PLATFORM", "xcb")
    monkeypatch.setattr(
        start_check, "missing_libraries", lambda *, xcb: ("libxcb-cursor.so.0", "libodd.so.2")
    )
    with pytest.raises(LibraryMissing) as caught:
        start_check.check()
    assert caught.value.packages == "libxcb-cursor0 libodd.so.2"
    assert "libxcb-cursor.so.0" in str(caught.value)


def test_the_loader_is_asked_and_its_companions_tried(monkeypatch: pytest.MonkeyPatch) -> None:
    def load(name: str, mode: int = 0) -> None:
        if name.endswith("libqxcb.so") or name in ("libxcb-cursor.so.0", "libxcb-icccm.so.4"):
            raise OSError("libxcb-cursor.so.0: cannot open shared object file: No such file")

    monkeypatch.setattr(start_check.ctypes, "CDLL", load)
    assert start_check.missing_libraries(xcb=True) == ("libxcb-cursor.so.0", "libxcb-icccm.so.4")
    assert start_check.missing_libraries(xcb=False) == ()


def test_nothing_is_missing_here() -> None:
    assert start_check.missing_libraries(xcb=False) == ()
