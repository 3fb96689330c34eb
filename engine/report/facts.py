"""All that a report tells of a run, gathered from its folder and from its table if that is at hand."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from pydantic import ValidationError

from engine.baselines.comparisons import kept_comparison
from engine.baselines.result import SetBeside
from engine.data.columns.infer import infer_schema
from engine.data.preparing.fitted_target import FittedClasses
from engine.data.preparing.preparation import Preparation
from engine.data.table import Table
from engine.doctor.case import Case
from engine.doctor.examine import examine
from engine.doctor.finding import Finding
from engine.errors import RunUntrained, TrainyardError
from engine.evaluation.result import Evaluation
from engine.explanation.importances import kept_importance
from engine.explanation.result import Importance
from engine.predictor.decision import Decision, decision_of
from engine.recipe.recipe import Recipe
from engine.schema import Schema
from engine.store.info import RunInfo
from engine.store.run_folder import RunFolder
from engine.store.summary import RunSummary
from engine.tasks import Part
from engine.training.history import History
from engine.training.record import Recorded, record_of


@dataclass(frozen=True, slots=True)
class TableFacts:
    """What is known of the table, while its converted rows are at hand."""

    columns: Schema
    file: str
    """Its name, without folders."""
    format: str
    size: int
    """Bytes."""
    rejected: int
    """Rows that could not be read."""
    misread: int
    """Cells that did not fit their column and were read as missing."""


@dataclass(frozen=True, slots=True)
class ClassRows:
    """How many training rows a class has."""

    name: str
    rows: int


@dataclass(frozen=True, slots=True)
class RunFacts:
    """See the module."""

    info: RunInfo
    summary: RunSummary
    asked: Recipe
    resolved: Recipe
    """As run, every `auto` replaced."""
    history: History
    best_epoch: int
    decision: Decision
    """The one in force for these weights."""
    inputs: tuple[str, ...]
    """Columns that the model reads."""
    classes: tuple[ClassRows, ...]
    """Of one target, as they are listed; empty for numbers and for several targets."""
    findings: tuple[Finding, ...]
    record: tuple[Recorded, ...]
    """What was changed by hand."""
    members: tuple[RunSummary, ...]
    """Runs that were trained for it, in their order."""
    table: TableFacts | None
    evaluation: Evaluation | None
    beside: SetBeside | None
    importance: Importance | None

    @property
    def file(self) -> str:
        """Name of the table's file."""
        name = Path(self.info.table_path.replace("\\", "/")).name or self.info.dataset
        return name.encode("utf-8", "replace").decode()  # systems allow names that are no text


def facts_of(run: RunFolder, evaluation: Evaluation | None, part: Part = "test") -> RunFacts:
    """Gather what there is; nothing is computed but what the doctor reads from the curves.

    Args:
        run: One that has best weights.
        evaluation: Of its best weights; None: the report has no scores but those of training.
        part: Which part's comparison with baselines and importance of columns are told.

    Raises `RunUntrained` or `RunDamaged`.
    """
    info = run.info()
    if not run.has_weights():
        raise RunUntrained(run.id)
    events = list(run.events())
    history = History()
    history.extend(events)
    resolved = run.resolved()
    preparation = Preparation.load(run.preparation)
    best_epoch = history.best_epoch
    decision = decision_of(run.path)
    members = _members(run)
    # Of a run that holds others the curves are of these, one after another: they tell no doctor anything.
    findings = () if members else examine(Case(history, resolved, preparation.classes))
    return RunFacts(
        info=info,
        summary=run.summary(),
        asked=run.recipe(),
        resolved=resolved,
        history=history,
        best_epoch=best_epoch,
        decision=decision if decision.is_for(best_epoch) else Decision(),
        inputs=preparation.columns,
        classes=_classes(preparation),
        findings=findings,
        record=record_of(events, with_stop=True),
        members=members,
        table=_table(info),
        evaluation=evaluation,
        beside=kept_comparison(run.path, part, best_epoch),
        importance=kept_importance(run.path, part, best_epoch),
    )


def _classes(preparation: Preparation) -> tuple[ClassRows, ...]:
    if preparation.task.has_several_targets:
        return ()
    target = preparation.fitted_target
    if not isinstance(target, FittedClasses):
        return ()
    return tuple(ClassRows(target.classes[code], target.counts[code]) for code in target.listed)


def _members(run: RunFolder) -> tuple[RunSummary, ...]:
    """Runs beside it that say that they were trained for it."""
    found: list[RunSummary] = []
    for path in sorted(run.path.parent.iterdir()):
        with suppress(TrainyardError, OSError):
            member = RunFolder(path)
            if path.is_dir() and member.info().group == run.id:
                found.append(member.summary())
    return tuple(sorted(found, key=lambda each: (each.place or 0, each.number)))


def _table(info: RunInfo) -> TableFacts | None:
    """None where the converted rows are gone: reading the file again is not a report's business."""
    try:
        table = Table.load(Path(info.table_folder))
        if table.fingerprint != info.fingerprint:
            return None
        return TableFacts(
            columns=infer_schema(table),
            file=Path(table.info.path).name,
            format=table.info.format,
            size=table.info.size,
            rejected=len(table.rejects),
            misread=sum(each.misfits for each in table.info.cells),
        )
    except (TrainyardError, OSError, ValidationError, KeyError):
        return None
