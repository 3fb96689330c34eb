"""Conditions and formulas: what they come to, and what is said where they cannot be read."""

from datetime import UTC, datetime

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.errors import ExpressionInvalid, from_facts
from engine.expressions.parse import parse, parse_condition
from engine.expressions.value_types import ValueType, value_type

BATCH = pa.record_batch(
    {
        "Age": pa.array([22, None, 35, 4], pa.int64()),
        "Fare": [7.25, 71.3, 0.0, None],
        "Sex": ["male", "female", None, "male"],
        "Passenger Id": [1, 2, 3, 4],
        "when": pa.array(
            [datetime(2026, 3, day, tzinfo=UTC) for day in (1, 2, 3, 4)], pa.timestamp("us")
        ),
        "class": ["a", "b", "c", "d"],
        "x.y": [1, 2, 3, 4],
        "a [b]": [1, 1, 1, 1],
        "ok": [True, False, None, True],
        "价格": [5, 6, 7, 8],
        "big": pa.array([2**63 - 1, 2**53 + 1, 0, -5], pa.int64()),
    }
)
COLUMNS = {
    name: value_type(kind)
    for name, kind in zip(BATCH.schema.names, BATCH.schema.types, strict=True)
}
N = None
T, F = True, False


def value(text: str) -> list[object]:
    found: list[object] = parse(text, COLUMNS).evaluate(BATCH).to_pylist()
    return found


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Age > 20", [T, N, T, F]),
        ("Age > 20 and Sex == 'male'", [T, F, N, F]),
        ("Age > 20 && Sex = 'male'", [T, F, N, F]),
        ("Age > 20 or Sex == 'male'", [T, N, T, T]),
        ("NOT Sex = 'male'", [F, T, N, F]),
        ("0 < Age <= 22", [T, N, F, T]),
        ("Age is missing", [F, T, F, F]),
        ("Sex is not missing", [T, T, F, T]),
        ("Sex in ['male', \"x\"]", [T, F, N, T]),
        ("Sex not in ('male')", [F, T, N, F]),
        ("Age in [22, 4.0]", [T, N, F, T]),
        ("`Passenger Id` >= 3", [F, F, T, T]),
        ("[Passenger Id] % 2 == 1", [T, F, T, F]),
        ("class == 'b' or Age <> 22", [F, T, T, T]),
        ("价格 ≥ 7", [F, F, T, T]),
        ("ok == true and not ok", [F, F, N, F]),
        ("when > '2026-03-02'", [F, F, T, T]),
        ("when in ['2026-03-01', '2026-03-04']", [T, F, F, T]),
        ("big == 9007199254740993", [F, T, F, F]),
    ],
)
def test_conditions(text: str, expected: list[object]) -> None:
    assert value(text) == expected
    assert parse_condition(text, COLUMNS).type is ValueType.TRUTH


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Age + 1", [23, N, 36, 5]),
        ("[a [b]] + x.y", [2, 3, 4, 5]),
        ("-Age % 7", [6, N, 0, 3]),
        ("Age // 3", [7, N, 11, 1]),
        ("Age / 2", [11.0, N, 17.5, 2.0]),
        ("Fare / 0", [N, N, N, N]),
        ("Age % 0", [N, N, N, N]),
        ("big + 1", [N, 2**53 + 2, 1, -4]),
        ("round(Fare)", [7, 71, 0, N]),
        ("round(2.5) + round(-2.5)", [0, 0, 0, 0]),
        ("log(Fare - 7.25)", [N, pytest.approx(4.159, abs=1e-3), N, N]),
        ("sqrt(x.y) * sqrt(x.y)", pytest.approx([1, 2, 3, 4])),
        ("min(Age, Fare)", [7.25, 71.3, 0.0, 4.0]),
        ("max(Age, 30)", [30, 30, 35, 30]),
        ("length(Sex)", [4, 6, N, 4]),
        ("lower('ÄB')", ["äb"] * 4),
        ("Sex + '-' + class", ["male-a", "female-b", N, "male-d"]),
        ("contains(Sex, 'fe')", [F, T, N, F]),
        ("starts_with(upper(Sex), 'M')", [T, F, N, T]),
        ("matches(class, '^[ab]$')", [T, T, F, F]),
        ("year(when) * 100 + month(when)", [202603] * 4),
        ("weekday(when)", [7, 1, 2, 3]),
        ("when - date('2026-02-28')", [1.0, 2.0, 3.0, 4.0]),
        ("day(when + 1)", [2, 3, 4, 5]),
        ("if_else(Age < 18, 'child', 'adult')", ["adult", N, "adult", "child"]),
        ("first_known(Age, 0)", [22, 0, 35, 4]),
        ("number(text(Age))", [22.0, N, 35.0, 4.0]),
    ],
)
def test_formulas(text: str, expected: object) -> None:
    assert value(text) == expected


def test_the_columns_that_are_needed_are_named_once() -> None:
    assert parse("Age > Fare and Age < 3", COLUMNS).columns == ("Age", "Fare")


def test_a_value_without_columns_is_there_in_every_row() -> None:
    assert value("1 + 1") == [2, 2, 2, 2]


@pytest.mark.parametrize(
    ("text", "position", "problem", "remedy"),
    [
        ("", 1, "Nothing is written yet.", ""),
        ("Agee > 3", 1, "There is no column “Agee”.", "The closest name is “Age”."),
        ("Sex == male", 8, "There is no column “male”.", 'put it in quotes: "male"'),
        ("Sex > 3", 7, "This is a number.", 'in quotes: "3"'),
        ("Age > '3'", 7, "This is a text.", "without quotes"),
        ("Age +", 6, "Something is missing at the end.", ""),
        ("(Age", 1, "This bracket is not closed.", ""),
        ("Age)", 4, "This bracket was not opened.", ""),
        ("Age > 3 Sex", 9, "“Sex” is not expected here.", "“and” or “or”"),
        ("flor(Age)", 1, "There is no function “flor”.", "“floor”"),
        ("log(Sex)", 5, "This is a text.", "A number is needed here."),
        ("round(Age, Fare)", 12, "“round” needs a fixed value here.", "round(x, 2)"),
        ("log(1, 2)", 1, "“log” does not take 2 values.", "log(x)"),
        ("when > '03/04/2026'", 8, "“03/04/2026” is not a date.", "2026-03-01"),
        ("Age is 3", 8, "After “is” only “missing”", "=="),
        ("'open", 1, "This text is not closed.", "'"),
        ("Age > 99999999999999999999", 7, "This number is too large.", ""),
        ("matches(Sex, '(')", 14, "This pattern is not valid", ""),
        ("Age in [Fare]", 9, "A list may hold values only", ""),
        ("价格 > 3 and 价 > 1", 12, "There is no column “价”.", "“价格”"),
    ],
)
def test_what_is_wrong_is_told_with_its_place(
    text: str, position: int, problem: str, remedy: str
) -> None:
    with pytest.raises(ExpressionInvalid) as caught:
        parse(text, COLUMNS)
    assert caught.value.position == position
    assert problem in str(caught.value.problem)
    assert remedy in str(caught.value.remedy)


@pytest.mark.parametrize(
    "text",
    [
        "__import__('os').system('true')",
        "Sex.upper()",
        "(lambda: 3)()",
        "[x for x in Age]",
        "Age if ok else 3",
        "Age := 3",
        "f'{Age}'",
        "Age[0]",
        "log(*Age)",
        "log(x=Age)",
        "{'a': 1}",
        "Age, Fare",
        "Age @ Fare",
        "~Age",
        "await Age",
        "c0 > 1",
        "a\x00b",
    ],
)
def test_nothing_but_the_language_is_read(text: str) -> None:
    with pytest.raises(ExpressionInvalid):
        parse(text, COLUMNS)


@pytest.mark.parametrize(
    "text",
    ["not " * 5000 + "ok", "(" * 3000 + "1" + ")" * 3000, "1+" * 4000 + "1", "-" * 9000 + "1"],
)
def test_what_is_too_deep_or_too_long_is_refused(text: str) -> None:
    with pytest.raises(ExpressionInvalid):
        parse(text, COLUMNS)


def test_a_formula_is_no_condition() -> None:
    with pytest.raises(ExpressionInvalid, match="A condition is needed here"):
        parse_condition("Age + 1", COLUMNS)


def test_the_error_survives_the_way_to_another_process() -> None:
    with pytest.raises(ExpressionInvalid) as caught:
        parse("Agee > 3", COLUMNS)
    again = from_facts("ExpressionInvalid", caught.value.facts())
    assert again.render() == caught.value.render()


_PIECES = st.sampled_from(
    [
        "Age",
        "Fare",
        "Sex",
        "`Passenger_Id`",
        "[x.y]",
        "when",
        "ok",
        "1",
        "2.5",
        "'a'",
        "and",
        "or",
        "not",
        "in",
        "is",
        "missing",
        "(",
        ")",
        "[",
        "]",
        ",",
        "+",
        "-",
        "*",
        "/",
        "//",
        "%",
        "**",
        "<",
        "=",
        "!=",
        "log(",
        "min(",
        "contains(",
        "date(",
        "if_else(",
        "🙂",
        "'",
        "`",
        "\\",
    ]
)


@settings(max_examples=300, deadline=None)
@given(st.lists(_PIECES, max_size=12).map(" ".join))
def test_any_text_is_computed_or_refused_with_a_place_in_it(text: str) -> None:
    try:
        found = parse(text, COLUMNS).evaluate(BATCH)
    except ExpressionInvalid as error:
        place = error.position
    else:
        assert len(found) == BATCH.num_rows
        place = 1
    assert 1 <= place <= len(text) + 1
