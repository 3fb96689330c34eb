"""Spoils what a model file holds: recipe, preparation, decision, tensors, each under a right manifest."""

from __future__ import annotations

import json
import random
import struct
from collections.abc import Callable
from typing import Any

from tests.harness.hostile_files import (
    ANY_ARCHIVE,
    ARRAYS,
    DECISION,
    OUTSIDE,
    RECIPE,
    STATE,
    WEIGHTS,
    Attack,
    entries_of,
    wild_json,
    zipped,
)

# What a model file holds ---------------------------------------------------------------------------


def wild_entry(data: bytes, chance: random.Random) -> bytes:
    name = chance.choice((STATE, ARRAYS, WEIGHTS, DECISION))
    return zipped(entries_of(data) | {name: wild_json(chance)})


def entry_gone(data: bytes, chance: random.Random) -> bytes:
    entries = entries_of(data)
    del entries[chance.choice((RECIPE, STATE, ARRAYS, WEIGHTS))]
    return zipped(entries)


def _with_json(data: bytes, name: str, change: Callable[[Any], None]) -> bytes:
    entries = entries_of(data)
    value = json.loads(entries[name])
    value.pop("seal", None)
    change(value)
    return zipped(entries | {name: json.dumps(value).encode()})


def gigantic_network(data: bytes, chance: random.Random) -> bytes:
    trunks: tuple[dict[str, Any], ...] = (
        {"kind": "mlp", "widths": [4096] * 16},
        {"kind": "mlp", "widths": [10**9]},
        {"kind": "mlp", "widths": [8] * 100_000},
        {"kind": "mlp", "widths": [-1]},
        {"kind": "resnet", "width": 4096, "blocks": 16},
        {"kind": "ft_transformer", "width": 1024, "blocks": 12},
        {"kind": "tabm", "widths": [2048] * 8},
        {"kind": "unheard"},
        {},
    )
    trunk = chance.choice(trunks)

    def change(recipe: Any) -> None:
        recipe["model"]["trunk"] = trunk
        if chance.random() < 0.3:
            member = {"trunk": trunk}
            recipe["model"]["members"] = [member] * chance.choice((2, 16, 100_000))

    return _with_json(data, RECIPE, change)


def many_bins(data: bytes, chance: random.Random) -> bytes:
    numbers = {"kind": "piecewise_linear", "bins": chance.choice((4096, 10**9)), "width": 4096}
    return _with_json(data, RECIPE, lambda recipe: recipe["model"].update(numbers=numbers))


def wild_setting(data: bytes, chance: random.Random) -> bytes:
    """Any one value of the recipe or of the preparation in another form."""
    values: tuple[Any, ...] = (None, -1, 10**30, 1e308, "", "x" * 100_000, [], {}, [[]] * 9, True)

    def change(value: Any) -> None:
        here = value
        while True:
            keys = list(here) if isinstance(here, dict) else list(range(len(here)))
            key = chance.choice(keys)
            inner = here[key]
            if not isinstance(inner, dict | list) or not inner or chance.random() < 0.1:
                here[key] = chance.choice(values)
                return
            here = inner

    return _with_json(data, chance.choice((RECIPE, STATE, STATE)), change)


def giant_levels(data: bytes, chance: random.Random) -> bytes:
    count = chance.choice((200_000, 3_000_000))

    def change(state: Any) -> None:
        part = chance.choice((*state["columns"], *state["targets"]))
        field = next((name for name in ("levels", "classes", "circles") if name in part), "fill")
        part[field] = [str(i) for i in range(count)]

    return _with_json(data, STATE, change)


def hidden_formula(data: bytes, chance: random.Random) -> bytes:
    text = chance.choice(
        (
            "__import__('os').system('evil')",
            "(" * 5_000 + "1" + ")" * 5_000,
            "9**9**9**9",
            "length" + "+1" * 50_000,
            "open('/etc/passwd')",
        )
    )
    return _with_json(
        data,
        STATE,
        lambda state: state.update(
            derived=[{"name": state["columns"][0]["name"], "expression": text, "inputs": []}]
        ),
    )


def hidden_key(data: bytes, chance: random.Random) -> bytes:
    method = {"kind": "pseudonym", "key": f"../../{OUTSIDE}", "length": 10**9}

    def change(state: Any) -> None:
        state["hidden"] = [{"name": state["columns"][0]["name"], "method": method}]

    return _with_json(data, STATE, change)


def wrong_decision(data: bytes, chance: random.Random) -> bytes:
    decisions: tuple[Any, ...] = (
        {"threshold": 7},
        {"threshold": "x"},
        {"calibration": {"kind": "isotonic", "chances": [0.5] * 10**6, "corrected_chances": []}},
        {"calibration": {"kind": "temperature", "temperature": 0}},
        {"conformal": {"coverage": 2, "reach": 0, "rows": 1}},
        {"more": 1},
    )
    return zipped(entries_of(data) | {DECISION: json.dumps(chance.choice(decisions)).encode()})


# Tensors -------------------------------------------------------------------------------------------


def _tensors(data: bytes) -> tuple[dict[str, Any], bytes]:
    (length,) = struct.unpack_from("<Q", data)
    return json.loads(data[8 : 8 + length]), data[8 + length :]


def _packed(header: dict[str, Any] | bytes, body: bytes) -> bytes:
    text = header if isinstance(header, bytes) else json.dumps(header).encode()
    return struct.pack("<Q", len(text)) + text + body


def _with_weights(data: bytes, content: bytes) -> bytes:
    return zipped(entries_of(data) | {WEIGHTS: content})


def huge_header(data: bytes, chance: random.Random) -> bytes:
    length = chance.choice((0, 1 << 26, 1 << 40, 1 << 62, (1 << 64) - 1))
    return _with_weights(data, struct.pack("<Q", length) + entries_of(data)[WEIGHTS][8:])


def huge_shape(data: bytes, chance: random.Random) -> bytes:
    header, body = _tensors(entries_of(data)[WEIGHTS])
    name = chance.choice([name for name in header if name != "__metadata__"])
    shapes = ([1 << 62], [1 << 32, 1 << 32], [0, 1 << 62], [-1], [1] * 100_000, [], ["x"], [1.5])
    header[name]["shape"] = chance.choice(shapes)
    return _with_weights(data, _packed(header, body))


def wrong_places(data: bytes, chance: random.Random) -> bytes:
    header, body = _tensors(entries_of(data)[WEIGHTS])
    name = chance.choice([name for name in header if name != "__metadata__"])
    header[name]["data_offsets"] = chance.choice(
        ([0, 1 << 62], [1 << 62, 0], [-1, 5], [0, 0], [5], [4, len(body)])
    )
    return _with_weights(data, _packed(header, body))


def wrong_type(data: bytes, chance: random.Random) -> bytes:
    header, body = _tensors(entries_of(data)[WEIGHTS])
    name = chance.choice([name for name in header if name != "__metadata__"])
    header[name]["dtype"] = chance.choice(("I32", "F64", "BOOL", "U8", "F8_E4M3", "object", 1))
    return _with_weights(data, _packed(header, body))


def wild_header(data: bytes, chance: random.Random) -> bytes:
    _, body = _tensors(entries_of(data)[WEIGHTS])
    return _with_weights(data, _packed(wild_json(chance), body))


def more_tensors(data: bytes, chance: random.Random) -> bytes:
    header, body = _tensors(entries_of(data)[WEIGHTS])
    for i in range(chance.choice((1, 20_000))):
        header[f"more{i}"] = {"dtype": "F32", "shape": [0], "data_offsets": [len(body)] * 2}
    return _with_weights(data, _packed(header, body))


def tensors_gone(data: bytes, chance: random.Random) -> bytes:
    return _with_weights(data, chance.choice((_packed({}, b""), b"", bytes(8), bytes(9))))


def no_numbers(data: bytes, chance: random.Random) -> bytes:
    header, body = _tensors(entries_of(data)[WEIGHTS])
    return _with_weights(data, _packed(header, b"\xff\xff\xff\x7f" * (len(body) // 4)))


def wild_arrays(data: bytes, chance: random.Random) -> bytes:
    body = b"\0\0\0\0\0\0\xf8\x7f" * 4
    names = ("0.scaling.points", "99.scaling.points", "target.0.points", "x", "0.name.x", "..")
    name = chance.choice(names)
    shape = chance.choice(([4], [2, 2], [0], [1 << 61]))
    header = {name: {"dtype": "F64", "shape": shape, "data_offsets": [0, 32]}}
    return zipped(entries_of(data) | {ARRAYS: _packed(header, body)})


MODELS: tuple[Attack, ...] = (
    *ANY_ARCHIVE,
    *(
        Attack(make.__name__, make, may_open=True)
        for make in (
            wild_entry, gigantic_network, many_bins, wild_setting, giant_levels, hidden_formula,
            hidden_key, wrong_decision, wrong_type, wild_arrays,
        )
    ),
    *(
        Attack(make.__name__, make)
        for make in (
            entry_gone, huge_header, huge_shape, wrong_places, wild_header, more_tensors,
            tensors_gone, no_numbers,
        )
    ),
)  # fmt: skip
