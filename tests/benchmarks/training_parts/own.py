"""Trainyard's whole loop: events, checkpoints, validation, all metrics, the best weights kept."""

from __future__ import annotations

import os
from pathlib import Path

import torch
from torch import Tensor, nn

from engine.data.preparing.dataset import Dataset
from engine.data.preparing.inputs import OutputForm
from engine.models.network import Network, build_network
from engine.recipe.columns import ColumnSpec
from engine.recipe.recipe import Recipe
from engine.recipe.training import Training
from engine.schema import Role
from engine.store.info import TableOrigin
from engine.store.workspace import Workspace
from engine.training.checkpoint import Checkpoints
from engine.training.control import FileControl
from engine.training.loop import fit
from tests.benchmarks.training_parts.cases import (
    CLASSES,
    SIDE,
    Case,
    Data,
    conv_layers,
    dataset_of,
)
from tests.engine.training.tables import model_of


class Cnn(Network):
    """The small CNN as a module of one's own: numbers (rows, pixels) to outputs (rows, classes)."""

    def __init__(self) -> None:
        nn.Module.__init__(self)
        self.form = OutputForm.SHARES
        self.numbers = self.categories = self.wide = self.thresholds = self.limits = None
        self.trunk = nn.Sequential(*conv_layers())
        self.head = nn.Linear(64, CLASSES)
        self.to(memory_format=torch.channels_last)  # type: ignore[call-overload]

    def encoded(self, numbers: Tensor, codes: Tensor) -> Tensor:
        """Images (rows, 1, side, side)."""
        return numbers.view(-1, 1, SIDE, SIDE)


class Trainyard:
    """Runs in a workspace, with or without a window that looks on."""

    def __init__(self, case: Case, data: Data) -> None:
        self.case = case
        self.dataset: Dataset = dataset_of(case)
        self.folder = Path(os.environ["TRAINYARD_HOME"])
        self.workspace = Workspace(self.folder)

    def train(self, epochs: int) -> None:
        """A run of so many epochs, as the worker has it."""
        training = Training.model_validate(
            {
                "epochs": epochs,
                "batch_size": self.case.batch,
                "optimizer": {"kind": "adam"},
                "device": "cpu",
                "early_stopping": {"enabled": False},
            }
        )
        recipe = Recipe(
            columns=(ColumnSpec(name="label", role=Role.TARGET),),
            model=model_of(self.case.widths),
            training=training,
        )
        preparation = self.dataset.preparation
        network = Cnn()
        if self.case.widths:
            network = build_network(recipe.model, preparation.inputs, 0, preparation.task)  # type: ignore[assignment]
        table = TableOrigin(self.folder / "rows.csv", self.folder, "0" * 64)
        run = self.workspace.create(recipe, table, task=preparation.task)
        with run.training() as log:
            fit(
                network,
                self.dataset,
                training,
                emit=log.emit,
                control=FileControl(run.control),
                checkpoints=Checkpoints(run.checkpoints, before=log.flush, sync=log.sync),
            )
