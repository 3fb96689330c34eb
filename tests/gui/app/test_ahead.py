import os
import subprocess
import sys
from pathlib import Path

from gui.app.ahead import NEEDED

_SCRIPT = """
import sys
from importlib import import_module
from pathlib import Path

for name in {needed!r}:
    import_module(name)
from engine.recipe.recipe import Recipe

begun = Recipe()  # a session begins with one
before = set(sys.modules)

from engine.data.columns.infer import complete, infer_schema, suggest_target
from engine.data.open import open_table
from engine.data.problems import find_problems
from engine.data.profiling.profile import profile
from engine.data.relations.relations import relations, relations_of
from engine.data.rows.filters import RangeFilter, Sort
from engine.data.rows.row_order import ordered
from engine.data.rows.row_view import passing_rows
from engine.data.rows.shown_rows import ShownRows

table = open_table(Path(sys.argv[1]))
schema = infer_schema(table)
recipe = complete(begun.with_target(suggest_target(schema)), schema)
figures = profile(table, schema, target=recipe.target)
find_problems(table, schema, figures, recipe)
relations(table, schema, target=recipe.target)
relations_of(table, schema, "size")
kinds = {{column.name: column.kind for column in schema.columns}}
passing = passing_rows(table, (RangeFilter(column="size", low=5.0),), kinds=kinds, cancelled=bool)
rows = ordered(table, passing, (Sort(column="size"),), kinds=kinds, cancelled=bool)
ShownRows(table, rows).cells("colour", 0, 10)
print(*sorted(name for name in set(sys.modules) - before if name.startswith("engine.")))
"""


def test_nothing_is_imported_any_more_when_a_table_is_opened(tmp_path: Path) -> None:
    path = tmp_path / "table.csv"
    lines = [
        f"{i % 37},{('red', 'blue')[i % 2]},2024-01-{1 + i % 28:02},{i % 3}" for i in range(400)
    ]
    path.write_text("size,colour,day,label\n" + "\n".join(lines) + "\n", encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-c", _SCRIPT.format(needed=NEEDED), str(path)],
        capture_output=True,
        text=True,
        timeout=120,
        env={**os.environ, "TRAINYARD_CACHE": str(tmp_path / "cache")},
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.split() == []
