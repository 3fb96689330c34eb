"""The bundled samples are what their list says."""

from __future__ import annotations

import pytest

from engine.data.columns.infer import infer_schema, suggest_target, task_of
from engine.data.open import open_table
from engine.data.samples import Sample, sample, samples
from engine.errors import UnknownSample
from engine.paths import resource
from engine.recipe.recipe import Recipe


@pytest.mark.parametrize("each", samples(), ids=lambda each: each.name)
def test_a_sample_is_as_described(each: Sample) -> None:
    table = open_table(each.path)
    schema = infer_schema(table)
    assert (table.rows, len(table.names)) == (each.rows, each.columns)
    assert (table.rejects, table.misfits, table.renamed) == ((), (), ())
    assert suggest_target(schema) == each.target
    assert task_of(Recipe().with_target(each.target), schema) is each.task
    assert each.summary.endswith(".")


def test_there_are_at_least_six_and_all_have_a_licence() -> None:
    licences = resource("samples", "LICENSES.md").read_text()
    assert len(samples()) >= 6
    for each in samples():
        assert f"| `{each.name}.csv` | [{each.licence}]" in licences


def test_an_unknown_name_is_refused_with_the_known_ones() -> None:
    with pytest.raises(UnknownSample) as caught:
        sample("iriss")
    assert "penguins" in str(caught.value)
