"""Kinds and roles of columns as words and icons."""

from __future__ import annotations

from engine.schema import Kind, Role
from gui.i18n import tr
from gui.widgets.choice import ComboBox

KIND_ICONS: dict[Kind, str] = {
    Kind.NUMBER: "num",
    Kind.CATEGORY: "cat",
    Kind.DATE: "date",
    Kind.TEXT: "text",
    Kind.IMAGE: "image",
    Kind.SEQUENCE: "train",
}
CHOOSABLE_KINDS = (Kind.NUMBER, Kind.CATEGORY, Kind.DATE, Kind.TEXT)
"""Kinds that a column of a text file can be taken for."""
CHOOSABLE_ROLES = (
    Role.FEATURE,
    Role.TARGET,
    Role.GROUP,
    Role.TIME,
    Role.WEIGHT,
    Role.IGNORE,
)


BESIDE = "beside"
"""Stands for the role target where the other targets stay."""


def offer_kinds(combo: ComboBox, kind: Kind) -> None:
    """Offer the kinds to choose from, and the one that the column is if it is another; choose that."""
    extra = () if kind in CHOOSABLE_KINDS else (kind,)
    kinds = (*CHOOSABLE_KINDS, *extra)
    if [combo.itemData(at) for at in range(combo.count())] != list(kinds):
        combo.set_choices([(each, kind_name(each)) for each in kinds])
        for each in kinds:
            combo.set_icon(each, KIND_ICONS[each])
    combo.set_value(kind)


def kind_name(kind: Kind) -> str:
    """The kind as a choice in a form."""
    names = {
        Kind.NUMBER: tr("Number"),
        Kind.CATEGORY: tr("Category"),
        Kind.DATE: tr("Date"),
        Kind.TEXT: tr("Text"),
        Kind.IMAGE: tr("Image"),
        Kind.SEQUENCE: tr("Sequence"),
    }
    return names[kind]


def roles_offered(targets: int, *, is_target: bool, is_derived: bool = False) -> tuple[object, ...]:
    """The roles that can be chosen for a column, and `BESIDE`.

    Args:
        targets: How many columns are predicted.
        is_target: Whether this is one of them.
        is_derived: Whether it is computed from others; what is predicted is a column of the file.
    """
    roles: list[object] = [
        role for role in CHOOSABLE_ROLES if role is not Role.TARGET or not is_derived
    ]
    if targets and not is_target and not is_derived:
        roles.insert(roles.index(Role.TARGET) + 1, BESIDE)
    return tuple(roles)


def offered_name(role: object) -> str:
    """A role, or `BESIDE`, as a choice."""
    return tr("Target too") if role == BESIDE else role_name(Role(str(role)))


def role_name(role: Role) -> str:
    """The role as a choice in a form."""
    names = {
        Role.FEATURE: tr("Feature"),
        Role.TARGET: tr("Target"),
        Role.GROUP: tr("Group"),
        Role.TIME: tr("Time"),
        Role.WEIGHT: tr("Weight"),
        Role.IGNORE: tr("Ignore"),
    }
    return names[role]
