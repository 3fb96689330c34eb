"""Runs that are reported on: columns and classes bear names that HTML, PDF and Markdown would stumble on."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest

from engine.pipeline.results import evaluate_run
from engine.report.facts import RunFacts, facts_of
from engine.store.run_folder import RunFolder
from tests.engine.trained import prices, trained_run, write_csv

NASTY = "<script>alert(1)</script>"
CLASSES = ("<b>no</b> & *", "是|yes")
FEW = {"training": {"epochs": 2}, "model": {"trunk": {"kind": "mlp", "widths": [8]}}}


@contextmanager
def _own_cache(folder: Path) -> Iterator[None]:
    """Their converted tables outlive single tests."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TRAINYARD_CACHE", str(folder / "cache"))
        yield


@pytest.fixture(scope="session")
def binary(tmp_path_factory: pytest.TempPathFactory) -> RunFolder:
    folder = tmp_path_factory.mktemp("binary")
    generator = np.random.default_rng(3)
    lines = []
    for _ in range(160):
        kind = int(generator.integers(2))
        lines.append([round(float(generator.normal(kind, 0.6)), 3), f"p{kind}", CLASSES[kind]])
    path = write_csv(folder / "table & more.csv", [NASTY, "place", "answer"], lines)
    with _own_cache(folder):
        return trained_run(folder / "w", path, "answer", FEW)


@pytest.fixture(scope="session")
def number(tmp_path_factory: pytest.TempPathFactory) -> RunFolder:
    folder = tmp_path_factory.mktemp("number")
    with _own_cache(folder):
        return trained_run(folder / "w", prices(folder / "prices.csv", 120), "price", FEW)


@pytest.fixture(scope="session")
def facts(binary: RunFolder) -> RunFacts:
    return facts_of(binary, evaluate_run(binary, "test"))
