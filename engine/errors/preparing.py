"""Errors of turning rows into tensors."""

from __future__ import annotations

from dataclasses import dataclass

from engine.errors.base import TrainyardError
from engine.messages import N_, Message


class PrepareError(TrainyardError):
    """The rows cannot be turned into tensors."""


class NoTarget(PrepareError):
    """No column has the role target."""

    found = N_("No target is chosen.")
    advice = N_("Choose the column to predict.")


@dataclass(eq=False)
class NoFeatures(PrepareError):
    """No column is left to learn from."""

    ignored: int
    found = N_("No column is left to learn from: {ignored} are ignored.")
    advice = N_("Give at least one number, category or date column the role feature.")


@dataclass(eq=False)
class TargetMissing(PrepareError):
    """The target has no value in any row."""

    column: str
    rows: int
    found = N_("The target “{column}” has no value in any of {rows} rows.")
    advice = N_("Choose another target, or fill the column in.")


@dataclass(eq=False)
class TargetOneClass(PrepareError):
    """The target has one class only."""

    column: str
    value: str
    rows: int
    found = N_(
        "The target “{column}” is “{value}” in all {rows} rows, so there is nothing to tell apart."
    )
    advice = N_("Choose another target, or add rows of another class.")


@dataclass(eq=False)
class TooFewRows(PrepareError):
    """Not enough rows for training and validation."""

    rows: int
    needed: int
    found = N_("{rows} rows can be used; training needs at least {needed}.")
    advice = N_("Add rows, or make the validation and test parts smaller.")


@dataclass(eq=False)
class KeyMissing(PrepareError):
    """Values were hashed with a key that is not on this machine."""

    key: str
    path: str
    found = N_("A column is hashed with key {key}, which is not on this machine.")
    advice = N_("Copy the key's file from the machine that has it to {path}.")


@dataclass(eq=False)
class KeyDamaged(PrepareError):
    """The file of a key holds no key, or another one."""

    path: str
    detail: str
    found = N_("The key in {path} cannot be used: {detail}.")
    advice = N_("Copy it again from the machine where it was made, or from a backup.")


@dataclass(eq=False)
class TargetNotTransformable(PrepareError):
    """Training rows lie where the logarithm of the target ends."""

    column: str
    count: int
    bound: float
    lowest: float
    found = N_(
        "The logarithm needs values of “{column}” above {bound}; {count} training rows have none, the least is {lowest}."
    )
    advice = N_("Choose a larger shift, or none: log(1 + |x|) takes every number.")


@dataclass(eq=False)
class TargetNegative(PrepareError):
    """Counts must not be negative."""

    column: str
    count: int
    lowest: float
    found = N_(
        "The Poisson loss is for counts, but “{column}” is negative in {count} training rows, the least is {lowest}."
    )
    advice = N_("Choose another loss.")


@dataclass(eq=False)
class TargetNotPositive(PrepareError):
    """Amounts must be above zero."""

    column: str
    count: int
    lowest: float
    found = N_(
        "The Gamma loss is for amounts above zero, but “{column}” is not in {count} training rows, the least is {lowest}."
    )
    advice = N_("Choose another loss (Poisson takes zeros too), or leave these rows out.")


@dataclass(eq=False)
class LabelNotYesNo(PrepareError):
    """Of several targets that are not numbers each has two classes."""

    column: str
    classes: str
    found = N_(
        "“{column}” has more than two classes in the training rows ({classes}), but of several targets each must be a yes/no answer."
    )
    advice = N_("Merge its classes to two, or predict it alone.")


@dataclass(eq=False)
class WeightsUnusable(PrepareError):
    """Row weights are missing or negative."""

    column: str
    missing: int
    negative: int
    places: str
    in_lines: bool = True
    """The places are lines of the file, not rows."""
    found = N_(
        "The row weights in “{column}” cannot be used: missing in {missing} rows, negative in {negative}."
    )
    advice = N_("Fill them in, leave these rows out, or give the column another role.")

    def messages(self) -> tuple[Message, ...]:
        """What was found, where, what to do."""
        where = (
            N_("The first of them: line {places}.")
            if self.in_lines
            else N_("The first of them: row {places}.")
        )
        return tuple(Message(text, self.facts()) for text in (self.found, where, self.advice))


@dataclass(eq=False)
class WeightsAllZero(PrepareError):
    """No training row counts."""

    column: str
    rows: int
    found = N_("The weights in “{column}” are 0 in all {rows} training rows: no row would count.")
    advice = N_("Give the column another role.")


@dataclass(eq=False)
class DerivedNameTaken(PrepareError):
    """A derived column is called as a column of the table is."""

    name: str
    found = N_("The derived column “{name}” is called like a column of the table.")
    advice = N_("Give it another name.")


@dataclass(eq=False)
class DerivedFromTarget(PrepareError):
    """A feature is computed from what is to be predicted."""

    name: str
    target: str
    found = N_("“{name}” is computed from the target “{target}”, which new rows do not have.")
    advice = N_("Take the target out of its formula, or give it the role ignore.")


@dataclass(eq=False)
class NoRowsLeft(PrepareError):
    """The row rules leave nothing."""

    rows: int
    reasons: str
    found = N_("None of {rows} rows is left to train on: {reasons}")
    advice = N_("Change the condition of the rows, or take it away.")


@dataclass(eq=False)
class TooFewGroups(PrepareError):
    """There are fewer groups than parts."""

    column: str
    groups: int
    needed: int
    found = N_("“{column}” has {groups} groups; this split needs at least {needed}.")
    advice = N_("Choose another column, fewer folds, or a split that does not go by groups.")


@dataclass(eq=False)
class TooFewTimes(PrepareError):
    """The rows cannot be cut by time."""

    column: str
    found = N_(
        "“{column}” has too few different times to train on the earlier rows and test later."
    )
    advice = N_("Make the gap or the parts smaller, or choose another column.")


@dataclass(eq=False)
class SplitColumnUnclear(PrepareError):
    """The column that says the part says nothing of training."""

    column: str
    values: str
    found = N_("“{column}” does not say which rows train. It holds: {values}.")
    advice = N_("Write train, validation and test there, or choose another split.")


@dataclass(eq=False)
class WrongFolds(PrepareError):
    """The column of folds holds another number of them."""

    column: str
    found_folds: int
    folds: int
    found = N_("“{column}” names {found_folds} folds; the recipe says {folds}.")
    advice = N_("Set the number of folds to {found_folds}.")


@dataclass(eq=False)
class PositiveClassMissing(PrepareError):
    """No training row has the class that was chosen as positive."""

    column: str
    positive: str
    known: str
    found = N_(
        "No training row of “{column}” has the positive class “{positive}”. Its classes are: {known}."
    )
    advice = N_("Choose one of them, or leave the positive class open.")
