"""`trainyard open`: the window, after a look at whether it can open at all."""

from __future__ import annotations

import ctypes
import importlib
import os
import sys
from typing import Annotated

import typer

from engine.errors import DisplayMissing, LibraryMissing

_ALWAYS = {
    "libEGL.so.1": "libegl1",
    "libGL.so.1": "libgl1",
    "libfontconfig.so.1": "libfontconfig1",
    "libfreetype.so.6": "libfreetype6",
    "libdbus-1.so.3": "libdbus-1-3",
    "libglib-2.0.so.0": "libglib2.0-0",
    "libxkbcommon.so.0": "libxkbcommon0",
}
"""What QtGui and every plugin link to, with the Debian package of each."""

_XCB = {
    "libX11-xcb.so.1": "libx11-xcb1",
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
    "libxcb.so.1": "libxcb1",
    "libxcb-cursor.so.0": "libxcb-cursor0",
    "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxcb-image.so.0": "libxcb-image0",
    "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxcb-randr.so.0": "libxcb-randr0",
    "libxcb-render.so.0": "libxcb-render0",
    "libxcb-render-util.so.0": "libxcb-render-util0",
    "libxcb-shape.so.0": "libxcb-shape0",
    "libxcb-shm.so.0": "libxcb-shm0",
    "libxcb-sync.so.1": "libxcb-sync1",
    "libxcb-util.so.1": "libxcb-util1",
    "libxcb-xfixes.so.0": "libxcb-xfixes0",
    "libxcb-xkb.so.1": "libxcb-xkb1",
}
"""What the plugin for X links to besides."""


def open_verb(
    table: Annotated[
        str | None, typer.Argument(metavar="[FILE|SAMPLE]", help="What to open at once.")
    ] = None,
) -> None:
    """Open the window, on a file or a bundled sample if one is named."""
    open_window(table)


def open_window(table: str | None) -> None:
    """Run the window until it is closed.

    Raises `DisplayMissing`, `LibraryMissing` or `UnknownSample`.
    """
    check_display()
    path = None
    if table is not None:
        from engine.cli.tables import table_path

        path = str(table_path(table).absolute())
    # By name, because the engine must not depend on the window.
    application = importlib.import_module("gui.app")
    raise typer.Exit(application.run(path))


def check_display() -> None:
    """Say what is missing before Qt aborts over it.

    Raises `DisplayMissing` or `LibraryMissing`.
    """
    if not sys.platform.startswith("linux"):
        return
    platform = os.environ.get("QT_QPA_PLATFORM", "").split(";")[0].split(":")[0]
    has_wayland = bool(os.environ.get("WAYLAND_DISPLAY"))
    uses_x = platform == "xcb" or (platform == "" and not has_wayland)
    if uses_x and not os.environ.get("DISPLAY"):
        raise DisplayMissing
    if platform.startswith("wayland") and not has_wayland:
        raise DisplayMissing
    wanted = _ALWAYS | _XCB if uses_x else _ALWAYS
    missing = [name for name in wanted if not _loads(name)]
    if missing:
        packages = " ".join(wanted[name] for name in missing)
        raise LibraryMissing(", ".join(missing), f"the packages {packages} (Debian, Ubuntu)")
    if uses_x and not _x_answers():
        raise DisplayMissing


def _loads(library: str) -> bool:
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True


def _x_answers() -> bool:
    """Whether the X server that DISPLAY names can be reached; Qt aborts when it cannot."""
    xcb = ctypes.CDLL("libxcb.so.1")
    xcb.xcb_connect.restype = ctypes.c_void_p
    connection = ctypes.c_void_p(xcb.xcb_connect(None, None))
    try:
        return not xcb.xcb_connection_has_error(connection)
    finally:
        xcb.xcb_disconnect(connection)
