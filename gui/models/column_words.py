"""Kinds and roles of columns as words and icons."""

from __future__ import annotations

from engine.schema import Kind, Role
from gui.i18n import tr

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
CHOOSABLE_ROLES = (Role.FEATURE, Role.TARGET, Role.IGNORE)


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
