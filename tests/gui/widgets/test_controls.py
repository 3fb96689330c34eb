"""The controls behave as controls do, with mouse and keyboard."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QApplication, QToolButton, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from gui.widgets import (
    Badge,
    Card,
    Chip,
    ComboBox,
    ElidedLabel,
    EmptyState,
    Note,
    ProgressBar,
    SearchField,
    Segmented,
    Slider,
    Switch,
)

LEFT = Qt.MouseButton.LeftButton


def test_segments_are_chosen_by_mouse_and_arrows(qtbot: QtBot) -> None:
    segmented = Segmented([("a", "Epoch"), ("b", "Step"), ("c", "Time")])
    qtbot.addWidget(segmented)
    segmented.show()
    chosen: list[object] = []
    segmented.changed.connect(chosen.append)
    buttons = segmented.findChildren(QToolButton)
    buttons[2].setFocus()
    qtbot.waitUntil(buttons[2].hasFocus)
    qtbot.mouseClick(buttons[2], LEFT)
    qtbot.keyClick(buttons[2], Qt.Key.Key_Left)
    assert chosen == ["c", "b"]
    assert segmented.value() == "b"


def test_setting_a_value_is_silent(qtbot: QtBot) -> None:
    segmented = Segmented([(1, "One"), (2, "Two")])
    combo = ComboBox([(1, "One"), (2, "Two")])
    slider = Slider(0.0, 1.0, 0.5, "Share")
    emitted: list[object] = []
    for control in (segmented, combo, slider):
        qtbot.addWidget(control)
        control.changed.connect(emitted.append)
    segmented.set_value(2)
    combo.set_value(2)
    slider.set_number(0.25)
    assert (segmented.value(), combo.value(), slider.number()) == (2, 2, 0.25)
    segmented.set_value("unknown")
    combo.set_value("unknown")
    assert (segmented.value(), combo.value()) == (2, 2)
    assert emitted == []


def test_a_segment_can_be_unavailable_with_the_reason(qtbot: QtBot) -> None:
    segmented = Segmented([(1, "One"), (2, "Two")])
    qtbot.addWidget(segmented)
    segmented.set_enabled(2, False, "Needs a text column")
    segmented.show()
    second = segmented.findChildren(QToolButton)[1]
    qtbot.mouseClick(second, LEFT)
    assert segmented.value() == 1
    assert second.toolTip() == "Needs a text column"


def test_the_keyboard_changes_a_combo_box_and_the_wheel_does_not(qtbot: QtBot) -> None:
    combo = ComboBox([(n, str(n)) for n in range(5)], name="Number")
    qtbot.addWidget(combo)
    combo.show()
    chosen: list[object] = []
    combo.changed.connect(chosen.append)
    wheel = QWheelEvent(
        QPointF(5, 5), QPointF(5, 5), QPoint(), QPoint(0, -120), Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(combo, wheel)
    assert combo.value() == 0
    qtbot.keyClick(combo, Qt.Key.Key_Down)
    assert chosen == [1]


def test_choices_can_be_replaced_and_the_value_survives(qtbot: QtBot) -> None:
    combo = ComboBox([("a", "A"), ("b", "B")])
    qtbot.addWidget(combo)
    combo.set_value("b")
    combo.set_choices([("c", "C"), ("b", "B again")])
    assert combo.value() == "b"
    assert combo.currentText() == "B again"


def test_a_switch_toggles_on_click_and_space(qtbot: QtBot) -> None:
    switch = Switch("Skip connection")
    qtbot.addWidget(switch)
    switch.show()
    qtbot.mouseClick(switch, LEFT, pos=switch.rect().center())
    assert switch.isChecked()
    qtbot.keyClick(switch, Qt.Key.Key_Space)
    assert not switch.isChecked()


def test_escape_empties_a_search_field(qtbot: QtBot) -> None:
    field = SearchField("Find a column")
    qtbot.addWidget(field)
    field.show()
    qtbot.keyClicks(field, "age")
    qtbot.keyClick(field, Qt.Key.Key_Escape)
    assert field.text() == ""


def test_a_slider_speaks_in_real_numbers(qtbot: QtBot) -> None:
    slider = Slider(-1.0, 1.0, 0.0, "Balance", steps=20)
    qtbot.addWidget(slider)
    moved: list[float] = []
    slider.changed.connect(moved.append)
    slider.setFocus()
    qtbot.keyClick(slider, Qt.Key.Key_Right)
    assert moved == [0.1] or abs(moved[0] - 0.1) < 1e-9


def test_a_label_that_does_not_fit_shows_the_rest_in_its_tooltip(qtbot: QtBot) -> None:
    label = ElidedLabel("a rather long name of a column")
    qtbot.addWidget(label)
    label.resize(60, 20)
    label.show()
    assert label.text().endswith("…")
    assert label.toolTip() == "a rather long name of a column"
    label.resize(600, 20)
    assert label.text() == "a rather long name of a column"
    assert label.toolTip() == ""


def test_notes_and_empty_states_act(qtbot: QtBot) -> None:
    note = Note("Training keeps <b>0.2</b>.", "err", "Use 0.2", title="Dropout must be below 1.")
    empty = EmptyState("No runs yet", "Press Train to start one.", "Train")
    for widget in (note, empty):
        qtbot.addWidget(widget)
        widget.show()
        with qtbot.waitSignal(widget.acted):
            qtbot.mouseClick(widget._button, LEFT)
    assert "&lt;b&gt;" in note._text.text()
    assert note.accessibleName() == "Dropout must be below 1. Training keeps <b>0.2</b>."


def test_an_empty_state_that_says_something_else_shows_it_whole(qtbot: QtBot) -> None:
    empty = EmptyState("")
    qtbot.addWidget(empty)
    empty.resize(700, 400)
    empty.show()
    empty.set("Run 2 has no weights", "It ended before its first epoch was over. Train again.")
    for line in (empty._title, empty._detail):
        qtbot.waitUntil(lambda line=line: line.height() >= line.heightForWidth(line.width()))
        assert line.width() > line.fontMetrics().horizontalAdvance(line.text())


def test_a_long_note_in_a_narrow_column_is_not_cut_off(qtbot: QtBot) -> None:
    column = QWidget()
    qtbot.addWidget(column)
    layout = QVBoxLayout(column)
    path = "/home/somebody/trainyard/runs/2026-11-22_0004_breast-cancer_mlp/checkpoints/best"
    note = Note(
        "What was saved before is still there. Free some space, then resume.",
        "err",
        "Resume",
        title=f"The disk is full: {path}/tensors-91.safetensors could not be saved.",
    )
    layout.addWidget(note)
    layout.addStretch(1)
    column.resize(250, 600)
    column.show()
    text = note._text
    qtbot.waitUntil(lambda: text.height() >= text.heightForWidth(text.width()))
    column.resize(600, 600)
    qtbot.waitUntil(lambda: note.height() < 140)


def test_small_parts_take_their_values(qtbot: QtBot) -> None:
    badge, card, bar = Badge("Running", "accent"), Card("Loss", "per epoch"), ProgressBar("Epochs")
    chip = Chip("Dataset", "table", [("a.csv", "body", 500, "text")])
    for widget in (badge, card, bar, chip):
        qtbot.addWidget(widget)
    badge.set("Failed", "err")
    assert (badge.text(), badge.property("badge")) == ("Failed", "err")
    card.set_caption("")
    assert card.caption.isHidden()
    bar.set_share(1.7)
    assert bar.value() == bar.maximum()
    assert chip.accessibleName() == "Dataset: a.csv"
    wide = chip.sizeHint().width()
    chip.set_chevron(False)
    assert chip.sizeHint().width() < wide
