"""Nothing of the original values of hidden columns is left in the run, the model, the index or the cache.

The search looks for texts, and for numbers and dates in every binary form in which they could be stored.
"""

from __future__ import annotations

import gc
import json
import struct
import zipfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from engine.data.cells.stored import as_text
from engine.data.columns.infer import infer_schema
from engine.data.in_use import is_private
from engine.data.open import open_table
from engine.data.preparing.columnar import column_cells
from engine.data.preparing.dataset import Dataset, prepare
from engine.errors import KeyMissing
from engine.export.bundle import export_run
from engine.paths import default_workspace, key_folder, table_cache
from engine.pipeline.resolving import resolve
from engine.pipeline.results import evaluate_run, explain_run
from engine.pipeline.tables import table_of
from engine.pipeline.training import train_run
from engine.predictor.predict_file import predict_file
from engine.predictor.predictor import Predictor
from engine.recipe.recipe import Recipe
from engine.store.run_folder import RunFolder
from engine.store.workspace import Workspace
from tests.engine.trained import SMALL, merged, read_csv, write_csv

ROWS = 120
HEADER = ["person", "nick", "postcode", "born", "salary", "size", "left"]
HIDE: dict[str, Any] = {
    "person": {"kind": "hash"},
    "nick": {"kind": "mask", "keep": 1},
    "postcode": {"kind": "prefix", "length": 2},
    "born": {"kind": "coarsen_date", "to": "year"},
    "salary": {"kind": "coarsen_number", "step": 10_000_000},
}


def people() -> list[list[Any]]:
    rng = np.random.default_rng(11)
    rows = []
    for i in range(ROWS):
        size = round(float(rng.normal(170, 9)), 1)
        born = datetime(1950 + i % 50, 1 + i % 12, 2 + i % 26, tzinfo=UTC)
        rows.append(
            [
                f"Zaphod{i % 30:02}qx",
                f"Wuschel{i % 20:02}",
                f"R{i % 5}-{7000 + 137 * (i % 40)}",
                born.strftime("%Y-%m-%d"),
                # Long enough to occur nowhere by chance, and never the lower end of a range.
                731_000_337 + 1_013_000 * (i % 50),
                size,
                "yes" if size + rng.normal(0, 3) > 170 else "no",
            ]
        )
    return rows


def traces(rows: list[list[Any]]) -> dict[bytes, str]:
    """Every form in which an original value could be found, and whose it is."""
    found: dict[bytes, str] = {}
    for row in rows:
        for name, value in zip(HEADER[:5], row[:5], strict=True):
            texts = [str(value)]
            numbers: list[float] = []
            if name == "born":
                moment = datetime.fromisoformat(value).replace(tzinfo=UTC)
                days = moment.timestamp() / 86_400
                if moment.month > 1 or moment.day > 1:
                    numbers = [days, moment.timestamp() * 1e6]
            elif name == "salary":
                numbers = [float(value)]
            for text in texts:
                found[text.encode()] = name
                found[text.encode("utf-16-le")] = name
            for number in numbers:
                found[struct.pack("<d", number)] = name
                if abs(number) > 1e6:  # smaller ones occur in a file's own lengths and places
                    found[struct.pack("<q", int(number))] = name
    return found


def contents(folder: Path) -> Iterator[tuple[str, bytes]]:
    """All files below a folder; a model file's entries one by one."""
    for path in sorted(folder.rglob("*")):
        if not path.is_file():
            continue
        if path.suffix == ".trainyard":
            with zipfile.ZipFile(path) as archive:
                for name in archive.namelist():
                    yield f"{path.name}/{name}", archive.read(name)
        yield str(path.relative_to(folder)), path.read_bytes()


def leaks(folder: Path, wanted: dict[bytes, str]) -> dict[str, set[str]]:
    """The files that hold an original value, and of which columns."""
    found: dict[str, set[str]] = {}
    for name, data in contents(folder):
        columns = {column for trace, column in wanted.items() if trace in data}
        if columns:
            found[name] = columns
    return found


def recipe(path: Path, *, hidden: bool) -> Recipe:
    line = path.read_text(encoding="utf-8").splitlines()[3]
    return Recipe.model_validate(
        merged(
            SMALL,
            {
                "columns": [
                    {
                        "name": name,
                        "role": "feature",
                        **({"hide": hide} if hidden else {}),
                        **({"kind": "category"} if name in ("person", "nick", "postcode") else {}),
                    }
                    for name, hide in HIDE.items()
                ],
                "reading": {
                    # What a person has corrected holds values too.
                    "fixes": [{"line": 4, "found": line, "text": line}],
                    "columns": [
                        {
                            "name": "nick",
                            "fixes": [{"found": "Wuschel07", "value": "Wuschel08"}],
                        }
                    ],
                },
            },
        )
    ).with_target("left")


def trained(path: Path, *, hidden: bool) -> RunFolder:
    asked = recipe(path, hidden=hidden)
    workspace = Workspace(default_workspace())
    try:
        run = workspace.create(asked, open_table(path, asked.reading))
        train_run(run)
        evaluate_run(run)
        explanation = explain_run(run, repeats=1)
        (run.path / "explanation.json").write_text(explanation.model_dump_json())
        export_run(run, run.path / "model.trainyard")
        assert len(workspace.runs()) == 1  # and so it is in the index
    finally:
        workspace.close()
    gc.collect()
    return run


@pytest.fixture
def table(tmp_path: Path) -> Path:
    return write_csv(tmp_path / "people.csv", HEADER, people())


class World:
    """A machine on which a run with hidden columns was trained."""

    def __init__(self, folder: Path) -> None:
        self.folders = {
            "TRAINYARD_HOME": folder / "home",
            "TRAINYARD_CACHE": folder / "cache",
            "TRAINYARD_KEYS": folder / "keys",
        }
        with pytest.MonkeyPatch.context() as patch:
            self.enter(patch)
            self.table = write_csv(folder / "people.csv", HEADER, people())
            self.run = trained(self.table, hidden=True)

    def enter(self, patch: pytest.MonkeyPatch) -> None:
        for name, folder in self.folders.items():
            patch.setenv(name, str(folder))


@pytest.fixture(scope="module")
def machine(tmp_path_factory: pytest.TempPathFactory) -> World:
    return World(tmp_path_factory.mktemp("machine"))


@pytest.fixture
def world(machine: World, monkeypatch: pytest.MonkeyPatch) -> World:
    machine.enter(monkeypatch)
    return machine


def test_nothing_of_hidden_values_is_left_anywhere_but_in_the_file(world: World) -> None:
    run = world.run
    wanted = traces(people())
    home = default_workspace()
    assert (home / "trainyard.sqlite").exists()
    assert leaks(home, wanted) == {}
    assert leaks(table_cache(), wanted) == {}
    assert run.status().value.startswith(("done", "stopped"))
    # The key stays out of it too.
    secrets = [path.read_text().strip().encode() for path in key_folder().glob("*.key")]
    assert secrets
    assert not any(secret in data for secret in secrets for _, data in contents(home))


def test_the_search_finds_values_that_are_not_hidden(table: Path) -> None:
    run = trained(table, hidden=False)
    wanted = traces(people())
    found = leaks(run.path, wanted)
    assert found["preparation/preparation.json"] >= {"person", "nick", "postcode", "salary"}
    assert "nick" in found["recipe.json"]
    assert "person" in found["model.trainyard/recipe.json"]
    assert leaks(table_cache(), wanted)


def prepared(table: Path, *, hidden: bool) -> Dataset:
    asked = recipe(table, hidden=hidden)
    source = open_table(table, asked.reading)
    resolved = resolve(asked, source)
    return prepare(source, resolved.recipe, resolved.schema)


def test_prepared_rows_on_disk_hold_hidden_values_only(
    table: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TRAINYARD_MEMORY", "0")
    plain, hidden = prepared(table, hidden=False), prepared(table, hidden=True)
    assert hidden.train.is_on_disk

    def distinct(dataset: Dataset, name: str) -> int:
        inputs = dataset.preparation.inputs
        if name in inputs.numbers:
            return len(np.unique(dataset.train.numbers[:, inputs.numbers.index(name)]))
        place = [each for each, _ in inputs.categories].index(name)
        return len(np.unique(dataset.train.codes[:, place]))

    # Coarser than they were: what was told apart is no longer.
    assert distinct(plain, "postcode") > 30 > 6 > distinct(hidden, "postcode")
    assert distinct(plain, "salary") > 40 > 7 > distinct(hidden, "salary")
    assert distinct(plain, "nick") > 15
    assert distinct(hidden, "nick") == 1
    assert distinct(hidden, "born (elapsed)") <= 50 < distinct(plain, "born (elapsed)")
    for part in (hidden.train, hidden.validation, hidden.test):
        for array in (part.numbers, part.codes):
            data = np.asarray(array).tobytes()
            texts = [trace for trace in traces(people()) if len(trace) > 8]
            assert not any(trace in data for trace in texts)


def test_the_converted_table_goes_when_nobody_uses_it_and_is_read_again_when_needed(
    world: World,
) -> None:
    run = world.run
    assert list(table_cache().glob("[!.]*")) == []
    again = table_of(run)  # with its corrections, which the run itself does not hold
    assert is_private(again.folder)
    assert again.fingerprint == run.info().fingerprint
    assert run.recipe().reading.fixes == ()
    assert again.reading.fixes[0].line == 4
    assert infer_schema(again)["nick"].distinct == 19
    del again
    gc.collect()
    assert list(table_cache().glob("[!.]*")) == []


def test_predictions_are_made_from_the_file_as_it_is(world: World, tmp_path: Path) -> None:
    run, table = world.run, world.table
    model = run.path / "model.trainyard"
    predict_file(Predictor.load(model), table, tmp_path / "out.csv")
    header, rows = read_csv(tmp_path / "out.csv")
    source = table_of(run)
    expected = Predictor.load(run.path).predict(source)["left (predicted)"].tolist()
    place = header.index("left (predicted)")
    assert [row[place] for row in rows] == expected
    seen = Predictor.load(run.path).preparation.with_hidden(source)
    for name in HIDE:
        shown = [row[header.index(name)] for row in rows]
        as_seen = column_cells(seen, name, None)
        assert shown == ["" if cell is None else cell for cell in as_text(as_seen).to_pylist()]
    state = json.loads((run.path / "preparation" / "preparation.json").read_text())
    assert [column["name"] for column in state["hidden"]] == list(HIDE)


def test_a_model_on_a_machine_without_the_key_says_what_is_missing(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run, table = world.run, world.table
    (key,) = key_folder().glob("*.key")
    monkeypatch.setenv("TRAINYARD_KEYS", str(tmp_path / "another machine"))
    model = Predictor.load(run.path / "model.trainyard")
    with pytest.raises(KeyMissing, match=rf"{key.stem}.*not on this machine"):
        predict_file(model, table, tmp_path / "out.csv")
    assert not (tmp_path / "out.csv").exists()
    # Brought over, it works.
    (tmp_path / "another machine").mkdir()
    (tmp_path / "another machine" / key.name).write_bytes(key.read_bytes())
    predict_file(model, table, tmp_path / "out.csv")
