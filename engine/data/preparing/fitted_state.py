"""What a preparation has learned, and how it lies on disk: readable JSON, long lists as tensors."""

from __future__ import annotations

import json
from pathlib import Path

from pydantic import ValidationError
from safetensors import SafetensorError
from safetensors.numpy import load as load_tensors
from safetensors.numpy import save as save_tensors

from engine.data.cells.cell_types import CellType
from engine.data.cells.typed import with_decimal
from engine.data.preparing.derived.formula import Formula
from engine.data.preparing.fitted import FittedColumn
from engine.data.preparing.fitted_target import FittedTarget, FittedValue
from engine.data.preparing.hidden import HiddenColumn
from engine.data.preparing.row_weights import FittedWeight
from engine.data.preparing.saved_columns import from_records, to_records
from engine.data.preparing.target.fitted_transform import arrays_of
from engine.errors import ModelFileDamaged, ModelFileTooNew
from engine.files import seal_of, sealed_json, unsealed, write_atomic
from engine.recipe.parts import Frozen

VERSION = 3
_STATE = "preparation.json"
_ARRAYS = "arrays.safetensors"
_ARRAYS_SEAL = "arrays_seal"
_TARGET = "target."


class FittedState(Frozen):
    """Learned from training rows only."""

    preparation: int = VERSION
    targets: tuple[FittedTarget, ...]
    """All numbers, or all classes; of several each has two classes."""
    columns: tuple[FittedColumn, ...]
    decimal: str
    """The training file's decimal mark."""
    weight: FittedWeight | None = None
    hidden: tuple[HiddenColumn, ...] = ()
    """Columns whose values are hidden before anything else is done with them."""
    derived: tuple[Formula, ...] = ()
    """Columns that are computed from others; they see hidden values where columns are hidden."""

    def in_notation(self, decimal: str) -> FittedState:
        """The same for text with another decimal mark."""

        def changed(fitted: FittedColumn | FittedTarget | FittedWeight) -> dict[str, CellType]:
            return {"cell_type": with_decimal(fitted.cell_type, decimal)}

        weight = self.weight
        if weight is not None:
            weight = weight.model_copy(update=changed(weight))
        return self.model_copy(
            update={
                "targets": tuple(one.model_copy(update=changed(one)) for one in self.targets),
                "columns": tuple(one.model_copy(update=changed(one)) for one in self.columns),
                "decimal": decimal,
                "weight": weight,
                "hidden": tuple(column.in_notation(decimal) for column in self.hidden),
                "derived": tuple(formula.in_notation(decimal) for formula in self.derived),
            }
        )

    def save(self, folder: Path) -> None:
        """Write `preparation.json` and `arrays.safetensors`. Raises `DiskFull` or `WriteFailed`."""
        state = self.model_dump(mode="json")
        state["columns"], arrays = to_records(self.columns)
        for place, target in enumerate(self.targets):
            if isinstance(target, FittedValue):
                for field, values in arrays_of(target.transform).items():
                    state["targets"][place]["transform"].pop(field)
                    arrays[f"{_TARGET}{place}.{field}"] = values
        folder.mkdir(parents=True, exist_ok=True)
        data = save_tensors(arrays)
        write_atomic(folder / _ARRAYS, data)
        write_atomic(folder / _STATE, sealed_json({**state, _ARRAYS_SEAL: seal_of(data)}))

    @classmethod
    def load(cls, folder: Path) -> FittedState:
        """The inverse of `save`, whatever version wrote it.

        Raises `ModelFileTooNew` or `ModelFileDamaged`.
        """
        path = folder / _STATE
        try:
            state = json.loads(path.read_text(encoding="utf-8"))
            version = int(state["preparation"])
            if version > VERSION:
                raise ModelFileTooNew(str(path), version, VERSION)
            state = unsealed(state)
            data, seal = (folder / _ARRAYS).read_bytes(), state.pop(_ARRAYS_SEAL, None)
            if seal is not None and seal != seal_of(data):
                raise ValueError(f"{_ARRAYS} was altered")
            arrays = load_tensors(data)
            if version < 3:  # there was one target
                state["targets"] = [state.pop("target")]
            for name in [name for name in arrays if name.startswith(_TARGET)]:
                place, _, field = name.removeprefix(_TARGET).rpartition(".")
                values = arrays.pop(name).tolist()
                state["targets"][int(place or 0)]["transform"][field] = values
            state["columns"] = from_records(state["columns"], arrays, version)
            return cls.model_validate(state | {"preparation": VERSION})
        except (
            OSError,
            ValueError,
            KeyError,
            IndexError,
            TypeError,
            ValidationError,
            SafetensorError,
        ) as error:
            raise ModelFileDamaged(str(path), str(error)) from error
