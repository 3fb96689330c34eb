"""How often the test part of a run was looked at: what is chosen by it is no longer tested by it."""

from __future__ import annotations

import json

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from engine.files import write_atomic
from engine.store.run_folder import RunFolder

FILE = "test_looks.json"


class TestLooks(BaseModel):
    """What is kept in the run's folder."""

    __test__ = False  # no test, for those who collect them
    model_config = ConfigDict(frozen=True)

    looks: int = Field(default=0, ge=0)
    """Times that scores of the test part were told."""
    choices: int = Field(default=0, ge=0)
    """Times that something was chosen by it, such as a threshold."""

    @property
    def all(self) -> int:
        """Both together."""
        return self.looks + self.choices


def looks_of(run: RunFolder) -> TestLooks:
    """What is known; a file that cannot be read counts as one look."""
    try:
        return TestLooks.model_validate_json((run.path / FILE).read_bytes())
    except FileNotFoundError:
        return TestLooks(looks=_of_an_earlier_version(run))
    except (OSError, ValidationError):
        return TestLooks(looks=1)


def note_look(run: RunFolder) -> TestLooks:
    """The test part was scored once more. Raises `DiskFull` or `WriteFailed`."""
    found = looks_of(run)
    return _keep(run, found.model_copy(update={"looks": found.looks + 1}))


def note_seen(run: RunFolder) -> TestLooks:
    """The test part was seen beside something else: the first look, if there was none.

    Raises `DiskFull` or `WriteFailed`.
    """
    found = looks_of(run)
    return found if found.all else note_look(run)


def note_choice(run: RunFolder) -> TestLooks:
    """Something was chosen by the test part. Raises `DiskFull` or `WriteFailed`."""
    found = looks_of(run)
    return _keep(run, found.model_copy(update={"choices": found.choices + 1}))


def _keep(run: RunFolder, looks: TestLooks) -> TestLooks:
    write_atomic(run.path / FILE, looks.model_dump_json(indent=2).encode() + b"\n")
    return looks


def _of_an_earlier_version(run: RunFolder) -> int:
    """They were counted in the evaluation that was kept last."""
    try:
        kept = json.loads(run.evaluation.read_bytes())
    except (OSError, ValueError):
        return 0
    looks = kept.get("looks", 0) if isinstance(kept, dict) else 0
    return max(1, looks) if isinstance(looks, int) else 1
