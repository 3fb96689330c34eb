"""Columns about people are told, in English and Chinese; columns that only look a little so are not."""

from __future__ import annotations

import numpy as np
import pytest

from engine.data.columns.infer import infer_schema
from engine.data.open import open_table
from engine.data.problems import check_digits, find_problems
from engine.data.profiling.profile import profile
from engine.data.samples import samples
from engine.schema import Role
from tests.engine.data.problems.conftest import Opened, frame_of, problems_of, recipe_for

ROWS = 200
_random = np.random.default_rng(0)


def _digits(count: int) -> str:
    return "".join(map(str, _random.integers(0, 10, count)))


def _card() -> str:
    body = "4" + _digits(14)
    return next(body + last for last in "0123456789" if check_digits.is_card(body + last))


def _identity() -> str:
    body = f"11010{_random.integers(1, 9)}19{_random.integers(50, 99)}0{_random.integers(1, 9)}1{_digits(4)}"
    return next(
        body + last for last in "0123456789X" if check_digits.is_chinese_identity(body + last)
    )


def _pick(*words: str) -> str:
    return str(_random.choice(words))


_FIRST = ("Anna", "José", "Mary Ann", "Wolfgang", "Li", "Aisha", "Tom", "Ingrid", "Paul", "Zoë")
_LAST = ("Smith", "van der Berg", "O'Neill", "Müller", "García", "Chen", "Okafor", "Novak-Hill")
_MADE = {
    ("kontakt", "e-mail"): lambda i: f"{_pick('anna', 'bob')}.{i}@mail{i % 7}.example.org",
    ("mobile_phone", "phone"): lambda i: f"{_random.integers(200, 999)} {_digits(3)} {_digits(4)}",
    ("col3", "phone"): lambda i: f"+44 20 7946 {_digits(4)}",
    ("联系电话", "phone"): lambda i: f"13{_digits(9)}",
    ("col4", "identity"): lambda i: _identity(),
    ("code", "social security"): lambda i: f"{_random.integers(100, 660)}-{_random.integers(10, 99)}-{_random.integers(1000, 9999)}",
    ("payment", "card"): lambda i: _card(),
    ("ip", "IP"): lambda i: f"10.{i % 250}.{i % 7}.{_random.integers(1, 250)}",
    ("home address", "addresses"): lambda i: f"{i} {_pick('Oak', 'Mill', 'High')} {_pick('Street', 'Road')}, {_pick('Leeds', 'York')}",
    ("地址", "addresses"): lambda i: f"北京市朝阳区建国路{i}号{i % 30}室",
    ("last_name", "names"): lambda i: _pick(*_LAST) + _pick("", "-Jones", " Roy"),
    ("customer", "names"): lambda i: f"{_pick(*_FIRST)} {_pick(*_LAST)}",
    ("passagier", "names"): lambda i: f"{_pick(*_LAST)}, {_pick('Mr.', 'Mrs.')} {_pick(*_FIRST)} {i % 9 * 'I'}",
    ("姓名", "names"): lambda i: f"{_pick('王', '李', '张', '刘', '陈')}{_pick('小', '大', '文', '秀')}{_pick('明', '红', '英', '军', '华')}",
    ("date_of_birth", "birth"): lambda i: f"{1950 + i % 50}-0{1 + i % 9}-1{i % 10}",
}  # fmt: skip


@pytest.mark.parametrize(("name", "kind"), _MADE)
def test_data_about_people_are_told(opened: Opened, name: str, kind: str) -> None:
    frame = frame_of(ROWS)
    frame[name] = [_MADE[name, kind](i) for i in range(ROWS)]
    problem = problems_of(opened(frame), **{name: Role.IGNORE})["personal", name]
    assert kind in str(problem.title)
    assert problem.severity == "info"
    assert problem.count > ROWS // 2
    assert problem.rows[0] in (0, 1, 2)


def test_in_use_it_is_a_warning_with_a_way_out(opened: Opened) -> None:
    frame = frame_of(ROWS)
    frame["customer"] = [_MADE["customer", "names"](i) for i in range(ROWS)]
    problem = problems_of(opened(frame), customer=Role.FEATURE)["personal", "customer"]
    assert problem.severity == "warning"
    assert problem.fix is not None


def test_a_hidden_column_is_no_warning_any_more(opened: Opened) -> None:
    frame = frame_of(ROWS)
    frame["customer"] = [_MADE["customer", "names"](i) for i in range(ROWS)]
    table = opened(frame)
    recipe = recipe_for(table, "target", customer=Role.FEATURE)
    spec = recipe.column("customer")
    recipe = recipe.with_column(type(spec).model_validate({**spec.model_dump(), "hide": "mask"}))
    schema = infer_schema(table)
    found = find_problems(table, schema, profile(table, schema, target="target"), recipe)
    (problem,) = (each for each in found if each.code == "personal")
    assert problem.severity == "info"
    assert problem.fix is None
    assert "hidden before anything is done" in str(problem.detail)


def test_mail_addresses_within_texts_are_told(opened: Opened) -> None:
    frame = frame_of(ROWS)
    frame["note"] = [f"Row {i} was seen by many people on day {i * 7}" for i in range(ROWS)]
    frame.loc[[4, 9, 30], "note"] = "Write to anna.b@example.org about this, not to me"
    problem = problems_of(opened(frame))["personal", "note"]
    assert (problem.count, problem.rows) == (3, (4, 9, 30))


_HARMLESS = {
    "product_name": lambda i: f"{_pick('Garden', 'Kitchen')} {_pick('Chair', 'Table', 'Lamp')}",
    "city": lambda i: _pick("Berlin", "New York", "San José", "Köln") + _pick("", " Nord", " Süd"),
    "城市": lambda i: _pick("北京", "上海", "广州", "深圳", "成都", "武汉", "杭州") + _pick("", "市"),
    "order_number": lambda i: f"{_digits(10)}",
    "barcode": lambda i: f"40{_digits(11)}",
    "version": lambda i: f"{i % 4}.{i % 10}.{_random.integers(0, 9)}",
    "longitude": lambda i: f"{_random.uniform(-120, -110):.4f}",
    "timestamp": lambda i: f"2021-03-{1 + i % 28:02} 10:{i % 60:02}:11",
    "price": lambda i: f"{_random.integers(1000000, 9999999)}",
    "amount": lambda i: f"{_random.integers(100, 999)}-{_random.integers(10, 99)}",
    "size": lambda i: f"{_random.integers(1, 99)} x {_random.integers(1, 99)} m",
    "title": lambda i: f"A {_pick('long', 'short')} way to {_pick('home', 'York')} {i}",
    "species_name": lambda i: f"{_pick('Quercus', 'Acer', 'Tilia')} {_pick('alba', 'rubra')}",
    "name": lambda i: f"sensor_{i}",
    "handle": lambda i: f"T{_digits(7)}",
    "telemetry": lambda i: f"{_digits(8)}",
    "cellulose": lambda i: f"{_digits(8)}",
}  # fmt: skip


@pytest.mark.parametrize("name", _HARMLESS)
def test_columns_that_only_resemble_them_are_not_told(opened: Opened, name: str) -> None:
    frame = frame_of(ROWS)
    frame[name] = [_HARMLESS[name](i) for i in range(ROWS)]
    found = problems_of(opened(frame))
    assert ("personal", name) not in found, found["personal", name].title


def test_nothing_personal_is_seen_in_the_samples() -> None:
    for sample in samples():
        found = problems_of(open_table(sample.path), sample.target)
        assert not [problem for (code, _), problem in found.items() if code == "personal"]


@pytest.mark.parametrize(
    ("check", "right", "wrong"),
    [
        (check_digits.is_chinese_identity, "11010519491231002X", "110105194912310021"),
        (check_digits.is_card, "4111 1111 1111 1111", "4111 1111 1111 1112"),
        (check_digits.is_card, "378282246310005", "0000000000000000"),
        (check_digits.is_account, "DE89 3704 0044 0532 0130 00", "DE88 3704 0044 0532 0130 00"),
        (check_digits.is_account, "GB82WEST12345698765432", "GB82TEST12345698765432"),
        (check_digits.is_social_security, "536-90-4399", "666-90-4399"),
        (check_digits.is_network_address, "2001:db8::1", "1.2.3"),
        (check_digits.is_network_address, "192.168.0.1", "192.168.0.256"),
    ],
)
def test_check_digits(check: object, right: str, wrong: str) -> None:
    assert check(right)  # type: ignore[operator]
    assert not check(wrong)  # type: ignore[operator]
