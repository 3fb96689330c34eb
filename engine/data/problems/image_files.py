"""Columns of image files of which some are not there."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from engine.data.problems.case import Case
from engine.data.problems.problem import MOST_ROWS, Problem
from engine.messages import message, message_n
from engine.schema import Kind, Role

_LOOKED_FOR = 1000


@dataclass(frozen=True, slots=True)
class _Gone:
    rows: tuple[int, ...]
    looked_for: int


def images(case: Case) -> Iterator[Problem]:
    """Paths of images that lead nowhere."""
    for column in case.schema.columns:
        if column.kind is not Kind.IMAGE:
            continue
        gone = case.once(("images", column.name), lambda: _gone(case, column.name))  # noqa: B023
        if not gone.rows:
            continue
        yield Problem(
            "images_gone",
            "info" if case.role(column.name) is Role.IGNORE else "warning",
            message_n(
                "{count} image of {column} is not there",
                "{count} images of {column} are not there",
                len(gone.rows),
                column=column.name,
            ),
            message(
                "{looked_for} files were looked for, beside the table or where the path leads.",
                looked_for=gone.looked_for,
            ),
            column=column.name,
            count=len(gone.rows),
            rows=gone.rows,
        )


def _gone(case: Case, name: str) -> _Gone:
    folder = case.table.path if case.table.path.is_dir() else case.table.path.parent
    step = max(1, len(case.sample) // _LOOKED_FOR)
    looked_for = 0
    rows: list[int] = []
    for row, cell in zip(
        case.sample[::step].tolist(), case.sampled(name)[::step].to_pylist(), strict=True
    ):
        if cell is None:
            continue
        looked_for += 1
        if not _is_there(folder, str(cell)) and len(rows) < MOST_ROWS:
            rows.append(row)
    return _Gone(tuple(rows), looked_for)


def _is_there(folder: Path, text: str) -> bool:
    try:
        return (folder / text.strip().replace("\\", "/")).is_file()
    except (OSError, ValueError):
        return False
