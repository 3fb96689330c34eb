"""Asks a worker how large each architecture would come out, for the gallery."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QObject, Signal

from engine.models.sizes import Sizes
from engine.recipe.auto.choose import choose
from engine.recipe.auto.facts import TableFacts
from engine.recipe.families import Trunk
from engine.recipe.model import ModelSpec
from engine.schema import Task as LearningTask
from engine.tasks import SizesTask, SummarizeTask, Task
from gui.jobs import TaskJob


class SizesProbe(QObject):
    """Keeps the sizes of all architectures up to date, one question at a time."""

    changed = Signal(dict)
    """Numbers of parameters by kind."""

    def __init__(self, ask: Callable[[Task], TaskJob], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._ask = ask
        self._job: TaskJob | None = None
        self._asked: SizesTask | None = None
        self._wanted: SizesTask | None = None
        self._last: tuple[SummarizeTask, tuple[Trunk, ...]] | None = None

    def want(self, task: SummarizeTask, trunks: Sequence[Trunk]) -> None:
        """Ask for the sizes of networks with these trunks, on the inputs of `task`."""
        model = task.recipe.model.model_copy(update={"trunk": None})
        recipe = task.recipe.model_copy(update={"model": model})
        inputs = task.model_copy(update={"recipe": recipe})
        if (inputs, tuple(trunks)) == self._last:  # only the network in force is another one
            return
        self._last = (inputs, tuple(trunks))
        self._wanted = SizesTask(
            models=tuple(_settled(task, trunk) for trunk in trunks),
            numbers=task.numbers,
            categories=task.categories,
            encoders=task.encoders,
            outputs=task.outputs,
        )
        self._ask_if_new()

    def forget(self) -> None:
        """Another table: an answer under way is about the one before."""
        self._wanted = self._asked = None

    def _ask_if_new(self) -> None:
        if self._job is not None or self._wanted is None or self._wanted == self._asked:
            return
        self._asked = self._wanted
        self._job = self._ask(self._asked)
        self._job.finished.connect(self._on_sizes)
        self._job.failed.connect(self._on_error)

    def _on_sizes(self, answer: object) -> None:
        self._job = None
        if self._asked is not None and self._asked == self._wanted:
            found = Sizes.model_validate(answer).parameters
            kinds = [_kind(model) for model in self._asked.models]
            sizes = {k: n for k, n in zip(kinds, found, strict=True) if n is not None}
            self.changed.emit(sizes)
        self._ask_if_new()

    def _on_error(self, error: object) -> None:
        # The gallery does without sizes; what is wrong is told by the network itself.
        del error
        self._job = None


def _settled(task: SummarizeTask, trunk: Trunk) -> ModelSpec:
    """The network of a trunk, with the encoders that Auto would choose for it."""
    model = task.recipe.model.model_copy(update={"trunk": trunk, "members": ()})
    levels = tuple(count for _, count in task.categories)
    goal = task.target_task or LearningTask.BINARY
    facts = TableFacts(task.train_rows, len(task.numbers), levels, goal)
    return choose(task.recipe.model_copy(update={"model": model}), facts).recipe.model


def _kind(model: ModelSpec) -> str:
    return model.trunk.kind if model.trunk is not None else ""
