"""Model files: whole ones give the same predictions, all others are refused with a reason."""

from __future__ import annotations

import errno
import json
import os
import random
import shutil
import zipfile
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from engine.errors import (
    DiskFull,
    ModelFileDamaged,
    ModelFileError,
    ModelFileTooNew,
    NotAModelFile,
    RunUntrained,
)
from engine.export.bundle import export_run
from engine.predictor.model_file import CARD, ENTRIES, MANIFEST, read_model_file
from engine.predictor.predictor import Predictor
from engine.store.run_folder import RunFolder
from tests.engine.trained import flowers, new_run, trained_run


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("export")


@pytest.fixture(scope="module")
def run(folder: Path) -> RunFolder:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TRAINYARD_CACHE", str(folder / "cache"))
        return trained_run(folder / "w", flowers(folder / "flowers.csv"), "kind")


@pytest.fixture(scope="module")
def model(run: RunFolder, folder: Path) -> Path:
    return Path(export_run(run, folder / "model.trainyard").path)


def rezipped(source: Path, path: Path, change: Callable[[dict[str, bytes]], None]) -> Path:
    with zipfile.ZipFile(source) as archive:
        entries = {name: archive.read(name) for name in archive.namelist()}
    change(entries)
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in entries.items():
            archive.writestr(name, data)
    return path


def test_a_model_file_predicts_as_its_run(run: RunFolder, model: Path, folder: Path) -> None:
    frame = pd.read_csv(folder / "flowers.csv")
    expected = Predictor.load(run.path).predict(frame)
    pd.testing.assert_frame_equal(Predictor.load(model).predict(frame), expected)
    manifest, entries = read_model_file(model)
    assert (manifest.run, manifest.target, manifest.dataset) == (run.id, "kind", "flowers")
    assert set(entries) == {*ENTRIES, CARD}
    metrics = json.loads(entries["metrics.json"])
    assert metrics["test"]["accuracy"] == list(run.events())[-1].test[1]
    assert metrics["validation"]["accuracy"] > 0.3


def test_a_model_file_moves_without_its_run(model: Path, folder: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy.trainyard"
    copy.write_bytes(model.read_bytes())
    assert Predictor.load(copy).classes == ("kind 0", "kind 1", "kind 2")


@pytest.mark.parametrize("share", [0.0, 0.01, 0.3, 0.9, 0.999])
def test_a_truncated_file_is_refused(model: Path, tmp_path: Path, share: float) -> None:
    data = model.read_bytes()
    path = tmp_path / "cut.trainyard"
    path.write_bytes(data[: int(len(data) * share)])
    with pytest.raises(ModelFileError, match=r"cut\.trainyard"):
        read_model_file(path)


def test_a_flipped_bit_anywhere_is_refused_or_harmless(model: Path, tmp_path: Path) -> None:
    data = bytearray(model.read_bytes())
    whole = read_model_file(model)
    path = tmp_path / "flipped.trainyard"
    chooser = random.Random(0)
    refused = 0
    for _ in range(300):
        place, bit = chooser.randrange(len(data)), 1 << chooser.randrange(8)
        data[place] ^= bit
        path.write_bytes(data)
        data[place] ^= bit
        try:
            assert read_model_file(path) == whole  # a bit of a date in the zip, say
        except ModelFileError:
            refused += 1
    assert refused > 270


def test_a_newer_version_is_refused(model: Path, tmp_path: Path) -> None:
    def change(entries: dict[str, bytes]) -> None:
        entries[MANIFEST] = json.dumps(json.loads(entries[MANIFEST]) | {"version": 7}).encode()

    with pytest.raises(ModelFileTooNew, match="version 7"):
        read_model_file(rezipped(model, tmp_path / "new.trainyard", change))


def test_foreign_files_are_refused(model: Path, tmp_path: Path) -> None:
    path = tmp_path / "foreign.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("hello.txt", "hello")
    (tmp_path / "text.trainyard").write_text("hello")
    (tmp_path / "empty.trainyard").write_bytes(b"")

    def other_format(entries: dict[str, bytes]) -> None:
        entries[MANIFEST] = b'{"format": "something else", "version": 1}'

    rezipped(model, tmp_path / "other.zip", other_format)
    for name in ("foreign.zip", "text.trainyard", "empty.trainyard", "other.zip"):
        with pytest.raises(NotAModelFile):
            read_model_file(tmp_path / name)
    with pytest.raises(NotAModelFile):
        read_model_file(tmp_path)


def slip(entries: dict[str, bytes]) -> None:
    entries["../../evil.py"] = b"print('evil')"


def absolute(entries: dict[str, bytes]) -> None:
    entries["/etc/evil"] = b"evil"


def pickle_inside(entries: dict[str, bytes]) -> None:
    entries["weights.pt"] = b"\x80\x04."


def altered(entries: dict[str, bytes]) -> None:
    entries["recipe.json"] = entries["recipe.json"].replace(b"0.01", b"0.02")


def lost(entries: dict[str, bytes]) -> None:
    del entries["weights.safetensors"]


def manifest_without_files(entries: dict[str, bytes]) -> None:
    entries[MANIFEST] = b'{"format": "trainyard-model", "version": 1}'


def manifest_torn(entries: dict[str, bytes]) -> None:
    entries[MANIFEST] = entries[MANIFEST][:50]


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (slip, "unknown entry"),
        (absolute, "unknown entry"),
        (pickle_inside, "unknown entry"),
        (altered, "was altered"),
        (lost, "is missing"),
        (manifest_without_files, "manifest is wrong"),
        (manifest_torn, "damaged"),
    ],
)
def test_a_changed_file_is_refused(
    model: Path, tmp_path: Path, change: Callable[[dict[str, bytes]], None], reason: str
) -> None:
    path = rezipped(model, tmp_path / "x.trainyard", change)
    with pytest.raises(ModelFileDamaged, match=reason):
        Predictor.load(path)
    assert [p.name for p in tmp_path.iterdir()] == ["x.trainyard"]


def test_a_compressed_entry_is_refused_before_it_is_unpacked(model: Path, tmp_path: Path) -> None:
    path = tmp_path / "bomb.trainyard"
    with zipfile.ZipFile(model) as archive:
        manifest = archive.read(MANIFEST)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(MANIFEST, manifest, zipfile.ZIP_STORED)
        archive.writestr("weights.safetensors", b"\0" * 50_000_000)
    with pytest.raises(ModelFileDamaged, match="compressed"):
        read_model_file(path)


def test_weights_of_another_network_are_refused(
    model: Path, run: RunFolder, tmp_path: Path
) -> None:
    recipe = run.resolved()
    trunk = recipe.model.trunk.model_copy(update={"widths": (8,)})
    other = recipe.model_copy(update={"model": recipe.model.model_copy(update={"trunk": trunk})})
    run_copy = tmp_path / "run"
    shutil.copytree(run.path, run_copy)
    RunFolder(run_copy).write_resolved(other)
    with pytest.raises(ModelFileDamaged, match="state_dict"):
        Predictor.load(Path(export_run(RunFolder(run_copy), tmp_path / "x.trainyard").path))


def test_exporting_fails_without_weights_or_space(run: RunFolder, tmp_path: Path) -> None:
    untrained = new_run(tmp_path / "w", flowers(tmp_path / "flowers.csv"), "kind")
    with pytest.raises(RunUntrained):
        export_run(untrained, tmp_path / "x.trainyard")

    def full(descriptor: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(os, "fsync", full)
        with pytest.raises(DiskFull):
            export_run(run, tmp_path / "x.trainyard")
    assert not list(tmp_path.glob("*x.trainyard*"))
