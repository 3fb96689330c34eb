"""The same networks in frameworks, written as their guides have it, each validating after an epoch."""

from __future__ import annotations

import os
import warnings
from typing import Any

import numpy as np
import torch
from torch.utils.data import DataLoader, TensorDataset

from tests.benchmarks.training_parts.cases import (
    CLASSES,
    SIDE,
    Case,
    Data,
    criterion_of,
    plain_network,
    tensors,
)


class ScikitLearn:
    """`MLPClassifier`, which has no convolutions; it validates nothing, to its advantage."""

    def __init__(self, case: Case, data: Data) -> None:
        if not case.widths:
            raise NotImplementedError("it has no convolutions")
        from sklearn.neural_network import MLPClassifier

        self.data = data
        self.model = MLPClassifier(
            case.widths, batch_size=case.batch, tol=0, n_iter_no_change=1_000_000
        )

    def train(self, epochs: int) -> None:
        """Train."""
        self.model.max_iter = epochs
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            self.model.fit(self.data.inputs, self.data.targets.ravel())
        self.model.score(self.data.validation_inputs, self.data.validation_targets.ravel())


class Skorch:
    """`NeuralNetClassifier` with a validation set, its log switched off."""

    def __init__(self, case: Case, data: Data) -> None:
        from skorch import NeuralNetBinaryClassifier, NeuralNetClassifier
        from skorch.dataset import Dataset
        from skorch.helper import predefined_split

        if case.widths:
            targets, held_out = data.targets.ravel(), data.validation_targets.ravel()
            kind, network = NeuralNetBinaryClassifier, torch.nn.Sequential
            made: Any = [*plain_network(case), torch.nn.Flatten(0)]
        else:
            targets, held_out = data.targets, data.validation_targets
            kind, network = NeuralNetClassifier, torch.nn.Sequential
            made = [*plain_network(case)]
        self.inputs, self.targets = data.inputs, targets
        self.model = kind(
            network(*made),
            criterion=type(criterion_of(case)),
            optimizer=torch.optim.Adam,
            batch_size=case.batch,
            iterator_train__shuffle=True,
            train_split=predefined_split(Dataset(data.validation_inputs, held_out)),
            verbose=0,
        ).initialize()

    def train(self, epochs: int) -> None:
        """Train and validate."""
        self.model.partial_fit(self.inputs, self.targets, epochs=epochs)


class Lightning:
    """A `Trainer` without a progress bar and a log."""

    def __init__(self, case: Case, data: Data) -> None:
        import logging

        import lightning

        logging.getLogger("lightning.pytorch").setLevel(logging.ERROR)
        warnings.simplefilter("ignore")

        class Module(lightning.LightningModule):
            def __init__(self) -> None:
                super().__init__()
                self.network, self.criterion = plain_network(case), criterion_of(case)

            def training_step(self, batch: Any, _: int) -> torch.Tensor:
                inputs, targets = batch
                loss: torch.Tensor = self.criterion(self.network(inputs), targets)
                self.log("loss", loss)
                return loss

            def validation_step(self, batch: Any, _: int) -> None:
                inputs, targets = batch
                self.log("validation", self.criterion(self.network(inputs), targets))

            def configure_optimizers(self) -> torch.optim.Optimizer:
                return torch.optim.Adam(self.parameters())

        self._trainer, self.module = lightning.Trainer, Module()
        self.loader = DataLoader(
            TensorDataset(*tensors(data.inputs, data.targets)), case.batch, shuffle=True
        )
        held_out = TensorDataset(*tensors(data.validation_inputs, data.validation_targets))
        self.validation = DataLoader(held_out, 2048)

    def train(self, epochs: int) -> None:
        """Train and validate."""
        trainer = self._trainer(
            max_epochs=epochs,
            accelerator="cpu",
            logger=False,
            enable_checkpointing=False,
            enable_progress_bar=False,
            enable_model_summary=False,
            num_sanity_val_steps=0,
        )
        trainer.fit(self.module, self.loader, self.validation)


class Fastai:
    """A `Learner` without a progress bar and a log."""

    def __init__(self, case: Case, data: Data) -> None:
        import fastai.callback.progress  # noqa: F401 - gives learners `no_bar`
        from fastai.basics import Adam, DataLoaders, Learner
        from fastai.data.core import DataLoader as Loader

        train = TensorDataset(*tensors(data.inputs, data.targets))
        held_out = TensorDataset(*tensors(data.validation_inputs, data.validation_targets))
        loaders = DataLoaders(
            Loader(train, bs=case.batch, shuffle=True, num_workers=0),
            Loader(held_out, bs=2048, num_workers=0),
        )
        self.learner = Learner(
            loaders, plain_network(case), loss_func=criterion_of(case), opt_func=Adam
        )

    def train(self, epochs: int) -> None:
        """Train and validate."""
        with self.learner.no_bar(), self.learner.no_logging():
            self.learner.fit(epochs, 1e-3)


class Keras:
    """Keras 3 on the backend of the environment, `fit` as it is."""

    def __init__(self, case: Case, data: Data) -> None:
        import keras

        layers = keras.layers
        if case.widths:
            made = [layers.Dense(units, activation="relu") for units in case.widths]
            made.append(layers.Dense(1))
            loss: Any = keras.losses.BinaryCrossentropy(from_logits=True)
        else:
            # Channels last, as Keras has it.
            made = [
                layers.Reshape((SIDE, SIDE, 1)),
                layers.Conv2D(32, 3, padding="same", activation="relu"),
                layers.MaxPooling2D(2),
                layers.Conv2D(64, 3, padding="same", activation="relu"),
                layers.MaxPooling2D(2),
                layers.Flatten(),
                layers.Dense(64, activation="relu"),
                layers.Dense(CLASSES),
            ]
            loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
        self.model = keras.Sequential([keras.Input((data.inputs.shape[1],)), *made])
        self.model.compile(optimizer="adam", loss=loss)
        self.case, self.data = case, data

    def train(self, epochs: int) -> None:
        """Train and validate."""
        data = self.data
        self.model.fit(
            np.asarray(data.inputs),
            np.asarray(data.targets),
            validation_data=(data.validation_inputs, data.validation_targets),
            validation_batch_size=8192,
            batch_size=self.case.batch,
            epochs=epochs,
            verbose=0,
        )


class KerasOnTorch(Keras):
    """Keras 3 on torch."""

    def __init__(self, case: Case, data: Data) -> None:
        os.environ["KERAS_BACKEND"] = "torch"
        super().__init__(case, data)


class KerasOnJax(Keras):
    """Keras 3 on JAX, which compiles its step."""

    def __init__(self, case: Case, data: Data) -> None:
        os.environ["KERAS_BACKEND"] = "jax"
        super().__init__(case, data)
