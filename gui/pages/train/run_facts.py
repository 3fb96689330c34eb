"""What is known of a run beside its curves: read once from its folder, and from its first event."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from engine.errors import TrainyardError, from_facts
from engine.events import RunFailed, RunFinished, RunStopped
from gui.i18n import tr
from gui.models.run_words import inside, metric_title, score
from gui.pages.train.live_controls import Settings
from gui.pages.train.members import Members

if TYPE_CHECKING:
    from engine.recipe.recipe import Recipe
    from engine.store.summary import RunSummary
    from engine.store.workspace import Workspace
    from engine.training.history import History


@dataclass(frozen=True, slots=True)
class RunOrigin:
    """The part of a run's files that its page shows."""

    seed: int | None = None
    patience: int | None = None
    """None without early stopping."""
    settings: Settings = field(default_factory=lambda: Settings({}))
    recipe: Recipe | None = None
    """As run."""
    holds_others: bool = False
    """Whether it trains folds or other runs, each by itself, and no network of its own."""

    def members_of(self, run: RunSummary) -> Members:
        """What the run whose origin this is holds."""
        return Members.of(run, self.recipe, several=self.holds_others)


def read_origin(workspace: Workspace, run: str) -> RunOrigin:
    """Seed and patience of a run; empty when its folder cannot be read."""
    try:
        folder = workspace.run(run)
        recipe, info = folder.resolved(), folder.info()
    except TrainyardError:
        return RunOrigin()
    training, stopping = recipe.training, recipe.training.early_stopping
    networks = training.networks
    if networks is None:  # not resolved yet: Auto trains several where time is limited, else one
        networks = 1 if training.time_budget is None and not recipe.model.members else 2
    holds_others = recipe.split.cross_validates or bool(info.holds) or networks != 1
    return RunOrigin(
        training.seed,
        stopping.patience if stopping.enabled and not holds_others else None,
        Settings.of(recipe),
        recipe,
        holds_others,
    )


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
