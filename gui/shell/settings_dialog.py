"""Theme, language, text size, what happens while runs train, and the cache of converted tables."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QDialog, QFormLayout, QVBoxLayout, QWidget

from gui.i18n import LANGUAGES, tr
from gui.settings import TEXT_SIZES, Settings
from gui.shell.cache_section import CacheSection
from gui.widgets.choice import ComboBox, Segmented, Switch
from gui.widgets.layout import rule
from gui.widgets.text import label


class SettingsDialog(QDialog):
    """Not modal; every change holds at once."""

    changed = Signal(str, object)
    """Name of a field of `gui.settings.Choices` and its new value."""

    def __init__(self, parent: QWidget, settings: Settings) -> None:
        super().__init__(parent)
        self.setWindowTitle(tr("Settings"))
        self.setMinimumWidth(520)
        choices = settings.choices
        themes = (("system", tr("System")), ("light", tr("Light")), ("dark", tr("Dark")))
        self.theme = Segmented(themes, name=tr("Theme"))
        self.theme.set_value(choices.theme)
        self.language = ComboBox(
            (("system", tr("System")), *LANGUAGES.items()), name=tr("Language")
        )
        self.language.set_value(choices.language)
        sizes = [(size, f"{size:.0%}") for size in TEXT_SIZES]
        self.text_size = Segmented(sizes, name=tr("Text size"))
        self.text_size.set_value(choices.text_size)
        for field, control in (
            ("theme", self.theme),
            ("language", self.language),
            ("text_size", self.text_size),
        ):
            control.changed.connect(lambda value, field=field: self.changed.emit(field, value))
        self.notify = Switch(name=tr("Tell when a run has ended"))
        self.notify.setChecked(choices.notify)
        self.keep_awake = Switch(name=tr("Stay awake while a run trains"))
        self.keep_awake.setChecked(choices.keep_awake)
        for field, switch in (("notify", self.notify), ("keep_awake", self.keep_awake)):
            switch.toggled.connect(lambda on, field=field: self.changed.emit(field, on))
        self.cache = CacheSection()
        form = QFormLayout()
        form.setHorizontalSpacing(24)
        form.setVerticalSpacing(12)
        form.addRow(label(tr("Theme"), "body", "text2"), self.theme)
        form.addRow(label(tr("Language"), "body", "text2"), self.language)
        form.addRow(label(tr("Text size"), "body", "text2"), self.text_size)
        form.addRow(label(tr("Tell when a run has ended"), "body", "text2"), self.notify)
        form.addRow(label(tr("Stay awake while a run trains"), "body", "text2"), self.keep_awake)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(20, 20, 20, 20)
        layout.setSpacing(16)
        layout.addLayout(form)
        layout.addWidget(
            label(tr("Changes hold at once and are kept for the next start."), "small", "muted")
        )
        layout.addWidget(rule())
        layout.addWidget(self.cache)
        layout.addStretch(1)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.cache.refresh()
