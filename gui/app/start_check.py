"""Can Qt open a window here? Asked before Qt is loaded, because Qt itself would abort."""

from __future__ import annotations

import ctypes
import os
import re
import sys
from importlib.util import find_spec
from pathlib import Path

from engine.errors import DisplayMissing, LibraryMissing

_PACKAGES = {
    "libEGL.so.1": "libegl1",
    "libGL.so.1": "libgl1",
    "libGLX.so.0": "libglx0",
    "libOpenGL.so.0": "libopengl0",
    "libfontconfig.so.1": "libfontconfig1",
    "libfreetype.so.6": "libfreetype6",
    "libglib-2.0.so.0": "libglib2.0-0",
    "libdbus-1.so.3": "libdbus-1-3",
    "libxkbcommon.so.0": "libxkbcommon0",
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
    "libX11-xcb.so.1": "libx11-xcb1",
    "libX11.so.6": "libx11-6",
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
    "libxcb-xfixes.so.0": "libxcb-xfixes0",
    "libxcb-xinerama.so.0": "libxcb-xinerama0",
    "libxcb-xkb.so.1": "libxcb-xkb1",
}
"""Names of the Debian and Ubuntu packages; other systems name the library itself."""

_XCB = tuple(name for name in _PACKAGES if name.startswith(("libxcb", "libxkb", "libX11")))
_ALWAYS = tuple(name for name in _PACKAGES if name not in _XCB and name not in ("libGLX.so.0",))


def check() -> None:
    """Raise `DisplayMissing` or `LibraryMissing` if a window cannot be opened (Linux only)."""
    if sys.platform != "linux":
        return
    platform = os.environ.get("QT_QPA_PLATFORM", "").split(":")[0]
    wayland = bool(os.environ.get("WAYLAND_DISPLAY"))
    x11 = bool(os.environ.get("DISPLAY"))
    if not platform and not (wayland or x11):
        raise DisplayMissing()
    missing = missing_libraries(xcb=platform == "xcb" or (not platform and x11 and not wayland))
    if missing:
        packages = " ".join(_PACKAGES.get(name, name) for name in missing)
        raise LibraryMissing(libraries=", ".join(missing), packages=packages)


def missing_libraries(*, xcb: bool) -> tuple[str, ...]:
    """System libraries that Qt's own files need and that cannot be loaded."""
    folder = _qt_folder()
    if folder is None:
        return ()
    wanted = ["lib/libQt6Gui.so.6", "lib/libQt6Widgets.so.6"]
    if xcb:
        wanted.append("plugins/platforms/libqxcb.so")
    missing: list[str] = []
    for name in wanted:
        missing += [m for m in _first_missing(folder / name) if m not in missing]
    if missing:
        # The loader names one at a time; the usual companions are tried to name all at once.
        others = (*_ALWAYS, *_XCB) if xcb else _ALWAYS
        missing += [name for name in others if name not in missing and not _loads(name)]
    return tuple(missing)


def _qt_folder() -> Path | None:
    spec = find_spec("PySide6")
    if spec is None or spec.origin is None:
        return None
    return Path(spec.origin).parent / "Qt"


def _first_missing(path: Path) -> list[str]:
    try:
        ctypes.CDLL(str(path), mode=ctypes.RTLD_GLOBAL)
    except OSError as error:
        name = re.match(r"(\S+): cannot open shared object file", str(error))
        return [name[1]] if name and Path(name[1]).name == name[1] else []
    return []


def _loads(name: str) -> bool:
    try:
        ctypes.CDLL(name)
    except OSError:
        return False
    return True
