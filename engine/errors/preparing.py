"""Errors of turning rows into tensors."""

from __future__ import annotations

from dataclasses import dataclass

from engine.errors.base import TrainyardError
from engine.messages import N_


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
class WeightsUnusable(PrepareError):
    """Row weights are missing or negative, or nothing has any."""

    column: str
    missing: int
    negative: int
    places: str
    found = N_(
        "The weights in “{column}” cannot be used: {missing} are missing, {negative} are negative ({places})."
    )
    advice = N_("Fill them in, leave these rows out, or give the column another role.")


@dataclass(eq=False)
class WeightsAllZero(PrepareError):
    """No training row counts."""

    column: str
    rows: int
    found = N_("The weights in “{column}” are 0 in all {rows} training rows: no row would count.")
    advice = N_("Give the column another role.")
