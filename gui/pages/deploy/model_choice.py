"""The models that files can be predicted with: the run in focus and model files that were opened."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

DECISION = "decision.json"
"""In a run's folder: `engine.predictor.decision.FILE`, which takes long to import."""


@dataclass(frozen=True, slots=True)
class Model:
    """A run or a model file."""

    path: Path
    """The run's folder, or the `.trainyard` file."""
    name: str
    """As people know it: “Run 12”, “wine.trainyard”."""
    argument: str
    """What the command line calls it."""
    version: object = None
    """Changes when the weights do (a run that was resumed)."""

    @property
    def is_file(self) -> bool:
        """Whether it is a model file."""
        return self.path.suffix == ".trainyard"


def model_file(path: Path) -> Model:
    """A model file as a choice."""
    return Model(path, path.name, str(path))
