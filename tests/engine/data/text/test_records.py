"""Records of a text, read in one go where that is safe and line by line where it is not."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from engine.data.text import records
from engine.data.text.records import Dialect, parse_records

DIALECTS = [
    Dialect(",", '"'),
    Dialect(",", '"', "\\"),
    Dialect(",", '"', "", "#"),
    Dialect(" ", "'", "", "#", skips_spaces=True),
    Dialect(";", ""),
]
CELLS = st.sampled_from(
    ["a", '"a"', '"a,b"', '""', '"x""y"', ' "q"', "", " ", "\\,", "a\\", "#", "é"]
)
TABLES = st.lists(st.lists(CELLS, min_size=1, max_size=3), max_size=4).map(
    lambda rows: "\n".join(",".join(cells) for cells in rows)
)


@pytest.mark.parametrize("dialect", DIALECTS, ids=str)
@given(
    text=st.one_of(TABLES, st.text("ab,; \"'\\#\n\r\x0b", max_size=25)),
    whole=st.booleans(),
    limit=st.sampled_from([1, 3, 100_000]),
)
@example(text='a,"b\nc",d\n"e",f,g', whole=True, limit=100_000)
@example(text='"a",b\r\n\r\nc,"d', whole=False, limit=100_000)
def test_records_are_the_same_in_one_go_and_line_by_line(
    dialect: Dialect, text: str, whole: bool, limit: int
) -> None:
    found = parse_records(text, dialect, whole=whole, limit=limit)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(records, "_records_at_once", lambda *given: None)
        assert found == parse_records(text, dialect, whole=whole, limit=limit)


def test_sound_lines_with_quotes_are_read_in_one_go(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(records, "RecordReader", None)
    found, ends = parse_records('a,b\n"1,2",3\n\n4,"x""y"\n', Dialect(",", '"'), whole=True)
    assert found == [["a", "b"], ["1,2", "3"], ["4", 'x"y']]
    assert ends == [4, 12, 22]
