"""Layers edited one by one: a table with what can be done to its lines above it."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFrame, QMenu, QVBoxLayout, QWidget

from engine.models.layer_places import Layers
from engine.recipe.layer_family import Layer
from gui.i18n import render, tr, trn
from gui.pages.model.layer_lines import LineNote
from gui.pages.model.layer_moves import (
    Moved,
    NoLayers,
    as_text,
    dropped,
    duplicated,
    from_text,
    inserted,
    moved,
    removed,
    replaced,
    surrounded,
)
from gui.pages.model.layer_table import LayerTable
from gui.pages.model.layer_words import total_text
from gui.widgets import Note, button, icon_button, label, row


class LayerEditor(QWidget):
    """Shows layers and asks with `edited` for others; the answer is `set_layers`."""

    edited = Signal(object, str)
    """A tuple of layers, and the words for the step."""
    currentChanged = Signal(int)  # noqa: N815 - Qt's naming
    """The layer that the keyboard is at."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.table = LayerTable()
        self._layers: Layers = ()
        self._then: tuple[int, ...] | None = None
        self._told = -1
        self.add = button(tr("Add"), "plus", small=True, tooltip=tr("Insert"))
        self._menu = self._make_menu()
        self.add.setMenu(self._menu)
        self.up = icon_button("up", tr("Move up"), framed=True, tooltip=tr("Move up (Alt+Up)"))
        self.down = icon_button(
            "down", tr("Move down"), framed=True, tooltip=tr("Move down (Alt+Down)")
        )
        self.duplicate = button(tr("Duplicate"), "copy", small=True, tooltip="Ctrl+D")
        self.delete = button(tr("Delete"), "minus", small=True, tooltip=tr("Delete"))
        self.total = label("", "small", "muted")
        self._note = Note("", "warn", tr("Close"))
        self._note.acted.connect(self._note.hide)
        self._note.hide()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        tools = (self.add, self.duplicate, self.delete, self.up, self.down)
        bar = QFrame()
        bar.setProperty("surface", True)
        bar.setLayout(row(*tools, None, self.total, margins=(12, 8, 14, 8)))
        layout.addWidget(bar)
        layout.addWidget(self._note)
        layout.addWidget(self.table, 1)
        self._does: dict[str, Callable[[], None]] = {
            "copy": self._copy,
            "cut": self._cut,
            "paste": self._paste,
            "delete": self._delete,
            "duplicate": self._duplicate,
            "up": lambda: self._move(-1),
            "down": lambda: self._move(1),
            "add": self.add.showMenu,
        }
        self.up.clicked.connect(lambda: self._move(-1))
        self.down.clicked.connect(lambda: self._move(1))
        self.duplicate.clicked.connect(self._duplicate)
        self.delete.clicked.connect(self._delete)
        self.table.commanded.connect(lambda command: self._does[command]())
        self.table.dropped.connect(self._drop)
        self.table.mended.connect(self._mend)
        self.table.menuAsked.connect(self._show_menu)
        self.table.chosenChanged.connect(self._on_chosen)
        self.table.lines.wanted.connect(self._replace)
        self._enable()

    def set_layers(self, layers: Layers, inputs: int | None) -> None:
        """Show these layers; `inputs` is the width of the encoded row, where it is known."""
        changed, known = layers != self._layers, self._layers
        chosen, current = self.table.chosen(), self.table.current()
        scrolled = self.table.verticalScrollBar().value()
        self._layers = layers
        self.table.lines.set_layers(layers, inputs)
        self.total.setText(total_text(self.table.lines.places, inputs))
        if changed:
            self._note.hide()
            after = self._then
            if after is None:
                # By Undo, say: the same places, or what has become of them.
                after = _changed_places(known, layers) if len(known) != len(layers) else chosen
            self.table.verticalScrollBar().setValue(scrolled)
            places = [place for place in after if place < len(layers)]
            if places or layers:
                at = places or [min(max(current, 0), len(layers) - 1)]
                self.table.choose(at, current=current if current in at else None)
        self._enable()

    def choose(self, place: int) -> None:
        """Bring the keyboard to a layer, unless it is there."""
        if place != self.table.current() and 0 <= place < len(self._layers):
            self._told = place
            self.table.choose([place])

    # What a person does -------------------------------------------------------------------------

    def _apply(self, outcome: Moved, words: str) -> None:
        self._then = outcome.chosen
        self.edited.emit(outcome.layers, words)
        self._then = None

    def _after_chosen(self) -> int:
        chosen = self.table.chosen()
        return chosen[-1] + 1 if chosen else len(self._layers)

    def _add(self, kind: type[Layer]) -> None:
        layer = Layer.default(kind.kind_name())
        outcome = inserted(self._layers, self._after_chosen(), (layer,))
        self._apply(outcome, tr("add {title}", title=tr(kind.title)))
        self.table.setFocus(Qt.FocusReason.OtherFocusReason)

    def _surround(self) -> None:
        if self.table.chosen():
            self._apply(surrounded(self._layers, self.table.chosen()), tr("add a residual block"))

    def _replace(self, place: int, layer: Layer) -> None:
        outcome = replaced(self._layers, place, layer)
        self._apply(outcome, tr("edit {title}", title=tr(layer.title)))

    def _delete(self) -> None:
        chosen = self.table.chosen()
        if chosen:
            words = trn("delete {count} layer", "delete {count} layers", len(chosen))
            self._apply(removed(self._layers, chosen), words)

    def _duplicate(self) -> None:
        chosen = self.table.chosen()
        if chosen:
            words = trn("duplicate {count} layer", "duplicate {count} layers", len(chosen))
            self._apply(duplicated(self._layers, chosen), words)

    def _move(self, step: int) -> None:
        chosen = self.table.chosen()
        if chosen:
            words = trn("move {count} layer", "move {count} layers", len(chosen))
            self._apply(moved(self._layers, chosen, step), words)

    def _drop(self, before: int) -> None:
        chosen = self.table.chosen()
        words = trn("move {count} layer", "move {count} layers", len(chosen))
        self._apply(dropped(self._layers, chosen, before), words)

    def _copy(self) -> None:
        chosen = self.table.chosen()
        if chosen:
            text = as_text([self._layers[place] for place in chosen])
            QGuiApplication.clipboard().setText(text)

    def _cut(self) -> None:
        self._copy()
        self._delete()

    def _paste(self) -> None:
        try:
            layers = from_text(QGuiApplication.clipboard().text())
        except NoLayers as error:
            self._note.set("", "warn", tr("Close"), title=render(error.problem))
            self._note.show()
            return
        words = trn("paste {count} layer", "paste {count} layers", len(layers))
        self._apply(inserted(self._layers, self._after_chosen(), layers), words)

    def _mend(self, place: int, note: LineNote) -> None:
        if note.flaw is None:
            self.table.lines.forget_refused(place)
            self.table.setFocus(Qt.FocusReason.OtherFocusReason)
        else:
            self._apply(Moved(note.flaw.fixed, (max(place, 0),)), tr("fix"))

    # What is shown ------------------------------------------------------------------------------

    def _on_chosen(self) -> None:
        self._enable()
        current = self.table.current()
        if current != self._told:
            self._told = current
            self.currentChanged.emit(current)

    def _enable(self) -> None:
        chosen = self.table.chosen()
        for tool in (self.duplicate, self.delete):
            tool.setEnabled(bool(chosen))
        self.up.setEnabled(bool(chosen) and chosen[-1] >= len(chosen))
        self.down.setEnabled(bool(chosen) and chosen[0] < len(self._layers) - len(chosen))
        self._around.setEnabled(bool(chosen))

    def _make_menu(self) -> QMenu:
        menu = QMenu(self)
        menu.setToolTipsVisible(True)
        for kind in Layer.members():
            action = menu.addAction(tr(kind.title))
            action.setToolTip(tr(kind.summary))
            action.triggered.connect(lambda _on=False, kind=kind: self._add(kind))
        menu.addSeparator()
        self._around = menu.addAction(tr("Residual block around the chosen layers"))
        self._around.triggered.connect(self._surround)
        return menu

    def _show_menu(self, place: QPoint) -> None:
        menu = QMenu(self)
        chosen = bool(self.table.chosen())
        for words, command, keys in (
            (tr("Cut"), "cut", "Ctrl+X"),
            (tr("Copy"), "copy", "Ctrl+C"),
            (tr("Paste"), "paste", "Ctrl+V"),
            (tr("Duplicate"), "duplicate", "Ctrl+D"),
            (tr("Delete"), "delete", "Del"),
            (tr("Move up"), "up", "Alt+Up"),
            (tr("Move down"), "down", "Alt+Down"),
        ):
            action = menu.addAction(f"{words}\t{keys}")
            action.triggered.connect(self._does[command])
            action.setEnabled(chosen or command == "paste")
        menu.addSeparator()
        menu.addAction(self._around)
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(place)


def _changed_places(before: Layers, after: Layers) -> tuple[int, ...]:
    """Where a list is another one: what came, or the place from which something went; 0 for all."""
    start = 0
    while start < min(len(before), len(after)) and before[start] == after[start]:
        start += 1
    end = 0
    while end < min(len(before), len(after)) - start and before[-1 - end] == after[-1 - end]:
        end += 1
    if not start and not end:
        return (0,) if after else ()
    came = tuple(range(start, len(after) - end))
    return came or (min(start, len(after) - 1),) if after else ()
