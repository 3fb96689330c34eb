"""Makes files that look like model files or run files and are damaged, altered or meant to do harm."""

from __future__ import annotations

import hashlib
import io
import json
import pickle
import random
import struct
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeAlias

from engine.checked_archive import MANIFEST

Entries: TypeAlias = dict[str, bytes]
Make: TypeAlias = Callable[[bytes, random.Random], bytes]
WEIGHTS = "weights.safetensors"
RECIPE = "recipe.json"
STATE = "preparation/preparation.json"
ARRAYS = "preparation/arrays.safetensors"
DECISION = "decision.json"
OUTSIDE = "trainyard-hostile-evil"
"""Part of every name by which an entry tries to be written outside."""


@dataclass(frozen=True, slots=True)
class Attack:
    """One way to spoil a file."""

    name: str
    make: Make
    may_open: bool = False
    """Whether another model than the first may come of it: whoever writes a new manifest has made a new one."""


class Evil:
    """What a pickle would run."""

    def __reduce__(self) -> tuple[Any, ...]:
        return (print, (OUTSIDE,))


def entries_of(data: bytes) -> Entries:
    """All entries of a whole file."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def zipped(entries: Entries, *, sealed: bool = True, kind: int = zipfile.ZIP_STORED) -> bytes:
    """A file of these entries; `sealed`: with a manifest whose sizes and hashes are theirs."""
    entries = dict(entries)
    if sealed:
        manifest = json.loads(entries[MANIFEST])
        manifest["files"] = {
            name: {"size": len(data), "sha256": hashlib.sha256(data).hexdigest()}
            for name, data in entries.items()
            if name != MANIFEST
        }
        entries[MANIFEST] = json.dumps(manifest).encode()
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", kind) as archive:
        for name, data in entries.items():
            archive.writestr(name, data)
    return target.getvalue()


# Bytes ---------------------------------------------------------------------------------------------


def truncated(data: bytes, chance: random.Random) -> bytes:
    return data[: chance.randrange(len(data))]


def bits_flipped(data: bytes, chance: random.Random) -> bytes:
    spoilt = bytearray(data)
    for _ in range(chance.choice((1, 1, 1, 2, 8, 64))):
        spoilt[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
    return bytes(spoilt)


def tail_flipped(data: bytes, chance: random.Random) -> bytes:
    """In the zip's directory, where its own figures are."""
    spoilt = bytearray(data)
    start = data.index(b"PK\1\2")
    for _ in range(chance.randint(1, 3)):
        spoilt[chance.randrange(start, len(data))] = chance.choice((0, 1, 0x7F, 0x80, 0xFF))
    return bytes(spoilt)


def block_lost(data: bytes, chance: random.Random) -> bytes:
    at, length = chance.randrange(len(data)), chance.randint(1, 4096)
    return data[:at] + data[at + length :]


def block_zeroed(data: bytes, chance: random.Random) -> bytes:
    at, length = chance.randrange(len(data)), chance.randint(1, 4096)
    return data[:at] + bytes(len(data[at : at + length])) + data[at + length :]


def block_twice(data: bytes, chance: random.Random) -> bytes:
    at, length = chance.randrange(len(data)), chance.randint(1, 4096)
    return data[: at + length] + data[at:]


def noise_inside(data: bytes, chance: random.Random) -> bytes:
    at = chance.randrange(len(data))
    return data[:at] + chance.randbytes(chance.randint(1, 999)) + data[at:]


def something_before(data: bytes, chance: random.Random) -> bytes:
    return chance.choice((b"#!/bin/sh\necho evil\n", b"MZ\x90\0", b"\x7fELF", b"<html>")) + data


def something_behind(data: bytes, chance: random.Random) -> bytes:
    return data + chance.choice((b"\0", b"<?php evil ?>", pickle.dumps(Evil()), data))


def another_file(data: bytes, chance: random.Random) -> bytes:
    return chance.choice(
        (
            b"",
            b"PK",
            b"PK\3\4",
            b"PK\5\6" + bytes(18),
            b"PK\3\4" + chance.randbytes(5000),
            b"\x89PNG\r\n\x1a\n" + chance.randbytes(500),
            pickle.dumps(Evil()),
            b"{" * 100_000,
            zipped({"archive/data.pkl": pickle.dumps(Evil())}, sealed=False),
        )
    )


# The zip -------------------------------------------------------------------------------------------


def slips_out(data: bytes, chance: random.Random) -> bytes:
    up = chance.choice(("../", "../../", "..\\..\\", "a/../../../", "./../", "preparation/../../"))
    return zipped(entries_of(data) | {f"{up}{OUTSIDE}.json": b"{}"})


def absolute_name(data: bytes, chance: random.Random) -> bytes:
    root = chance.choice(("/tmp/", "/", "C:\\", "\\\\server\\share\\", "file:///tmp/", "~/"))
    return zipped(entries_of(data) | {f"{root}{OUTSIDE}.json": b"{}"})


def strange_name(data: bytes, chance: random.Random) -> bytes:
    name = chance.choice(
        (
            "recipe.json ",
            "Recipe.json",
            "recip\u0435.json",
            "\u202enosj.epicer",
            "recipe.json\u200b",
            "\U0001f600.json",
            "a" * 60_000 + ".json",
            "CON.json.",
            "recipe.json/",
            ".hidden.json",
        )
    )
    return zipped(entries_of(data) | {name: b"{}"})


def zero_in_name(data: bytes, chance: random.Random) -> bytes:
    made = zipped(entries_of(data) | {"recipe.jsonX.py": b"evil"})
    return made.replace(b"recipe.jsonX.py", b"recipe.json\0.py")


def link_inside(data: bytes, chance: random.Random) -> bytes:
    entries = entries_of(data)
    target = io.BytesIO()
    chosen = chance.choice([*entries, "link.json"])
    with zipfile.ZipFile(target, "w") as archive:
        for name, content in (entries | {"link.json": b"/etc/passwd"}).items():
            info = zipfile.ZipInfo(name)
            if name == chosen:
                info.external_attr = 0o120777 << 16
            if name in entries or name == chosen:
                archive.writestr(info, content)
    return target.getvalue()


def entry_twice(data: bytes, chance: random.Random) -> bytes:
    entries = entries_of(data)
    name = chance.choice(list(entries))
    made = zipped(entries | {"@" * len(name): b"{}"}, sealed=False)
    return made.replace(b"@" * len(name), name.encode())


def bomb(data: bytes, chance: random.Random) -> bytes:
    entries = entries_of(data)
    name = chance.choice([*entries, "more.json"])
    kind = chance.choice((zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA))
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        for each, content in entries.items():
            if each != name:
                archive.writestr(each, content)
        archive.writestr(name, bytes(40_000_000), kind)
    return target.getvalue()


def nested_bomb(data: bytes, chance: random.Random) -> bytes:
    content = bytes(10_000_000)
    for _ in range(3):
        content = zipped({str(i): content for i in range(2)}, sealed=False, kind=8)
    return zipped(entries_of(data) | {chance.choice((WEIGHTS, "more.zip", RECIPE)): content})


def _patched_directory(data: bytes, field: int, form: str, value: int, which: int) -> bytes:
    """One number of the zip's directory changed, of the entry `which`."""
    at = data.index(b"PK\1\2")
    for _ in range(which):
        at = data.find(b"PK\1\2", at + 4)
    spoilt = bytearray(data)
    struct.pack_into(form, spoilt, at + field, value)
    return bytes(spoilt)


def lying_size(data: bytes, chance: random.Random) -> bytes:
    which = chance.randrange(len(entries_of(data)))
    size = chance.choice((0, 1, 0x7FFFFFFF, 0xFFFFFFFE, 0xFFFFFFFF))
    for field in chance.choice(((20,), (24,), (20, 24))):
        data = _patched_directory(data, field, "<I", size, which)
    return data


def lying_place(data: bytes, chance: random.Random) -> bytes:
    which = chance.randrange(len(entries_of(data)))
    return _patched_directory(data, 42, "<I", chance.choice((0, 1, 40, 0xFFFFFFFE)), which)


def encrypted(data: bytes, chance: random.Random) -> bytes:
    which = chance.randrange(len(entries_of(data)))
    return _patched_directory(data, 8, "<H", chance.choice((1, 0x41, 0x2001)), which)


def strange_packing(data: bytes, chance: random.Random) -> bytes:
    which = chance.randrange(len(entries_of(data)))
    return _patched_directory(data, 10, "<H", chance.choice((1, 9, 93, 97, 99, 0xFFFF)), which)


def zip64(data: bytes, chance: random.Random) -> bytes:
    """Sizes that are told elsewhere, and wrongly."""
    entries = entries_of(data)
    target = io.BytesIO()
    chosen = chance.choice(list(entries))
    with zipfile.ZipFile(target, "w") as archive:
        for name, content in entries.items():
            info = zipfile.ZipInfo(name)
            if name == chosen:
                sizes = [chance.choice((0, 1, 1 << 40, (1 << 63) - 1)) for _ in range(3)]
                info.extra = struct.pack("<HH3Q", 1, 24, *sizes)
            archive.writestr(info, content)
    made = target.getvalue()
    if chance.random() < 0.5:
        which = list(entries).index(chosen)
        made = _patched_directory(made, 24, "<I", 0xFFFFFFFF, which)
    return made


def end_lies(data: bytes, chance: random.Random) -> bytes:
    spoilt = bytearray(data)
    field, form = chance.choice(((8, "<H"), (10, "<H"), (12, "<I"), (16, "<I"), (20, "<H")))
    value = chance.choice((0, 1, 0xFFFF, 0x7FFF))
    struct.pack_into(form, spoilt, len(data) - 22 + field, value)
    return bytes(spoilt)


def many_entries(data: bytes, chance: random.Random) -> bytes:
    return zipped(entries_of(data) | {f"x{i}.json": b"" for i in range(15_000)}, sealed=False)


def pickle_inside(data: bytes, chance: random.Random) -> bytes:
    entries = entries_of(data)
    name = chance.choice([*entries, "model.pkl", "weights.pt", "checkpoints/best/model.bin"])
    return zipped(entries | {name: pickle.dumps(Evil())}, sealed=name != MANIFEST)


def code_inside(data: bytes, chance: random.Random) -> bytes:
    name = chance.choice(("model.py", "setup.sh", "plugin.so", "__init__.py", "run.exe", "a.html"))
    return zipped(entries_of(data) | {name: b"import os\nos.system('evil')\n"})


def altered(data: bytes, chance: random.Random) -> bytes:
    entries = entries_of(data)
    name = chance.choice([name for name in entries if name != MANIFEST and entries[name]])
    content = bytearray(entries[name])
    content[chance.randrange(len(content))] ^= 1 << chance.randrange(8)
    return zipped(entries | {name: bytes(content)}, sealed=False)


# The manifest --------------------------------------------------------------------------------------


def _with_manifest(data: bytes, change: dict[str, Any]) -> bytes:
    entries = entries_of(data)
    manifest = json.loads(entries[MANIFEST]) | change
    return zipped(entries | {MANIFEST: json.dumps(manifest).encode()}, sealed=False)


def wrong_version(data: bytes, chance: random.Random) -> bytes:
    versions: tuple[Any, ...] = (7, 10**30, "x", [], {}, None, 1.5)
    return _with_manifest(data, {"version": chance.choice(versions)})


def wrong_format(data: bytes, chance: random.Random) -> bytes:
    return _with_manifest(
        data, {"format": chance.choice(("", "zip", 1, None, ["trainyard-model"]))}
    )


def wrong_files(data: bytes, chance: random.Random) -> bytes:
    entry = {"size": chance.choice((-1, 10**18, "many")), "sha256": "0" * 64}
    files = dict.fromkeys(entries_of(data), entry)
    return _with_manifest(data, {"files": chance.choice((files, {}, [], None, {"../x": entry}))})


def wild_json(chance: random.Random) -> bytes:
    """Text that a reader of JSON may choke on."""
    return chance.choice(
        (
            b"[" * 200_000,
            b"[" * 900 + b"]" * 900,
            b'{"a":' * 50_000 + b"1" + b"}" * 50_000,
            b'{"trainyard": NaN}',
            b'{"trainyard": ' + b"9" * 20_000 + b"}",
            b'{"trainyard": 1e999999}',
            b"\xff\xfe{\0}\0",
            b'"\\ud800"',
            b"null",
            b"[]",
            b"",
            b'{"format": "trainyard-model", "version": 1' + b', "x": 0' * 1000 + b"}",
            b"[" + b"[]," * 3_000_000 + b"0]",
        )
    )


def wild_manifest(data: bytes, chance: random.Random) -> bytes:
    return zipped(entries_of(data) | {MANIFEST: wild_json(chance)}, sealed=False)


def wild_recipe(data: bytes, chance: random.Random) -> bytes:
    return zipped(entries_of(data) | {RECIPE: wild_json(chance)})


ANY_ARCHIVE: tuple[Attack, ...] = tuple(
    Attack(make.__name__, make)
    for make in (
        truncated, bits_flipped, tail_flipped, block_lost, block_zeroed, block_twice, noise_inside,
        something_before, something_behind, another_file, slips_out, absolute_name, strange_name,
        zero_in_name, link_inside, entry_twice, bomb, nested_bomb, lying_size, lying_place, encrypted,
        strange_packing, zip64, end_lies, many_entries, pickle_inside, code_inside, altered,
        wrong_version, wrong_format, wrong_files, wild_manifest, wild_recipe,
    )
)  # fmt: skip
