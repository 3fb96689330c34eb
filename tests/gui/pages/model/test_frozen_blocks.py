"""The list of blocks that can be frozen."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from pytestqt.qtbot import QtBot

from engine.models.summary import NamedBlock
from gui.pages.model.frozen_blocks import FrozenBlocks

BLOCKS = tuple(NamedBlock(name=name, parameters=7) for name in ("numbers", "trunk.1", "head"))


@pytest.fixture
def blocks(qtbot: QtBot) -> FrozenBlocks:
    made = FrozenBlocks()
    qtbot.addWidget(made)
    made.show_blocks(BLOCKS, ("head",))
    made.show()
    return made


def test_each_block_has_a_tick(blocks: FrozenBlocks) -> None:
    assert {name: tick.isChecked() for name, tick in blocks.ticks.items()} == {
        "numbers": False,
        "trunk.1": False,
        "head": True,
    }
    assert blocks.ticks["trunk.1"].text() == "trunk.1 · 7 parameters"


def test_ticking_freezes_in_the_order_of_the_network(blocks: FrozenBlocks, qtbot: QtBot) -> None:
    with qtbot.waitSignal(blocks.changed) as told:
        qtbot.mouseClick(blocks.ticks["numbers"], Qt.MouseButton.LeftButton, pos=_left(blocks))
    assert told.args == [("numbers", "head")]


def test_a_name_that_the_network_lacks_can_be_taken_out(blocks: FrozenBlocks, qtbot: QtBot) -> None:
    blocks.show_blocks(BLOCKS[:2], ("head",))
    tick = blocks.ticks["head"]
    assert "not in this network" in tick.text()
    with qtbot.waitSignal(blocks.changed) as told:
        qtbot.mouseClick(tick, Qt.MouseButton.LeftButton, pos=_left(blocks))
    assert told.args == [()]


def test_nothing_is_shown_without_a_network(blocks: FrozenBlocks) -> None:
    blocks.show_blocks((), ())
    assert not blocks.isVisible()


def _left(blocks: FrozenBlocks) -> QPoint:
    """On the box of a tick: beside its text a click does nothing."""
    tick = next(iter(blocks.ticks.values()))
    return QPoint(8, tick.height() // 2)
