"""The one way to predict: a preparation and a network with the best weights of a run."""

from __future__ import annotations

import time
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, Self

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from safetensors import SafetensorError
from safetensors.torch import load as load_tensors
from torch import Tensor

from engine.checked_archive import BROKEN, first_line
from engine.data.preparing.arrays import Arrays
from engine.data.preparing.columnar import Source
from engine.data.preparing.preparation import Preparation
from engine.errors import (
    CheckpointMissing,
    ModelFileDamaged,
    NotAModelFile,
    RecipeInvalid,
    RunDamaged,
    RunUntrained,
)
from engine.models.network import Network, build_network
from engine.predictor.decision import Decision, decision_of
from engine.predictor.fitted_recipe import model_parts
from engine.predictor.fitting_weights import require_fit
from engine.predictor.model_file import WEIGHTS, decision_in
from engine.predictor.outputs import EVERYTHING, Outputs, output_columns
from engine.recipe.files import load_recipe
from engine.recipe.recipe import Recipe
from engine.recipe.start import BEST
from engine.schema import Task
from engine.training.checkpoint import STATE, load_best, load_weights
from engine.training.scoring import predict_outputs

_ATTEMPTS = 4
_RETRY_SECONDS = 0.05


class Predictor:
    """Turns rows into predictions. Made by `load`, or directly from its parts."""

    def __init__(
        self,
        recipe: Recipe,
        preparation: Preparation,
        network: Network,
        decision: Decision | None = None,
    ) -> None:
        """See the class. `decision` says how probabilities are read; None: as they come."""
        self.decision = decision or Decision()
        self.outdated: Decision | None = None
        """A decision that was made for other weights, and is not followed."""
        self.recipe = recipe
        self.preparation = preparation
        self.network = network.eval()

    @classmethod
    def load(cls, path: Path, checkpoint: str = BEST) -> Self:
        """The weights of a run folder, the best or another checkpoint's; or a `.trainyard` file.

        Raises `FileMissing`, `NoPermission`, `ModelFileError`, `RunUntrained`, `CheckpointMissing` or
        `RunDamaged`.
        """
        if path.is_dir():
            return cls._from_run(path, checkpoint)
        if checkpoint != BEST:
            raise CheckpointMissing(path.name, checkpoint, BEST)
        return cls._from_file(path)

    @classmethod
    def _from_run(cls, folder: Path, checkpoint: str) -> Self:
        resolved = folder / "resolved.json"
        if not (folder / "run.json").exists():
            raise NotAModelFile(str(folder))
        of_best = checkpoint == BEST
        weights, epoch = best_weights(folder) if of_best else kept_weights(folder, checkpoint)
        recipe = load_recipe(resolved, of_run=True)
        preparation = Preparation.load(folder / "preparation")
        try:
            network = _network(recipe, preparation, weights)
            decision = decision_of(folder)
            found = cls(recipe, preparation, network, decision)
        except (RuntimeError, ValueError) as error:
            raise RunDamaged(folder.name, f"checkpoints/{checkpoint}", first_line(error)) from error
        if not decision.is_for(epoch):
            found.decision, found.outdated = Decision(), decision
        return found

    @classmethod
    def _from_file(cls, path: Path) -> Self:
        parts = model_parts(path)
        try:
            weights = load_tensors(parts.entries[WEIGHTS])
            require_fit(parts.recipe, parts.preparation, weights)
            network = _network(parts.recipe, parts.preparation, weights)
            return cls(parts.recipe, parts.preparation, network, decision_in(parts.entries))
        except RecipeInvalid as error:
            raise ModelFileDamaged(str(path), first_line(error.messages()[0])) from error
        except (*BROKEN, SafetensorError, AttributeError, LookupError, AssertionError) as error:
            raise ModelFileDamaged(str(path), first_line(error)) from error

    @property
    def task(self) -> Task:
        """What is predicted."""
        return self.preparation.task

    @property
    def target(self) -> str:
        """Name of the predicted column; of several their names, with commas."""
        return self.preparation.target

    @property
    def classes(self) -> tuple[str, ...]:
        """The classes that can be predicted, as they are listed; empty for numbers and several targets."""
        return tuple(self.preparation.classes[code] for code in self.preparation.shown_classes)

    def outputs(self, arrays: Arrays) -> NDArray[np.float32]:
        """Outputs (rows, outputs) for prepared rows, their probabilities corrected as was decided."""
        return self.decision.outputs(predict_outputs(self.network, arrays))

    def columns(
        self, outputs: NDArray[np.float32], wanted: Outputs = EVERYTHING
    ) -> dict[str, NDArray[Any]]:
        """The columns that a prediction adds, by name; see `engine.predictor.outputs`."""
        found = output_columns(self.preparation, self.decision, outputs, wanted)
        return {column.name: column.values for column in found}

    def predict(
        self, rows: Source, *, origin: str = "", wanted: Outputs = EVERYTHING
    ) -> pd.DataFrame:
        """Predictions for each row, in order.

        Args:
            rows: Columns by name in any order, typed or as text; columns that are not needed are ignored.
            origin: What to call the rows in an error.
            wanted: What to tell of each row.

        Raises:
            ColumnMissing: Columns that are needed are not there.
        """
        arrays = self.preparation.transform(rows, with_target=False, origin=origin)
        return pd.DataFrame(self.columns(self.outputs(arrays), wanted))


def best_weights(run: Path) -> tuple[dict[str, Tensor], int]:
    """The best weights in a run folder, and their epoch.

    Raises `RunUntrained` or `RunDamaged`.
    """
    for _ in range(_ATTEMPTS - 1):
        with suppress(RunDamaged):  # a live run may be replacing them at this moment
            return _best_weights(run)
        time.sleep(_RETRY_SECONDS)
    return _best_weights(run)


def _best_weights(run: Path) -> tuple[dict[str, Tensor], int]:
    found = load_best(run / "checkpoints")
    if found is None:
        raise RunUntrained(run.name)
    return found


def kept_weights(run: Path, checkpoint: str) -> tuple[dict[str, Tensor], int]:
    """The weights of a checkpoint by its name, such as `last` or `epoch-0012`, and their epoch.

    Raises `CheckpointMissing` or `RunDamaged`.
    """
    known = sorted(state.parent.name for state in (run / "checkpoints").glob(f"*/{STATE}"))
    if checkpoint not in known:
        raise CheckpointMissing(run.name, checkpoint, ", ".join(known) or "—")
    return load_weights(run / "checkpoints" / checkpoint)


def _network(recipe: Recipe, preparation: Preparation, weights: Mapping[str, Tensor]) -> Network:
    network = build_network(
        recipe.model, preparation.inputs, recipe.training.seed, preparation.task
    )
    network.load_state_dict(dict(weights))
    return network
