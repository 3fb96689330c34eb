"""What is known of a table is written once for all columns that it is the same for."""

from __future__ import annotations

import json
from pathlib import Path

from engine.data.open import open_table
from engine.data.table import Table, TableInfo


def _wide(tmp_path: Path) -> Table:
    path = tmp_path / "wide.csv"
    names = ",".join(f"c{i}" for i in range(300))
    rows = [",".join(f"{i}" if i % 2 else "x?" for i in range(300)) for _ in range(20)]
    path.write_text("\n".join([names, *rows, ",".join(["?"] * 300)]))
    return open_table(path)


def test_types_of_many_columns_are_written_once_and_read_back(tmp_path: Path) -> None:
    table = _wide(tmp_path)
    text = (table.folder / "table.json").read_text("utf-8")
    assert len(json.loads(text)["types"]["different"]) == 2
    assert len(text) < 20_000
    found = TableInfo.model_validate_json(text)
    assert found == table.info
    assert found.cells[0].tokens == {"?": 1}
    assert len(found.types) == len(found.cells) == 300


def test_tables_of_earlier_versions_are_read(tmp_path: Path) -> None:
    table = _wide(tmp_path)
    known = json.loads((table.folder / "table.json").read_text("utf-8"))
    for name, values in (("types", table.info.types), ("cells", table.info.cells)):
        known[name] = [value.model_dump(mode="json") for value in values]
    assert TableInfo.model_validate_json(json.dumps(known)) == table.info
