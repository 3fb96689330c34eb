"""What a network costs, as people read it."""

from __future__ import annotations

from gui.i18n import tr


def flops_text(flops: int) -> str:
    """A number of operations: `812`, `91 k`, `0.91 M`, `1.2 G`."""
    if flops < 1_000:
        return str(flops)
    if flops < 100_000:
        return tr("{count} k", count=f"{flops / 1e3:.3g}")
    if flops < 100_000_000:
        return tr("{count} M", count=f"{flops / 1e6:.3g}")
    return tr("{count} G", count=f"{flops / 1e9:.3g}")


def size_text(size: int) -> str:
    """Bytes."""
    if size < 1_000_000:
        return tr("{size} kB", size=max(1, round(size / 1e3)))
    if size < 1_000_000_000:
        return tr("{size} MB", size=round(size / 1e6))
    if size < 1_000_000_000_000:
        return tr("{size} GB", size=f"{size / 1e9:.1f}")
    return tr("{size} TB", size=f"{size / 1e12:.1f}")


def duration_text(seconds: float | None) -> str:
    """A length of time; a dash where it is not known."""
    if seconds is None:
        return "—"
    if seconds < 0.095:
        return tr("{time} ms", time=max(1, round(seconds * 1e3)))
    if seconds < 60:
        return tr("{time} s", time=f"{seconds:.1f}" if seconds < 10 else f"{seconds:.0f}")
    if seconds < 3600:
        return tr("{time} min", time=round(seconds / 60))
    return tr("{time} h", time=f"{seconds / 3600:.1f}")
