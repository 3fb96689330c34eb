"""The seven stations of the rail: what state each is in and its result in one line."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from engine.data.preparing.plan import is_used
from engine.messages import N_
from engine.schema import Role
from gui.i18n import tr, trn
from gui.pages.prepare.deidentify import personal_columns

if TYPE_CHECKING:
    from engine.store.summary import RunSummary
    from gui.session import Session

TITLES: dict[str, str] = {
    "data": N_("Data"),
    "prepare": N_("Prepare"),
    "model": N_("Model"),
    "train": N_("Train"),
    "evaluate": N_("Evaluate"),
    "explain": N_("Explain"),
    "deploy": N_("Deploy"),
}
ICONS: dict[str, str] = {
    "data": "table",
    "prepare": "prepare",
    "model": "model",
    "train": "train",
    "evaluate": "evaluate",
    "explain": "explain",
    "deploy": "deploy",
}


class State(StrEnum):
    """How far a station is; each has a mark of its own shape."""

    DONE = "done"
    ATTENTION = "attention"
    RUNNING = "running"
    READY = "ready"
    LOCKED = "locked"


@dataclass(frozen=True, slots=True)
class Station:
    """One station."""

    page: str
    state: State
    result: str

    @property
    def title(self) -> str:
        """Its name in the reader's language."""
        return tr(TITLES[self.page])

    @property
    def icon(self) -> str:
        """Name of its icon."""
        return ICONS[self.page]

    @property
    def state_text(self) -> str:
        """The state in words, for those who do not see the mark."""
        return {
            State.DONE: tr("done"),
            State.ATTENTION: tr("needs attention"),
            State.RUNNING: tr("running"),
            State.READY: tr("ready"),
            State.LOCKED: tr("not available yet"),
        }[self.state]


def stations(session: Session) -> tuple[Station, ...]:
    """The seven stations as the session stands."""
    run = session.run(session.focus) if session.focus is not None else None
    return (
        _data(session),
        _prepare(session),
        _model(session),
        _train(session, run),
        *_after_training(session, run),
    )


def _data(session: Session) -> Station:
    table = session.table
    if session.busy is not None:
        return Station("data", State.RUNNING, tr("Reading"))
    if table is None:
        return Station("data", State.READY, tr("Drop a file"))
    problems = len(session.open_problems)
    if problems:
        text = trn("{count} problem", "{count} problems", problems)
        return Station("data", State.ATTENTION, text)
    size = tr("{rows} × {columns}", rows=table.rows, columns=len(table.names))
    return Station("data", State.DONE, size)


def _prepare(session: Session) -> Station:
    if session.table is None:
        return Station("prepare", State.LOCKED, tr("Needs data"))
    findings = sum(finding.path[0] in ("split", "columns") for finding in session.findings)
    if findings:
        text = trn("{count} to fix", "{count} to fix", findings)
        return Station("prepare", State.ATTENTION, text)
    if session.target is None:
        return Station("prepare", State.ATTENTION, tr("Choose a target"))
    features = sum(column.role is Role.FEATURE for column in session.recipe.columns)
    if not features:
        return Station("prepare", State.ATTENTION, tr("No features"))
    undecided = _columns_to_review(session)
    if undecided:
        text = trn("{count} column to review", "{count} columns to review", undecided)
        return Station("prepare", State.ATTENTION, text)
    return Station("prepare", State.DONE, trn("{count} feature", "{count} features", features))


def _columns_to_review(session: Session) -> int:
    """Columns about which a person should decide, as the Prepare page counts them."""
    recipe, schema = session.recipe, session.schema
    if schema is None:
        return 0
    people = personal_columns(recipe, schema, session.problems, session.memory.dismissed)
    open_ones = {each.name for each in people if each.answer is None}
    for column in schema.columns:
        spec = recipe.column(column.name)
        if 2 * column.missing > schema.rows and spec.missing is None and is_used(spec, column):
            open_ones.add(column.name)
    return len(open_ones)


def _model(session: Session) -> Station:
    if session.table is None:
        return Station("model", State.LOCKED, tr("Needs data"))
    findings = sum(finding.path[0] in ("model", "training") for finding in session.findings)
    if findings:
        text = trn("{count} to fix", "{count} to fix", findings)
        return Station("model", State.ATTENTION, text)
    state = State.DONE if session.runs else State.READY
    trunk = session.recipe.model.trunk
    return Station("model", state, tr("Auto") if trunk is None else tr(trunk.title))


def _train(session: Session, run: RunSummary | None) -> Station:
    if session.running:
        alive = run if run is not None and run.id in session.running else None
        alive = alive or session.run(session.running[0])
        if alive is None or not alive.epochs:
            return Station("train", State.RUNNING, tr("Starting"))
        text = tr("Epoch {epoch}/{epochs}", epoch=alive.epoch, epochs=alive.epochs)
        return Station("train", State.RUNNING, text)
    if session.runs:
        text = trn("{count} run", "{count} runs", len(session.runs))
        return Station("train", State.DONE, text)
    if session.table is None:
        return Station("train", State.LOCKED, tr("Needs data"))
    blocked = bool(session.blockers())
    return Station("train", State.READY, tr("Not ready yet") if blocked else tr("Ready"))


def _after_training(session: Session, run: RunSummary | None) -> tuple[Station, ...]:
    if run is None:
        waits = tr("Needs a run") if session.table is None else tr("After training")
        pages = ("evaluate", "explain", "deploy")
        deployable = session.model_file is not None
        return tuple(
            Station(page, State.READY, session.model_file.name)
            if page == "deploy" and deployable and session.model_file is not None
            else Station(page, State.LOCKED, waits)
            for page in pages
        )
    title = tr("Run {number}", number=run.number)
    score = title if run.best is None else tr("Val {value}", value=_three_decimals(run.best))
    ended = run.id not in session.running and run.best is not None
    return (
        Station("evaluate", State.DONE if ended else State.READY, score),
        Station("explain", State.READY, title),
        Station("deploy", State.READY, title),
    )


def _three_decimals(value: float) -> str:
    fits = value == 0 or 5e-4 <= abs(value) < 1e5
    return (f"{value:.3f}" if fits else f"{value:.2g}").replace("-", "\u2212")
