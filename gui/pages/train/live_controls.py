"""What can be changed in a run while it trains."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from engine.training.control import VALUES
from engine.training.happened import MarkKind as Happened
from gui.i18n import tr
from gui.pages.train.learning_rate import LearningRate
from gui.pages.train.setting_field import SettingField
from gui.widgets.layout import column, row
from gui.widgets.text import label

if TYPE_CHECKING:
    from engine.recipe.recipe import Recipe
    from engine.training.history import History

EPOCHS, PATIENCE = "set_epochs", "set_patience"
CLIP, DROPOUT, DECAY = "set_clip", "set_dropout", "set_weight_decay"


@dataclass(frozen=True, slots=True)
class Settings:
    """The settings that a run began with; a command that is not among them has no effect there."""

    values: dict[str, float | None]

    @classmethod
    def of(cls, recipe: Recipe) -> Settings:
        """Those of a recipe as run."""
        training, found = recipe.training, dict[str, float | None]()
        if training.epochs is not None:
            found[EPOCHS] = training.epochs
        if training.early_stopping.enabled and training.early_stopping.patience is not None:
            found[PATIENCE] = training.early_stopping.patience
        found[CLIP] = training.clip_norm
        dropout = getattr(recipe.model.trunk, "dropout", None)
        if isinstance(dropout, float | int):
            found[DROPOUT] = float(dropout)
        decay = getattr(training.optimizer, "weight_decay", None)
        if isinstance(decay, float | int):
            found[DECAY] = float(decay)
        return cls(found)


class LiveControls(QWidget):
    """The learning rate, and a line with a field for each other setting."""

    asked = Signal(str, object)
    """A command and its value."""

    def __init__(self) -> None:
        super().__init__()
        self.rate = LearningRate()
        self.rate.asked.connect(lambda value: self.asked.emit("set_learning_rate", value))
        off = tr("off")
        words = {
            EPOCHS: (tr("Epochs"), ""),
            PATIENCE: (tr("Patience"), ""),
            CLIP: (tr("Clip gradients at"), off),
            DROPOUT: (tr("Dropout"), ""),
            DECAY: (tr("Weight decay"), ""),
        }
        self.fields = {
            command: SettingField(word, VALUES[command], empty=empty)
            for command, (word, empty) in words.items()
        }
        self._lines: dict[str, QWidget] = {}
        for command, field in self.fields.items():
            field.entered.connect(lambda value, command=command: self.asked.emit(command, value))
            line = QWidget()
            line.setLayout(row(label(words[command][0], "small", "text2"), None, field))
            self._lines[command] = line
        self.setLayout(column(self.rate, *self._lines.values(), spacing=6))

    def forget(self) -> None:
        """Drop what was sent or is being set: the next state is another run's."""
        self.rate.forget()
        for field in self.fields.values():
            field.forget()

    def show_settings(self, history: History, settings: Settings, *, live: bool) -> None:
        """Show what is in force, changes by hand included; `live`: it can be changed."""
        self.rate.set_state(_rate_now(history), live=live)
        for command, field in self.fields.items():
            known = command in settings.values
            self._lines[command].setVisible(known)
            if known:
                by_hand = history.set_by_hand(command)
                field.setEnabled(live)
                field.show_value(settings.values[command] if by_hand is None else by_hand[0])


def _rate_now(history: History) -> float | None:
    """The learning rate of the newest step heard of, or the one set by hand since."""
    by_hand = [mark for mark in history.marks if mark.kind is Happened.LEARNING_RATE]
    if by_hand and by_hand[-1].step >= history.step:
        return by_hand[-1].value
    steps = history.steps
    if len(steps.step) and (not history.epoch or steps.step[-1] > history.epoch_steps[-1]):
        return float(steps.learning_rate[-1])
    return float(history.learning_rate[-1]) if history.epoch else None
