"""What is special about a column, and the reason for it in one sentence."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from engine.data.columns.column_counts import all_differ, distinct_values, most_common
from engine.data.columns.infer import infer_schema
from engine.data.open import open_table
from engine.messages import Message
from engine.schema import Character, Column, Kind, Role, Schema

N = range(400)


def schema_of(folder: Path, **columns: Sequence[object]) -> Schema:
    rows = zip(*columns.values(), strict=True)
    path = folder / "data.tsv"
    path.write_text("\n".join("\t".join(map(str, row)) for row in [tuple(columns), *rows]))
    return infer_schema(open_table(path))


def why(column: Column) -> str:
    assert column.reason is not None
    return str(Message(column.reason.template, column.reason.facts))


def test_each_character_has_its_reason(tmp_path: Path) -> None:
    schema = schema_of(
        tmp_path,
        key=[f"u-{i * 7919}" for i in N],
        same=["x" for _ in N],
        flag=[int(i == 7) for i in N],
        town=[f"town {i % 150}" for i in N],
        note=[f"a note of some {i} words" for i in N],
        zip=[f"{i % 30:05}" for i in N],
        agree=["yes" if i % 3 else "No" for i in N],
        share=[f"{i / 4}%" for i in N],
        weight=[f"{i * 7 % 400} kg" for i in N],
        size=[i * 1.5 for i in N],
    )
    seen = {c.name: (c.kind, c.role, c.character, why(c)) for c in schema.columns}
    ignored, feature = Role.IGNORE, Role.FEATURE
    assert seen == {
        "key": (
            Kind.TEXT, ignored, Character.IDENTIFIER,
            "Different in every row, so it names rows and tells nothing about new ones.",
        ),
        "same": (
            Kind.CATEGORY, ignored, Character.CONSTANT, "“x” in every row that has a value.",
        ),
        "flag": (
            Kind.CATEGORY, feature, Character.NEAR_CONSTANT,
            "“0” in 99.75% of the rows that have a value.",
        ),
        "town": (
            Kind.CATEGORY, ignored, Character.MANY_LEVELS,
            "150 different values in 400 rows: too many for the rows there are.",
        ),
        "note": (
            Kind.TEXT, ignored, Character.FREE_TEXT,
            "400 different texts in 400 rows. Free text is not used for training.",
        ),
        "zip": (
            Kind.CATEGORY, feature, None,
            "30 different codes: digits with leading zeros, or too many for a number.",
        ),
        "agree": (
            Kind.CATEGORY, feature, None,
            "Words that say yes or no, so they stand for two classes.",
        ),
        "share": (Kind.NUMBER, feature, None, "Percentages; 12% is read as 12."),
        "weight": (Kind.NUMBER, feature, None, "Numbers with “kg”, which is left out."),
        "size": (Kind.NUMBER, feature, None, "All values are numbers."),
    }  # fmt: skip


def test_a_category_of_many_levels_that_come_again_is_used_and_told(tmp_path: Path) -> None:
    column = schema_of(tmp_path, town=[f"t{i % 120}" for i in range(2400)], x=range(2400))["town"]
    assert (column.kind, column.role) == (Kind.CATEGORY, Role.FEATURE)
    assert column.character is Character.MANY_LEVELS


def test_a_column_that_is_nearly_always_the_same_may_still_be_the_target(tmp_path: Path) -> None:
    schema = schema_of(tmp_path, fraud=[int(i == 7) for i in N], x=[i * 1.5 for i in N])
    assert schema["fraud"].character is Character.NEAR_CONSTANT
    assert schema["fraud"].role is Role.FEATURE


# Images ------------------------------------------------------------------------------------------


def test_paths_of_images_are_found_and_looked_for(tmp_path: Path) -> None:
    (tmp_path / "pictures").mkdir()
    for i in range(10):
        (tmp_path / "pictures" / f"{i}.png").write_bytes(b"x")
    paths = [f"pictures/{i % 20}.PNG" if i == 3 else f"pictures/{i % 20}.png" for i in range(20)]
    schema = schema_of(tmp_path, file=paths, label=[i % 2 for i in range(20)])
    column = schema["file"]
    assert (column.kind, column.role) == (Kind.IMAGE, Role.IGNORE)
    assert column.character is Character.IMAGE_FILES
    assert why(column) == "Paths of image files; 9 of 20 exist beside the table."


def test_other_files_are_no_images(tmp_path: Path) -> None:
    schema = schema_of(tmp_path, file=[f"{i}.pdf" for i in range(20)], label=[0, 1] * 10)
    assert schema["file"].kind is Kind.TEXT


@pytest.mark.parametrize(
    ("names", "shape"),
    [
        ([f"pixel{i}" for i in range(64)], (8, 8, 1)),
        ([f"pixel{i}" for i in range(1, 50)], (7, 7, 1)),
        ([f"pixel{i:04}" for i in range(48)], (4, 4, 3)),
        ([f"px_{i}" for i in range(64)], (4, 4, 4)),
        ([f"{r}x{c}" for r in range(1, 6) for c in range(1, 8)], (5, 7, 1)),
        ([f"pixel_{r}_{c}" for r in range(8) for c in range(8)], (8, 8, 1)),
    ],
)
def test_a_block_of_pixels_is_an_image(
    tmp_path: Path, names: list[str], shape: tuple[int, int, int]
) -> None:
    if len(names) == 64 and names[0] == "px_0":
        shape = (8, 8, 1)  # a square of grey is likelier than a small one with colours
    generator = np.random.default_rng(0)
    pixels = {name: generator.integers(0, 256, 30).tolist() for name in names}
    pixels[names[0]] = [0] * 30
    schema = schema_of(tmp_path, label=[i % 3 for i in range(30)], **pixels)
    (image,) = schema.images
    assert (image.height, image.width, image.channels) == shape
    assert image.columns == tuple(names)
    assert all(schema[name].kind is Kind.NUMBER for name in names)
    assert all(schema[name].character is Character.PIXEL for name in names)
    assert schema[names[0]].role is Role.IGNORE
    assert schema[names[1]].role is Role.FEATURE


@pytest.mark.parametrize(
    "names",
    [
        [f"pixel{i}" for i in range(60)],
        [f"pixel{i}" for i in range(0, 128, 2)],
        [f"sensor{i}" for i in range(25)],
        [f"V{i}" for i in range(1, 29)],
    ],
)
def test_numbered_columns_that_are_no_square_are_no_image(tmp_path: Path, names: list[str]) -> None:
    generator = np.random.default_rng(0)
    columns = {name: generator.integers(0, 256, 30).tolist() for name in names}
    assert schema_of(tmp_path, label=[i % 3 for i in range(30)], **columns).images == ()


def test_numbered_columns_with_another_name_are_pixels_only_if_they_are_bytes(
    tmp_path: Path,
) -> None:
    generator = np.random.default_rng(0)
    grey = {f"f{i}": generator.integers(0, 256, 30).tolist() for i in range(64)}
    real = {f"f{i}": generator.normal(size=30).tolist() for i in range(64)}
    assert len(schema_of(tmp_path, label=[0, 1, 2] * 10, **grey).images) == 1
    assert schema_of(tmp_path, label=[0, 1, 2] * 10, **real).images == ()


# Counting ----------------------------------------------------------------------------------------


def test_counts_of_large_columns_are_near_the_truth(tmp_path: Path) -> None:
    path = tmp_path / "data.csv"
    rows = 250_000
    path.write_text(
        "few,all,same\n"
        + "\n".join(f"t{i % 700},k{i},{'b' if i == 9 else 'a'}" for i in range(rows))
    )
    table = open_table(path)
    assert distinct_values(table.column("few")) == 700
    assert distinct_values(table.column("all")) == pytest.approx(rows, rel=0.05)
    assert all_differ(table.column("all"), distinct_values(table.column("all")))
    assert not all_differ(table.column("few"), 700)
    assert most_common(table.column("same")) == ("a", (rows - 1) / rows)
