"""What baselines predicted, kept in the run's folder: never the models themselves.

`<kind>.safetensors` holds the outputs for validation and test rows, as a network of the run would give
them, and in its metadata what they were trained on. `<part>.json` is the last comparison of a part.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from safetensors import SafetensorError, safe_open
from safetensors.numpy import save as as_safetensors

from engine.baselines.comparisons import comparison_path
from engine.baselines.outputs import Outputs
from engine.baselines.result import SetBeside
from engine.files import write_atomic
from engine.tasks import Part

PARTS: tuple[Part, ...] = ("validation", "test")


@dataclass(frozen=True, slots=True)
class Kept:
    """One trained baseline, without the model."""

    outputs: dict[Part, Outputs]
    """(rows, outputs) by part, for the rows that the run scores."""
    seconds: float
    learned_from: int


class KeptBaselines:
    """The folder `baselines` of a run."""

    def __init__(self, run: Path) -> None:
        self.folder = run / "baselines"

    def save(self, kind: str, key: str, kept: Kept) -> None:
        """Keep one; `key` names all that it was made from. Raises `DiskFull` or `WriteFailed`."""
        self.folder.mkdir(exist_ok=True)
        told = {"key": key, "seconds": kept.seconds, "learned_from": kept.learned_from}
        outputs: dict[str, Outputs] = {str(part): rows for part, rows in kept.outputs.items()}
        data = as_safetensors(outputs, metadata={"baseline": json.dumps(told)})
        write_atomic(self._path(kind), data)

    def load(self, kind: str, key: str) -> Kept | None:
        """The one kept; None if it was made from something else, or cannot be read."""
        try:
            with safe_open(self._path(kind), "np") as file:
                told = json.loads((file.metadata() or {})["baseline"])
                if told["key"] != key:
                    return None
                outputs = {part: file.get_tensor(part) for part in PARTS}
                return Kept(outputs, float(told["seconds"]), int(told["learned_from"]))
        except (OSError, SafetensorError, KeyError, TypeError, ValueError):
            return None  # it is trained again

    def save_comparison(self, beside: SetBeside) -> None:
        """Keep the comparison of a part. Raises `DiskFull` or `WriteFailed`."""
        self.folder.mkdir(exist_ok=True)
        path = comparison_path(self.folder.parent, beside.part)
        write_atomic(path, beside.model_dump_json().encode())

    def _path(self, kind: str) -> Path:
        return self.folder / f"{kind}.safetensors"
