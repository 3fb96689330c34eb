"""The evaluation of the test part that was last made of a run; read without torch."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path

from pydantic import ValidationError

from engine.evaluation.result import Evaluation
from engine.predictor.decision import decision_json, decision_of

FILE = "evaluation.json"


def state_of(run: Path, best_epoch: int) -> str:
    """A digest of what a run's predictions follow from: which weights, and what was decided.

    Raises `RunDamaged`.
    """
    decided = decision_json(decision_of(run))
    return sha256(f"{best_epoch} ".encode() + decided).hexdigest()[:16]


def kept_evaluation(run: Path, best_epoch: int) -> Evaluation | None:
    """The evaluation that is kept, if it is of the weights of that epoch and of the present decision.

    Raises `RunDamaged`.
    """
    try:
        found = Evaluation.model_validate_json((run / FILE).read_bytes())
    except (OSError, ValidationError):
        return None
    return found if found.state == state_of(run, best_epoch) else None
