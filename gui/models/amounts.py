"""Bytes and seconds in the few words that a line has room for."""

from __future__ import annotations

from gui.i18n import tr


def bytes_text(size: int) -> str:
    """A size on the disk: `412 MB`, `1.03 GB`."""
    if size < 1000:
        return tr("{size} B", size=size)
    if size < 999_500:
        return tr("{size} kB", size=f"{size / 1e3:.3g}")
    if size < 999_500_000:
        return tr("{size} MB", size=f"{size / 1e6:.3g}")
    if size < 999_500_000_000:
        return tr("{size} GB", size=f"{size / 1e9:.3g}")
    return tr("{size} TB", size=f"{size / 1e12:.3g}")


def seconds_text(seconds: float) -> str:
    """A time to wait: `8 s`, `2 min`, `1 h 5 min`."""
    if seconds < 60:
        return tr("{seconds} s", seconds=max(1, round(seconds)))
    minutes = round(seconds / 60)
    if minutes < 60:
        return tr("{minutes} min", minutes=minutes)
    return tr("{hours} h {minutes} min", hours=minutes // 60, minutes=minutes % 60)
