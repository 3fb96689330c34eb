"""A part of `tests.harness.hostile`: each way to spoil a file once, in this process."""

from __future__ import annotations

import random
from pathlib import Path

import pandas as pd
import pytest

from engine.errors import ModelFileError, RunFileError
from engine.export.bundle import export_run
from engine.predictor.predictor import Predictor
from engine.store.run_file import SUFFIX, export_run_file, import_run_file
from engine.store.run_folder import RunFolder
from engine.store.workspace import Workspace
from tests.engine.trained import flowers, trained_run
from tests.harness.hostile_files import ANY_ARCHIVE, OUTSIDE, Attack
from tests.harness.hostile_models import MODELS

SLOW = ("bomb", "nested_bomb", "giant_levels", "many_entries", "wild_entry", "wild_header")
"""Large files; the harness tries them."""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("hostile")


@pytest.fixture(scope="module")
def run(folder: Path) -> RunFolder:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TRAINYARD_CACHE", str(folder / "cache"))
        return trained_run(folder / "w", flowers(folder / "flowers.csv", rows=90), "kind")


@pytest.fixture(scope="module")
def model(run: RunFolder, folder: Path) -> bytes:
    return Path(export_run(run, folder / "whole.trainyard").path).read_bytes()


@pytest.mark.parametrize("attack", [a for a in MODELS if a.name not in SLOW], ids=lambda a: a.name)
def test_a_spoilt_model_file_is_refused_or_predicts_the_same(
    attack: Attack, model: bytes, folder: Path, tmp_path: Path
) -> None:
    inner = tmp_path / "a" / "b" / "c"
    inner.mkdir(parents=True)
    path = inner / "spoilt.trainyard"
    path.write_bytes(attack.make(model, random.Random(attack.name)))
    rows = pd.read_csv(folder / "flowers.csv").head(5)
    told, found = "", None
    try:
        found = Predictor.load(path).predict(rows)
    except ModelFileError as error:
        told = str(error)
    if found is None:
        assert "spoilt.trainyard" in told
        assert len(told) < 1_000
    else:
        whole = Predictor.load(folder / "whole.trainyard").predict(rows)
        assert attack.may_open or found.equals(whole)
    assert [each.name for each in inner.iterdir()] == ["spoilt.trainyard"]
    assert not list(tmp_path.rglob(f"*{OUTSIDE}*"))


def test_spoilt_run_files_are_refused_and_leave_nothing(
    run: RunFolder, folder: Path, tmp_path: Path
) -> None:
    whole = folder / f"whole{SUFFIX}"
    export_run_file(run, whole)
    path = tmp_path / f"spoilt{SUFFIX}"
    workspace = Workspace(tmp_path / "workspace")
    imported = 0
    try:
        for attack in ANY_ARCHIVE:
            if attack.name in SLOW:
                continue
            path.write_bytes(attack.make(whole.read_bytes(), random.Random(attack.name)))
            told = ""
            try:
                import_run_file(workspace, path)
            except RunFileError as error:
                told = str(error)
            imported += not told
            assert not told or path.name in told, attack.name
            assert len(list((workspace.folder / "runs").iterdir())) == imported, attack.name
    finally:
        workspace.close()
    assert imported <= 5  # a figure that nobody reads was changed
    assert not list(tmp_path.rglob(f"*{OUTSIDE}*"))
