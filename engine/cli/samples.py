"""`trainyard samples`: the bundled tables."""

from __future__ import annotations

from engine.cli.output import number, say, say_table


def samples() -> None:
    """List the bundled samples. Their names stand in for a file: trainyard train iris."""
    from engine.data.samples import samples as bundled

    rows = [
        (s.name, number(s.rows), number(s.columns), s.target, str(s.task), s.title)
        for s in bundled()
    ]
    say_table(("name", "rows", "columns", "target", "task", ""), rows, right="-rr")
    say()
    say("Train one: trainyard train iris")
