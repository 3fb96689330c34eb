"""Writing a run as one model file; `engine.predictor.model_file` says what it holds and reads it."""

from __future__ import annotations

import json
import time
import zipfile
from pathlib import Path

from safetensors.torch import save as save_tensors

from engine.errors import RunDamaged
from engine.events import EpochEnded, RunFinished, RunStarted, RunStopped
from engine.export.result import Exported
from engine.files import atomic_file, writing
from engine.predictor.decision import Decision, decision_json, decision_of
from engine.predictor.model_file import (
    CARD,
    DECISION,
    MANIFEST,
    METRICS,
    PREPARATION,
    RECIPE,
    WEIGHTS,
    Manifest,
    digest,
)
from engine.predictor.predictor import best_weights
from engine.recipe.files import recipe_json
from engine.report.write import model_card
from engine.store.run_folder import RunFolder


def export_run(run: RunFolder, destination: Path) -> Exported:
    """Write the best weights of a run and all that predicting needs as one file.

    Raises `RunUntrained`, `RunDamaged`, `DiskFull` or `WriteFailed`.
    """
    info = run.info()
    weights, best_epoch = best_weights(run.path)
    entries = {
        RECIPE: recipe_json(run.resolved()).encode(),
        **{name: _part_of_run(run, name) for name in PREPARATION},
        WEIGHTS: save_tensors(weights),
        METRICS: json.dumps(_metrics(run, best_epoch), indent=2).encode(),
        CARD: model_card(run),
    }
    decision = decision_of(run.path)
    if not decision.is_for(best_epoch):
        decision = Decision()
    if not decision.is_plain:
        entries[DECISION] = decision_json(decision)
    manifest = Manifest(
        run=run.id,
        name=info.name,
        target=info.target,
        dataset=info.dataset,
        created=time.time(),
        versions=info.versions,
        best_epoch=best_epoch,
        files={name: digest(data) for name, data in entries.items()},
    )
    with writing(destination):
        destination.parent.mkdir(parents=True, exist_ok=True)
    with (
        atomic_file(destination) as temporary,
        zipfile.ZipFile(temporary, "w", zipfile.ZIP_STORED) as archive,
    ):
        archive.writestr(MANIFEST, manifest.model_dump_json(indent=2))
        for name, data in entries.items():
            archive.writestr(name, data)
    return Exported(
        run=run.id,
        path=str(destination),
        size=destination.stat().st_size,
        files=(MANIFEST, *entries),
    )


def _part_of_run(run: RunFolder, name: str) -> bytes:
    try:
        return (run.path / name).read_bytes()
    except OSError as error:
        raise RunDamaged(run.id, name, error.strerror or str(error)) from None


def _metrics(run: RunFolder, best_epoch: int) -> dict[str, dict[str, float | None]]:
    """Validation metrics of the best epoch, and test metrics once the run has ended."""
    names: tuple[str, ...] = ()
    validation: tuple[float, ...] = ()
    test: tuple[float, ...] = ()
    for event in run.events():
        match event:
            case RunStarted(metrics=metrics):
                names = metrics
            case EpochEnded(epoch=epoch) if epoch == best_epoch:
                validation = event.validation
            case RunFinished() | RunStopped():
                test = event.test
            case _:
                pass
    return {"validation": _named(names, validation), "test": _named(names, test)}


def _named(names: tuple[str, ...], values: tuple[float, ...]) -> dict[str, float | None]:
    return {n: v if v == v else None for n, v in zip(names, values, strict=False)}
