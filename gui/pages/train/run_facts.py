"""What is known of a run beside its curves: read once from its folder, and from its first event."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from engine.errors import TrainyardError, from_facts
from engine.events import RunFailed, RunFinished, RunStopped
from gui.i18n import tr
from gui.models.run_words import inside, metric_title, score

if TYPE_CHECKING:
    from engine.store.summary import RunSummary
    from engine.store.workspace import Workspace
    from engine.training.history import History


@dataclass(frozen=True, slots=True)
class RunOrigin:
    """The part of a run's files that its page shows."""

    seed: int | None = None
    patience: int | None = None
    """None without early stopping."""


def read_origin(workspace: Workspace, run: str) -> RunOrigin:
    """Seed and patience of a run; empty when its folder cannot be read."""
    try:
        training = workspace.run(run).resolved().training
    except TrainyardError:
        return RunOrigin()
    stopping = training.early_stopping
    return RunOrigin(training.seed, stopping.patience if stopping.enabled else None)


def facts(run: RunSummary, history: History, origin: RunOrigin) -> list[tuple[str, str]]:
    """Pairs of a word and a figure."""
    started = history.started
    found = [
        (tr("Data"), run.dataset),
        (tr("Target"), run.target),
        (tr("Model"), run.trunk),
    ]
    if started is not None:
        found += [
            (tr("Training rows"), f"{started.train_rows:,}"),
            (tr("Validation rows"), f"{started.validation_rows:,}"),
            (tr("Test rows"), f"{started.test_rows:,}"),
            (tr("Parameters"), f"{started.parameters:,}"),
            (
                tr("Device"),
                tr(
                    "{device}, {threads} threads",
                    device=started.device.upper(),
                    threads=started.threads,
                )
                if started.device == "cpu" and started.threads > 1
                else started.device.upper(),
            ),
        ]
    if origin.seed is not None:
        found.append((tr("Seed"), str(origin.seed)))
    if isinstance(history.ended, RunFinished | RunStopped) and started is not None:
        found += [
            (tr("Test {metric}", metric=inside(metric_title(name))), score(value))
            for name, value in zip(started.metrics, history.ended.test, strict=False)
        ]
    return [(name, value) for name, value in found if value]


def failure(history: History) -> TrainyardError | None:
    """Why a run failed."""
    ended = history.ended
    return from_facts(ended.error, ended.facts) if isinstance(ended, RunFailed) else None
