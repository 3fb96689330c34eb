"""What can be done with a column where its figures are shown: narrow the rows, leave it out."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QMenu, QWidget

from engine.data.rows.filters import Filter, LevelsFilter, MissingFilter
from engine.schema import Role
from gui.i18n import tr

if TYPE_CHECKING:
    from gui.models.profile_cards import ProfileCard
    from gui.session import Session

_VALUES = 6
_LONGEST = 40


def figure_menu(parent: QWidget, session: Session, card: ProfileCard) -> QMenu:
    """A menu for one column; it belongs to `parent` and deletes itself when it closes."""
    menu = QMenu(parent)
    name = card.facts.name
    menu.setAccessibleName(name)

    def offer(text: str, wanted: Filter) -> None:
        menu.addAction(text).triggered.connect(lambda: session.view.add(wanted))

    if card.facts.missing:
        offer(tr("Only rows without a value"), MissingFilter(column=name))
        offer(tr("Only rows with a value"), MissingFilter(column=name, missing=False))
    top = card.figures.top[:_VALUES] if card.figures is not None else ()
    if top:
        menu.addSeparator()
    for value, _ in top:
        short = value if len(value) <= _LONGEST else value[:_LONGEST] + "…"
        offer(tr("Only {value}", value=short), LevelsFilter(column=name, values=(value,)))
    menu.addSeparator()
    is_ignored = card.facts.role is Role.IGNORE
    menu.addAction(
        tr("Use as feature") if is_ignored else tr("Ignore this column")
    ).triggered.connect(_role_setter(session, name, Role.FEATURE if is_ignored else Role.IGNORE))
    menu.aboutToHide.connect(menu.deleteLater)
    return menu


def _role_setter(session: Session, name: str, role: Role) -> Callable[[], None]:
    def change() -> None:
        label = (
            tr("Ignore {column}", column=name)
            if role is Role.IGNORE
            else tr("Use {column} as feature", column=name)
        )
        session.set_role(name, role, label)

    return change
