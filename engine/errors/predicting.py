"""Errors of predicting new rows."""

from __future__ import annotations

from dataclasses import dataclass

from engine.errors.base import TrainyardError
from engine.messages import N_


class PredictError(TrainyardError):
    """New rows do not fit the model."""


@dataclass(eq=False)
class ColumnMissing(PredictError):
    """Columns that the model needs are not in the file."""

    path: str
    columns: str
    closest: str = ""
    found = N_("{path} lacks columns that the model needs: {columns}.")
    advice = N_("Rename or add them. The columns found are: {closest}.")


@dataclass(eq=False)
class OutputsNotGiven(PredictError):
    """Nothing of what was chosen is given by the model."""

    chosen: str
    given: str
    found = N_("The model gives none of what was chosen: {chosen}.")
    advice = N_("It gives: {given}. Intervals, sets and “don't know” are decided on Evaluate.")


@dataclass(eq=False)
class FormatNotWritten(PredictError):
    """Predictions cannot be written as such a file."""

    name: str
    ending: str
    found = N_("Predictions are not written as {ending} files: {name}.")
    advice = N_("Choose a name that ends in .csv, .parquet or .xlsx.")


@dataclass(eq=False)
class TooLargeForExcel(PredictError):
    """A sheet does not hold as much."""

    name: str
    rows: int
    columns: int
    most_rows: int
    most_columns: int
    found = N_(
        "{name} would have more than an Excel sheet holds, {most_rows} rows with the header and {most_columns} columns."
    )
    advice = N_("Nothing was written. Choose a name that ends in .csv or .parquet.")


@dataclass(eq=False)
class DecisionInvalid(PredictError):
    """What was decided does not suit what a run predicts."""

    target: str
    task: str
    found = N_("A threshold is for two classes; “{target}” is {task}.")
    advice = N_("Nothing was changed. The likeliest class, or the value itself, is predicted.")


_STAYS = N_("Nothing was changed. Predictions stay as they were.")


@dataclass(eq=False)
class SeveralTargetsUndecided(PredictError):
    """Decisions are for runs with one target."""

    targets: str
    found = N_("The run predicts several targets, {targets}; a decision is for one.")
    advice = _STAYS


@dataclass(eq=False)
class NotProbabilities(PredictError):
    """Numbers have no probabilities to correct."""

    target: str
    found = N_("“{target}” is a number: there are no probabilities to correct.")
    advice = _STAYS


@dataclass(eq=False)
class OnlyForTwoClasses(PredictError):
    """A correction that is for two classes."""

    kind: str
    classes: int
    found = N_("The correction {kind} is for two classes, and there are {classes}.")
    advice = N_("Use temperature, which is for any number of classes. Nothing was changed.")


@dataclass(eq=False)
class RowsOfOneKind(PredictError):
    """A part has no rows, or only rows of one class."""

    part: str
    rows: int
    found = N_("The {part} part has {rows} rows, and not rows of both classes.")
    advice = N_("Nothing was changed. Train with a larger {part} part, or name another one.")


@dataclass(eq=False)
class TooFewForCoverage(PredictError):
    """A coverage needs more rows than there are."""

    coverage: float
    needed: int
    rows: int
    found = N_("A coverage of {coverage} needs {needed} validation rows, and there are {rows}.")
    advice = N_("Nothing was changed. Ask for a lower coverage, or train with more of them.")


@dataclass(eq=False)
class NotByThreshold(PredictError):
    """A metric that no threshold follows from."""

    metric: str
    known: str
    found = N_("No threshold follows from “{metric}”.")
    advice = N_("Name one of: {known}.")
