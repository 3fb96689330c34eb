"""`trainyard cache`: the converted tables that make opening a file again instant."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Annotated

import typer

from engine.cli.output import AsJson, number, say, say_json, say_table

_SIZE = re.compile(r"([0-9]+(?:\.[0-9]+)?)\s*([KMGT]?)i?B?", re.I)
_POWERS = {"": 0, "K": 1, "M": 2, "G": 3, "T": 4}


def cache(
    clear: Annotated[bool, typer.Option("--clear", help="Delete all that nobody uses.")] = False,
    limit: Annotated[
        str, typer.Option("--limit", metavar="SIZE", help="How large it may grow, such as 20GB.")
    ] = "",
    as_json: AsJson = False,
) -> None:
    """List the converted tables, clear them, or bound them. Files are converted again when opened."""
    from engine.data.cache import cached_tables, clear_cache, set_limit
    from engine.data.cache import limit as limit_in_force

    if limit:
        set_limit(_bytes(limit))
    if clear:
        done = clear_cache()
        say(f"Converted tables deleted: {number(done.tables)} ({size(done.size)})")
        if done.kept:
            say(f"Kept because they are in use: {number(done.kept)}")
        return
    tables = cached_tables()
    if as_json:
        say_json(tables)
        return
    if tables:
        rows = [
            (
                each.path,
                number(each.rows),
                number(each.columns),
                size(each.size),
                f"{datetime.fromtimestamp(each.used).astimezone():%Y-%m-%d %H:%M}",
                "in use" if each.in_use else "",
            )
            for each in tables
        ]
        say_table(("file", "rows", "columns", "size", "last used", ""), rows, right="-rrr-")
        say()
    total = sum(each.size for each in tables)
    say(f"{size(total)} of at most {size(limit_in_force())}")


def size(count: int) -> str:
    """Bytes as people read them."""
    value, power = float(count), 0
    while value >= 999.5 and power < 4:
        value, power = value / 1000, power + 1
    return f"{value:.3g} {['B', 'kB', 'MB', 'GB', 'TB'][power]}"


def _bytes(text: str) -> int:
    found = _SIZE.fullmatch(text.strip())
    if found is None:
        raise typer.BadParameter(f"{text} is not a size such as 20GB", param_hint="--limit")
    return round(float(found[1]) * 1000.0 ** _POWERS[found[2].upper()])
