"""The rows kept out of a table, and those that were set right, as files of their own."""

from __future__ import annotations

import csv
import io
from pathlib import Path

from engine.data.table import Table
from engine.files import write_atomic
from engine.messages import Translate


def export_rejects(table: Table, destination: Path, translate: Translate | None = None) -> int:
    """Write (file,) line, reason and text of every rejected row as CSV; the number of rows written.

    Raises `DiskFull` or `WriteFailed`.
    """
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    several = bool(table.file_column)
    writer.writerow((*(("file",) if several else ()), "line", "reason", "text"))
    for reject in table.rejects:
        place = (reject.file, reject.line) if several else (reject.line,)
        writer.writerow((*place, reject.reason.render(translate), reject.text))
    write_atomic(destination, text.getvalue().encode("utf-8", "replace"))
    return len(table.rejects)


def export_repairs(table: Table, destination: Path, translate: Translate | None = None) -> int:
    """Write line, what was done, the text and the cells of every row that was set right as CSV.

    A table of several files has a column that says which file. Returns the number of rows. Raises `DiskFull` or `WriteFailed`.
    """
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(("line", "reason", "text", *table.names))
    for repair in table.repairs:
        reason = repair.reason.render(translate)
        writer.writerow((repair.line, reason, repair.text, *repair.became))
    write_atomic(destination, text.getvalue().encode("utf-8", "replace"))
    return len(table.repairs)
