"""What is told of a table that was read, and what is not told again."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

from engine.messages import message
from gui.reading_notices import ReadingNotices


def table(path: str, rejects: int) -> Any:
    return SimpleNamespace(path=Path(path), rejects=[None] * rejects, rows=90, rows_in=90 + rejects)


def titles(notices: ReadingNotices, *about: Any) -> list[str]:
    return [str(title) for title, _ in notices.of(*about)]


def test_remarks_lost_columns_and_lines_kept_out_are_told_in_this_order() -> None:
    remark = (message("The file has changed"), message("It was read again."))
    told = list(ReadingNotices().of(table("/a.csv", 2), [remark], ["age", "sex"]))
    assert [str(title) for title, _ in told] == [
        "The file has changed",
        "The file no longer has all columns",
        "a.csv read, 2 lines kept out",
    ]
    assert str(told[1][1]) == "What was set for age, sex was dropped."
    assert str(told[2][1]) == "90 of 92 rows are ready."


def test_the_same_lines_kept_out_are_told_once_for_each_file() -> None:
    notices = ReadingNotices()
    assert titles(notices, table("/a.csv", 2), (), ()) == ["a.csv read, 2 lines kept out"]
    assert titles(notices, table("/a.csv", 2), (), ()) == []
    assert titles(notices, table("/a.csv", 1), (), ()) == ["a.csv read, 1 line kept out"]
    assert titles(notices, table("/a.csv", 0), (), ()) == []
    assert titles(notices, table("/a.csv", 1), (), ()) == ["a.csv read, 1 line kept out"]
    notices.forget()
    assert titles(notices, table("/a.csv", 1), (), ()) == ["a.csv read, 1 line kept out"]
